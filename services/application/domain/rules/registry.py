"""The registry: which rules exist, and the evaluation of a filing by a round's rule set."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.application.domain.rules.capacity import r6, r7, r8, r9, r17, r18
from services.application.domain.rules.finding import Filing, Finding, Predicate
from services.application.domain.rules.organization import r1, r2, r3, r4, r5, r13, r14, r15, r16
from services.application.domain.rules.service import r10, r11, r12, r19
from shared.contracts.application import RuleResult
from shared.contracts.round import Rule
from shared.contracts.vocabulary import GROUND, Outcome

PREDICATES: Final[dict[str, Predicate]] = {
    "R1": r1,
    "R2": r2,
    "R3": r3,
    "R4": r4,
    "R5": r5,
    "R6": r6,
    "R7": r7,
    "R8": r8,
    "R9": r9,
    "R10": r10,
    "R11": r11,
    "R12": r12,
    "R13": r13,
    "R14": r14,
    "R15": r15,
    "R16": r16,
    "R17": r17,
    "R18": r18,
    "R19": r19,
}

HARD = "hard"
ELIGIBLE, CONDITIONAL, INELIGIBLE = "ELIGIBLE", "CONDITIONAL", "INELIGIBLE"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every rule's result in the rule set's order, and what they add up to."""

    results: tuple[RuleResult, ...]
    overall: str
    blocking: tuple[str, ...]
    """Hard rules that failed and tables or papers that are missing: these stop a submission."""
    failed: tuple[str, ...]
    """Rules that failed and are not hard; only a waiver helps."""
    to_judge: tuple[str, ...]


def unknown_rules(rules: Sequence[Rule]) -> list[str]:
    """Ids that the registry does not have; a round that names one is refused."""
    return [rule.id for rule in rules if rule.id not in PREDICATES]


def evaluate(filing: Filing, rules: Sequence[Rule]) -> Evaluation:
    """Apply every rule of the round once, none of them skipped."""
    pairs = [(rule, PREDICATES[rule.id](filing, rule)) for rule in rules]
    blocking = tuple(rule.id for rule, finding in pairs if _blocks(rule, finding))
    counted = [(rule, finding) for rule, finding in pairs if rule.kind != GROUND]
    failed = tuple(rule.id for rule, finding in counted if finding.outcome is Outcome.FAIL and rule.kind != HARD)
    to_judge = tuple(rule.id for rule, finding in counted if finding.outcome is Outcome.JUDGE)
    overall = INELIGIBLE if blocking else CONDITIONAL if failed or to_judge else ELIGIBLE
    return Evaluation(
        tuple(_result(rule, finding, filing) for rule, finding in pairs), overall, blocking, failed, to_judge
    )


def _blocks(rule: Rule, finding: Finding) -> bool:
    return finding.outcome is Outcome.MISSING or (finding.outcome is Outcome.FAIL and rule.kind == HARD)


def _result(rule: Rule, finding: Finding, filing: Filing) -> RuleResult:
    threshold = {"R15": ", ".join(filing.open_categories), "R19": filing.deadline}.get(rule.id, rule.threshold or "")
    return RuleResult(
        rule=rule.id,
        clause=rule.clause,
        outcome=finding.outcome.value,
        observed=finding.observed,
        threshold=threshold,
    )
