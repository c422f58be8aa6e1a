"""The events of application: rounds, forms, evaluation, submission and paper (C4, C5.1, C5.2)."""

from shared.contracts.application.filing import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    LateSubmissionAdmitted,
    LateSubmissionRefused,
)
from shared.contracts.application.form import (
    ApplicationStarted,
    AttachmentAdded,
    AttachmentRemoved,
    EligibilityEvaluated,
    FormSaved,
    RuleResult,
    WaiverRequested,
)
from shared.contracts.application.paper import (
    PaperReceived,
    PdfExported,
)
from shared.contracts.application.round import (
    DeadlineExtended,
    LogHead,
    PolicyAmended,
    PolicyAmendmentDeclined,
    PolicyAmendmentProposed,
    PolicyAmendmentWithdrawn,
    RoundArchived,
    RoundClosed,
    RoundOpened,
    RoundPlanned,
)

__all__ = [
    "ApplicationLapsed",
    "ApplicationResubmitted",
    "ApplicationReturned",
    "ApplicationStarted",
    "ApplicationSubmitted",
    "ApplicationWithdrawn",
    "AttachmentAdded",
    "AttachmentRemoved",
    "DeadlineExtended",
    "EligibilityEvaluated",
    "FormSaved",
    "LateSubmissionAdmitted",
    "LateSubmissionRefused",
    "LogHead",
    "PaperReceived",
    "PdfExported",
    "PolicyAmended",
    "PolicyAmendmentDeclined",
    "PolicyAmendmentProposed",
    "PolicyAmendmentWithdrawn",
    "RoundArchived",
    "RoundClosed",
    "RoundOpened",
    "RoundPlanned",
    "RuleResult",
    "WaiverRequested",
]
