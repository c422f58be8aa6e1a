"""What an application came to: the last thing that was decided of it, in one line."""

from collections.abc import Sequence

from audit.words import Names, Said, said
from shared.contracts import application, publication, registration, review
from shared.contracts.event import Event


def outcome(events: Sequence[Event], names: Names) -> Said:
    """What was decided last; of an approval that went on, how it began and whether its agreement was ever signed."""
    decided = [one for one in events if isinstance(one, OUTCOMES)]
    if not decided:
        return "尚在填报", "in preparation"
    parts = [decided[-1]]
    if isinstance(decided[-1], ITS_STANDING):
        parts = [*[one for one in decided if isinstance(one, publication.OrganizationApproved)][-1:], *parts]
    told = [said(one, names) for one in parts]
    agreement = [one for one in events if isinstance(one, publication.AgreementExpired | publication.AgreementSigned)]
    if agreement and isinstance(agreement[-1], publication.AgreementExpired):
        told.insert(1, said(agreement[-1], names))
    return "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)


ITS_STANDING = (
    publication.ApprovalRevoked,
    publication.RevocationReversed,
    publication.ApprovalRenewed,
    publication.ApprovalExpired,
)
OUTCOMES = (
    registration.CertificationRejected,
    application.EligibilityEvaluated,
    application.ApplicationSubmitted,
    application.ApplicationResubmitted,
    application.LateSubmissionRefused,
    application.ApplicationReturned,
    application.ApplicationWithdrawn,
    application.ApplicationLapsed,
    review.DistrictReviewReturned,
    review.DistrictRecommended,
    review.DistrictDeclined,
    review.DistrictDecisionReconsidered,
    review.EscalationDecided,
    publication.ObjectionUpheld,
    publication.RowWithdrawn,
    publication.OrganizationApproved,
    publication.ApplicationRejected,
    publication.AppealDecided,
    *ITS_STANDING,
)
"""What decides of an application."""
