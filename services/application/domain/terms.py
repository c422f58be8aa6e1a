"""What an application's decisions take from the round and from the certification."""

from dataclasses import dataclass

from shared.contracts.round import Rule
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


@dataclass(frozen=True, slots=True)
class Applicant:
    """What registration certified about the organization."""

    organization: str
    uscc: str
    name: str
    legal_form: str
    district: str
    certified: bool
