"""A round's parameters as the first version of its events said them: what a round left out, nobody asked (C5)."""

from shared.contracts.amendments import Amendments
from shared.contracts.event import value
from shared.contracts.round import (
    Calendar,
    Choice,
    Conflicts,
    Criterion,
    Grade,
    Levels,
    MaterialRule,
    ObligationTerm,
    Rule,
    ServiceCategory,
)
from shared.contracts.sourced import Number


@value
class Votes:
    """How many of a panel's experts carry what it votes on, as ratios such as `2/3`."""

    tie: str
    """Voters are more than this share of the panel, to tell a tie apart."""
    missing_scores: str
    """Voters are at least this share of the panel, to decide on an application with too few scores."""
    source: str


@value
class Panels:
    """How panels score and rank."""

    experts: Number
    minimum_scores: Number
    """Below this many valid scores there is no ranking."""
    trim_from: Number
    """With at least this many scores the highest and the lowest are dropped."""
    scoring_days: Number
    """Days from assignment to the score's due time."""
    tie_order: tuple[str, ...]
    """Criteria by which equal aggregates are told apart, first to last."""
    source: str
    votes: Votes | None = None
    """Half of the panel for both where a round does not say."""
    conflicts: Conflicts | None = None
    """Neither is followed where a round does not say."""
    scored_anew: bool | None = None
    """Whether a panel ranks what an appeal remitted to the experts only when each that scored it did so anew."""


@value
class Quota:
    """Places in one group: a category's code or `comprehensive`."""

    group: str
    places: int
    source: str
    ties_admitted: int | None = None
    """Further places that a tie across the cut may take when neither criteria nor panel tell it apart."""


@value
class Corrections:
    """Time for each corrective path, in days; all of it `design`, since the notice is silent."""

    return_days: Number
    """For an applicant to correct what was returned, and after that for the district to decide it."""
    reconsider_days: Number
    """For an applicant to ask the district again, or to go to the city, after a decline; for the leader to answer."""
    appeal_days: Number
    """For an applicant to appeal after a rejection."""
    rectification_days: Number
    """For an approved organization to put right what it defaulted on."""
    remit_days: Number | None = None
    """For a district to decide again what an appeal was remitted to it for; None where no time runs."""
    not_before_deadline: bool | None = None
    """Whether a return runs at least until the application's own deadline, extensions of it included."""
    period_named: bool | None = None
    """Whether a default's order names which of a year's reports was not filed."""
    reports_change: bool | None = None
    """Whether a report that was returned is filed again only with something changed."""


@value
class Batches:
    """How districts send their recommendations (C5.3)."""

    required: bool
    """Whether experts are assigned only what a sent batch holds."""
    source: str
    compliance_required: bool | None = None
    """Whether what a district recommends was checked for compliance, in that version and without a deviation."""
    complete: bool | None = None
    """Whether a district's list waits for its filing deadline, and for everything that was filed there in time."""
    overrulings: bool | None = None
    """Whether the city, when it admits, says why of each judged failure and each deviation of the district's."""
    every_material: bool | None = None
    """Whether a compliance check names what the round knows, and no recommendation stands before each due material."""
    grounds_judged: bool | None = None
    """Whether a district judges the ground of waivers, where it is up for judgement, before it recommends (C2.1.7)."""
    reopened_by_city: bool | None = None
    """Whether it takes the city's officer or leader to open again a list that was sent."""


@value
class Assessment:
    """How a year of service is assessed (C3.6), and when what is owed is reminded of and defaulted."""

    rubric: tuple[Criterion, ...]
    grades: tuple[Grade, ...]
    """From best to worst; the last one is the failing grade, which a default leads to."""
    reminder_days: Number
    """Days before the due instant."""
    default_days: Number
    """Days after the due instant."""
    source: str
    after_all_due: bool | None = None
    """Whether a year is assessed only once everything that it asks for was due."""
    none_under_order: bool | None = None
    """Whether nobody who is still to put something right is recommended first (C3.6)."""


@value
class Decisions:
    """How a list is decided and its agreements are offered; all of it `design`, since the notice is silent."""

    ends_all: bool
    """Whether the list's approval also ends what never reached the experts, so that it may be appealed against."""
    offers: Number
    """How often an agreement is offered at most, those that ran out among them."""
    source: str
    appeals_by_another: bool = False
    """Whether whoever approved the list that rejected an application may not decide its appeal."""
    corrections_on_notice: bool = False
    """Whether a correction that adds somebody to the published list goes on public notice before its approval."""
    reversals_ranked: bool = False
    """Whether an appeal is reversed only where a ranking holds the application; otherwise it is remitted."""
    promoters_aside: bool = False
    """Whether who promoted another in an application's place decides neither its appeal nor what gives it a place."""
    objections_to: str | None = None
    """Where an objection is filed, as the notice says it in Chinese; nothing is said without it."""


@value
class Evidence:
    """Files that are brought to be named: by a form, objections and appeals, reports and cases (C3, C4, C5.4)."""

    media_types: tuple[str, ...]
    size_max: int
    """Bytes of one file."""
    files_max: int
    """Files that one objection, appeal or filing names."""
    source: str
    statement: int | None = None
    """The material whose file T4 has to name as the signed statement (C4.9); any where it is left out."""


@value
class Extensions:
    """How far letters move the filing deadline (C5.2)."""

    days_max: int
    """Days after the round's deadline, or after an application's correction was due, that a letter reaches at most.

    A round that says so also lets a later letter name an earlier instant in the place of what another named.
    """
    source: str


@value
class RoundParameters:
    """Everything that distinguishes one year's round from another's."""

    round: str
    """Four digits of the year, or a name: letters, digits and hyphens."""
    title_zh: str
    calendar: Calendar
    categories: tuple[ServiceCategory, ...]
    rules: tuple[Rule, ...]
    non_waivable: tuple[str, ...]
    rubric: tuple[Criterion, ...]
    panels: Panels
    quotas: tuple[Quota, ...]
    obligations: tuple[ObligationTerm, ...]
    levels: Levels | None = None
    materials: tuple[MaterialRule, ...] | None = None
    corrections: Corrections | None = None
    batches: Batches | None = None
    assessment: Assessment | None = None
    decisions: Decisions | None = None
    choice: Choice | None = None
    evidence: Evidence | None = None
    extensions: Extensions | None = None
    amendments: Amendments | None = None
