"""The states of a panel, from its draw to its ranking (C5.4)."""

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.review import BallotCast, PanelConstituted, PanelDecisionRecorded, RankingComputed, TieResolved
from shared.kernel.refusal import Refusal, Unknown


@dataclass(frozen=True, slots=True)
class NotConstituted:
    """No panel for this group yet."""


@dataclass(frozen=True, slots=True)
class Constituted:
    """Experts declare conflicts and score."""

    constitution: PanelConstituted


@dataclass(frozen=True, slots=True)
class Closed:
    """No further score."""

    constitution: PanelConstituted
    decisions: tuple[PanelDecisionRecorded, ...] = ()
    ballots: tuple[BallotCast, ...] = ()
    """On what no result was recorded of yet, of each expert the last."""
    times: int = 0
    """Nothing was ranked yet."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The last ranking stands, with the votes on its ties."""

    constitution: PanelConstituted
    ranking: RankingComputed
    decisions: tuple[PanelDecisionRecorded, ...] = ()
    ties: tuple[TieResolved, ...] = ()
    ballots: tuple[BallotCast, ...] = ()
    """Of each expert the last: on ties of this ranking, and on what no result was recorded of yet."""
    times: int = 0
    """How often it was ranked; a result is of one ranking, ballots are of every one that leaves their tie as it was."""


Panel: TypeAlias = NotConstituted | Constituted | Closed | Ranked


class PanelNotConstituted(Unknown):
    """No such panel."""

    title = "There is no such panel"
    field = "panel"


class ScoringNotClosed(Refusal):
    """A ranking comes after closing."""

    title = "Scoring is not closed"
    clause = "C5.4"
