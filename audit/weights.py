"""What decides of an application and how much, and what may be counted where a story would grow too long."""

from collections.abc import Mapping

from audit.words import Said
from shared.contracts import access, application, publication, registration, reporting, review
from shared.contracts.event import Event

DECISIVE, NEEDED = 3, 2
"""What decided by itself, and what an outcome rests on: neither is ever left out of a story."""
WEIGHTS: Mapping[type[Event], int] = {
    registration.CertificationReturned: 1,
    registration.CertificationRejected: 3,
    registration.DistrictTransferred: 2,
    registration.OrganizationSuspended: 3,
    registration.OrganizationReinstated: 2,
    registration.OrganizationClosed: 3,
    registration.OrganizationReopened: 3,
    registration.FilerAppointed: 2,
    application.ApplicationSubmitted: 2,
    application.LateSubmissionAdmitted: 3,
    application.LateSubmissionRefused: 3,
    application.ApplicationResubmitted: 2,
    application.ApplicationWithdrawn: 3,
    application.ApplicationLapsed: 3,
    review.DistrictReviewReturned: 2,
    review.WaiverGranted: 3,
    review.WaiverRefused: 3,
    review.DistrictRecommended: 2,
    review.DistrictDeclined: 3,
    review.DistrictDecisionReconsidered: 3,
    review.EscalationDecided: 3,
    review.DistrictReviewReopened: 2,
    review.ExpertRecused: 2,
    review.ScoreVoided: 2,
    review.ScoreRevised: 1,
    review.ScoringReopened: 2,
    review.PanelDecisionRecorded: 3,
    review.RankingComputed: 3,
    review.TieResolved: 3,
    publication.ApprovalListProposed: 2,
    publication.ObjectionInadmissible: 1,
    publication.ObjectionDismissed: 2,
    publication.ObjectionUpheld: 3,
    publication.NextInLinePromoted: 3,
    publication.OrganizationApproved: 3,
    publication.ApplicationRejected: 3,
    publication.AppealDecided: 3,
    publication.ListCorrected: 2,
    publication.RankCorrected: 3,
    publication.RemitClosed: 3,
    publication.AgreementSigned: 2,
    publication.AgreementExpired: 3,
    publication.RectificationOrdered: 2,
    publication.RectificationAccepted: 2,
    publication.ApprovalRevoked: 3,
    publication.RevocationReversed: 3,
    publication.ApprovalRenewed: 3,
    publication.ApprovalExpired: 3,
    reporting.ServiceReportFiled: 1,
    reporting.ReportReturned: 1,
    reporting.AnnualAssessed: 2,
    reporting.AssessmentCorrected: 2,
    reporting.PriorityRecommended: 2,
    access.PersonalDataErased: 2,
    access.ParkedRecordDiscarded: 2,
}
"""What decides of an application, and how much."""
LIGHT: Mapping[str, Said] = {
    "CertificationReturned": ("认证退回补正", "certification returned"),
    "ScoreRevised": ("专家改评", "score revised"),
    "ObjectionInadmissible": ("不予受理的异议", "objection not admitted"),
    "ServiceReportFiled": ("逾期报送的服务情况报告", "service report filed late"),
    "ReportReturned": ("报送材料退回补正", "report returned"),
}
"""Nothing rests on one of them alone: how they are called where they are only counted, by event."""
REPEATED: Mapping[str, Said] = {
    "RankingComputed": ("重新排序，本申报结果未变", "ranked anew, the same for this one"),
    "ApprovalListProposed": (
        "重新拟定名单，本申报结果未变",
        "list proposed anew, the same for this one",
    ),
}
"""What is decided of everybody: where it says of one what was said before, it is only counted."""
