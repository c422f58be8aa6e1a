"""What the office sends to plan a round: the shape of `rounds/2017.json`, every value with its source (C5)."""

from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, Field, StringConstraints

from services.application.domain.parameters import ROUND_ID
from services.application.domain.rules.registry import PREDICATES
from services.application.entrypoints.bodies import MaterialNumber
from shared.contracts.round import RoundParameters
from shared.web.models import Body, Count, DateText, ShortText, Token

RoundText = Annotated[str, StringConstraints(pattern=f"^{ROUND_ID.pattern}$")]
MomentText = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$")
]
"""UTC with milliseconds and nothing else: the text goes into the event as it is, and is hashed there."""
SourceText = Annotated[ShortText, Field(description="A clause of the notice, or `design` where it is silent")]
ThresholdText = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,40}$"),
    Field(description="Read by its rule: an amount, a ratio such as 2/3, a number"),
]


class MomentBody(Body):
    """An instant that the round fixes."""

    value: MomentText
    source: SourceText


class DayBody(Body):
    """A calendar day in Asia/Shanghai that the round fixes."""

    value: DateText
    source: SourceText


class NumberBody(Body):
    """A whole number that the round fixes."""

    value: Count
    source: SourceText


class CalendarBody(Body):
    """The dates of a round; the deadline is the first instant that is too late."""

    opens_at: MomentBody
    submission_deadline: MomentBody
    district_deadline: DayBody
    notice_working_days: NumberBody
    agreement_due_days: NumberBody
    valid_from: DayBody
    valid_to: DayBody
    holidays: Annotated[list[DateText], Field(max_length=400)]
    workdays: Annotated[list[DateText], Field(max_length=400)]


class CategoryBody(Body):
    """A category of professional organizations (C2.2.2)."""

    code: Token
    name_zh: ShortText
    open: bool
    source: SourceText


class RuleBody(Body):
    """One eligibility rule, with a threshold where the rule has one."""

    id: Token
    clause: SourceText
    kind: Literal["hard", "waivable", "in_principle", "judgement", "ground"]
    source: SourceText
    threshold: ThresholdText | None = None


class CriterionBody(Body):
    """One line of the experts' rubric."""

    id: Token
    name_zh: ShortText
    maximum: Count
    source: SourceText


class VotesBody(Body):
    """How many of a panel's experts carry what it votes on, as ratios such as `2/3`."""

    tie: ThresholdText
    missing_scores: ThresholdText
    source: SourceText


class ConflictsBody(Body):
    """How far a panel follows conflicts of interest beyond the assignment (C5.4)."""

    voters_answer: bool
    posts_followed: bool
    source: SourceText


class PanelsBody(Body):
    """How panels score and rank."""

    experts: NumberBody
    minimum_scores: NumberBody
    trim_from: NumberBody
    scoring_days: NumberBody
    tie_order: Annotated[list[Token], Field(max_length=50)]
    source: SourceText
    votes: VotesBody | None = None
    conflicts: ConflictsBody | None = None
    scored_anew: bool | None = None


class QuotaBody(Body):
    """Places in one group: a category's code, or `comprehensive`."""

    group: Token
    places: Count
    source: SourceText
    ties_admitted: Count | None = None


class ObligationBody(Body):
    """What every approved organization, or every one of a kind, owes (C3.1, C3.2, C3.3)."""

    kind: Token
    year: Annotated[int, Field(ge=1800, le=2199)]
    due: MomentBody
    source: SourceText
    period: Token | None = None
    only: Literal["comprehensive", "professional"] | None = None
    opens_at: MomentBody | None = None


class LevelsBody(Body):
    """From which level on something counts (C2.1.2, C2.1.7)."""

    education: Token
    title: Token
    recognition: Token
    counting: Literal["union", "intersection"]
    source: SourceText


class MaterialBody(Body):
    """One of the materials that go with the form (C4)."""

    number: Annotated[int, Field(ge=1, le=9)]
    name_zh: ShortText
    required: Literal["form", "always", "qualifications", "honours"]
    media_types: Annotated[list[ShortText], Field(max_length=20)]
    size_max: Count
    files_max: Count
    source: SourceText


class CorrectionsBody(Body):
    """Time for each corrective path, in days."""

    return_days: NumberBody
    reconsider_days: NumberBody
    appeal_days: NumberBody
    rectification_days: NumberBody
    remit_days: NumberBody | None = None
    not_before_deadline: bool | None = None
    period_named: bool | None = None
    reports_change: bool | None = None


class BatchesBody(Body):
    """How districts send their recommendations (C5.3)."""

    required: bool
    source: SourceText
    compliance_required: bool | None = None
    complete: bool | None = None
    overrulings: bool | None = None
    every_material: bool | None = None
    grounds_judged: bool | None = None
    reopened_by_city: bool | None = None


class ChoiceBody(Body):
    """What an organization may name as its kind and category (C2.2.2)."""

    known_only: Annotated[bool, Field(description="Nothing but the round's own categories may be named")]
    source: SourceText


class DecisionsBody(Body):
    """How a list is decided and its agreements are offered (C5.4)."""

    ends_all: Annotated[bool, Field(description="The list's approval also ends what never reached the experts")]
    offers: NumberBody
    source: SourceText
    appeals_by_another: bool = False
    corrections_on_notice: bool = False
    reversals_ranked: bool = False
    promoters_aside: bool = False
    objections_to: ShortText | None = None


class ExtensionsBody(Body):
    """How far letters move the filing deadline (C5.2)."""

    days_max: Annotated[int, Field(ge=1, le=366, description="Days after the deadline that a letter reaches at most")]
    source: SourceText


class AmendmentsBody(Body):
    """Who amends the round's parameters (C5.4)."""

    by_two: Annotated[bool, Field(description="An officer proposes an amendment, and a leader approves it")]
    source: SourceText


class GradeBody(Body):
    """A grade of the yearly assessment."""

    name_zh: ShortText
    at_least: Count
    recommended: bool


class AssessmentBody(Body):
    """How a year of service is assessed (C3.6)."""

    rubric: Annotated[list[CriterionBody], Field(max_length=50)]
    grades: Annotated[list[GradeBody], Field(max_length=20)]
    reminder_days: NumberBody
    default_days: NumberBody
    source: SourceText
    after_all_due: bool | None = None
    none_under_order: bool | None = None


class EvidenceBody(Body):
    """Files that are brought to be named by a form and by what is filed after it (C3, C4, C5.4)."""

    media_types: Annotated[list[ShortText], Field(min_length=1, max_length=20)]
    size_max: Count
    files_max: Count
    source: SourceText
    statement: MaterialNumber | None = None


def _every_rule(rules: list[RuleBody]) -> list[RuleBody]:
    """A round that leaves out a rule asks less than the notice; it is refused here, so that earlier rounds stay."""
    lacking = [one for one in PREDICATES if one not in {rule.id for rule in rules}]
    if lacking:
        raise ValueError(f"every rule is there; lacking {', '.join(lacking)}")
    return rules


class RoundBody(Body):
    """Everything that distinguishes one year's round from another's."""

    round: RoundText
    title_zh: ShortText
    calendar: CalendarBody
    categories: Annotated[list[CategoryBody], Field(max_length=50)]
    rules: Annotated[list[RuleBody], Field(max_length=50), AfterValidator(_every_rule)]
    non_waivable: Annotated[list[Token], Field(max_length=50)]
    rubric: Annotated[list[CriterionBody], Field(max_length=50)]
    panels: PanelsBody
    quotas: Annotated[list[QuotaBody], Field(max_length=50)]
    obligations: Annotated[list[ObligationBody], Field(max_length=50)]
    levels: LevelsBody | None = None
    materials: Annotated[list[MaterialBody], Field(max_length=9)] | None = None
    corrections: CorrectionsBody | None = None
    batches: BatchesBody | None = None
    assessment: AssessmentBody | None = None
    decisions: DecisionsBody | None = None
    choice: ChoiceBody | None = None
    evidence: EvidenceBody | None = None
    extensions: ExtensionsBody | None = None
    amendments: AmendmentsBody | None = None


def parameters_of(body: RoundBody) -> RoundParameters:
    """The contract's parameters: the same values in the same words, nothing normalised."""
    return msgspec.convert(body.model_dump(), RoundParameters)
