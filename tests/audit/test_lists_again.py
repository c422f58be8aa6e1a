"""A list that the facts of its day do not allow is disproved, though every event of it is one that could have been."""

from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from audit.record import Contradiction
from audit.replay import replay
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ApprovalListProposed, ListApproved
from shared.contracts.registration import OrganizationReinstated, OrganizationSuspended
from shared.contracts.review import BatchLate, BatchSent
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, Scene, proposed, ranked
from tests.town.life import LEADER, SECRETARY, VERIFIER


@pytest_asyncio.fixture
async def honest(tmp_path: Path) -> list[Recorded]:
    """One is suspended and reinstated, twice; a list is opened and sent again; all is ranked anew."""
    scene = await ranked(tmp_path, (90, 85, 75, 70, 60))
    best = scene.life.applicants[0]
    await scene.town.at("2017-10-12T09:00:00+08:00")
    await _registration(scene, "suspension")
    await scene.town.at("2017-10-13T09:00:00+08:00")
    await _registration(scene, "reinstatement")
    await proposed(scene)
    await scene.town.at("2017-10-23T09:00:00+08:00")
    void = {"expert": scene.life.members[GROUP][0].id, "reason": "评分依据与材料不符"}
    await scene.town.command(SECRETARY, "review", f"/scorings/{best.application}/voids", void)
    await scene.town.command(SECRETARY, "review", f"/panels/{scene.life.panels[GROUP]}/ranking")
    await scene.town.at("2017-10-24T09:00:00+08:00")
    await scene.life.propose()
    await scene.town.at("2017-10-25T09:00:00+08:00")
    await _registration(scene, "suspension")
    place = f"/batches/{ROUND}/{best.organization.district.value}"
    await scene.town.command(LEADER, "review", f"{place}/reopening", {"authority": "市经信委"})
    await scene.town.at("2017-10-26T09:00:00+08:00")
    await _registration(scene, "reinstatement")
    await scene.life.send_lists()
    await scene.town.at("2017-11-06T09:00:00+08:00")
    await scene.life.approve()
    return await scene.town.events()


async def _registration(scene: Scene, act: str) -> None:
    place = f"/organizations/{scene.life.applicants[0].id}/{act}"
    await scene.town.command(VERIFIER, "registration", place, {"ground": "核查登记材料"})


def without(log: list[Recorded], kind: type[Event], index: int) -> list[Recorded]:
    """The log as if one event of a kind had never been."""
    gone = [one for one in log if isinstance(one.event, kind)][index]
    return [one for one in log if one is not gone]


def _still_suspended(log: list[Recorded]) -> list[Recorded]:
    """Suspended once, and never reinstated."""
    again = [one for one in log if isinstance(one.event, OrganizationSuspended)][1]
    return [one for one in log if one is not again and not isinstance(one.event, OrganizationReinstated)]


def _still_open(log: list[Recorded]) -> list[Recorded]:
    """The list that was opened again is never sent."""
    last = max(one.envelope.time for one in log if isinstance(one.event, BatchSent))
    return [one for one in log if not (isinstance(one.event, BatchSent | BatchLate) and one.envelope.time == last)]


LIES: dict[str, tuple[Callable[[list[Recorded]], list[Recorded]], type[Event], str]] = {
    "proposed with a suspended organization": (
        _still_suspended,
        ApprovalListProposed,
        "not what the log's own facts lead to",
    ),
    "approved with a suspended organization": (
        lambda log: without(log, OrganizationReinstated, 1),
        ListApproved,
        "suspended or closed",
    ),
    "approved over an open list": (_still_open, ListApproved, "opened again and not sent since"),
    "approved on a superseded ranking": (
        lambda log: without(log, ApprovalListProposed, 1),
        ListApproved,
        "superseded",
    ),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_list_that_the_services_would_refuse_is_disproved(honest: list[Recorded], lie: str) -> None:
    assert replay(honest, ROUND).published
    rewritten, kind, reason = LIES[lie]
    with pytest.raises(Contradiction, match=reason) as caught:
        replay(rewritten(honest), ROUND)
    assert isinstance(caught.value.recorded.event, kind)
