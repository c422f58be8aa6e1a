"""How a round has its panels vote: who, by which share, and whether each expert casts a ballot (C5.4)."""

from fractions import Fraction

from shared.contracts.round import Panels


def ballots_cast(panels: Panels) -> bool:
    """Whether each expert votes itself, so that a result is what the ballots say (C5.4)."""
    return panels.votes.cast


def answers_asked(panels: Panels) -> bool:
    """Whether nobody votes before its conflict answer (C5.4)."""
    return panels.conflicts.voters_answer


def scored_anew(panels: Panels) -> bool:
    """Whether a panel waits for each expert to score anew what an appeal remitted to them (C5.4)."""
    return panels.scored_anew


def tie_share(panels: Panels) -> Fraction:
    """Of the panel; more than that tells a tie apart."""
    return Fraction(panels.votes.tie)


def missing_scores_share(panels: Panels) -> Fraction:
    """Of the panel; at least that decides on an application with too few scores."""
    return Fraction(panels.votes.missing_scores)
