"""After the list: what is approved or rejected moves neither in its district nor with its applicant (C5.4)."""

from pathlib import Path
from typing import Any

import pytest

from audit.record import Contradiction
from audit.replay import replay
from rehearsal.forms import tables
from shared.contracts.review import DistrictReviewReturned
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from tests.services.review.stage import GROUP, ordinary, recommended, submitted
from tests.town.life import DEPUTY, LEADER, OFFICER, PUBLISHER, Applicant, Life

REASON = {"reasons": ["复核不实"]}
RETURN = {"items": [{"path": "t2", "code": "INCOMPLETE", "note": "补充场地"}]}


async def on_notice(folder: Path) -> Life:
    """Three are ranked; the first has time to correct, of the second nothing is decided. It is the last day."""
    life = await submitted(folder, ordinary(5))
    returned, _, *others = life.applicants
    await recommended(life, *others)
    await life.town.at("2017-10-10T09:00:00+08:00")
    await life.constitute([GROUP])
    for one in others:
        await life.score(one)
    await life.rank(GROUP)
    await life.town.at("2017-10-20T09:00:00+08:00")
    await life.propose()
    await life.town.at("2017-10-30T09:00:00+08:00")
    await life.review(returned, "return", {"version": 1, **RETURN})
    await life.town.at("2017-10-31T09:00:00+08:00")
    return life


async def stands(life: Life, one: Applicant) -> str:
    seen = await life.town.read(OFFICER, "application", f"/applications/{one.application}")
    return str(seen["state"])


def corrected(one: Applicant) -> dict[str, Any]:
    larger = [{"address": "楼", "area": "999", "tenure": "own"}]
    return {"revision": 1, "t2": {**tables(one.organization)["t2"], "premises": larger}}


async def refuses(life: Life, one: Applicant, acts: dict[str, Any]) -> None:
    for act, body in acts.items():
        by = one.filer if act == "reconsideration-request" else one.clerk
        refusal = await life.town.refused(by, "review", f"/reviews/{one.application}/{act}", body)
        assert refusal == "application-is-decided", act


async def test_what_is_decided_moves_no_longer(tmp_path: Path) -> None:
    life = await on_notice(tmp_path)
    returned, undecided, approved, *_ = life.applicants
    await life.approve()
    acts = {
        "return": {"version": 1, **RETURN},
        "decline": {"version": 1, **REASON},
        "reconsideration-request": {"grounds": "请复核"},
    }
    for one in (undecided, approved):
        await refuses(life, one, acts)
    batch = f"/batches/{life.round}/{approved.organization.district.value}/reopening"
    authority = {"authority": "市经信委"}
    assert await life.town.refused(LEADER, "review", batch, authority) == "round-is-decided"
    place = f"/applications/{returned.application}"
    for act, body in (("form", corrected(returned)), ("submission", None)):
        assert (
            await life.town.refused(returned.filer, "application", f"{place}/{act}", body) == "application-is-decided"
        )
    paper = {"version": 1, "snapshot_hash": "0" * 64, "copies": 3}
    clerk, place = undecided.official(Role.RECEIPT_CLERK), f"/applications/{undecided.application}/paper"
    assert await life.town.refused(clerk, "application", place, paper) == "application-is-decided"
    assert [await stands(life, one) for one in (returned, undecided, approved)] == ["REJECTED", "REJECTED", "APPROVED"]
    assert replay(await life.town.events(), life.round).published


async def test_an_appeal_that_is_remitted_to_the_district_lets_it_move_there_until_it_is_decided(
    tmp_path: Path,
) -> None:
    life = await on_notice(tmp_path)
    one = life.applicants[0]
    await life.approve()
    await life.town.at("2017-11-01T09:00:00+08:00")
    await life.town.command(one.filer, "publication", f"/appeals/{one.application}", {"grounds": "仍在补正期内"})
    remit = {"outcome": "remit", "stage": "district", "reason": "退回区级审核"}
    await life.town.command(DEPUTY, "publication", f"/appeals/{one.application}/decision", remit)
    await life.town.command(one.filer, "application", f"/applications/{one.application}/form", corrected(one))
    await life.submit(one)
    one.version = 2
    await life.receive(one)
    await life.decline(one)
    assert await stands(life, one) == "DECLINED"
    assert replay(await life.town.events(), life.round).published


@pytest.mark.parametrize(("since", "proven"), [("00:01", True), ("02:00", False)])
async def test_a_district_that_had_not_heard_of_the_list_for_longer_is_contradicted(
    tmp_path: Path, since: str, *, proven: bool
) -> None:
    """A decision is heard a little late; what moves long after it is found in the log (C5.4)."""
    life = await on_notice(tmp_path)
    one, town = life.applicants[1], life.town
    headers, body = await town.bearer(LEADER), {"version": 1, **RETURN}
    left = await life.leaving_free()
    async with town.client("publication") as publication, town.client("review") as review:
        done = await publication.post(f"/rounds/{life.round}/approval", json=left, headers=headers)
        assert done.is_success, done.text
        town.clock.instant = Instant(f"2017-10-31T01:{since}.000Z")
        done = await review.post(f"/reviews/{one.application}/return", json=body, headers=await town.bearer(one.clerk))
        assert done.is_success, done.text
    await town.settle()
    await town.command(PUBLISHER, "publication", f"/rounds/{life.round}/list")
    assert await stands(life, one) == "REJECTED", "the history never moves from an end"
    if proven:
        assert replay(await town.events(), life.round).published
        return
    with pytest.raises(Contradiction) as caught:
        replay(await town.events(), life.round)
    assert isinstance(caught.value.recorded.event, DistrictReviewReturned)
