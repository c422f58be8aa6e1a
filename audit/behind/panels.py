"""How the commands of review's panels were put: the draw, the closing, rankings and votes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from audit.behind.scoring import position_of, recommended, scoring_of, since, subject_of
from audit.case import Behind, Case
from audit.record import Contradiction
from services.review.domain.ballots import CastBallot
from services.review.domain.conflicts import posts_followed
from services.review.domain.constitution import ConstitutePanel, groups_of
from services.review.domain.electorate import Electorate, VotedOn, electorate
from services.review.domain.panel import PANEL_DECIDER, CloseScoring, ComputeRanking
from services.review.domain.ranking import Entry
from services.review.domain.scoring_states import assignable, conflicted, open_seats, scores_of, to_score_anew
from services.review.domain.votes import LEAVE_UNRANKED, RANK_WITH_FEWER, RecordPanelDecision, ResolveTie
from services.review.domain.voting import answers_asked, ballots_cast, missing_scores_share, scored_anew, tie_share
from shared.contracts import review
from shared.contracts.registration import AccountClosed
from shared.contracts.round import Panels
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.instants import just_before


def _constitute(case: Case, event: review.PanelConstituted) -> ConstitutePanel:
    known = {one.expert: one for one in case.before(review.ExpertEnrolled)}
    pool, parameters = tuple(known.values()), case.plan_at(just_before(case.at)).parameters
    groups, panels = groups_of(parameters), parameters.panels
    return ConstitutePanel(event.round, event.group, groups, pool, panels, event.seed, case.by, case.at)


def _close(case: Case, event: review.ScoringClosed) -> CloseScoring:
    drawn = case.one(review.PanelConstituted, panel=event.panel)
    return CloseScoring(event.panel, case.by, case.at, _unassigned(case, drawn))


def _unassigned(case: Case, panel: review.PanelConstituted) -> tuple[str, ...]:
    """What an expert could still be assigned, where nobody was assigned any of the panel's group."""
    applications = _with_experts(case, panel.round, panel.group)
    found = {one: scoring_of(case, one) for one in applications}
    if any(scoring.assignments for scoring in found.values()):
        return ()
    pool = {one.expert: one.employer_uscc for one in case.before(review.ExpertEnrolled)}
    return tuple(
        one
        for one, scoring in found.items()
        if assignable(scoring, panel.experts, _employed(pool, _voted_on(case, one).uscc))
    )


def _employed(pool: Mapping[str, str], uscc: str) -> frozenset[str]:
    return frozenset(expert for expert, employer in pool.items() if employer == uscc)


def _with_experts(case: Case, round_id: str, group: str) -> list[str]:
    openings = case.before(review.DistrictReviewOpened, round=round_id)
    applications = dict.fromkeys(one.application for one in openings if (one.category or COMPREHENSIVE) == group)
    return [one for one in applications if recommended(case, one) is not None]


def _rank(case: Case, event: review.RankingComputed) -> ComputeRanking:
    entries = tuple(_entry(case, one) for one in _with_experts(case, event.round, event.group))
    terms, after = since(case, event.panel).parameters.panels, _scored_after(case, event.panel)
    return ComputeRanking(event.panel, entries, terms, case.by, case.at, after, settled=False)


def _scored_after(case: Case, panel: str) -> int:
    """All rankings of the panel before, where a score was given or taken or opened again since the last; else 0."""
    ranked = position_of(case, review.RankingComputed, panel=panel)
    scored = (review.ExpertScored, review.ScoreRevised, review.ScoreVoided, review.ScoringReopened)
    since = [position_of(case, kind, panel=panel) for kind in scored]
    last = max(*since, position_of(case, review.ExpertRecused, panel=panel, voids_score=True))
    return len(case.before(review.RankingComputed, panel=panel)) if last > ranked else 0


def _entry(case: Case, application: str) -> Entry:
    reviewed = recommended(case, application)
    if reviewed is None:
        raise Contradiction(case.recorded, "its application was not recommended")
    opening = reviewed.checks.opening
    scoring = scoring_of(case, application)
    subject = subject_of(case, application)
    terms = since(case, subject.panel).parameters.panels
    entry = Entry(
        application=application,
        organization=opening.organization,
        organization_name=opening.organization_name,
        version=opening.version,
        scores=scores_of(scoring, opening.version),
        open_seats=open_seats(scoring),
        again=(),
        decided_before=0,
        conflicted=(),
    )
    again = to_score_anew(scoring, subject.version)
    if scored_anew(terms) and (again or not entry.scores):
        entry = replace(entry, again=again, decided_before=_decided_before(case, application))
    if not posts_followed(terms) or (subject.decided and not subject.reopened):
        return entry
    pool = {one.expert: one.employer_uscc for one in case.before(review.ExpertEnrolled)}
    return replace(entry, conflicted=conflicted(scoring, opening.version, _employed(pool, opening.uscc)))


def _decided_before(case: Case, application: str) -> int:
    """How many of the panel's decisions on an application came before an appeal opened its scores last."""
    opened = position_of(case, review.ScoringReopened, application=application)
    taken = case.record.where(review.PanelDecisionRecorded, application=application)
    return sum(1 for recorded, _ in taken if recorded.position < opened)


def _resolve(case: Case, event: review.TieResolved) -> ResolveTie:
    terms = since(case, event.panel).parameters.panels
    return ResolveTie(
        panel=event.panel,
        tie_group=event.tie_group,
        order=event.order,
        voters=event.voters,
        electorate=_electorate(case, event.order, terms),
        by=case.by,
        at=case.at,
        share=tie_share(terms),
        cast=ballots_cast(terms),
        answered=answers_asked(terms),
        settled=all(case.settled(one) for one in event.order),
    )


def _electorate(case: Case, applications: Sequence[str], terms: Panels) -> Electorate:
    pool = {one.expert: one for one in case.before(review.ExpertEnrolled)}
    away = frozenset(one.account for one in case.before(AccountClosed)) if ballots_cast(terms) else frozenset()
    return electorate([_voted_on(case, one) for one in applications], pool.values(), away)


def _voted_on(case: Case, application: str) -> VotedOn:
    opening = case.one(review.DistrictReviewOpened, application=application)
    return VotedOn(opening.uscc, scoring_of(case, application))


def _decide(case: Case, event: review.PanelDecisionRecorded) -> RecordPanelDecision:
    terms = since(case, event.panel).parameters.panels
    return RecordPanelDecision(
        panel=event.panel,
        entry=_entry(case, event.application),
        minimum=terms.minimum_scores.value,
        decision=event.decision,
        reason=event.reason,
        voters=event.voters,
        electorate=_electorate(case, (event.application,), terms),
        by=case.by,
        at=case.at,
        share=missing_scores_share(terms),
        cast=ballots_cast(terms),
        answered=answers_asked(terms),
        settled=case.settled(event.application),
    )


def _cast(case: Case, event: review.BallotCast) -> CastBallot:
    terms = since(case, event.panel).parameters.panels
    (first, *_) = event.applications
    decides = event.choice in ((RANK_WITH_FEWER,), (LEAVE_UNRANKED,))
    return CastBallot(
        panel=event.panel,
        choice=event.choice,
        entry=_entry(case, first) if decides else None,
        minimum=terms.minimum_scores.value,
        electorate=_electorate(case, event.applications, terms),
        asked=ballots_cast(terms),
        settled=all(case.settled(one) for one in event.applications),
        by=case.by,
        at=case.at,
    )


BEHIND: Behind = {
    review.PanelConstituted: (PANEL_DECIDER, _constitute),
    review.ScoringClosed: (PANEL_DECIDER, _close),
    review.RankingComputed: (PANEL_DECIDER, _rank),
    review.BallotCast: (PANEL_DECIDER, _cast),
    review.TieResolved: (PANEL_DECIDER, _resolve),
    review.PanelDecisionRecorded: (PANEL_DECIDER, _decide),
}
