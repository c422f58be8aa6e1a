"""The events of publication: list, notice, objections, approval, correction, appeal, agreement, standing (C3, C5.4)."""

from shared.contracts.publication.agreement import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
)
from shared.contracts.publication.appeal import (
    AppealDecided,
    AppealFiled,
    RemitClosed,
)
from shared.contracts.publication.approval import (
    ApplicationRejected,
    OrganizationApproved,
)
from shared.contracts.publication.correction import (
    GroupPlaces,
    ListCorrected,
    ListCorrectionProposed,
    RankCorrected,
    RankMoved,
)
from shared.contracts.publication.listing import (
    ApprovalListProposed,
    LeftOut,
    ListApproved,
    ListRow,
    NextInLinePromoted,
    PlacesLeftFree,
    RowWithdrawn,
    Unselected,
)
from shared.contracts.publication.notice import (
    ListPublished,
    NoticePublished,
)
from shared.contracts.publication.objection import (
    ObjectionDismissed,
    ObjectionFiled,
    ObjectionInadmissible,
    ObjectionUpheld,
)
from shared.contracts.publication.standing import (
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    ItemGivenUp,
    RectificationAccepted,
    RectificationItem,
    RectificationOrdered,
    RevocationReversed,
)

__all__ = [
    "AgreementExpired",
    "AgreementOffered",
    "AgreementSigned",
    "AppealDecided",
    "AppealFiled",
    "ApplicationRejected",
    "ApprovalExpired",
    "ApprovalListProposed",
    "ApprovalRenewed",
    "ApprovalRevoked",
    "GroupPlaces",
    "ItemGivenUp",
    "LeftOut",
    "ListApproved",
    "ListCorrected",
    "ListCorrectionProposed",
    "ListPublished",
    "ListRow",
    "NextInLinePromoted",
    "NoticePublished",
    "ObjectionDismissed",
    "ObjectionFiled",
    "ObjectionInadmissible",
    "ObjectionUpheld",
    "OrganizationApproved",
    "PlacesLeftFree",
    "RankCorrected",
    "RankMoved",
    "RectificationAccepted",
    "RectificationItem",
    "RectificationOrdered",
    "RemitClosed",
    "RevocationReversed",
    "RowWithdrawn",
    "Unselected",
]
