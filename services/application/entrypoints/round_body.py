"""What the office sends to plan a round: the shape of `rounds/2017.json`, every value with its source (C5)."""

from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, Field, StringConstraints

from services.application.domain.parameters import ROUND_ID
from services.application.domain.rules.registry import PREDICATES
from services.application.entrypoints.bodies import MaterialNumber
from services.application.entrypoints.round_values import (
    AtLeastOneBody,
    DayBody,
    MomentBody,
    NumberBody,
    SourceText,
    ThresholdText,
)
from shared.contracts.round import RoundParameters
from shared.web.models import Body, Count, DateText, ShortText, Token

RoundText = Annotated[str, StringConstraints(pattern=f"^{ROUND_ID.pattern}$")]


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
    cast: Annotated[bool, Field(description="Each expert of the panel casts its own vote")]
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
    votes: VotesBody
    conflicts: ConflictsBody
    scored_anew: bool


class QuotaBody(Body):
    """Places in one group: a category's code, or `comprehensive`."""

    group: Token
    places: Count
    source: SourceText
    ties_admitted: Count


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

    return_days: AtLeastOneBody
    reconsider_days: AtLeastOneBody
    appeal_days: AtLeastOneBody
    rectification_days: AtLeastOneBody
    remit_days: NumberBody
    not_before_deadline: bool
    period_named: bool
    reports_change: bool
    silence_escalates: Annotated[
        bool, Field(description="An applicant goes to the city when its district does not decide, or send, in time")
    ]
    suspension_stops: Annotated[bool, Field(description="No time runs out for an organization while it is suspended")]


class BatchesBody(Body):
    """How districts send their recommendations (C5.3)."""

    required: bool
    source: SourceText
    compliance_required: bool
    complete: bool
    overrulings: bool
    every_material: bool
    grounds_judged: bool
    reopened_by_city: bool


class ChoiceBody(Body):
    """What an organization may name as its kind and category (C2.2.2)."""

    known_only: Annotated[bool, Field(description="Nothing but the round's own categories may be named")]
    source: SourceText


class DecisionsBody(Body):
    """How a list is decided and its agreements are offered (C5.4)."""

    ends_all: Annotated[bool, Field(description="The list's approval also ends what never reached the experts")]
    offers: AtLeastOneBody
    source: SourceText
    appeals_by_another: bool
    corrections_on_notice: bool
    reversals_ranked: bool
    promoters_aside: bool
    free_places_reasoned: Annotated[
        bool, Field(description="A list that leaves places free while somebody is in line says why, by group")
    ]
    objections_by_another: Annotated[
        bool, Field(description="Whoever proposed the list decides no objection against it")
    ]
    objections_to: ShortText


class ExtensionsBody(Body):
    """How far letters move the filing deadline (C5.2)."""

    days_max: Annotated[int, Field(ge=1, le=366, description="Days after the deadline that a letter reaches at most")]
    shortening_notice_days: NumberBody
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

    rubric: Annotated[list[CriterionBody], Field(min_length=1, max_length=50)]
    grades: Annotated[list[GradeBody], Field(min_length=1, max_length=20)]
    reminder_days: NumberBody
    default_days: NumberBody
    source: SourceText
    after_all_due: bool
    none_under_order: bool


class EvidenceBody(Body):
    """Files that are brought to be named by a form and by what is filed after it (C3, C4, C5.4)."""

    media_types: Annotated[list[ShortText], Field(min_length=1, max_length=20)]
    size_max: Count
    files_max: Count
    source: SourceText
    statement: MaterialNumber


def _every_rule(rules: list[RuleBody]) -> list[RuleBody]:
    """A round that leaves out a rule asks less than the notice; it is refused here, so that earlier rounds stay."""
    lacking = [one for one in PREDICATES if one not in {rule.id for rule in rules}]
    if lacking:
        raise ValueError(f"every rule is there; lacking {', '.join(lacking)}")
    return rules


class RoundBody(Body):
    """Everything that distinguishes one year's round from another's; nothing of it may be left out."""

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
    levels: LevelsBody
    materials: Annotated[list[MaterialBody], Field(min_length=1, max_length=9)]
    corrections: CorrectionsBody
    batches: BatchesBody
    assessment: AssessmentBody
    decisions: DecisionsBody
    choice: ChoiceBody
    evidence: EvidenceBody
    extensions: ExtensionsBody
    amendments: AmendmentsBody


def parameters_of(body: RoundBody) -> RoundParameters:
    """The contract's parameters: the same values in the same words, nothing normalised."""
    return msgspec.convert(body.model_dump(), RoundParameters)
