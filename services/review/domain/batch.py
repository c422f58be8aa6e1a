"""RecommendationBatch: DRAFT → SEALED → SENT, one for each district and round; opened again on authority (C5.3)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias, assert_never

from services.review.domain.batch_states import Batch, Draft, Sealed, Sent
from services.review.domain.completeness import Completeness, complete
from services.review.domain.returns import minutes_late
from services.review.domain.rows import in_order
from shared.auditlog.canonical import hash_of
from shared.contracts.review import BatchLate, BatchReopened, BatchRow, BatchSealed, BatchSent
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require

CITY = (Role.CITY_OFFICER, Role.CITY_LEADER)

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
    unchecked: tuple[str, ...]
    """Who of them has no compliance check, or one with deviations, where the round asks for it."""
    waits_for: Completeness | None
    """What the list waits for; None where the round lets a district seal when it likes."""


@dataclass(frozen=True, slots=True)
class ReopenBatch:
    """The leader opens the list again, on somebody's authority; or the city, where the round has it so."""

    round: str
    district: str
    authority: str
    by: Actor
    at: Instant
    closed: bool
    """Whether the city decided on the district's applications, and no appeal remitted one to it since."""
    by_city: bool
    """Whether the round leaves it to the city to open again what was sent."""
    remitted: bool
    """Whether an appeal remitted something to the district that it has still to decide."""


@dataclass(frozen=True, slots=True)
class SendBatch:
    """The leader sends the sealed list to the city; `deadline` is the first instant that is late (C5.3)."""

    round: str
    district: str
    deadline: Instant
    by: Actor
    at: Instant
    gone: tuple[str, ...]
    """Whose rows no longer stand recommended as they were sealed, where the round follows that."""
    waits_for: Completeness | None
    """What the list waits for; None where the round lets a district send when it likes."""
    by_city: bool
    """Whether the city opens again what was sent, which is not late when it comes back."""
    remitted: bool
    """Whether an appeal remitted something to the district that it has still to decide."""


Command: TypeAlias = SealBatch | ReopenBatch | SendBatch
BatchEvent: TypeAlias = BatchSealed | BatchReopened | BatchSent | BatchLate

# Refusals


class RoundIsDecided(Refusal):
    """What the city decided on is not recommended anew, unless an appeal remits it to the district."""

    title = "The round's list is approved, and no appeal is remitted to the district"
    clause = "C5.4"
    field = "round"


class SentListIsWithTheCity(NotPermitted):
    """What the city has is opened again by the city, where the round has it so."""

    title = "A list that was sent is opened again by the city, and by nobody else"
    clause = "C5.3"


class SentBeforeTheRemit(Refusal):
    """What an appeal remitted to the district is on no list that was sent before it is decided."""

    title = "The list was sent before an appeal remitted what the district has still to decide"
    clause = "C5.4"


class NothingToSeal(Refusal):
    """A district's first list has at least one row."""

    title = "The district recommends nothing yet"
    clause = "C5.3"


class RowNotChecked(Refusal):
    """Every row's materials were checked and conform, where the round asks for it."""

    title = "A row's paper materials were not checked, or do not conform"
    clause = "C5.3"
    field = "compliance"


class RowsAreGone(Refusal):
    """A list goes to the city as it stands: without whoever withdrew, lapsed, or went to the city itself."""

    title = "A row of the sealed list stands recommended no more"
    clause = "C5.3"
    field = "rows"


class BatchIsSealed(Refusal):
    """It is fixed with other rows or another number."""

    title = "The list is sealed; it takes authority to open it again"
    clause = "C5.3"


class BatchNotSealed(Refusal):
    """Only a sealed list is sent or opened again."""

    title = "The list is not sealed"
    clause = "C5.3"


def opened_by_city(parameters: RoundParameters) -> bool:
    """Whether the round leaves it to the city to open again what was sent (C5.3)."""
    return parameters.batches.reopened_by_city


# Evolve


def evolve(state: Batch, event: BatchEvent) -> Batch:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match event:
        case BatchSealed():
            return Sealed(event, state.was_sent) if isinstance(state, Draft) else state
        case BatchReopened():
            return state if isinstance(state, Draft) else Draft(event, state.was_sent or isinstance(state, Sent))
        case BatchSent():
            return Sent(state.sealing, event, was_sent=state.was_sent) if isinstance(state, Sealed) else state
        case BatchLate():
            return replace(state, late=event) if isinstance(state, Sent) and state.late is None else state
        case _:
            assert_never(event)


# Decide


def decide(state: Batch, command: Command) -> Sequence[BatchEvent]:
    """What happens, or a refusal."""
    match command:
        case SealBatch():
            _of_the_district(command)
            return _seal(state, command)
        case ReopenBatch():
            _may_reopen(state, command)
            return _reopen(state, command)
        case SendBatch():
            _of_the_district(command)
            return _send(state, command)
        case _:
            assert_never(command)


def _of_the_district(command: Command) -> None:
    require(command.by, Role.DISTRICT_LEADER, district=command.district)


def _may_reopen(state: Batch, command: ReopenBatch) -> None:
    """The district's leader what the district has, or has again by an appeal; the city what it was sent (C5.3)."""
    if not command.by_city:
        _of_the_district(command)
    elif command.by.role not in CITY:
        require(command.by, Role.DISTRICT_LEADER, *CITY, district=command.district)
        if isinstance(state, Sent) and not command.remitted:
            raise SentListIsWithTheCity


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
        case Draft(reopened=reopened):
            _may_seal(command, reopened)
            return [sealed]
        case Sealed(sealing=before) | Sent(sealing=before) if before == sealed:
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
        case Draft(reopened=before) if before == reopened:
            return []
        case Draft():
            raise BatchNotSealed
        case _:
            assert_never(state)


def _send(state: Batch, command: SendBatch) -> Sequence[BatchEvent]:
    match state:
        case Sealed(sealing=sealing):
            complete(command.waits_for, command.at)
            _standing(command)
            sent = BatchSent(
                round=command.round,
                district=command.district,
                document_number=sealing.document_number,
                rows_hash=sealing.rows_hash,
                sent_at=command.at,
            )
            return [sent, *_late(state, command)]
        case Sent(sending=sending, late=None) if sending.sent_at == command.at:
            return _late(state, command)
        case Sent() if command.remitted:
            detail_zh = "名单报送后申诉退回本区：请区级负责人先启封名单，作出决定后重新确定并报送"
            raise SentBeforeTheRemit("open the list again, decide, seal and send it", detail_zh=detail_zh)
        case Sent():
            return []
        case Draft():
            raise BatchNotSealed
        case _:
            assert_never(state)


def _standing(command: SendBatch) -> None:
    if command.gone:
        detail_zh = f"请先启封，不含以下单位后重新确定：{'、'.join(command.gone)}"
        raise RowsAreGone(f"seal the list again without: {', '.join(command.gone)}", detail_zh=detail_zh)


def _late(state: Sealed | Sent, command: SendBatch) -> list[BatchEvent]:
    """What the city had, and opened again itself, is not the district's delay."""
    if command.by_city and state.was_sent:
        return []
    minutes = minutes_late(command.at, command.deadline)
    return [BatchLate(round=command.round, district=command.district, minutes=minutes)] if minutes else []


BATCH_DECIDER: Decider[Batch, Command, BatchEvent] = Decider(Draft(), decide, evolve)
