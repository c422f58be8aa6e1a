"""How publication's corrections of a published list were put."""

from audit.behind.publication_heard import Heard, decision_of, notice_of
from audit.case import Behind, Case
from services.publication.domain.correction import ProposeCorrection
from services.publication.domain.correction_approval import ApproveCorrection
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.grounds import Grounds
from services.publication.domain.notice import of_corrections
from services.publication.domain.states import Approved
from shared.contracts import publication
from shared.contracts.policy import corrections_on_notice


def _correct(case: Case, event: publication.ListCorrectionProposed) -> ProposeCorrection:
    decision, heard = decision_of(case, event.round), Heard(case, event.round)
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
        rankings=tuple(heard.rankings.values()),
        submissions=heard.submissions,
        withdrawn=heard.withdrawn,
        by=case.by,
        at=case.at,
        recommended=heard.recommended,
        appeals=heard.appeals,
        grounds=_grounds(case, event),
        tells=event.moved is not None,
    )


def _approve_correction(case: Case, event: publication.ListCorrected) -> ApproveCorrection:
    """Which list the leader had read is not in the log: it is not asked for again."""
    parameters, decision = case.plan.parameters, decision_of(case, event.round)
    calendar, decisions = parameters.calendar, parameters.decisions
    pending, heard = decision.pending if isinstance(decision, Approved) else None, Heard(case, event.round)
    return ApproveCorrection(
        round=event.round,
        valid_from=calendar.valid_from.value,
        valid_to=calendar.valid_to.value,
        by=case.by,
        at=case.at,
        withdrawn=heard.withdrawn,
        recommended=heard.recommended,
        list_hash=None,
        grounds=None if pending is None else _grounds(case, pending),
        beyond_quota=bool(event.beyond_quota),
        notices=of_corrections(notice_of(case, event.round)) if corrections_on_notice(parameters) else None,
        promoters_aside=decisions.promoters_aside,
    )


def _grounds(case: Case, proposed: publication.ListCorrectionProposed) -> Grounds | None:
    """What said who may join; corrections of earlier releases do not say why, and are not asked."""
    if proposed.grounds is None:
        return None
    parameters, heard = case.plan.parameters, Heard(case, proposed.round)
    return Grounds(
        rankings=tuple(heard.rankings.values()),
        ties=heard.ties,
        quotas=parameters.quotas,
        versions=heard.versions,
        withdrawn=heard.withdrawn,
        barred=heard.barred,
        revoked=case.still_revoked(proposed.round),
        appeals=heard.appeals,
        ranked_again=heard.ranked_again,
        valid_to=parameters.calendar.valid_to.value,
    )


BEHIND: Behind = {
    publication.ListCorrectionProposed: (DECISION_DECIDER, _correct),
    publication.ListCorrected: (DECISION_DECIDER, _approve_correction),
}
