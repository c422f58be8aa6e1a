"""Replay: the round again from its log alone, every decision made once more and compared with the one recorded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.application.domain.application import (
    APPLICATION_DECIDER,
    Application,
    Draft,
    RoundTerms,
    filing,
    inputs_hash,
    snapshot_hash,
)
from services.application.domain.rules.registry import evaluate
from services.publication.domain.listing import list_bytes, list_hash, select
from services.review.domain.ranking import Entry, rank
from services.review.domain.ranking import inputs_hash as ranking_inputs_hash
from services.review.domain.scoring import SCORING_DECIDER
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    PaperReceived,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListPublished,
    ListRow,
    OrganizationApproved,
)
from shared.contracts.review import (
    DistrictDeclined,
    DistrictRecommended,
    RankingComputed,
    ReviewAssigned,
)
from shared.kernel.instants import Instant


class Contradiction(Exception):
    """A recorded decision is not the one that the log's own facts lead to."""

    def __init__(self, recorded: Recorded, reason: str) -> None:
        super().__init__(reason)
        self.recorded, self.reason = recorded, reason


class Incomplete(Exception):
    """The log does not hold what a decision rests on; nothing can be said yet."""


@dataclass(slots=True)
class ApplicationState:
    """Where one application stands."""

    application: str
    organization: str
    organization_name: str
    uscc: str
    district: str
    kind: str
    category: str
    state: str
    since: str


@dataclass(slots=True)
class Replay:
    """The round as of an instant."""

    round: str
    as_of: str
    applications: list[ApplicationState]
    rankings: list[RankingComputed]
    rows: tuple[ListRow, ...]
    published: bool
    events: int
    recomputed: dict[str, int]

    @property
    def list(self) -> bytes:
        """The list's canonical bytes, the same that the publication service serves; empty before publication."""
        return list_bytes(self.round, self.rows) if self.published else b""


@dataclass(slots=True)
class _Log:
    streams: dict[str, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, Recorded] = field(default_factory=dict)

    def of(self, kind: type, round_id: str) -> list[Recorded]:
        return [
            one
            for stream in self.streams.values()
            for one in stream
            if isinstance(one.event, kind) and getattr(one.event, "round", round_id) == round_id
        ]


def replay(log: Iterable[Recorded], round_id: str, as_of: Instant | None = None) -> Replay:
    """Replay `round_id` up to `as_of` (UTC); raise `Contradiction` or `Incomplete`."""
    kept = _Log()
    for recorded in sorted(log, key=lambda one: (one.service, one.position)):
        if as_of is None or recorded.envelope.time <= as_of:
            kept.streams[f"{recorded.service}/{recorded.envelope.stream}"].append(recorded)
            kept.by_id[recorded.envelope.id] = recorded
    plan = _plan(kept, round_id)
    recomputed = {
        "evaluations": _evaluations(kept, plan),
        "rankings": _rankings(kept, plan),
        "lists": _lists(kept, plan),
    }
    proposed = [one.event for one in kept.of(ListPublished, round_id)]
    rows = proposed[-1].rows if proposed and isinstance(proposed[-1], ListPublished) else ()
    return Replay(
        round=round_id,
        as_of=as_of or max((one.envelope.time for one in kept.by_id.values()), default=""),
        applications=_applications(kept, round_id),
        rankings=[one.event for one in kept.of(RankingComputed, round_id) if isinstance(one.event, RankingComputed)],
        rows=rows,
        published=bool(proposed),
        events=len(kept.by_id),
        recomputed=recomputed,
    )


def _plan(kept: _Log, round_id: str) -> RoundPlanned:
    plans = [one.event for one in kept.of(RoundPlanned, round_id)]
    if not plans or not isinstance(plans[0], RoundPlanned):
        raise Incomplete(f"the log holds no plan of round {round_id} at this instant")
    return plans[0]


def terms_of(plan: RoundPlanned) -> RoundTerms:
    """What of the plan the application's decisions need."""
    parameters = plan.parameters
    return RoundTerms(
        round=plan.round,
        open=True,
        deadline=Instant(parameters.calendar.submission_deadline.value),
        open_categories=tuple(category.code for category in parameters.categories if category.open),
        rules=parameters.rules,
        rule_set_hash=plan.rule_set_hash,
    )


def _evaluations(kept: _Log, plan: RoundPlanned) -> int:
    terms, done = terms_of(plan), 0
    for name, stream in kept.streams.items():
        if not name.startswith("application/application-"):
            continue
        first = stream[0].event
        if not isinstance(first, ApplicationStarted) or first.round != plan.round:
            continue
        state: Application = APPLICATION_DECIDER.initial
        for recorded in stream:
            event = recorded.event
            if isinstance(event, EligibilityEvaluated) and isinstance(state, Draft):
                _same_evaluation(recorded, event, state, terms)
                done += 1
            if isinstance(event, ApplicationSubmitted) and isinstance(state, Draft):
                _same(recorded, "snapshot hash", snapshot_hash(state.form), event.snapshot_hash)
            state = APPLICATION_DECIDER.evolve(state, event)  # type: ignore[arg-type]  # its own stream
    return done


def _same_evaluation(recorded: Recorded, event: EligibilityEvaluated, draft: Draft, terms: RoundTerms) -> None:
    at = Instant(event.as_of)
    again = evaluate(filing(draft.form, terms, at), terms.rules)
    _same(recorded, "inputs hash", inputs_hash(draft.form, terms, at), event.inputs_hash)
    _same(recorded, "rule results", again.results, event.results)
    _same(recorded, "overall outcome", again.overall, event.overall)


def _rankings(kept: _Log, plan: RoundPlanned) -> int:
    reviews = kept.of(DistrictRecommended, plan.round)
    recommended = {one.event.application for one in reviews if isinstance(one.event, DistrictRecommended)}
    rankings = kept.of(RankingComputed, plan.round)
    for recorded in rankings:
        event = recorded.event
        assert isinstance(event, RankingComputed), "selected by type"
        entries = [_entry(kept, row.application, row.organization, row.version) for row in event.rows]
        if outsiders := [entry.application for entry in entries if entry.application not in recommended]:
            raise Contradiction(recorded, f"it ranks {outsiders[0]}, which no district recommended")
        _same(recorded, "inputs hash", ranking_inputs_hash(entries), event.inputs_hash)
        _same(recorded, "ranking", rank(entries, plan.parameters.panels), event.rows)
    return len(rankings)


def _entry(kept: _Log, application: str, organization: str, version: int) -> Entry:
    stream = kept.streams.get(f"review/scoring-{application}", [])
    scoring = SCORING_DECIDER.fold(one.event for one in stream)  # type: ignore[misc]  # its own stream
    return Entry(application, organization, version, scoring.scores)


def _lists(kept: _Log, plan: RoundPlanned) -> int:
    submissions = _submissions(kept, plan.round)
    hashes: list[str] = []
    for recorded in kept.of(ApprovalListProposed, plan.round):
        event = recorded.event
        assert isinstance(event, ApprovalListProposed), "selected by type"
        selection = select(_based_on(kept, event), plan.parameters.quotas, submissions)
        _same(recorded, "selection", selection.rows, event.rows)
        _same(recorded, "applications below the cut", selection.not_selected, event.not_selected)
        _same(recorded, "list hash", list_hash(plan.round, selection.rows), event.list_hash)
        hashes.append(event.list_hash)
    for kind in (ListApproved, ListPublished, OrganizationApproved):
        for recorded in kept.of(kind, plan.round):
            if getattr(recorded.event, "list_hash", "") not in hashes:
                raise Contradiction(recorded, "it names a list that nobody proposed")
    for recorded in kept.of(ListPublished, plan.round):
        event = recorded.event
        assert isinstance(event, ListPublished), "selected by type"
        _same(recorded, "published rows", list_hash(plan.round, event.rows), event.list_hash)
    return len(hashes)


def _based_on(kept: _Log, proposal: ApprovalListProposed) -> Sequence[RankingComputed]:
    found = []
    for event_id in proposal.rankings:
        recorded = kept.by_id.get(event_id)
        if recorded is None or not isinstance(recorded.event, RankingComputed):
            raise Incomplete(f"the proposal rests on event {event_id}, which the log does not hold")
        found.append(recorded.event)
    return found


def _submissions(kept: _Log, round_id: str) -> Mapping[str, ApplicationSubmitted]:
    events = [one.event for one in kept.of(ApplicationSubmitted, round_id)]
    return {event.application: event for event in events if isinstance(event, ApplicationSubmitted)}


def _applications(kept: _Log, round_id: str) -> list[ApplicationState]:
    states: dict[str, ApplicationState] = {}
    for recorded in kept.of(ApplicationStarted, round_id):
        event = recorded.event
        assert isinstance(event, ApplicationStarted), "selected by type"
        states[event.application] = ApplicationState(
            application=event.application,
            organization=event.organization,
            organization_name=event.organization_name,
            uscc=event.uscc,
            district=event.district,
            kind=event.kind,
            category=",".join(event.category),
            state="DRAFT",
            since=recorded.envelope.time,
        )
    for kind, name in _STEPS:
        for recorded in kept.of(kind, round_id):
            application = getattr(recorded.event, "application", "")
            if application not in states:
                raise Incomplete(f"{recorded.envelope.type} names application {application}, which never began")
            states[application].state, states[application].since = name, recorded.envelope.time
    _propose(kept, round_id, states)
    return sorted(states.values(), key=lambda one: (one.district, one.uscc))


def _propose(kept: _Log, round_id: str, states: Mapping[str, ApplicationState]) -> None:
    for recorded in kept.of(ApprovalListProposed, round_id):
        event = recorded.event
        assert isinstance(event, ApprovalListProposed), "selected by type"
        decided = {"APPROVED", "REJECTED"}
        for row in event.rows:
            if states[row.application].state not in decided:
                states[row.application].state, states[row.application].since = "PROPOSED", recorded.envelope.time
        for below in event.not_selected:
            if states[below.application].state not in decided:
                states[below.application].state = "NOT_SELECTED"
                states[below.application].since = recorded.envelope.time


def _same(recorded: Recorded, what: str, again: object, before: object) -> None:
    if again != before:
        raise Contradiction(recorded, f"its {what} is not what the log's own facts lead to")


_STEPS: tuple[tuple[type, str], ...] = (
    (ApplicationSubmitted, "SUBMITTED"),
    (PaperReceived, "UNDER_DISTRICT"),
    (DistrictRecommended, "RECOMMENDED"),
    (DistrictDeclined, "DECLINED"),
    (ReviewAssigned, "UNDER_EXPERT"),
    (OrganizationApproved, "APPROVED"),
    (ApplicationRejected, "REJECTED"),
)
