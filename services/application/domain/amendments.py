"""A round's parameters changed from an instant on, by two where it says so; what was evaluated before stays."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import assert_never

from services.application.domain.announced import by_two, keep_what_stands
from services.application.domain.parameters import check
from services.application.domain.round_states import (
    Archived,
    Closed,
    Open,
    Planned,
    Round,
    RoundEvent,
    RoundIsArchived,
    RoundNotPlanned,
    Unplanned,
    plan_at,
)
from shared.auditlog.canonical import hash_of
from shared.contracts.application import PolicyAmended, PolicyAmendmentProposed
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_text
from shared.kernel.refusal import Malformed, Refusal, require


@dataclass(frozen=True, slots=True)
class AmendPolicy:
    """Change the round's parameters from an instant on (C5), by an official letter; propose it where two are asked."""

    round: str
    parameters: RoundParameters
    parameters_hash: str
    """Of the parameters as they were written; see `written`."""
    effective_from: Instant
    reason: str
    authority_document: str
    by: Actor
    at: Instant
    noticed: bool
    """Whether a public notice of the round is known."""


class AmendmentOfAnotherRound(Malformed):
    """The parameters are those of the round that is amended."""

    title = "The parameters are of another round"
    field = "parameters.round"


class AmendmentReachesBack(Refusal):
    """What was decided by the old parameters stays decided by them."""

    title = "An amendment takes effect at once or later, never before"
    field = "effective_from"


class DeadlineMovesByExtension(Refusal):
    """The days on which a round opens and on which filing ends are not amended; more time is given by an extension."""

    title = "The submission deadline moves by an extension only"
    clause = "C5.2"
    rule = "R19"
    field = "parameters.calendar.submission_deadline"


class NothingIsAmended(Refusal):
    """The parameters in force at that instant are these already."""

    title = "These are the parameters already"
    field = "parameters"


class LaterAmendmentWaits(Refusal):
    """An amendment says all parameters: one that takes effect before an approved one would be undone by it (C5.4)."""

    title = "An approved amendment takes effect later and would undo this one"
    clause = "C5.4"
    field = "effective_from"


class AnotherAmendmentIsProposed(Refusal):
    """One at a time: it is approved, declined or withdrawn before the next."""

    title = "Another amendment of the round is proposed"
    clause = "C5.4"
    field = "parameters"


def amend(state: Round, command: AmendPolicy) -> Sequence[RoundEvent]:
    """The amendment, made once, or proposed once where the round asks for two."""
    require(command.by, Role.CITY_OFFICER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned() | Open() | Closed():
            return _amended(state, command)
        case Archived():
            raise RoundIsArchived
        case _:
            assert_never(state)


def _amended(state: Planned | Open | Closed, command: AmendPolicy) -> Sequence[RoundEvent]:
    if any(_same(one, command) for one in state.amendments):
        return []
    if not by_two(plan_at(state, command.at).parameters):
        return [amended(state, command, proposer=None)]
    if not isinstance(state.proposal, PolicyAmendmentProposed):
        return [_proposed(state, command)]
    if _same(state.proposal, command):
        return []
    raise AnotherAmendmentIsProposed


def _proposed(state: Planned | Open | Closed, command: AmendPolicy) -> PolicyAmendmentProposed:
    would_be = amended(state, command, proposer=None)
    return PolicyAmendmentProposed(
        round=command.round,
        parameters=would_be.parameters,
        new_hash=would_be.new_hash,
        effective_from=would_be.effective_from,
        reason=would_be.reason,
        authority_document=would_be.authority_document,
        proposer=command.by.id,
    )


def amended(state: Planned | Open | Closed, command: AmendPolicy, proposer: str | None) -> PolicyAmended:
    """What the command makes of the round; raise where that may not be.

    Nobody knows whether a notice will run when it takes effect later, so one is taken to.
    """
    parameters = command.parameters
    _check(state, command)
    old = plan_at(state, command.effective_from)
    if by_two(old.parameters):
        _unless_undone(state, command)
    later = command.effective_from > max(command.at, parameters.calendar.opens_at.value)
    opened, noticed = later or not isinstance(state, Planned), later or command.noticed
    keep_what_stands(old.parameters, parameters, command.effective_from, opened=opened, noticed=noticed)
    new_hash = command.parameters_hash
    if old.parameters_hash == new_hash:
        raise NothingIsAmended
    return PolicyAmended(
        round=command.round,
        parameters=parameters,
        old_hash=old.parameters_hash,
        new_hash=new_hash,
        rule_set_hash=hash_of([asdict(rule) for rule in parameters.rules]),
        rubric_hash=hash_of([asdict(criterion) for criterion in parameters.rubric]),
        effective_from=command.effective_from,
        reason=command.reason,
        authority_document=command.authority_document,
        proposer=proposer,
    )


def _unless_undone(state: Planned | Open | Closed, command: AmendPolicy) -> None:
    last = Instant(max((one.effective_from for one in state.amendments), default=command.effective_from))
    if last > command.effective_from:
        detail = f"one takes effect at {local_text(last)} (Asia/Shanghai): name that instant, and what it says too"
        detail_zh = f"已批准的参数修订自{local_text(last)}起施行，请自该时起施行并写入其内容"
        raise LaterAmendmentWaits(detail, detail_zh=detail_zh)


def _check(state: Planned | Open | Closed, command: AmendPolicy) -> None:
    calendar, planned = command.parameters.calendar, state.plan.parameters.calendar
    if command.parameters.round != command.round:
        raise AmendmentOfAnotherRound(
            f"{command.parameters.round}, not {command.round}",
            detail_zh=f"{command.parameters.round}年度，而非{command.round}年度",
        )
    if command.effective_from < command.at:
        detail = f"{command.effective_from} is before {command.at}"
        raise AmendmentReachesBack(detail, detail_zh=f"{local_text(command.effective_from)}早于现在")
    check(command.parameters)
    for name in ("opens_at", "submission_deadline"):
        if getattr(calendar, name).value != getattr(planned, name).value:
            raise DeadlineMovesByExtension(field=f"parameters.calendar.{name}")


def _same(one: PolicyAmended | PolicyAmendmentProposed, command: AmendPolicy) -> bool:
    said = (one.new_hash, one.effective_from, one.reason, one.authority_document)
    return said == (command.parameters_hash, command.effective_from, command.reason, command.authority_document)
