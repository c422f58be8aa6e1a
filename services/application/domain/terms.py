"""What an application's decisions take from the round and from the certification."""

from dataclasses import asdict, dataclass

from shared.auditlog.canonical import hash_of
from shared.contracts.round import RoundParameters, Rule
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """What of the round an application's decisions need."""

    round: str
    open: bool
    deadline: Instant
    open_categories: tuple[str, ...]
    rules: tuple[Rule, ...]
    rule_set_hash: str


def terms_of(parameters: RoundParameters, *, opened: bool = True) -> RoundTerms:
    """The terms of a round with these parameters."""
    return RoundTerms(
        round=parameters.round,
        open=opened,
        deadline=Instant(parameters.calendar.submission_deadline.value),
        open_categories=tuple(category.code for category in parameters.categories if category.open),
        rules=parameters.rules,
        rule_set_hash=hash_of([asdict(rule) for rule in parameters.rules]),
    )


@dataclass(frozen=True, slots=True)
class Applicant:
    """What registration certified about the organization."""

    organization: str
    uscc: str
    name: str
    legal_form: str
    district: str
    certified: bool
