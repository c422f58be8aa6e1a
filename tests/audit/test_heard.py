"""A house hears the others a little late: within a minute that is no lie, beyond it is one to look into."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.record import Contradiction
from audit.replay import replay
from rehearsal.cast import Part, organizations
from shared.auditlog.canonical import hash_of
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ApprovalListProposed
from shared.kernel.instants import Instant
from tests.audit.street import ROUND, parameters
from tests.town.life import LEADER, OFFICER, Life
from tests.town.town import Town

GROUP = "comprehensive"


async def proposed_unheard(folder: Path, proposed_at: str) -> list[Recorded]:
    """At nine an amendment leaves no place; a list is proposed before publication has heard of it."""
    life = Life(Town(folder), parameters())
    town = life.town
    await town.begin()
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    one = await life.register(next(one for one in organizations() if (one.group, one.part) == (GROUP, Part.ORDINARY)))
    await life.fill_in(one)
    await life.submit(one)
    await life.receive(one)
    await life.judge(one)
    await life.recommend(one)
    await life.send_lists()
    await life.constitute([GROUP])
    await life.score(one)
    await life.rank(GROUP)
    await town.at("2017-10-20T09:00:00+08:00")
    headers, amended = await town.bearer(OFFICER), amendment(life)
    async with town.client("application") as application, town.client("publication") as publication:
        place = f"/rounds/{ROUND}/amendments"
        done = await application.post(place, json=amended, headers=headers)
        assert done.is_success, done.text
        chosen = {"new_hash": hash_of(amended["parameters"])}
        headers = await town.bearer(LEADER)
        done = await application.post(f"{place}/approval", json=chosen, headers=headers)
        assert done.is_success, done.text
        town.clock.instant = on_that_morning(proposed_at)
        headers = await town.bearer(OFFICER)
        done = await publication.post(f"/rounds/{ROUND}/proposal", headers=headers)
        assert done.is_success, done.text
    await town.settle()
    return await town.events()


def on_that_morning(text: str) -> Instant:
    """The instant of a local time on that morning."""
    return Instant(f"2017-10-20T01:{text}.000Z")


def amendment(life: Life) -> dict[str, Any]:
    """No places any more, from nine o'clock on."""
    quotas = tuple(replace(one, places=0, ties_admitted=0) for one in life.parameters.quotas)
    return {
        "parameters": msgspec.to_builtins(replace(life.parameters, quotas=quotas)),
        "effective_from": "2017-10-20T09:00:00+08:00",
        "reason": "名额调整",
        "authority_document": "沪经信企〔2017〕560号",
    }


async def test_a_decision_on_what_was_not_heard_yet_is_proven(tmp_path: Path) -> None:
    events = await proposed_unheard(tmp_path, "00:01")
    (proposal,) = (one.event for one in events if isinstance(one.event, ApprovalListProposed))
    assert len(proposal.rows) == 1
    assert replay(events, ROUND).recomputed["lists"] == 1


async def test_a_house_that_has_not_heard_for_longer_is_contradicted(tmp_path: Path) -> None:
    events = await proposed_unheard(tmp_path, "02:00")
    with pytest.raises(Contradiction) as caught:
        replay(events, ROUND)
    assert isinstance(caught.value.recorded.event, ApprovalListProposed)
    assert "that has heard nothing of the others since 2017-" in caught.value.reason
