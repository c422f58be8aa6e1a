"""The events of a round: its plan, its opening, what an official letter moves, its end (C5.2)."""

from shared.contracts.event import Event, event, value
from shared.contracts.round import RoundParameters
from shared.contracts.topics import ROUND
from shared.kernel.actor import Role


@event(ROUND, Role.CITY_OFFICER, version=2)
class RoundPlanned(Event):
    """The office fixed the round's parameters."""

    round: str
    parameters: RoundParameters
    parameters_hash: str
    """SHA-256 of the canonical parameters as they were written."""
    rule_set_hash: str
    rubric_hash: str


@event(ROUND, Role.CITY_OFFICER)
class RoundOpened(Event):
    """The round takes applications (C5.2)."""

    round: str
    opens_at: str
    submission_deadline: str
    open_categories: tuple[str, ...]
    parameters_hash: str
    rule_set_hash: str
    forms_hash: str
    """SHA-256 of the canonical JSON Schemas of the four tables."""
    rubric_hash: str


@event(ROUND, Role.CITY_OFFICER)
class DeadlineExtended(Event):
    """An official letter moved the submission deadline, for the round, one district or one application (C5.2)."""

    round: str
    scope: str
    """`round`, `district` or `application`."""
    target: str | None = None
    """The district's code or the application's id; absent for the whole round."""
    old: str
    new: str
    """First instant that is too late."""
    reason: str
    authority_document: str
    """The official letter's number."""


@event(ROUND, Role.CITY_OFFICER, version=2)
class PolicyAmendmentProposed(Event):
    """An officer proposed other parameters for the round; nothing changes before a leader approves them (C5.4)."""

    round: str
    parameters: RoundParameters
    new_hash: str
    """SHA-256 of the canonical parameters as they were proposed."""
    effective_from: str
    """UTC instant, not before the proposal; an approval that comes later takes effect at once."""
    reason: str
    authority_document: str
    """The official letter's number."""
    proposer: str


@event(ROUND, Role.CITY_LEADER)
class PolicyAmendmentDeclined(Event):
    """The leader, never the proposer, declined the amendment that was proposed (C5.4)."""

    round: str
    new_hash: str
    reason: str


@event(ROUND, Role.CITY_OFFICER)
class PolicyAmendmentWithdrawn(Event):
    """The office took back the amendment that it had proposed (C5.4)."""

    round: str
    new_hash: str


@event(ROUND, Role.CITY_OFFICER, Role.CITY_LEADER, version=2)
class PolicyAmended(Event):
    """The round's parameters change from an instant on; what was evaluated before stays as it was."""

    round: str
    parameters: RoundParameters
    old_hash: str
    new_hash: str
    rule_set_hash: str
    rubric_hash: str
    effective_from: str
    """UTC instant, not before the amendment."""
    reason: str
    authority_document: str
    proposer: str | None = None
    """Who proposed what a leader approved; absent where an officer amended the round alone."""


@value
class LogHead:
    """The last event of a service's log that was known."""

    service: str
    position: int
    hash: str | None = None
    """SHA-256 of the event's bytes; absent where only its position was heard."""


@event(ROUND, Role.CITY_OFFICER)
class RoundClosed(Event):
    """The round takes no application any more, whatever is extended."""

    round: str
    heads: tuple[LogHead, ...]


@event(ROUND, Role.CITY_OFFICER)
class RoundArchived(Event):
    """The round's year is over."""

    round: str
    heads: tuple[LogHead, ...]
