"""A round's parameters: every threshold, date, category, weight and quota, each with its source."""

from shared.contracts.amendments import Amendments
from shared.contracts.batches import Batches
from shared.contracts.event import value
from shared.contracts.evidence import Evidence
from shared.contracts.extensions import Extensions
from shared.contracts.sourced import Day, Moment, Number


@value
class Calendar:
    """The dates of a round."""

    opens_at: Moment
    submission_deadline: Moment
    """First instant that is too late (C5.2 "17点前")."""
    district_deadline: Day
    """Last day of the district's review; it runs to the end of that day (C5.3)."""
    notice_working_days: Number
    """Working days of the public notice (公示)."""
    agreement_due_days: Number
    """Days within which an offered agreement is signed."""
    valid_from: Day
    valid_to: Day
    holidays: tuple[str, ...]
    """Weekdays that are not worked, ISO dates (State Council's calendar)."""
    workdays: tuple[str, ...]
    """Weekend days that are worked (调休), ISO dates."""


@value
class ServiceCategory:
    """A category of professional organizations (C2.2.2)."""

    code: str
    name_zh: str
    open: bool
    source: str


@value
class Rule:
    """One eligibility rule of the round."""

    id: str
    """R1 … R19."""
    clause: str
    kind: str
    """hard, waivable, in_principle, judgement or ground."""
    source: str
    threshold: str | None = None
    """A decimal, a whole number of years or persons, or a ratio such as `7/10`; its unit is the rule's."""


@value
class Criterion:
    """One line of the experts' rubric; scores are whole points from 0 to `maximum`."""

    id: str
    name_zh: str
    maximum: int
    source: str


@value
class Votes:
    """How many of a panel's experts carry what it votes on, as ratios such as `2/3`."""

    tie: str
    """Voters are more than this share of the panel, to tell a tie apart."""
    missing_scores: str
    """Voters are at least this share of the panel, to decide on an application with too few scores."""
    cast: bool
    """Whether each expert of a panel casts its own vote."""
    source: str


@value
class Conflicts:
    """How far a panel follows conflicts of interest beyond the assignment (C5.4)."""

    voters_answer: bool
    """Whether nobody votes who has not said whether there is a conflict."""
    posts_followed: bool
    """Whether whoever takes up a post with the applicant scores no more, and is recused before the panel ranks."""
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
    votes: Votes
    conflicts: Conflicts
    scored_anew: bool
    """Whether a panel ranks what an appeal remitted to the experts only when each that scored it did so anew."""


@value
class Quota:
    """Places in one group: a category's code or `comprehensive`."""

    group: str
    places: int
    source: str
    ties_admitted: int
    """Further places that a tie across the cut may take when neither criteria nor panel tell it apart."""


@value
class ObligationTerm:
    """Something that every approved organization, or every one of a kind, owes (C3.1, C3.2, C3.3)."""

    kind: str
    """`plan`, `report`, `case`, `policy_digest` or `difficulties`."""
    year: int
    due: Moment
    """First instant that is late."""
    source: str
    period: str | None = None
    """Which of several of a kind in the year, such as `Q1`."""
    only: str | None = None
    """`comprehensive` or `professional` where only they owe it (C3.3)."""
    opens_at: Moment | None = None
    """First instant at which it may be filed, when what it reports on has happened; absent where that is any time."""


@value
class Levels:
    """From which level on something counts; each level is one of the form's vocabulary."""

    education: str
    """大专以上: `college` and above (C2.1.2)."""
    title: str
    """中级以上: `intermediate` and above (C2.1.2)."""
    recognition: str
    """区级以上: `district` and above (C2.1.7)."""
    counting: str
    """不得重复计算: `union` counts a person once who meets either, `intersection` only who meets both."""
    source: str


@value
class MaterialRule:
    """One of the materials that go with the form (C4)."""

    number: int
    """1 to 9."""
    name_zh: str
    required: str
    """`always`, `qualifications` or `honours` (where T1 names some), or `form`: the form itself."""
    media_types: tuple[str, ...]
    size_max: int
    """Bytes of one file."""
    files_max: int
    source: str


@value
class Corrections:
    """Time for each corrective path, in days, 0 where the round has no such path; all of it `design`."""

    return_days: Number
    """For an applicant to correct what was returned, and after that for the district to decide it."""
    reconsider_days: Number
    """For an applicant to ask the district again, or to go to the city, after a decline; for the leader to answer."""
    appeal_days: Number
    """For an applicant to appeal after a rejection."""
    rectification_days: Number
    """For an approved organization to put right what it defaulted on."""
    remit_days: Number
    """For a district to decide again what an appeal was remitted to it for; 0 where no time runs."""
    not_before_deadline: bool
    """Whether a return runs at least until the application's own deadline, extensions of it included."""
    period_named: bool
    """Whether a default's order names which of a year's reports was not filed."""
    reports_change: bool
    """Whether a report that was returned is filed again only with something changed."""
    silence_escalates: bool
    """Whether an applicant goes to the city when its district has not decided, or not sent its list, in time."""
    suspension_stops: bool
    """Whether no time runs out for an organization while it is suspended."""


@value
class Choice:
    """What an organization may name as the kind and category that it applies in (C2.2.2)."""

    known_only: bool
    """Whether nothing but the round's own categories may be named, at the start and in T1."""
    source: str


@value
class Grade:
    """A grade of the yearly assessment."""

    name_zh: str
    at_least: int
    """Points of the assessment's rubric."""
    recommended: bool
    """Whether it is recommended first for funds and honours (C3.6)."""


@value
class Assessment:
    """How a year of service is assessed (C3.6), and when what is owed is reminded of and defaulted.

    A round without a rubric assesses nothing, and defaults nothing.
    """

    rubric: tuple[Criterion, ...]
    grades: tuple[Grade, ...]
    """From best to worst; the last one is the failing grade, which a default leads to."""
    reminder_days: Number
    """Days before the due instant."""
    default_days: Number
    """Days after the due instant."""
    source: str
    after_all_due: bool
    """Whether a year is assessed only once everything that it asks for was due."""
    none_under_order: bool
    """Whether nobody who is still to put something right is recommended first (C3.6)."""


@value
class Decisions:
    """How a list is decided and its agreements are offered; all of it `design`, since the notice is silent."""

    ends_all: bool
    """Whether the list's approval also ends what never reached the experts, so that it may be appealed against."""
    offers: Number
    """How often an agreement is offered at most, those that ran out among them; 0 where nothing bounds it."""
    source: str
    appeals_by_another: bool
    """Whether whoever approved the list that rejected an application may not decide its appeal."""
    corrections_on_notice: bool
    """Whether a correction that adds somebody to the published list goes on public notice before its approval."""
    reversals_ranked: bool
    """Whether an appeal is reversed only where a ranking holds the application; otherwise it is remitted."""
    promoters_aside: bool
    """Whether who promoted another in an application's place decides neither its appeal nor what gives it a place."""
    free_places_reasoned: bool
    """Whether a list that leaves places free while somebody is in line is approved only with a reason by group."""
    objections_by_another: bool
    """Whether whoever proposed the list decides no objection against it."""
    objections_to: str
    """Where an objection is filed, as the notice says it in Chinese; nothing is said where it is empty."""


@value
class RoundParameters:
    """Everything that distinguishes one year's round from another's; each member is said."""

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
    levels: Levels
    materials: tuple[MaterialRule, ...]
    """What the round names; R18 asks for the notice's nine where it names none (C4)."""
    corrections: Corrections
    batches: Batches
    assessment: Assessment
    decisions: Decisions
    choice: Choice
    evidence: Evidence
    extensions: Extensions
    amendments: Amendments
