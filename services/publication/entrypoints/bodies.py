"""What publication's door accepts."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import Body, DateText, IdText, InstantText, LongText, ReasonText, Sha256Text, ShortText, Token

Evidence = Annotated[list[Sha256Text], Field(max_length=20, default_factory=list)]
Applications = Annotated[list[IdText], Field(max_length=100)]


class OfferBody(Body):
    """The terms that are offered: the agreement's own text, or others by their content."""

    terms_sha256: Sha256Text | None = None


class TermsBody(Body):
    """The agreement's terms by their content."""

    terms_sha256: Sha256Text


class ObjectionBody(Body):
    """An objection under a real name, which only the vault keeps; grounds name no person (C5.4)."""

    application: IdText
    name: ShortText
    contact: ShortText
    grounds: ReasonText
    evidence: Evidence


class ObjectionDecisionBody(Body):
    """The decision on an objection; an effect with `upheld` only, a rank with `rerank` only (C5.4)."""

    outcome: Literal["inadmissible", "dismissed", "upheld"]
    reason: ReasonText
    effect: Literal["remove", "rerank"] | None = None
    rank: Annotated[int, Field(ge=1, le=100_000)] | None = None


class ApprovalBody(Body):
    """The hash of the list that was read, so that nothing else is approved (C5.4)."""

    list_hash: Sha256Text


class ListApprovalBody(ApprovalBody):
    """The hash of the list that was read, and why places stay free for which somebody is in line (C5.4)."""

    left_free: Annotated[
        dict[Token, ReasonText], Field(max_length=20, default_factory=dict, description="By group, why")
    ]


class CorrectionApprovalBody(ApprovalBody):
    """The hash of the corrected list that was read; and that it may go beyond a quota, where it does (C5.4)."""

    beyond_quota: bool = False


class PromotionBody(Body):
    """The next in line, and why (C5.4)."""

    application: IdText
    reason: ReasonText


class AppealBody(Body):
    """An appeal against a rejection; grounds name no person (C5.4)."""

    grounds: ReasonText
    evidence: Evidence


class AppealDecisionBody(Body):
    """The decision on an appeal; a stage with `remit` only (C5.4)."""

    outcome: Literal["uphold", "remit", "reverse"]
    reason: ReasonText
    stage: Literal["district", "experts"] | None = None


class RemitBody(Body):
    """Why a remit led to no place on the list (C5.4)."""

    reason: ReasonText


class CorrectionBody(Body):
    """Who joins the published list and who leaves it (C5.4)."""

    add: Applications
    remove: Applications
    reason: ReasonText
    document_number: ShortText


class RectificationItemBody(Body):
    """Something to put right."""

    what: ShortText
    note: LongText


class RectificationBody(Body):
    """What has to be put right, and by when; without a due instant by the round's last day for it (C3)."""

    items: Annotated[list[RectificationItemBody], Field(min_length=1, max_length=50)]
    due: InstantText | None = None


class ItemGivenUpBody(Body):
    """Something that was ordered and is asked for no longer."""

    what: ShortText = Field(description="As the order names it, such as report.2018.Q1")
    reason: ReasonText


class AcceptanceBody(Body):
    """That it is put right: what is not filed and accepted is given up by name and with a reason (C3)."""

    note: LongText
    orders: Annotated[int, Field(ge=1, le=1000, description="How many orders it closes, of /standings")] = 1
    given_up: Annotated[list[ItemGivenUpBody], Field(max_length=50, default_factory=list)]


class RevocationBody(Body):
    """Why the approval is taken back, and under which document's number (C5.4)."""

    ground: ReasonText
    document_number: ShortText


class RevocationReversalBody(Body):
    """Why the approval is given back, and under which document's number (C5.4)."""

    reason: ReasonText
    document_number: ShortText


class RenewalBody(Body):
    """The approval's new last day (C5.4)."""

    valid_to: DateText
    document_number: ShortText
