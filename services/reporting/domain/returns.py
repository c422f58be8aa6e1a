"""What the office does with a filing: it accepts it or sends it back to be corrected (C3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.reporting.domain.states import Accepted, Filed, Owed
from shared.contracts.correction import ItemToCorrect
from shared.contracts.policy import days_of
from shared.contracts.reporting import ObligationCreated, ReportAccepted, ReportReturned
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant, end_of_day_after, local_text
from shared.kernel.refusal import Malformed, Refusal

# Commands


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """The office sends a version back; `latest` is the last due time that the round allows, or None."""

    obligation: str
    version: int
    items: tuple[ItemToCorrect, ...]
    due: Instant | None
    latest: Instant | None
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class AcceptReport:
    """The office accepts a version."""

    obligation: str
    version: int
    by: Actor
    at: Instant


# Refusals


class ReportAlreadyAccepted(Refusal):
    """What the office accepted stays as it is."""

    title = "The report is accepted already"
    clause = "C3.1"


class NothingFiledToDecideOn(Refusal):
    """Only what lies with the office is returned or accepted."""

    title = "Nothing that was filed waits for the office"
    clause = "C3.1"


class AnotherVersionIsFiled(Refusal):
    """The office decides on the version that it has read."""

    title = "Another version is filed than the one decided on"
    field = "version"


class NothingToCorrect(Malformed):
    """A return names what is wrong."""

    title = "A return names at least one item"
    field = "items"


class ReturnDueNotAllowed(Malformed):
    """The time for a correction lies ahead, and within the round's days."""

    title = "The correction cannot be due then"
    field = "due"


def send_back(state: Owed, command: ReturnReport) -> Sequence[ReportReturned]:
    """What is filed goes back with the items to correct; not twice for the same."""
    if any(_is_the_same_return(command, one) for one in state.course.returns):
        return []
    creation = _lies_with_the_office(state, command.version)
    if not command.items:
        raise NothingToCorrect
    return [
        ReportReturned(
            obligation=creation.obligation,
            organization=creation.organization,
            round=creation.round,
            version=command.version,
            items=command.items,
            due=_due_of(command),
        )
    ]


def _is_the_same_return(command: ReturnReport, event: ReportReturned) -> bool:
    asked = (command.version, command.items, command.due or event.due)
    return asked == (event.version, event.items, event.due)


def _due_of(command: ReturnReport) -> Instant:
    due = command.due or command.latest
    if due is None:
        raise ReturnDueNotAllowed(
            "the round sets no time for corrections: say when it is due", detail_zh="本轮未规定补正期限，须写明到期时间"
        )
    if due <= command.at:
        raise ReturnDueNotAllowed("it is due at once", detail_zh="到期时间须晚于现在")
    if command.latest is not None and due > command.latest:
        latest = local_text(command.latest)
        raise ReturnDueNotAllowed(f"the round allows no later than {latest}", detail_zh=f"补正最迟至{latest}")
    return due


def accept(state: Owed, command: AcceptReport) -> Sequence[ReportAccepted]:
    """What is filed is done."""
    if isinstance(state, Accepted) and state.course.version == command.version:
        return []
    creation = _lies_with_the_office(state, command.version)
    return [
        ReportAccepted(
            obligation=creation.obligation,
            organization=creation.organization,
            round=creation.round,
            version=command.version,
        )
    ]


def _lies_with_the_office(state: Owed, version: int) -> ObligationCreated:
    if isinstance(state, Accepted):
        raise ReportAlreadyAccepted
    if not isinstance(state, Filed):
        raise NothingFiledToDecideOn
    if version != state.course.version:
        raise AnotherVersionIsFiled(
            f"version {state.course.version} is filed", detail_zh=f"现已报送第{state.course.version}版"
        )
    return state.course.creation


def must_change(parameters: RoundParameters) -> bool:
    """Whether the round takes what was returned again only with something changed."""
    return parameters.corrections.reports_change


def latest_return(parameters: RoundParameters, at: Instant) -> Instant | None:
    """The end of the last day that the round gives for a correction; None where it says nothing of it."""
    days = days_of(parameters.corrections.return_days)
    return None if days is None else end_of_day_after(at, days)
