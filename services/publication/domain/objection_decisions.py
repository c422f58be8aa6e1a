"""Decisions on objections: the effect of one that is upheld is part of the decision (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.publication.domain.evolution import rows_after
from services.publication.domain.listing import list_hash
from services.publication.domain.states import (
    OBJECTION,
    OBJECTION_UPHELD,
    REMOVE,
    RERANK,
    Approved,
    Decision,
    DecisionEvent,
    ListNotProposed,
    NotProposed,
    Objection,
    ObjectionDecided,
    OutcomeUnclear,
    Proposed,
    objection_of,
)
from shared.contracts.publication import (
    ApplicationRejected,
    ObjectionDismissed,
    ObjectionFiled,
    ObjectionInadmissible,
    ObjectionUpheld,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, Unknown, require

INADMISSIBLE, DISMISSED, UPHELD = "inadmissible", "dismissed", "upheld"
OUTCOMES = (INADMISSIBLE, DISMISSED, UPHELD)

# Command


@dataclass(frozen=True, slots=True)
class DecideObjection:
    """The officer decides on an objection (C5.4)."""

    round: str
    objection: str
    outcome: str
    reason: str
    effect: str | None
    """`remove` or `rerank`; with `upheld` only."""
    rank: int | None
    """With `rerank` only."""
    ranked: int | None
    """How many its group's ranking holds; None while none stands."""
    by_another: bool
    """Whether the round keeps whoever proposed what is objected to from deciding on it."""
    by: Actor
    at: Instant


# Refusals


class ObjectionUnknown(Unknown):
    """The decision names an objection that nobody filed."""

    title = "There is no such objection"
    clause = "C5.4"
    field = "objection"


class ObjectionAlreadyDecided(Refusal):
    """A decision on an objection stands."""

    title = "The objection is decided already"
    clause = "C5.4"


class ApplicationNotOnTheList(Refusal):
    """It left the list in the meantime: there is no rank that it could fall to."""

    title = "The application is not on the list any more"
    clause = "C5.4"
    field = "effect"


class NoLowerRankInACorrection(Refusal):
    """Whoever a correction adds has the rank that its panel gives; an objection takes it away, or does not."""

    title = "Whoever a correction is to add does not fall to another rank"
    clause = "C5.4"
    field = "effect"


class RankOutsideTheGroup(Refusal):
    """There is no rank below the last of the group's ranking."""

    title = "The group's ranking has no such rank"
    clause = "C5.4"
    field = "rank"


class ProposerDecidesNoObjection(NotPermitted):
    """Two people: nobody judges what is objected to their own proposal."""

    title = "Whoever proposed the list, or the correction, decides no objection to it"
    clause = "C5.4"


class RankNotLower(Refusal):
    """An objection raises nobody."""

    title = "The application falls to a lower rank than it has"
    clause = "C5.4"
    field = "rank"


# Decide


def decide_objection(state: Decision, command: DecideObjection) -> Sequence[DecisionEvent]:
    """Decide an open objection; the effect of one that is upheld is part of the decision."""
    require(command.by, Role.CITY_OFFICER)
    _clear(command)
    match state:
        case NotProposed():
            raise ListNotProposed
        case Proposed() | Approved():
            objection = objection_of(state, command.objection)
            if objection is None:
                raise ObjectionUnknown(command.objection)
            if objection.decided is not None:
                return _decided(objection.decided, command)
            if command.by_another and command.by.id == _proposer(state):
                raise ProposerDecidesNoObjection
            if isinstance(state, Approved):
                return _to_a_correction(state, objection, command)
            return [_to_the_proposal(state, objection.filed, command)]
        case _:
            assert_never(state)


def _clear(command: DecideObjection) -> None:
    if command.outcome not in OUTCOMES:
        raise OutcomeUnclear(
            f"outcomes are {', '.join(OUTCOMES)}", detail_zh=f"处理结果应为{'、'.join(OUTCOMES)}之一", field="outcome"
        )
    if command.outcome == UPHELD and command.effect not in (REMOVE, RERANK):
        raise OutcomeUnclear(
            f"an objection that is upheld has the effect {REMOVE} or {RERANK}",
            detail_zh=f"异议成立时，效果应为{REMOVE}或{RERANK}",
            field="effect",
        )
    if command.outcome != UPHELD and command.effect is not None:
        raise OutcomeUnclear(
            f"an objection that is {command.outcome} has no effect", detail_zh="异议不成立时没有效果", field="effect"
        )
    if (command.effect == RERANK) != (command.rank is not None):
        raise OutcomeUnclear(
            f"a rank belongs to the effect {RERANK}", detail_zh=f"名次只与效果{RERANK}一并填写", field="rank"
        )


def _outcome(
    filed: ObjectionFiled, command: DecideObjection, left: str = ""
) -> ObjectionInadmissible | ObjectionDismissed | ObjectionUpheld:
    """The decision; of one that is upheld with the hash of the list that is left."""
    named = {"round": command.round, "objection": command.objection, "reason": command.reason}
    if command.outcome == INADMISSIBLE:
        return ObjectionInadmissible(**named)
    if command.outcome == DISMISSED:
        return ObjectionDismissed(**named)
    effect = command.effect or REMOVE
    return ObjectionUpheld(**named, application=filed.application, effect=effect, rank=command.rank, list_hash=left)


def _to_the_proposal(state: Proposed, filed: ObjectionFiled, command: DecideObjection) -> DecisionEvent:
    outcome = _outcome(filed, command)
    if not isinstance(outcome, ObjectionUpheld):
        return outcome
    if command.rank is not None:
        _lower(state, filed.application, command.rank, command.ranked)
    return replace(outcome, list_hash=list_hash(command.round, rows_after(state, outcome)))


def _to_a_correction(state: Approved, objection: Objection, command: DecideObjection) -> Sequence[DecisionEvent]:
    """The list that is left is the published one; whom the objection takes away hears that it ends again."""
    outcome, row = _outcome(objection.filed, command, state.list_hash), objection.joining
    if not isinstance(outcome, ObjectionUpheld):
        return [outcome]
    if command.rank is not None:
        raise NoLowerRankInACorrection
    assert row is not None, "once the list is approved, objections are to whom a correction adds"
    return [
        outcome,
        ApplicationRejected(
            application=row.application,
            organization=row.organization,
            round=command.round,
            stage=OBJECTION,
            codes=(OBJECTION_UPHELD,),
        ),
    ]


def _proposer(state: Proposed | Approved) -> str | None:
    """Of what objections are taken against now: the list, or the correction that waits."""
    if isinstance(state, Proposed):
        return state.proposal.proposer
    return None if state.pending is None else state.pending.proposer


def _lower(state: Proposed, application: str, rank: int, ranked: int | None) -> None:
    row = next((one for one in state.rows if one.application == application), None)
    if row is None:
        raise ApplicationNotOnTheList
    if rank <= row.rank:
        raise RankNotLower(f"its rank is {row.rank}", detail_zh=f"该申报现为第{row.rank}名，只能调低")
    if ranked is not None and rank > ranked:
        raise RankOutsideTheGroup(f"it has {ranked} ranks", detail_zh=f"该类别排名共{ranked}名")


def _decided(before: ObjectionDecided, command: DecideObjection) -> Sequence[DecisionEvent]:
    decision = _decision(before)
    if decision == (command.outcome, command.reason, command.effect, command.rank):
        return []
    raise ObjectionAlreadyDecided(f"it is {decision[0]}", detail_zh=f"处理结果为{decision[0]}")


def _decision(decided: ObjectionDecided) -> tuple[str, str, str | None, int | None]:
    """Its outcome, reason, effect and rank."""
    match decided:
        case ObjectionInadmissible(reason=reason):
            return INADMISSIBLE, reason, None, None
        case ObjectionDismissed(reason=reason):
            return DISMISSED, reason, None, None
        case ObjectionUpheld(reason=reason, effect=effect, rank=rank):
            return UPHELD, reason, effect, rank
        case _:
            assert_never(decided)
