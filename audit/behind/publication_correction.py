"""How publication's corrections of a published list were put."""

from collections.abc import Mapping
from typing import Any

from audit.behind.publication_facts import (
    barred_organizations_of,
    decision_of,
    last_rankings_of,
    submissions_of,
    ties_of,
    versions_of,
    withdrawn_of,
)
from audit.case import Behind, Case
from services.publication.domain.correction import ApproveCorrection, ProposeCorrection
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.grounds import Grounds
from services.publication.domain.states import Approved
from shared.contracts import publication


def _correct(case: Case, event: publication.ListCorrectionProposed) -> ProposeCorrection:
    decision = decision_of(case, event.round)
    before = {row.application for row in decision.rows} if isinstance(decision, Approved) else set[str]()
    after = {row.application for row in event.rows}
    lists = case.before(publication.ListPublished, round=event.round)
    return ProposeCorrection(
        round=event.round,
        add=tuple(sorted(after - before)),
        remove=tuple(sorted(before - after)),
        reason=event.reason,
        document_number=event.document_number,
        published=lists[-1].list_hash if lists else None,
        rankings=tuple(last_rankings_of(case, event.round).values()),
        submissions=submissions_of(case, event.round),
        withdrawn=withdrawn_of(case, event.round),
        by=case.by,
        at=case.at,
        grounds=_grounds(case, event),
    )


def _approve_correction(case: Case, event: publication.ListCorrected) -> ApproveCorrection:
    calendar, decision = case.plan.parameters.calendar, decision_of(case, event.round)
    pending = decision.pending if isinstance(decision, Approved) else None
    return ApproveCorrection(
        event.round,
        calendar.valid_from.value,
        calendar.valid_to.value,
        case.by,
        case.at,
        grounds=None if pending is None else _grounds(case, pending),
    )


def _grounds(case: Case, proposed: publication.ListCorrectionProposed) -> Grounds | None:
    """What said who may join; corrections of earlier releases do not say why, and are not asked."""
    if proposed.grounds is None:
        return None
    parameters, rankings = case.plan.parameters, last_rankings_of(case, proposed.round)
    appeals = case.before(publication.AppealDecided, round=proposed.round)
    return Grounds(
        rankings=tuple(rankings.values()),
        ties=ties_of(case, rankings),
        quotas=parameters.quotas,
        versions=versions_of(case, proposed.round),
        withdrawn=withdrawn_of(case, proposed.round),
        barred=barred_organizations_of(case),
        revoked=frozenset(one.application for one in case.before(publication.ApprovalRevoked, round=proposed.round)),
        appeals={one.application: one.outcome for one in appeals},
        ranked_again=_ranked_again(case, rankings, proposed.round),
        valid_to=parameters.calendar.valid_to.value,
    )


def _ranked_again(case: Case, rankings: Mapping[str, Any], round_id: str) -> frozenset[str]:
    """Who was ranked since the appeal was decided."""
    appeals = case.record.where(publication.AppealDecided, round=round_id)
    decided = {event.application: one for one, event in appeals if one.position < case.recorded.position}
    ranked = {
        row.application: case.record.by_id[event_id].envelope.time
        for event_id, ranking in rankings.items()
        for row in ranking.rows
    }
    return frozenset(one for one, appeal in decided.items() if ranked.get(one, "") >= appeal.envelope.time)


BEHIND: Behind = {
    publication.ListCorrectionProposed: (DECISION_DECIDER, _correct),
    publication.ListCorrected: (DECISION_DECIDER, _approve_correction),
}
