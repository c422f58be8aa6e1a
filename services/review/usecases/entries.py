"""What a panel ranks: every application that reached its experts, with the scores that count (C5.4)."""

from collections.abc import Sequence
from dataclasses import replace

from services.review.domain.conflicts import posts_followed
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import NotOpened, checks_of, with_experts
from services.review.domain.electorate import Electorate, VotedOn, electorate
from services.review.domain.ranking import Entry
from services.review.domain.scoring import SCORING_DECIDER
from services.review.domain.scoring_states import (
    Scoring,
    assignable,
    conflicted,
    open_seats,
    scores_of,
    to_score_anew,
)
from services.review.domain.voting import ballots_cast, scored_anew
from services.review.usecases.ports import Facts
from services.review.usecases.streams import district_stream, panel_stream, scoring_stream
from services.review.usecases.subjects import ApplicationNotRecommended, decided_before, events, reopened_since
from shared.contracts.envelope import Recorded
from shared.contracts.review import PanelConstituted, RankingComputed
from shared.contracts.round import Panels
from shared.eventstore.port import EventStore


async def entries_of(
    store: EventStore, facts: Facts, panel: PanelConstituted, applications: Sequence[str], terms: Panels
) -> tuple[Entry, ...]:
    """Each application with its scores, and where the round follows that who may score no more or has to anew."""
    recorded, pool = await store.load(panel_stream(panel.panel, panel.round).name), await facts.experts()
    entries = []
    for application in applications:
        entry, uscc = await _entry(store, application, recorded, terms)
        if posts_followed(terms) and await _movable(store, facts, application, recorded):
            employed = {expert.expert for expert in pool if expert.employer_uscc == uscc}
            scoring = await _scoring(store, application)
            entry = replace(entry, conflicted=conflicted(scoring, entry.version, employed))
        entries.append(entry)
    return tuple(entries)


async def entry_of(store: EventStore, facts: Facts, panel: PanelConstituted, application: str, terms: Panels) -> Entry:
    """One application of the panel's group; raise `ApplicationNotRecommended` when it is not one."""
    if application not in await facts.recommended(panel.round, panel.group):
        raise ApplicationNotRecommended
    recorded = await store.load(panel_stream(panel.panel, panel.round).name)
    entry, _ = await _entry(store, application, recorded, terms)
    return entry


async def unassigned(store: EventStore, facts: Facts, panel: PanelConstituted) -> tuple[str, ...]:
    """The applications that an expert may still be assigned, where nobody is assigned any of the panel's group."""
    pool, found = await facts.experts(), []
    for application in await facts.recommended(panel.round, panel.group):
        voted_on = await _voted_on(store, application)
        if voted_on.scoring.assignments:
            return ()
        employed = {expert.expert for expert in pool if expert.employer_uscc == voted_on.uscc}
        if assignable(voted_on.scoring, panel.experts, employed):
            found.append(application)
    return tuple(found)


async def scored_after(store: EventStore, facts: Facts, panel: PanelConstituted) -> int:
    """How many rankings the panel's last score outlived: all of them or none; see `ComputeRanking`."""
    recorded = await store.load(panel_stream(panel.panel, panel.round).name)
    rankings = sum(1 for one in recorded if isinstance(one.event, RankingComputed))
    return rankings if await facts.outdated(panel.panel) else 0


async def settled(store: EventStore, facts: Facts, panel: PanelConstituted, applications: Sequence[str]) -> bool:
    """Whether one of the applications is approved or rejected, and none was opened again since the last ranking."""
    if not any([await facts.decided(application) for application in applications]):
        return False
    recorded = await store.load(panel_stream(panel.panel, panel.round).name)
    return not any([await _opened_again(store, application, recorded) for application in applications])


async def _movable(store: EventStore, facts: Facts, application: str, panel: Sequence[Recorded]) -> bool:
    """Whether the seats of an application may still change."""
    return not await facts.decided(application) or await _opened_again(store, application, panel)


async def _opened_again(store: EventStore, application: str, panel: Sequence[Recorded]) -> bool:
    scoring = await store.load(scoring_stream(application, "").name)
    return reopened_since(scoring, panel, await store.load(district_stream(application, "").name))


async def electorate_of(store: EventStore, facts: Facts, applications: Sequence[str], terms: Panels) -> Electorate:
    """Who votes on these applications; no closed account where each expert votes itself."""
    away = await facts.closed_accounts() if ballots_cast(terms) else frozenset()
    voted_on = [await _voted_on(store, application) for application in applications]
    return electorate(voted_on, await facts.experts(), away)


async def _voted_on(store: EventStore, application: str) -> VotedOn:
    review = DISTRICT_DECIDER.fold(events(await store.load(district_stream(application, "").name)))
    uscc = "" if isinstance(review, NotOpened) else checks_of(review).opening.uscc
    return VotedOn(uscc, await _scoring(store, application))


async def _entry(store: EventStore, application: str, panel: Sequence[Recorded], terms: Panels) -> tuple[Entry, str]:
    """One application with its scores, and its applicant's code."""
    checks = with_experts(DISTRICT_DECIDER.fold(events(await store.load(district_stream(application, "").name))))
    if checks is None:
        raise ApplicationNotRecommended
    opening = checks.opening
    recorded = await store.load(scoring_stream(application, "").name)
    scoring: Scoring = SCORING_DECIDER.fold(events(recorded))
    scores, anew = scores_of(scoring, opening.version), scored_anew(terms)
    again = to_score_anew(scoring, opening.version) if anew else ()
    entry = Entry(
        application=application,
        organization=opening.organization,
        organization_name=opening.organization_name,
        version=opening.version,
        scores=scores,
        open_seats=open_seats(scoring),
        again=again,
        decided_before=decided_before(recorded, panel, application) if again or (anew and not scores) else 0,
        conflicted=(),
    )
    return entry, opening.uscc


async def _scoring(store: EventStore, application: str) -> Scoring:
    return SCORING_DECIDER.fold(events(await store.load(scoring_stream(application, "").name)))
