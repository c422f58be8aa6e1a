"""RecommendationBatch: DRAFT → SEALED → SENT, one for each district and round; opened again on authority (C5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TypeAlias, assert_never

from services.review.domain.completeness import Completeness, complete
from services.review.domain.compliance import compliance_required
from services.review.domain.district_states import Recommended, deviation, waived
from shared.auditlog.canonical import hash_of
from shared.contracts.review import BatchLate, BatchReopened, BatchRow, BatchSealed, BatchSent
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, to_datetime
from shared.kernel.refusal import Refusal, require

MINUTE = timedelta(minutes=1)

# Commands


@dataclass(frozen=True, slots=True)
class SealBatch:
    """The district's leader fixes the list under an official letter's number (C5.3)."""

    round: str
    district: str
    document_number: str
    rows: tuple[BatchRow, ...]
    """What the district recommends, in its order."""
    xlsx_sha256: str
    by: Actor
    at: Instant
    unchecked: tuple[str, ...] = ()
    """Who of them has no compliance check, or one with deviations, where the round asks for it."""
    waits_for: Completeness | None = None
    """What the list waits for; None where the round lets a district seal when it likes."""


@dataclass(frozen=True, slots=True)
class ReopenBatch:
    """The leader opens the list again, on somebody's authority."""

    round: str
    district: str
    authority: str
    by: Actor
    at: Instant
    closed: bool = False
    """Whether the city decided on the district's applications, and no appeal remitted one to it since."""


@dataclass(frozen=True, slots=True)
class SendBatch:
    """The leader sends the sealed list to the city; `deadline` is the first instant that is late (C5.3)."""

    round: str
    district: str
    deadline: Instant
    by: Actor
    at: Instant
    waits_for: Completeness | None = None
    """What the list waits for; None where the round lets a district send when it likes."""


Command: TypeAlias = SealBatch | ReopenBatch | SendBatch
BatchEvent: TypeAlias = BatchSealed | BatchReopened | BatchSent | BatchLate

# States


@dataclass(frozen=True, slots=True)
class Draft:
    """The district still recommends."""

    reopened: BatchReopened | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """Fixed, and still with the district."""

    sealing: BatchSealed


@dataclass(frozen=True, slots=True)
class Sent:
    """With the city."""

    sealing: BatchSealed
    sending: BatchSent
    late: BatchLate | None = None


Batch: TypeAlias = Draft | Sealed | Sent

# Refusals


class RoundIsDecided(Refusal):
    """What the city decided on is not recommended anew, unless an appeal remits it to the district."""

    title = "The round's list is approved, and no appeal is remitted to the district"
    clause = "C5.4"
    field = "round"


class NothingToSeal(Refusal):
    """A district's first list has at least one row."""

    title = "The district recommends nothing yet"
    clause = "C5.3"


class RowNotChecked(Refusal):
    """Every row's materials were checked and conform, where the round asks for it."""

    title = "A row's paper materials were not checked, or do not conform"
    clause = "C5.3"
    field = "compliance"


class BatchIsSealed(Refusal):
    """It is fixed with other rows or another number."""

    title = "The list is sealed; it takes authority to open it again"
    clause = "C5.3"


class BatchNotSealed(Refusal):
    """Only a sealed list is sent or opened again."""

    title = "The list is not sealed"
    clause = "C5.3"


def row_of(review: Recommended, pdf_sha256: str | None) -> BatchRow:
    """A recommendation as a row of the district's summary table (附件3)."""
    opening, recommendation = review.checks.opening, review.recommendation
    return BatchRow(
        order=recommendation.order,
        application=opening.application,
        organization=opening.organization,
        uscc=opening.uscc,
        organization_name=opening.organization_name,
        kind=opening.kind,
        category=opening.category,
        version=opening.version,
        snapshot_hash=opening.snapshot_hash,
        pdf_sha256=pdf_sha256,
        opinion=recommendation.opinion,
        waived=waived(review.checks),
    )


def unchecked(reviews: Iterable[Recommended], parameters: RoundParameters) -> tuple[str, ...]:
    """Whose materials were not checked or do not conform, where the round asks for it (C5.3)."""
    if not compliance_required(parameters):
        return ()
    found = [one.checks.opening for one in reviews if not one.checks.compliance or deviation(one.checks)]
    return tuple(sorted(opening.organization_name for opening in found))


def in_order(rows: Sequence[BatchRow]) -> tuple[BatchRow, ...]:
    """The rows by 推荐顺序."""
    return tuple(sorted(rows, key=lambda row: row.order))


def holds(state: Batch, application: str, version: int) -> bool:
    """Whether the list was sent with this version of the application."""
    return isinstance(state, Sent) and any(
        (row.application, row.version) == (application, version) for row in state.sealing.rows
    )


# Evolve


def evolve(state: Batch, event: BatchEvent) -> Batch:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match event:
        case BatchSealed():
            return Sealed(event) if isinstance(state, Draft) else state
        case BatchReopened():
            return state if isinstance(state, Draft) else Draft(event)
        case BatchSent():
            return Sent(state.sealing, event) if isinstance(state, Sealed) else state
        case BatchLate():
            return replace(state, late=event) if isinstance(state, Sent) and state.late is None else state
        case _:
            assert_never(event)


# Decide


def decide(state: Batch, command: Command) -> Sequence[BatchEvent]:
    """What happens, or a refusal."""
    require(command.by, Role.DISTRICT_LEADER, district=command.district)
    match command:
        case SealBatch():
            return _seal(state, command)
        case ReopenBatch():
            return _reopen(state, command)
        case SendBatch():
            return _send(state, command)
        case _:
            assert_never(command)


def _seal(state: Batch, command: SealBatch) -> Sequence[BatchEvent]:
    rows = in_order(command.rows)
    sealed = BatchSealed(
        round=command.round,
        district=command.district,
        document_number=command.document_number,
        rows=rows,
        rows_hash=hash_of([asdict(row) for row in rows]),
        xlsx_sha256=command.xlsx_sha256,
    )
    match state:
        case Draft(reopened):
            _may_seal(command, reopened)
            return [sealed]
        case Sealed(before) | Sent(before) if before == sealed:
            return []
        case Sealed() | Sent():
            raise BatchIsSealed
        case _:
            assert_never(state)


def _may_seal(command: SealBatch, reopened: BatchReopened | None) -> None:
    """What was opened again may come to hold nobody any more; the city learns of that too."""
    if not command.rows and reopened is None:
        raise NothingToSeal
    if command.unchecked:
        detail_zh = f"尚有{len(command.unchecked)}份申报未核对：{'、'.join(command.unchecked)}"
        raise RowNotChecked(f"to be checked first: {', '.join(command.unchecked)}", detail_zh=detail_zh)
    complete(command.waits_for, command.at)


def _reopen(state: Batch, command: ReopenBatch) -> Sequence[BatchEvent]:
    reopened = BatchReopened(round=command.round, district=command.district, authority=command.authority)
    match state:
        case Sealed() | Sent():
            if command.closed:
                raise RoundIsDecided
            return [reopened]
        case Draft(before) if before == reopened:
            return []
        case Draft():
            raise BatchNotSealed
        case _:
            assert_never(state)


def _send(state: Batch, command: SendBatch) -> Sequence[BatchEvent]:
    match state:
        case Sealed(sealing):
            complete(command.waits_for, command.at)
            sent = BatchSent(
                round=command.round,
                district=command.district,
                document_number=sealing.document_number,
                rows_hash=sealing.rows_hash,
                sent_at=command.at,
            )
            return [sent, *_late(command)]
        case Sent(sending=sending, late=None) if sending.sent_at == command.at:
            return _late(command)
        case Sent():
            return []
        case Draft():
            raise BatchNotSealed
        case _:
            assert_never(state)


def _late(command: SendBatch) -> list[BatchEvent]:
    minutes = minutes_late(command.at, command.deadline)
    return [BatchLate(round=command.round, district=command.district, minutes=minutes)] if minutes else []


def minutes_late(at: Instant, deadline: Instant) -> int:
    """Whole minutes after the deadline, rounded up; 0 before it, and at least 1 at or after it."""
    if at < deadline:
        return 0
    late = to_datetime(at) - to_datetime(deadline)
    return max(1, -(-late // MINUTE))


BATCH_DECIDER: Decider[Batch, Command, BatchEvent] = Decider(Draft(), decide, evolve)
