"""The end of a round: it takes no application any more, and in the end its year is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.application.domain.round_states import (
    Archived,
    Closed,
    Open,
    Planned,
    Round,
    RoundEvent,
    RoundNotOpenYet,
    RoundNotPlanned,
    Unplanned,
    plan_at,
    terms_at,
)
from shared.contracts.application import LogHead, RoundArchived, RoundClosed
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, LocalDate, end_of_day, local_text
from shared.kernel.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class CloseRound:
    """End the filing (C5.2); `heads` are the logs as far as they were known."""

    round: str
    heads: tuple[LogHead, ...]
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ArchiveRound:
    """End the round's year; `heads` are the logs as far as they were known, `undecided` the applications under way."""

    round: str
    heads: tuple[LogHead, ...]
    by: Actor
    at: Instant
    undecided: tuple[str, ...]


class RoundTakesApplicationsStill(Refusal):
    """The deadline of the round, of a district or of an application has not passed."""

    title = "The round takes applications until its deadline"
    clause = "C5.2"
    rule = "R19"
    field = "round"


class RoundNotClosed(Refusal):
    """Closing comes before archiving."""

    title = "The round is not closed yet"
    field = "round"


class RoundsYearNotOver(Refusal):
    """Its approvals are valid still."""

    title = "The round's year is not over"
    field = "round"


class ApplicationsUnderWay(Refusal):
    """An appeal sent it back, and nobody has decided on it since (C5.4)."""

    title = "Applications of the round are under way still"
    clause = "C5.4"
    field = "round"


def close(state: Round, command: CloseRound) -> Sequence[RoundEvent]:
    """The closing, once."""
    require(command.by, Role.CITY_OFFICER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned():
            raise RoundNotOpenYet
        case Open():
            ends_at = terms_at(state, command.at).ends_at
            if command.at < ends_at:
                raise RoundTakesApplicationsStill(
                    f"somebody may file until {ends_at}", detail_zh=f"仍有单位可在{local_text(ends_at)}前提交"
                )
            return [RoundClosed(round=command.round, heads=command.heads)]
        case Closed() | Archived():
            return []
        case _:
            assert_never(state)


def archive(state: Round, command: ArchiveRound) -> Sequence[RoundEvent]:
    """The archiving, once."""
    require(command.by, Role.CITY_OFFICER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned() | Open():
            raise RoundNotClosed
        case Closed():
            over = end_of_day(LocalDate(plan_at(state, command.at).parameters.calendar.valid_to.value))
            if command.at < over:
                raise RoundsYearNotOver(f"it ends at {over}", detail_zh=f"有效期至{local_text(over)}")
            if command.undecided:
                undecided = command.undecided
                raise ApplicationsUnderWay(
                    f"to be decided first: {', '.join(undecided)}", detail_zh=f"尚有{len(undecided)}件申报未办结"
                )
            return [RoundArchived(round=command.round, heads=command.heads)]
        case Archived():
            return []
        case _:
            assert_never(state)
