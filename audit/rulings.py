"""What the rules said of the last version, and what people made of it: the failure stays beside its waiver."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audit.words.terms import Names, Said, word
from shared.contracts.application import EligibilityEvaluated, RuleResult
from shared.contracts.event import Event
from shared.contracts.review import JudgementRecorded, WaiverGranted
from shared.contracts.rule_messages import TITLES, told
from shared.contracts.vocabulary import Outcome

NO_GROUND: Said = ("无此依据", "no such ground")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule said, as it is stored, and in words with its units; times are those of Shanghai."""

    rule: str
    clause: str
    outcome: str
    observed: str
    threshold: str
    title: Said
    said: Said
    """The outcome."""
    seen: Said
    asked: Said
    ground: bool = False
    """Whether it only makes a waiver possible: who does not meet it has failed nothing."""
    decided: str = ""
    """PASS or FAIL as a clerk judged, WAIVED by two officers; empty where nobody had to decide."""
    why: str = ""

    @property
    def failed(self) -> bool:
        """Whether it did not hold, and holds nobody up by itself."""
        return self.outcome == Outcome.FAIL and not self.ground


def rulings(events: Sequence[Event], names: Names) -> tuple[Ruling, ...]:
    """The last evaluation's results, with what was judged and waived of that version."""
    found: dict[str, Ruling] = {}
    for event in events:
        match event:
            case EligibilityEvaluated(results=results):
                found = {one.rule: _ruling(one, names) for one in results}
            case JudgementRecorded(rule=name, outcome=outcome, rationale=why) if name in found:
                found[name] = replace(found[name], decided=outcome, why=why)
            case WaiverGranted(rule=name, ground=why) if name in found:
                found[name] = replace(found[name], decided=Outcome.WAIVED.value, why=why)
            case _:
                pass
    return tuple(found.values())


def _ruling(result: RuleResult, names: Names) -> Ruling:
    seen, asked = told(result, names.naming)
    title_zh, title_en = TITLES.get(result.rule, ("", ""))
    ground = result.rule in names.grounds
    return Ruling(
        rule=result.rule,
        clause=result.clause,
        outcome=result.outcome,
        observed=result.observed,
        threshold=result.threshold,
        title=(f"{result.rule} {title_zh}".strip(), f"{result.rule} {title_en}".strip()),
        said=NO_GROUND if ground and result.outcome == Outcome.FAIL else word(result.outcome),
        seen=seen,
        asked=asked,
        ground=ground,
    )
