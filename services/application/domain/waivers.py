"""Asking for a waiver of failed rules, on the ground of recognition; it grants nothing (C2.1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.application.domain.editing import (
    ApplicationHasLapsed,
    ApplicationIsWithdrawn,
    ApplicationNotStarted,
    FilingAct,
    unless_barred,
)
from services.application.domain.form import filing
from services.application.domain.rules.registry import evaluate
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Draft,
    Lapsed,
    NotStarted,
    Returned,
    Submitted,
    Withdrawn,
)
from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.application import RuleResult, WaiverRequested
from shared.contracts.vocabulary import GROUND, WAIVABLE, Outcome
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require


@dataclass(frozen=True, slots=True)
class RequestWaiver(FilingAct):
    """Ask that failed rules be waived (C2.1.7); `evidence` are SHA-256 of files."""

    application: str
    rules: tuple[str, ...]
    ground: str
    evidence: tuple[str, ...]
    terms: RoundTerms
    by: Actor
    at: Instant
    applicant: Applicant | None
    """The organization as registration has it now, as far as that was heard."""


class NoRuleNamed(Malformed):
    """A request names the rules, each of them once."""

    title = "A request for a waiver names its rules once each"
    clause = "C2.1.7"
    field = "rules"


class RuleIsNeverWaived(Refusal):
    """The round lets only some rules be waived."""

    title = "This rule is never waived"
    clause = "C2.1.7"
    field = "rules"


class RuleDidNotFail(Refusal):
    """Only a failure is waived."""

    title = "The rule did not fail"
    clause = "C2.1.7"
    field = "rules"


class NoGroundForAWaiver(Refusal):
    """Only recognition at the round's level or above is a ground."""

    title = "There is no recognition that a waiver could rest on"
    clause = "C2.1.7"
    field = "ground"


def request_waiver(state: Application, command: RequestWaiver) -> Sequence[ApplicationEvent]:
    """The request, once; the district sees it. Before a version is filed, the form is looked at as it is saved."""
    if isinstance(state, NotStarted):
        raise ApplicationNotStarted
    require(command.by, Role.FILER, organization=state.started.organization)
    unless_barred(command.applicant)
    match state:
        case Withdrawn():
            raise ApplicationIsWithdrawn
        case Lapsed():
            raise ApplicationHasLapsed
        case Submitted():
            results = state.last.evaluated.results if state.last.evaluated else ()
            return _requested(state.requests, results, command)
        case Draft() | Returned():
            return _requested(state.requests, _results(state, command), command)
        case _:
            assert_never(state)


def _results(state: Draft | Returned, command: RequestWaiver) -> Sequence[RuleResult]:
    terms, started = command.terms, state.started
    deadline = terms.deadline_of(started.district, started.application)
    return evaluate(filing(state.form, terms, command.at, deadline), terms.rules).results


def _requested(
    requests: Sequence[WaiverRequested], results: Sequence[RuleResult], command: RequestWaiver
) -> Sequence[ApplicationEvent]:
    asked = WaiverRequested(
        application=command.application, rules=command.rules, ground=command.ground, evidence=command.evidence
    )
    if asked in requests:
        return []
    if not command.rules or len(set(command.rules)) < len(command.rules):
        raise NoRuleNamed
    kinds = {rule.id: rule.kind for rule in command.terms.rules}
    outcomes = {one.rule: one.outcome for one in results}
    for rule in command.rules:
        if kinds.get(rule) != WAIVABLE or rule in command.terms.non_waivable:
            raise RuleIsNeverWaived(rule, detail_zh=f"规则{rule}", rule=rule)
        if outcomes.get(rule) != Outcome.FAIL:
            raise RuleDidNotFail(rule, detail_zh=f"规则{rule}", rule=rule)
    grounds = sorted(rule for rule, kind in kinds.items() if kind == GROUND)
    if not any(outcomes.get(rule) == Outcome.JUDGE for rule in grounds):
        raise NoGroundForAWaiver(rule=next(iter(grounds), None))
    return [asked]
