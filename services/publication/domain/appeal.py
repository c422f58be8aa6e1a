"""Appeal: FILED → UPHELD | REMITTED | REVERSED, by an applicant against its rejection (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.publication.domain.appeal_states import (
    Appeal,
    AppealAlreadyDecided,
    AppealAlreadyFiled,
    AppealNotFiled,
    AppealTooLate,
    ApproverMayNotDecideTheAppeal,
    Decided,
    Filed,
    NeverWithTheExperts,
    NoAppealsInThisRound,
    NotAppealed,
    NothingToAppealAgainst,
    NothingToReverse,
    PromoterMayNotDecideTheAppeal,
    RevokedIsNotReversed,
)
from services.publication.domain.rejection import Rejection
from services.publication.domain.states import DISTRICT, EXPERTS, OutcomeUnclear
from shared.contracts.publication import AppealDecided, AppealFiled
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import require

UPHOLD, REMIT, REVERSE = "uphold", "remit", "reverse"
CLOSED = "closed"
"""The outcome of an appeal that led to no place on the list: its remit, or an objection to what it gave, ended it."""
OUTCOMES = (UPHOLD, REMIT, REVERSE)
STAGES = (DISTRICT, EXPERTS)


# Commands


@dataclass(frozen=True, slots=True)
class FileAppeal:
    """The applicant appeals against a rejection (C5.4)."""

    application: str
    rejection: Rejection | None
    grounds: str
    by: Actor
    at: Instant
    evidence: tuple[str, ...]
    """SHA-256 of each file."""


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    """The leader decides on an appeal; a remit reopens only the stage that it names (C5.4)."""

    application: str
    outcome: str
    stage: str | None
    reason: str
    by: Actor
    at: Instant
    rejected_at: str | None
    """The stage at which the application ended; None where it was approved."""
    rejected_by: str | None
    """The account that approved the rejection; None where the round lets it decide the appeal."""
    displaced_by: frozenset[str]
    """Accounts that promoted others in its place; empty where the round lets them decide the appeal."""
    since: Instant | None
    """When the application was rejected last; None where it is not."""
    can_join: bool
    """Whether a correction may add it: its panel ranked it, and its district recommends it."""
    only_ranked: bool
    """Whether the round lets nothing else be reversed."""
    revoked: bool
    """Whether its approval was revoked, so that no correction adds it."""


Command: TypeAlias = FileAppeal | DecideAppeal
AppealEvent: TypeAlias = AppealFiled | AppealDecided


def evolve(state: Appeal, event: AppealEvent) -> Appeal:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match event:
        case AppealFiled():
            return state if isinstance(state, Filed) else Filed(event)
        case AppealDecided():
            return state if isinstance(state, NotAppealed) else Decided(state.appeal, event)
        case _:
            assert_never(event)


def decide(state: Appeal, command: Command) -> Sequence[AppealEvent]:
    """What happens, or a refusal."""
    match command:
        case FileAppeal():
            return _file(state, command)
        case DecideAppeal():
            return _decide(state, command)
        case _:
            assert_never(command)


def _file(state: Appeal, command: FileAppeal) -> Sequence[AppealEvent]:
    rejection = command.rejection
    require(command.by, Role.FILER, organization=None if rejection is None else rejection.organization)
    if rejection is None:
        raise NothingToAppealAgainst
    match state:
        case NotAppealed():
            return [_in_time(rejection, command)]
        case Filed(appeal):
            return _again(appeal, command)
        case Decided(appeal):
            return _again(appeal, command) if appeal.received_at >= rejection.at else [_in_time(rejection, command)]
        case _:
            assert_never(state)


def _again(appeal: AppealFiled, command: FileAppeal) -> Sequence[AppealEvent]:
    if (appeal.grounds, appeal.evidence) == (command.grounds, command.evidence):
        return []
    raise AppealAlreadyFiled


def _in_time(rejection: Rejection, command: FileAppeal) -> AppealFiled:
    if rejection.until is None:
        raise NoAppealsInThisRound
    if command.at >= rejection.until:
        raise AppealTooLate(f"it was due before {rejection.until}", detail_zh=f"应于{rejection.until}前提出")
    return AppealFiled(
        application=rejection.application,
        organization=rejection.organization,
        round=rejection.round,
        grounds=command.grounds,
        received_at=command.at,
        evidence=command.evidence,
    )


def _decide(state: Appeal, command: DecideAppeal) -> Sequence[AppealEvent]:
    require(command.by, Role.CITY_LEADER)
    _clear(command)
    match state:
        case NotAppealed():
            raise AppealNotFiled
        case Filed(appeal):
            _impartial(command)
            _reversible(command)
            return [_decided(appeal, command)]
        case Decided(appeal, decision):
            return _anew(appeal, decision, command)
        case _:
            assert_never(state)


def _impartial(command: DecideAppeal) -> None:
    if command.rejected_by == command.by.id:
        raise ApproverMayNotDecideTheAppeal
    if command.by.id in command.displaced_by:
        raise PromoterMayNotDecideTheAppeal


def _reversible(command: DecideAppeal) -> None:
    if command.outcome != REVERSE:
        return
    if command.revoked:
        raise RevokedIsNotReversed(
            "uphold the rejection, or remit it to a stage", detail_zh="请维持原决定，或退回区级、专家组重新办理"
        )
    if command.only_ranked and not command.can_join:
        raise NothingToReverse(
            detail_zh="该申报没有专家排序，撤销原决定无法落实：区级未推荐的退回区级，专家组未排序的退回专家组"
        )


def _anew(appeal: AppealFiled, decision: AppealDecided, command: DecideAppeal) -> Sequence[AppealEvent]:
    """A decision stands, but a reversal that no correction can carry out: a remit follows, or what upholds."""
    decided = _decided(appeal, command)
    if decision == decided:
        return []
    stands = command.since is None or command.since > appeal.received_at
    if decision.outcome != REVERSE or stands or not _instead(command):
        raise AppealAlreadyDecided(f"its outcome is {decision.outcome}", detail_zh=f"处理结果为{decision.outcome}")
    _impartial(command)
    return [decided]


def _instead(command: DecideAppeal) -> bool:
    """Whether it is what a leader may decide instead of a reversal that leads nowhere."""
    if command.revoked:
        return command.outcome in (UPHOLD, REMIT)
    return command.outcome == REMIT and not command.can_join


def _clear(command: DecideAppeal) -> None:
    if command.outcome not in OUTCOMES:
        raise OutcomeUnclear(
            f"outcomes are {', '.join(OUTCOMES)}", detail_zh=f"处理结果应为{'、'.join(OUTCOMES)}之一", field="outcome"
        )
    if command.outcome == REMIT and command.stage not in STAGES:
        raise OutcomeUnclear(
            f"an appeal is remitted to one of {', '.join(STAGES)}",
            detail_zh=f"应退回{'、'.join(STAGES)}之一",
            field="stage",
        )
    if command.outcome != REMIT and command.stage is not None:
        raise OutcomeUnclear(
            "only an appeal that is remitted names a stage", detail_zh="只有退回重审的申诉须写明阶段", field="stage"
        )
    if command.stage == EXPERTS and command.rejected_at == DISTRICT:
        raise NeverWithTheExperts


def _decided(appeal: AppealFiled, command: DecideAppeal) -> AppealDecided:
    return AppealDecided(
        application=appeal.application,
        organization=appeal.organization,
        round=appeal.round,
        outcome=command.outcome,
        stage=command.stage,
        reason=command.reason,
    )


APPEAL_DECIDER: Decider[Appeal, Command, AppealEvent] = Decider(NotAppealed(), decide, evolve)
