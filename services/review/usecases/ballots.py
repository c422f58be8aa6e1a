"""What a panel's experts have still to vote on, where each casts a ballot, and who of them did (C5.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.review.domain.counting import counting
from services.review.domain.electorate import Electorate
from services.review.domain.panel import PANEL_DECIDER
from services.review.domain.panel_states import Closed, Panel, Ranked
from services.review.domain.ranking import tied
from services.review.domain.votes import LEAVE_UNRANKED, RANK_WITH_FEWER, decided_on, lacking
from services.review.domain.voting import ballots_cast, missing_scores_share, tie_share
from services.review.usecases.entries import electorate_of, entry_of
from services.review.usecases.ports import Facts
from services.review.usecases.streams import panel_stream
from services.review.usecases.subjects import events
from shared.contracts.review import BallotCast
from shared.contracts.round import Panels
from shared.eventstore.port import EventStore


@dataclass(frozen=True, slots=True)
class Vote:
    """Something that a panel votes on now."""

    applications: tuple[str, ...]
    """Of a tie all that share the rank, else the one with too few scores; by id."""
    voters: frozenset[str]
    """Who may vote."""
    ballots: tuple[BallotCast, ...]
    """Those that count so far."""
    enough: bool
    """Whether as many have voted as the round asks for."""

    def asked_of(self, expert: str) -> dict[str, Any]:
        """The vote as one of its voters sees it: with nobody's ballot but its own, and nothing before it cast one."""
        asked = {"applications": list(self.applications), "choices": self._choices()}
        own = next((list(one.choice) for one in self.ballots if one.expert == expert), None)
        return asked if own is None else {**asked, "cast": own}

    def counted(self) -> dict[str, Any]:
        """The vote as the secretary sees it: who voted, and how once that are enough."""
        return {
            "applications": list(self.applications),
            "voters": sorted(self.voters),
            "cast": sorted(one.expert for one in self.ballots),
            "ballots": [list(one.choice) for one in self.ballots] if self.enough else [],
        }

    def _choices(self) -> list[str]:
        """What is chosen from; of a tie any order of its applications."""
        return [] if len(self.applications) > 1 else [RANK_WITH_FEWER, LEAVE_UNRANKED]


async def votes_of(store: EventStore, facts: Facts, panel: str, terms: Panels) -> list[Vote]:
    """What a panel votes on now; nothing in a round in which the secretary records its votes."""
    state: Panel = PANEL_DECIDER.fold(events(await store.load(panel_stream(panel, "").name)))
    if not ballots_cast(terms) or not isinstance(state, Closed | Ranked):
        return []
    found = [one for one in _untold(state) if not all([await facts.settled(application) for application in one])]
    found += [(application,) for application in await _short(store, facts, state, terms)]
    return [await _vote(store, facts, state, applications, terms) for applications in found]


def _untold(state: Closed | Ranked) -> Iterator[tuple[str, ...]]:
    if not isinstance(state, Ranked):
        return
    told = [set(one.order) for one in state.ties]
    for group in sorted({row.tie_group for row in state.ranking.rows}):
        yield from (tuple(one) for one in tied(state.ranking.rows, group) if set(one) not in told)


async def _short(store: EventStore, facts: Facts, state: Closed | Ranked, terms: Panels) -> list[str]:
    """What lacks scores, or waits for an expert, and the panel has not decided on."""
    panel, found = state.constitution, []
    for application in await facts.recommended(panel.round, panel.group):
        entry = await entry_of(store, facts, panel, application, terms)
        decided = decided_on(state.decisions, application, entry.decided_before) is not None
        if lacking(entry, terms.minimum_scores.value) and not decided and not await facts.settled(application):
            found.append(application)
    return found


async def _vote(
    store: EventStore, facts: Facts, state: Closed | Ranked, applications: tuple[str, ...], terms: Panels
) -> Vote:
    voting: Electorate = await electorate_of(store, facts, applications, terms)
    voters = voting.entitled(state.constitution.experts)
    ballots = counting(state.ballots, applications, voters)
    whole = len(state.constitution.experts)
    tie = len(applications) > 1
    enough = len(ballots) > tie_share(terms) * whole if tie else len(ballots) >= missing_scores_share(terms) * whole
    return Vote(applications, voters, ballots, enough)
