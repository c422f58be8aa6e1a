"""A round's parameters: every threshold, date, category, weight and quota, each with its source."""

from shared.contracts.event import value


@value
class Moment:
    """An instant that the round fixes; UTC with milliseconds."""

    value: str
    source: str
    """A clause id, or `design` where the notice is silent."""


@value
class Day:
    """A calendar day in Asia/Shanghai, ISO 8601."""

    value: str
    source: str


@value
class Number:
    """A whole number that the round fixes; its unit is in the field's docstring."""

    value: int
    source: str


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
    """hard, waivable or in_principle."""
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


@value
class Quota:
    """Places in one group: a category's code or `comprehensive`."""

    group: str
    places: int
    source: str


@value
class ObligationTerm:
    """A report that every approved organization owes (C3.1)."""

    kind: str
    """`report`."""
    year: int
    due: Moment
    """First instant that is late."""
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
