"""The calendar is amended: what is open follows, for everybody who has signed and whose approval stands (C3.5)."""

from dataclasses import replace

from services.reporting.usecases.agreements import AGREEMENTS
from services.reporting.usecases.project import OBLIGATIONS
from shared.contracts.category import Stream
from shared.contracts.publication import ApprovalRevoked
from shared.contracts.reporting import (
    ObligationLifted,
    ObligationRescheduled,
    ReminderSent,
    ReportDefaulted,
    ReportOverdue,
)
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import Moment
from shared.contracts.topics import AGREEMENT, APPROVAL, ROUND, STANDING
from shared.kernel.instants import Instant, plus_seconds
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import ORGANIZATION
from tests.services.reporting.domain.owing import AGREEMENT as SIGNED
from tests.services.reporting.domain.owing import DAY, PLANNED
from tests.services.reporting.domain.test_calendar import EXTRA
from tests.services.reporting.usecases.test_due import APPROVED, REVOKED, SIGNED_AT, House, signed, term

DUE = term("plan")
LATER = Instant("2018-03-31T16:00:00.000Z")
AT = plus_seconds(DUE, -16 * DAY)


def postponed(parameters: RoundParameters = PARAMETERS, due: Instant = LATER) -> RoundParameters:
    """The plan is due later, a case is asked for that was not, and the other one no longer."""
    moved = (
        replace(one, due=Moment(value=due, source="design")) if one.kind == "plan" else one
        for one in parameters.obligations
        if one.kind != "case"
    )
    return replace(parameters, obligations=(*moved, EXTRA))


async def owed(house: House, kind: str) -> dict[str, object]:
    (doc,) = await house.documents.find(OBLIGATIONS, {"kind": kind})
    return dict(doc)


async def test_an_official_postponement_reaches_whoever_has_signed() -> None:
    house = await signed()
    await house.amend(postponed(), AT)
    assert await house.events(ObligationRescheduled) == [("plan", AT)]
    assert await house.events(ObligationLifted) == [("case", AT)]
    plan = await owed(house, "plan")
    assert (plan["due"], plan["due_now"], plan["state"]) == (LATER, LATER, "DUE")
    extra = [one for one in await house.documents.find(OBLIGATIONS) if one.get("period") == "extra"]
    assert [(one["state"], one["due"]) for one in extra] == [("DUE", EXTRA.due.value)]
    await house.look(plus_seconds(LATER, -1))
    assert await house.events(ReportOverdue) == []
    assert await house.events(ReminderSent) == [("plan", plus_seconds(LATER, -7 * DAY))]
    await house.look(plus_seconds(LATER, 10 * DAY))
    assert ("plan", plus_seconds(LATER, 10 * DAY)) in await house.events(ReportDefaulted)


async def test_what_is_overdue_is_open_again_and_reminded_of_anew() -> None:
    house, at = await signed(), plus_seconds(DUE, 3 * DAY)
    await house.look(plus_seconds(DUE, -DAY))
    await house.look(at)
    assert await house.events(ReportOverdue) == [("plan", DUE)]
    await house.amend(postponed(), at)
    plan = await owed(house, "plan")
    assert plan["state"] == "DUE"
    assert "grace_days" not in plan
    await house.look(plus_seconds(LATER, -DAY))
    assert not await house.events(ReportDefaulted)
    assert [name for name, _ in await house.events(ReminderSent)].count("plan") == 2


async def test_what_is_brought_forward_is_due_no_earlier_than_the_amendment() -> None:
    house = await signed()
    await house.amend(postponed(due=plus_seconds(AT, -DAY)), AT)
    assert (await owed(house, "plan"))["due"] == AT
    await house.look(plus_seconds(AT, 5))
    assert await house.events(ReportOverdue) == [("plan", AT)]


async def test_whoever_signs_after_the_announcement_owes_by_the_calendar_as_announced() -> None:
    house, at = House(), plus_seconds(SIGNED_AT, -DAY)
    await house.hear("application", Stream(ROUND, "2017", "2017"), PLANNED, at)
    await house.amend(postponed(), at, effective_from=plus_seconds(DUE, -1))
    await house.hear("publication", Stream(APPROVAL, "app-1", ORGANIZATION), APPROVED, SIGNED_AT)
    await house.hear("publication", Stream(AGREEMENT, "app-1", ORGANIZATION), SIGNED, SIGNED_AT)
    assert (await owed(house, "plan"))["due"] == LATER
    assert (await owed(house, "case"))["period"] == "extra"


async def test_an_amendment_of_anything_else_moves_nothing() -> None:
    house = await signed()
    before = await house.store.read(0, 1000)
    await house.amend(replace(PARAMETERS, quotas=()), AT)
    assert await house.store.read(0, 1000) == before


async def test_nothing_more_is_asked_of_whose_approval_has_ended() -> None:
    house = await signed()
    await house.hear("publication", Stream(STANDING, "app-1", ORGANIZATION), REVOKED, AT)
    await house.amend(postponed(), plus_seconds(AT, DAY))
    assert {one["state"] for one in await house.documents.find(OBLIGATIONS)} == {"LIFTED"}
    assert len(await house.events(ObligationLifted)) == len(await house.documents.find(OBLIGATIONS))


async def test_an_end_that_is_heard_of_late_ends_no_later_agreement() -> None:
    house = await signed()
    ending: ApprovalRevoked = REVOKED
    await house.hear("publication", Stream(STANDING, "app-1", ORGANIZATION), ending, plus_seconds(SIGNED_AT, -1))
    assert await house.documents.get(AGREEMENTS, "app-1")
