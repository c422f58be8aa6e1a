"""Who votes on an application: whoever may score it, replacements like the panel's first members (C5.4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.review.domain.scoring_states import CONFLICT, NONE, Scoring, out
from shared.contracts.review import ExpertEnrolled


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who votes on some applications beside the panel as it was drawn, and who of all these does not."""

    replacements: frozenset[str]
    """Experts with another's place in each of the applications."""
    barred: frozenset[str]
    """Experts with a conflict in one of the applications, recused from it or replaced, or employed by its applicant."""
    free: frozenset[str]
    """Experts who have said of each of the applications that there is no conflict."""
    away: frozenset[str]
    """Accounts that were closed, and vote no more."""

    def members(self, panel: Iterable[str]) -> frozenset[str]:
        """The panel as it was drawn, and whoever took a place on it."""
        return self.replacements.union(panel)

    def entitled(self, panel: Iterable[str]) -> frozenset[str]:
        """Whoever casts a ballot that counts: with a seat, an open account, and no conflict as it said itself."""
        return self.members(panel) & self.free - self.barred - self.away


@dataclass(frozen=True, slots=True)
class VotedOn:
    """One application of a vote: its applicant, and what its experts said."""

    uscc: str
    scoring: Scoring


def electorate(applications: Sequence[VotedOn], pool: Iterable[ExpertEnrolled], away: frozenset[str]) -> Electorate:
    """Who votes on all of these applications, by what the pool says of its experts now."""
    applicants = {one.uscc for one in applications}
    barred = {expert.expert for expert in pool if expert.employer_uscc in applicants}
    seated, free = [], []
    for one in applications:
        barred |= out(one.scoring)
        barred |= {answer.expert for answer in one.scoring.answers if answer.answer == CONFLICT}
        seated.append(frozenset(place.replacement for place in one.scoring.replacements))
        free.append(frozenset(answer.expert for answer in one.scoring.answers if answer.answer == NONE))
    return Electorate(_in_each(seated), frozenset(barred), _in_each(free), away)


def _in_each(groups: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset.intersection(*groups) if groups else frozenset()
