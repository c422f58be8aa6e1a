"""What publication had heard when it decided: its facts, as `services/publication/usecases/project.py` keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit.case import BARRING, Case, barring
from services.publication.domain.appeal import CLOSED
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.notice import NOTICE_DECIDER
from services.publication.domain.states import OBJECTION
from shared.contracts import application, publication, reporting, review
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.topics import DECISION, NOTICE

OF_A_WHOLE_ROUND = frozenset(
    {
        publication.ApprovalListProposed,
        publication.ListApproved,
        publication.NextInLinePromoted,
        publication.ListCorrectionProposed,
        publication.ListCorrected,
        publication.RemitClosed,
        publication.AppealDecided,
        reporting.PriorityRecommended,
    }
)
"""Decisions that rest on what every other house did in the round."""
SCORES = (review.ExpertScored, review.ScoreRevised, review.ScoreVoided, review.ExpertRecused)
OF_A_DISTRICT = (
    review.DistrictRecommended,
    review.DistrictDeclined,
    review.DistrictReviewReturned,
    review.DistrictReviewReopened,
    review.DistrictReviewClosed,
    review.DistrictDecisionReconsidered,
    review.EscalatedToCity,
    review.EscalationDecided,
)
"""What a district, and the city after it, said of an application."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The facts of a round as they were known at a decision; the names are those of publication's port `Facts`."""

    case: Case
    round: str

    @property
    def panels(self) -> list[Any]:
        """Every panel that was drawn."""
        return self.case.before(review.PanelConstituted, round=self.round)

    @property
    def rankings(self) -> dict[str, Any]:
        """The last ranking of each panel by the id of its event; none that a score outlived."""
        scored = self._scored()
        last = {ranking.panel: (event_id, position) for event_id, position, ranking in self._ranked()}
        standing = {event_id for panel, (event_id, position) in last.items() if scored.get(panel, 0) <= position}
        return {event_id: ranking for event_id, _, ranking in self._ranked() if event_id in standing}

    def resting_on(self, event_ids: Iterable[str]) -> dict[str, Any]:
        """The rankings that were known; raise `Incomplete` where the log lacks one that a list rests on."""
        for event_id in event_ids:
            self.case.record.event(self.case.recorded, event_id)
        return self.rankings

    @property
    def ties(self) -> list[Any]:
        """What panels told apart since they last ranked."""
        ranked = {ranking.panel: position for _, position, ranking in self._ranked()}
        known = self.case.known(review.TieResolved, round=self.round)
        told: list[tuple[int, Any]] = [(one.position, one.event) for one in known]
        return [tie for position, tie in told if position >= ranked.get(tie.panel, 0)]

    @property
    def unranked(self) -> list[Any]:
        """The submissions of those that their panel's last decision leaves out of its ranking."""
        decided = self.case.before(review.PanelDecisionRecorded, round=self.round)
        last = {one.application: one.decision for one in decided}
        return [one for name, one in sorted(self.submissions.items()) if last.get(name) == "leave_unranked"]

    @property
    def submissions(self) -> dict[str, Any]:
        """The last of each application."""
        known = self.case.known(application.ApplicationSubmitted, application.ApplicationResubmitted, round=self.round)
        filed: list[Any] = [one.event for one in known]
        return {one.application: one for one in filed}

    @property
    def withdrawn(self) -> frozenset[str]:
        """Who withdrew, did not correct in time, or was taken back; a draft that lapsed or was withdrawn may come."""
        withdrawn = [one for one in self._withdrawn() if not self._begun_again(one.application)]
        lapsed = self.case.before(application.ApplicationLapsed, round=self.round, what="return")
        over = [one for one in lapsed if not self._filed_since(one)]
        return frozenset(event.application for event in (*withdrawn, *over)) | self.taken_back

    def _withdrawn(self) -> list[Any]:
        return self.case.before(application.ApplicationWithdrawn, round=self.round)

    def _begun_again(self, application_id: str) -> bool:
        """Whether a draft was begun as often as one was withdrawn, and once more."""
        begun = self.case.before(application.ApplicationStarted, application=application_id)
        return len(begun) > len(self.case.before(application.ApplicationWithdrawn, application=application_id))

    def _filed_since(self, lapsed: application.ApplicationLapsed) -> bool:
        """Whether what lapsed was corrected and filed within an extension."""
        again = self.case.before(application.ApplicationResubmitted, application=lapsed.application)
        return any(one.received_at >= lapsed.deadline for one in again)

    @property
    def taken_back(self) -> frozenset[str]:
        """What a district recommended, and then declined or returned, and has not recommended since."""
        back = set[str]()
        for event in self._said():
            match event:
                case review.DistrictRecommended() | review.EscalationDecided(outcome="admitted"):
                    back.discard(event.application)
                case review.DistrictDeclined() | review.DistrictReviewReturned() if event.revokes is not None:
                    back.add(event.application)
                case _:
                    continue
        return frozenset(back)

    @property
    def recommended(self) -> frozenset[str]:
        """What a district, or the city after an escalation, sent to the experts."""
        return frozenset(self.versions)

    @property
    def versions(self) -> dict[str, int]:
        """The version of each application that is recommended."""
        sent = dict[str, int]()
        for event in self._said():
            match event:
                case review.DistrictRecommended() | review.EscalationDecided(outcome="admitted"):
                    sent[event.application] = event.version
                case review.DistrictReviewReturned(revokes=None):
                    continue
                case review.DistrictDeclined() | review.DistrictReviewReturned() | review.EscalatedToCity():
                    sent.pop(event.application, None)
                case review.DistrictReviewReopened() | review.DistrictReviewClosed():
                    sent.pop(event.application, None)
                case _:
                    continue
        return sent

    @property
    def declined(self) -> frozenset[str]:
        """What a district declined, and nobody opened again or admitted."""
        away = set[str]()
        for event in self._said():
            match event:
                case review.DistrictDeclined():
                    away.add(event.application)
                case review.DistrictDecisionReconsidered(outcome="reopened"):
                    away.discard(event.application)
                case review.EscalationDecided(outcome="admitted"):
                    away.discard(event.application)
                case review.DistrictReviewReopened() | review.DistrictReviewClosed():
                    away.discard(event.application)
                case _:
                    continue
        return frozenset(away)

    @property
    def escalated(self) -> frozenset[str]:
        """What was before the city, which had not decided on it."""
        away = set[str]()
        for event in self._said():
            match event:
                case review.EscalatedToCity():
                    away.add(event.application)
                case review.EscalationDecided() | review.DistrictReviewReopened() | review.DistrictReviewClosed():
                    away.discard(event.application)
                case _:
                    continue
        return frozenset(away)

    @property
    def barred(self) -> frozenset[str]:
        """Organizations that were suspended or closed, and not reinstated or reopened since."""
        moves: list[Any] = [one.event for one in self.case.known(*BARRING)]
        last = {one.organization: barring(one) for one in moves}
        return frozenset(organization for organization, barred in last.items() if barred is not None)

    @property
    def open_lists(self) -> frozenset[str]:
        """Districts whose list was opened again and not sent since."""
        moves: list[Any] = [
            one.event for one in self.case.known(review.BatchReopened, review.BatchSent, round=self.round)
        ]
        last = {one.district: isinstance(one, review.BatchReopened) for one in moves}
        return frozenset(district for district, is_open in last.items() if is_open)

    @property
    def appeals(self) -> dict[str, str]:
        """The outcomes of decided appeals by application; `closed` where a remit or an objection ended them."""
        outcomes = dict[str, str]()
        ends = (publication.RemitClosed, publication.ApplicationRejected)
        moves = self.case.known(publication.AppealFiled, publication.AppealDecided, *ends, round=self.round)
        for event in [one.event for one in moves]:
            match event:
                case publication.AppealFiled():
                    outcomes.pop(event.application, None)
                case publication.AppealDecided():
                    outcomes[event.application] = event.outcome
                case publication.ApplicationRejected(stage=stage) if stage != OBJECTION:
                    continue
                case publication.RemitClosed() | publication.ApplicationRejected() if event.application in outcomes:
                    outcomes[event.application] = CLOSED
                case _:
                    continue
        return outcomes

    @property
    def ranked_again(self) -> frozenset[str]:
        """Who was ranked since the appeal was decided."""
        decided: list[tuple[str, Any]] = [
            (one.envelope.time, one.event) for one in self.case.known(publication.AppealDecided, round=self.round)
        ]
        since = {
            event.application: at for at, event in decided if self.appeals.get(event.application, CLOSED) != CLOSED
        }
        ranked = {
            row.application: self.case.record.by_id[event_id].envelope.time
            for event_id, ranking in self.rankings.items()
            for row in ranking.rows
        }
        return frozenset(one for one, at in since.items() if ranked.get(one, "") >= at)

    @property
    def can_join(self) -> frozenset[str]:
        """Whom a ranking holds, one that a score outlived among them, and a district recommends as it stands."""
        last = {ranking.panel: ranking for _, _, ranking in self._ranked()}
        ranked = frozenset(row.application for ranking in last.values() for row in ranking.rows)
        return (ranked & self.recommended) - self.withdrawn

    def _said(self) -> Iterable[Any]:
        return [one.event for one in self.case.known(*OF_A_DISTRICT, round=self.round)]

    def _ranked(self) -> list[tuple[str, int, Any]]:
        known = self.case.known(review.RankingComputed, round=self.round)
        return [(one.envelope.id, one.position, one.event) for one in known]

    def _scored(self) -> dict[str, int]:
        """By panel where in review's log a score was last given or taken."""
        known = self.case.known(*SCORES, round=self.round)
        moves: list[tuple[int, Any]] = [(one.position, one.event) for one in known if _counts(one.event)]
        return {event.panel: position for position, event in moves}


def decision_of(case: Case, round_id: str) -> Any:
    """The decision on the round's list, just before the event."""
    return case.fold(DECISION_DECIDER, Stream(DECISION, round_id, round_id).name)


def notice_of(case: Case, round_id: str) -> Any:
    """What the public had been shown of the round, just before the event."""
    return case.fold(NOTICE_DECIDER, Stream(NOTICE, round_id, round_id).name)


def _counts(event: Event) -> bool:
    return not isinstance(event, review.ExpertRecused) or event.voids_score
