"""The events of a panel: its draw, its closing, its rankings and its votes (C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import PANEL
from shared.kernel.actor import Role


@event(PANEL, Role.PANEL_SECRETARY)
class PanelConstituted(Event):
    """The panel of one group was drawn (C5.4)."""

    panel: str
    round: str
    group: str
    """A category's code, or `comprehensive`."""
    experts: tuple[str, ...]
    seed: str
    """What the draw was seeded with; anyone may repeat it."""
    algorithm: str


@event(PANEL, Role.PANEL_SECRETARY)
class ScoringClosed(Event):
    """No further score is taken for this panel."""

    panel: str
    round: str
    group: str
    at: str


@value
class RankingRow:
    """One application in a ranking."""

    application: str
    organization: str
    version: int
    scores: tuple[int, ...]
    """Every valid total, ascending."""
    aggregate: str
    """Mean of the scores kept, an exact fraction such as `251/3`."""
    tie_break: tuple[str, ...]
    """Mean per criterion of the tie order, exact fractions."""
    rank: int
    """From 1; equal ranks share it."""
    tie_group: int
    """0, or the number of the group whose aggregates were equal."""


@event(PANEL, Role.PANEL_SECRETARY)
class RankingComputed(Event):
    """The panel's ranking, from scores that anyone with the log can average again (C5.4)."""

    panel: str
    round: str
    group: str
    method: str
    inputs_hash: str
    """SHA-256 of the canonical inputs."""
    rows: tuple[RankingRow, ...]


@event(PANEL, Role.EXPERT)
class BallotCast(Event):
    """An expert voted, or changed its vote, where the round has each vote itself (C5.4)."""

    panel: str
    round: str
    group: str
    expert: str
    applications: tuple[str, ...]
    """What is voted on, by id: applications that share a rank, or one with too few scores."""
    choice: tuple[str, ...]
    """Of a tie its applications from best to worst; of too few scores `rank_with_fewer` or `leave_unranked`."""


@event(PANEL, Role.PANEL_SECRETARY)
class TieResolved(Event):
    """The panel told a tie apart that the round's criteria left (C5.4 择优)."""

    panel: str
    round: str
    group: str
    tie_group: int
    order: tuple[str, ...]
    """Applications of the tie from best to worst."""
    basis: str
    """`vote`."""
    voters: tuple[str, ...]
    """Experts of the panel who voted."""


@event(PANEL, Role.PANEL_SECRETARY)
class PanelDecisionRecorded(Event):
    """The panel decided how to rank an application that has too few scores; without it the ranking waits."""

    panel: str
    round: str
    group: str
    application: str
    decision: str
    """`rank_with_fewer` or `leave_unranked`."""
    reason: str
    voters: tuple[str, ...]
