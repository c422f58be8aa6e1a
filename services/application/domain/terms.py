"""What an application's decisions take from the round: its parameters in force, and what was extended."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from shared.auditlog.canonical import hash_of
from shared.contracts.application import DeadlineExtended
from shared.contracts.evidence import Evidence
from shared.contracts.policy import days_of, letters_in_force
from shared.contracts.round import Levels, MaterialRule, RoundParameters, Rule
from shared.contracts.rule_values import Naming
from shared.contracts.suspensions import Suspension, runs_until
from shared.kernel.instants import Instant, LocalDate, end_of_day, end_of_day_after, plus_days

WHOLE_ROUND, ONE_DISTRICT, ONE_APPLICATION = "round", "district", "application"
"""What an extension covers."""


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """What of the round an application's decisions need."""

    round: str
    open: bool
    deadline: Instant
    """The round's own."""
    open_categories: tuple[str, ...]
    rules: tuple[Rule, ...]
    rule_set_hash: str
    opens_at: Instant
    """From when on there is time to file."""
    suspension_stops: bool
    """Whether no time runs out for an organization while it is suspended."""
    district_deadline: Instant
    """The first instant that is too late for a district to recommend what came in time (C5.3)."""
    levels: Levels
    materials: tuple[MaterialRule, ...]
    """What the round names; the notice's nine where it names none (C4)."""
    evidence: Evidence
    return_days: int | None
    """What the round gives a district for a version that comes later, where it says so."""
    not_before_deadline: bool
    """Whether a return runs at least until the application's own deadline."""
    reconsider_days: int | None
    """What the round gives a declined applicant to ask the district again, and then the city, where it says so."""
    silence_escalates: bool
    """Whether whoever its district does not decide, or send, in its time may go to the city."""
    appeal_days: int | None
    """What the round gives a rejected applicant to appeal, where it says so."""
    non_waivable: tuple[str, ...]
    extensions: tuple[DeadlineExtended, ...]
    """Of each scope and target the last that was granted."""
    notice_days: int
    """How many days a letter that takes time back leaves at least."""
    extension_days: int | None
    """How many days an extension reaches at most, where the round says so."""
    closed: bool
    archived: bool
    known_categories: tuple[str, ...] | None
    """Every category of the round, open or closed, where nothing else may be named; None in rounds that did not ask."""
    naming: Naming
    """What the round calls its categories and materials."""
    suspensions: tuple[Suspension, ...]
    """Of the applicant whose time is asked for, see `of`."""
    version: int
    """Events of the round's stream that they rest on; 0 where nothing guards that."""

    def extension_of(self, district: str, application: str) -> DeadlineExtended | None:
        """The extension that gives this application the most time, or None when none gives more than the round."""
        covering = [one for one in self.extensions if covers(one, district, application) and one.new > self.deadline]
        return max(covering, key=lambda one: one.new, default=None)

    def of(self, applicant: "Applicant | None") -> "RoundTerms":
        """The terms for one applicant: where the round says so, its time stood still while it was suspended."""
        if applicant is None or not self.suspension_stops:
            return self
        return replace(self, suspensions=applicant.suspensions)

    def granted_to(self, district: str, application: str) -> Instant:
        """The first instant that is too late for this application by the round and its letters alone (C5.2)."""
        extension = self.extension_of(district, application)
        return Instant(extension.new) if extension else self.deadline

    def deadline_of(self, district: str, application: str) -> Instant:
        """The first instant that is too late for this application (C5.2, R19)."""
        return runs_until(self.granted_to(district, application), self.opens_at, self.suspensions)

    def stood_still(self, district: str, application: str) -> bool:
        """Whether its applicant has more time than the round and its letters give, having been suspended."""
        return self.deadline_of(district, application) > self.granted_to(district, application)

    def letter_of(self, scope: str, target: str | None) -> DeadlineExtended | None:
        """The extension that was granted for this very scope and target, or None."""
        return next((one for one in self.extensions if (one.scope, one.target) == (scope, target)), None)

    def correct_until(self, due: Instant, district: str, application: str) -> Instant:
        """The first instant that is too late to correct what was returned until `due` (C5.3)."""
        own = self.runs_until(due, plus_days(due, -((self.return_days or 0) + 1)))
        return max(own, self.deadline_of(district, application)) if self.not_before_deadline else own

    def runs_until(self, due: Instant, since: Instant) -> Instant:
        """The first instant that is too late for the applicant, of time that began at `since` or a little before."""
        return runs_until(due, since, self.suspensions)

    def paper_until(self, received_at: Instant) -> Instant:
        """Until when the paper of a version that was received then can still be matched in its district's time."""
        if self.return_days is None:
            return self.district_deadline
        return max(self.district_deadline, end_of_day_after(received_at, self.return_days))

    @property
    def ends_at(self) -> Instant:
        """The first instant that is too late for every application of the round, whatever was extended for it."""
        return Instant(max([self.deadline, *(one.new for one in self.extensions)]))


def covers(extension: DeadlineExtended, district: str, application: str) -> bool:
    """Whether an extension is for the whole round, for this district or for this application."""
    return {
        WHOLE_ROUND: True,
        ONE_DISTRICT: extension.target == district,
        ONE_APPLICATION: extension.target == application,
    }.get(extension.scope, False)


def written(parameters: RoundParameters) -> str:
    """SHA-256 of the canonical parameters, as an event that carries them says it."""
    return hash_of(asdict(parameters))


@lru_cache
def _hash_of(rules: tuple[Rule, ...]) -> str:
    """The same for every decision of a round, so it is made once."""
    return hash_of([asdict(rule) for rule in rules])


def terms_of(
    parameters: RoundParameters,
    *,
    opened: bool = True,
    closed: bool = False,
    archived: bool = False,
    extensions: Iterable[DeadlineExtended] = (),
) -> RoundTerms:
    """The terms of a round with these parameters."""
    return RoundTerms(
        round=parameters.round,
        open=opened,
        deadline=Instant(parameters.calendar.submission_deadline.value),
        open_categories=tuple(category.code for category in parameters.categories if category.open),
        rules=parameters.rules,
        rule_set_hash=_hash_of(parameters.rules),
        opens_at=Instant(parameters.calendar.opens_at.value),
        district_deadline=end_of_day(LocalDate(parameters.calendar.district_deadline.value)),
        return_days=days_of(parameters.corrections.return_days),
        suspension_stops=parameters.corrections.suspension_stops,
        not_before_deadline=parameters.corrections.not_before_deadline,
        reconsider_days=days_of(parameters.corrections.reconsider_days),
        silence_escalates=parameters.corrections.silence_escalates,
        appeal_days=days_of(parameters.corrections.appeal_days),
        levels=parameters.levels,
        materials=parameters.materials,
        evidence=parameters.evidence,
        non_waivable=parameters.non_waivable,
        extensions=letters_in_force(extensions),
        notice_days=parameters.extensions.shortening_notice_days.value,
        extension_days=parameters.extensions.days_max or None,
        closed=closed,
        archived=archived,
        known_categories=_known(parameters),
        naming=_naming(parameters),
        suspensions=(),
        version=0,
    )


def _naming(parameters: RoundParameters) -> Naming:
    return Naming(
        {category.code: category.name_zh for category in parameters.categories},
        {material.number: material.name_zh for material in parameters.materials},
    )


def _known(parameters: RoundParameters) -> tuple[str, ...] | None:
    asked = parameters.choice.known_only
    return tuple(category.code for category in parameters.categories) if asked else None


@dataclass(frozen=True, slots=True)
class Applicant:
    """What registration certified about the organization."""

    organization: str
    uscc: str
    name: str
    legal_form: str
    district: str
    certified: bool
    barred: str | None
    """Why it may begin and file nothing now: it is suspended or closed."""
    suspensions: tuple[Suspension, ...]
    """When it was suspended, and whether it is."""
