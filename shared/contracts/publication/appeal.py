"""The events of appeals against a rejection, and the end of what one was remitted for (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.topics import APPEAL, DECISION
from shared.kernel.actor import Role


@event(APPEAL, Role.FILER)
class AppealFiled(Event):
    """The applicant appeals against a rejection."""

    application: str
    organization: str
    round: str
    grounds: str
    received_at: str
    evidence: tuple[str, ...] = ()
    """SHA-256 of each file."""


@event(APPEAL, Role.CITY_LEADER)
class AppealDecided(Event):
    """The office's leader decided on an appeal."""

    application: str
    organization: str
    round: str
    outcome: str
    """`uphold`: the rejection stands; `remit`: one stage is done again; `reverse`: the rejection falls."""
    stage: str | None = None
    """`district` or `experts`; with `remit` only."""
    reason: str


@event(DECISION, Role.CITY_LEADER)
class RemitClosed(Event):
    """What an appeal was remitted for led to no place on the list: the application ends anew (C5.4)."""

    round: str
    application: str
    organization: str
    appeal: str
    """The id of the event that remitted it."""
    stage: str
    """Where it ends now: `district` or `experts`."""
    codes: tuple[str, ...]
    reason: str
