"""Every decision of a round made again, by the services' own pure functions, and compared with the one recorded."""

from collections.abc import Mapping
from dataclasses import asdict

from audit.record import Contradiction, Incomplete, Record, same
from services.application.domain.application import APPLICATION_DECIDER, Application, Draft
from services.application.domain.form import filing, inputs_hash, snapshot_hash
from services.application.domain.rules.registry import evaluate
from services.application.domain.terms import RoundTerms
from services.publication.domain.listing import list_hash, select
from services.review.domain.panel import draw
from services.review.domain.ranking import Entry, rank
from services.review.domain.ranking import inputs_hash as ranking_inputs_hash
from services.review.domain.scoring import SCORING_DECIDER
from shared.auditlog.canonical import hash_of
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    LateSubmissionRefused,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import (
    ApprovalListProposed,
    ListApproved,
    ListPublished,
    NoticePublished,
    OrganizationApproved,
)
from shared.contracts.review import DistrictRecommended, ExpertEnrolled, PanelConstituted, RankingComputed
from shared.kernel.instants import Instant


def made_again(record: Record, round_id: str) -> dict[str, int]:
    """How many decisions of each sort were made again; raise `Contradiction` at the first that differs."""
    recorded, plan = record.plan(round_id)
    _same_plan(recorded, plan)
    return {
        "evaluations": _evaluations(record, plan),
        "panels": _panels(record, plan),
        "rankings": _rankings(record, plan),
        "lists": _lists(record, plan),
    }


def _same_plan(recorded: Recorded, plan: RoundPlanned) -> None:
    parameters = plan.parameters
    same(recorded, "parameters hash", hash_of(asdict(parameters)), plan.parameters_hash)
    same(recorded, "rule set hash", hash_of([asdict(rule) for rule in parameters.rules]), plan.rule_set_hash)
    same(recorded, "rubric hash", hash_of([asdict(one) for one in parameters.rubric]), plan.rubric_hash)


def _terms(plan: RoundPlanned) -> RoundTerms:
    parameters = plan.parameters
    return RoundTerms(
        round=plan.round,
        open=True,
        deadline=Instant(parameters.calendar.submission_deadline.value),
        open_categories=tuple(category.code for category in parameters.categories if category.open),
        rules=parameters.rules,
        rule_set_hash=plan.rule_set_hash,
    )


def _evaluations(record: Record, plan: RoundPlanned) -> int:
    terms, done = _terms(plan), 0
    for started, _ in record.all(ApplicationStarted, plan.round):
        state: Application = APPLICATION_DECIDER.initial
        for recorded in record.streams[f"application/{started.envelope.stream}"]:
            event = recorded.event
            if isinstance(state, Draft):
                done += _filed(recorded, state, terms)
            state = APPLICATION_DECIDER.evolve(state, event)  # type: ignore[arg-type]  # its own stream
    return done


def _filed(recorded: Recorded, draft: Draft, terms: RoundTerms) -> int:
    match recorded.event:
        case EligibilityEvaluated() as event:
            at = Instant(event.as_of)
            again = evaluate(filing(draft.form, terms, at), terms.rules)
            same(recorded, "rule set", terms.rule_set_hash, event.rule_set_hash)
            same(recorded, "inputs hash", inputs_hash(draft.form, terms, at), event.inputs_hash)
            same(recorded, "rule results", again.results, event.results)
            same(recorded, "overall outcome", again.overall, event.overall)
            return 1
        case ApplicationSubmitted() as event:
            same(recorded, "snapshot hash", snapshot_hash(draft.form), event.snapshot_hash)
            same(recorded, "evaluation", draft.evaluated and draft.evaluated.overall, event.overall)
            same(recorded, "being in time", event.received_at < terms.deadline, True)
        case LateSubmissionRefused() as event:
            same(recorded, "lateness", event.received_at >= terms.deadline, True)
        case _:
            pass
    return 0


def _panels(record: Record, plan: RoundPlanned) -> int:
    panels = record.all(PanelConstituted, plan.round)
    for recorded, event in panels:
        pool = [one for at, one in record.all(ExpertEnrolled) if at.position < recorded.position]
        drawn = draw(pool, event.group, plan.parameters.panels.experts.value, event.seed)
        same(recorded, "draw of experts", drawn, event.experts)
    return len(panels)


def _rankings(record: Record, plan: RoundPlanned) -> int:
    groups = {one.application: one.category or "comprehensive" for _, one in record.all(ApplicationSubmitted)}
    rankings = record.all(RankingComputed, plan.round)
    for recorded, event in rankings:
        recommended = {
            one.application
            for at, one in record.all(DistrictRecommended, plan.round)
            if at.position < recorded.position and groups.get(one.application) == event.group
        }
        same(recorded, "set of applications", recommended, {row.application for row in event.rows})
        entries = [_entry(record, row.application, row.organization, row.version) for row in event.rows]
        same(recorded, "inputs hash", ranking_inputs_hash(entries), event.inputs_hash)
        same(recorded, "ranking", rank(entries, plan.parameters.panels), event.rows)
    return len(rankings)


def _entry(record: Record, application: str, organization: str, version: int) -> Entry:
    stream = record.streams.get(f"review/scoring-{application}", [])
    scoring = SCORING_DECIDER.fold(one.event for one in stream)  # type: ignore[misc]  # its own stream
    if not scoring.scores:
        raise Incomplete(f"the log holds no score of application {application}, which is ranked")
    return Entry(application, organization, version, scoring.scores)


def _lists(record: Record, plan: RoundPlanned) -> int:
    submissions = {one.application: one for _, one in record.all(ApplicationSubmitted, plan.round)}
    proposals: dict[str, ApprovalListProposed] = {}
    for recorded, event in record.all(ApprovalListProposed, plan.round):
        rankings = [_ranking(record, recorded, event_id) for event_id in event.rankings]
        selection = select(rankings, plan.parameters.quotas, submissions)
        same(recorded, "selection", selection.rows, event.rows)
        same(recorded, "applications below the cut", selection.not_selected, event.not_selected)
        same(recorded, "list hash", list_hash(plan.round, selection.rows), event.list_hash)
        proposals[event.list_hash] = event
    for kind in (NoticePublished, ListApproved, OrganizationApproved, ListPublished):
        for recorded, follower in record.all(kind, plan.round):
            _follows(recorded, follower, proposals)
    return len(proposals)


def _ranking(record: Record, recorded: Recorded, event_id: str) -> RankingComputed:
    found = record.by_id.get(event_id)
    if found is None or not isinstance(found.event, RankingComputed):
        raise Incomplete(f"{recorded.envelope.type} rests on event {event_id}, which the log does not hold")
    return found.event


def _follows(recorded: Recorded, event: Event, proposals: Mapping[str, ApprovalListProposed]) -> None:
    proposal = proposals.get(str(getattr(event, "list_hash", "")))
    if proposal is None:
        raise Contradiction(recorded, "it names a list that nobody proposed")
    match event:
        case NoticePublished(rows=rows) | ListPublished(rows=rows):
            same(recorded, "list", proposal.rows, rows)
        case ListApproved():
            same(recorded, "set of applications", {row.application for row in proposal.rows}, set(event.applications))
        case OrganizationApproved():
            ranks = {row.application: row.rank for row in proposal.rows}
            same(recorded, "rank", ranks.get(event.application), event.rank)
        case _:
            pass
