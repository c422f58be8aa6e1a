"""Waivers: two officers, a failed rule and a ground; the failure stays, and nothing is waived by itself (C2.1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.review.domain.district_states import (
    DistrictAct,
    Open,
    Underway,
    judged,
    open_to,
)
from shared.contracts.application import EligibilityEvaluated, RuleResult
from shared.contracts.review import WaiverGranted, WaiverProposed, WaiverRefused
from shared.contracts.round import RoundParameters
from shared.contracts.vocabulary import GROUND, WAIVABLE, Outcome
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal

GRANTED, REFUSED = "granted", "refused"


@dataclass(frozen=True, slots=True)
class Waivable:
    """What the round lets two officers waive, and what the rules said of the version under review."""

    rules: frozenset[str]
    grounds: frozenset[str]
    """Rules that make a waiver possible where a person judges them to pass."""
    results: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class ProposeWaiver(DistrictAct):
    """The first officer, a clerk, or the city's where the district was silent, proposes to waive a rule (C2.1.7)."""

    application: str
    rule: str
    ground: str
    waivable: Waivable
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class DecideWaiver(DistrictAct):
    """The second officer, a leader of the same office and another person, grants or refuses it (C2.1.7)."""

    application: str
    rule: str
    outcome: str
    """`granted` or `refused`."""
    reason: str
    """Why it is refused."""
    by: Actor
    at: Instant


class RuleDidNotFail(Refusal):
    """Only a failed rule is waived."""

    title = "The rule did not fail"
    clause = "C2.1.7"
    field = "rule"


class RuleIsNotWaivable(Refusal):
    """适当放宽 does not cover this rule in this round."""

    title = "The round does not let this rule be waived"
    clause = "C2.1.7"
    field = "rule"


class NoGroundForAWaiver(Refusal):
    """Recognition is a fact of the form; strong and effective service is a person's judgement."""

    title = "No ground for a waiver has been judged to hold"
    clause = "C2.1.7"
    field = "rule"


class WaiverIsPending(Refusal):
    """One proposal is decided before another is made."""

    title = "Another waiver of this rule waits for the second officer"
    clause = "C2.1.7"
    field = "rule"


class WaiverAlreadyDecided(Refusal):
    """The second officer has decided."""

    title = "The waiver of this rule is decided"
    clause = "C2.1.7"
    field = "rule"


class WaiverNotProposed(Refusal):
    """There is nothing to grant."""

    title = "Nobody proposed to waive this rule"
    clause = "C2.1.7"
    field = "rule"


class SecondOfficerIsTheFirst(Refusal):
    """Two officers are two people."""

    title = "The officer who proposed a waiver does not decide on it"
    clause = "C2.1.7"


class OutcomeIsNoWaiverDecision(Malformed):
    """`granted` or `refused`."""

    title = "A waiver is granted or refused"
    field = "outcome"


class RefusalWithoutReason(Malformed):
    """A refusal says why."""

    title = "A waiver is refused for a reason"
    field = "reason"


def waivable_of(parameters: RoundParameters, evaluation: EligibilityEvaluated | None) -> Waivable:
    """What may be waived by the round, on what ground, and what the evaluation said; nothing without one."""
    may = {rule.id for rule in parameters.rules if rule.kind == WAIVABLE}
    grounds = frozenset(rule.id for rule in parameters.rules if rule.kind == GROUND)
    results = evaluation.results if evaluation is not None else ()
    return Waivable(frozenset(may) - frozenset(parameters.non_waivable), grounds, results)


def grounds_to_judge(waivable: Waivable) -> frozenset[str]:
    """The grounds that the evaluation leaves to a person."""
    waiting = {one.rule for one in waivable.results if one.outcome == Outcome.JUDGE}
    return waivable.grounds & waiting


def grounds_asked(parameters: RoundParameters, waivable: Waivable) -> frozenset[str]:
    """The grounds that a district has judged before it recommends, either way; none where the round does not ask."""
    return grounds_to_judge(waivable) if parameters.batches.grounds_judged else frozenset()


def propose(state: Underway, command: ProposeWaiver) -> Sequence[WaiverProposed]:
    """A clerk proposes; whoever repeats a proposal proposes nothing new."""
    checks = open_to(state)
    proposed = _proposal(checks, command)
    if proposed in checks.proposals:
        return []
    match _last(checks, command.rule):
        case None | WaiverRefused():
            return [proposed]
        case WaiverProposed():
            raise WaiverIsPending
        case WaiverGranted():
            raise WaiverAlreadyDecided
        case never:
            assert_never(never)


def _proposal(checks: Open, command: ProposeWaiver) -> WaiverProposed:
    result = next((one for one in command.waivable.results if one.rule == command.rule), None)
    if command.rule not in checks.opening.failed or result is None or result.outcome != Outcome.FAIL:
        raise RuleDidNotFail(rule=command.rule)
    if command.rule not in command.waivable.rules:
        raise RuleIsNotWaivable(rule=command.rule)
    outcomes = judged(checks)
    grounds = grounds_to_judge(command.waivable)
    if not any(outcomes.get(ground) == Outcome.PASS for ground in grounds):
        waiting = ", ".join(sorted(grounds - outcomes.keys()))
        raise NoGroundForAWaiver(
            f"to be judged first: {waiting}" if waiting else "",
            detail_zh=f"须先判定：{waiting.replace(', ', '、')}" if waiting else "",
            rule=command.rule,
        )
    return WaiverProposed(
        application=command.application,
        version=checks.opening.version,
        rule=command.rule,
        observed=result.observed,
        ground=command.ground,
        officer=command.by.id,
    )


def _last(checks: Open, rule: str) -> WaiverProposed | WaiverGranted | WaiverRefused | None:
    """Where the waiver of a rule stands: proposed, granted or refused last, or never proposed."""
    proposals = [one for one in checks.proposals if one.rule == rule]
    decisions = [one for one in checks.waivers if one.rule == rule]
    if len(proposals) > len(decisions):
        return proposals[-1]
    return decisions[-1] if decisions else None


def decide_waiver(state: Underway, command: DecideWaiver) -> Sequence[WaiverGranted | WaiverRefused]:
    """A leader decides on the proposal that waits."""
    checks = open_to(state)
    if command.outcome not in (GRANTED, REFUSED):
        raise OutcomeIsNoWaiverDecision
    if command.outcome == REFUSED and not command.reason:
        raise RefusalWithoutReason
    match _last(checks, command.rule):
        case None:
            raise WaiverNotProposed
        case WaiverProposed() as proposal:
            return [_decision(checks, proposal, command)]
        case WaiverGranted() | WaiverRefused() as before:
            return _again(checks, before, command)
        case never:
            assert_never(never)


def _decision(checks: Open, proposal: WaiverProposed, command: DecideWaiver) -> WaiverGranted | WaiverRefused:
    if command.by.id == proposal.officer:
        raise SecondOfficerIsTheFirst
    if command.outcome == GRANTED and not _ground_stands(checks):
        raise NoGroundForAWaiver(rule=command.rule)
    return _made(proposal, command)


def _made(proposal: WaiverProposed, command: DecideWaiver) -> WaiverGranted | WaiverRefused:
    officers = (proposal.officer, command.by.id)
    if command.outcome == GRANTED:
        return WaiverGranted(
            application=proposal.application,
            version=proposal.version,
            rule=proposal.rule,
            observed=proposal.observed,
            ground=proposal.ground,
            officers=officers,
        )
    return WaiverRefused(
        application=proposal.application,
        version=proposal.version,
        rule=proposal.rule,
        observed=proposal.observed,
        ground=proposal.ground,
        officers=officers,
        reason=command.reason,
    )


def _again(checks: Open, before: WaiverGranted | WaiverRefused, command: DecideWaiver) -> Sequence[WaiverRefused]:
    proposal = next(one for one in reversed(checks.proposals) if one.rule == command.rule)
    if _made(proposal, command) == before:
        return []
    raise WaiverAlreadyDecided


def _ground_stands(checks: Open) -> bool:
    grounds = {outcome for rule, outcome in judged(checks).items() if rule not in checks.opening.to_judge}
    return Outcome.PASS.value in grounds
