"""What registration's door accepts and answers."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field, StringConstraints

from shared.web.models import (
    Body,
    Count,
    DateText,
    DistrictText,
    IdText,
    Sha256Text,
    ShortText,
    Token,
    UsccText,
)

Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.@-]{2,63}$")]
Password = Annotated[str, StringConstraints(min_length=12, max_length=128, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""Without control characters: what a person cannot see, nobody types again."""
RoleText = Literal[
    "administrator",
    "filer",
    "legal_representative",
    "platform_verifier",
    "district_clerk",
    "district_leader",
    "receipt_clerk",
    "panel_secretary",
    "expert",
    "city_officer",
    "city_leader",
    "publisher",
    "discipline_auditor",
]


class AccountBody(Body):
    """An account to open; without a token only a filer's."""

    username: Username
    password: Password
    role: RoleText = "filer"
    district: DistrictText | None = None
    organization: IdText | None = None


class SignInBody(Body):
    """User name and password."""

    username: Username
    password: Password


class OrganizationBody(Body):
    """An organization to register."""

    uscc: UsccText
    name: ShortText


class DocumentBody(Body):
    """A supporting document by its content."""

    name: Token
    sha256: Sha256Text
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    size: Count


class CertificationRequestBody(Body):
    """The profile to certify; names and telephone go to the vault, commitments into the event."""

    legal_form: Literal[
        "enterprise", "public_institution", "social_organization", "private_non_enterprise", "law_firm", "branch"
    ]
    district: DistrictText
    established_on: DateText
    reg_address: ShortText
    legal_representative: ShortText
    contact: ShortText
    documents: Annotated[list[DocumentBody], Field(max_length=50)]


class CertificationBody(Body):
    """The verifier's decision on exactly this profile."""

    profile_hash: Sha256Text


class SignedInAnswer(BaseModel):
    """A token and whom it names."""

    token: str
    expires_at: str
    account: str
    role: str
    district: str | None = None
    organization: str | None = None


OrganizationState: TypeAlias = Literal["REGISTERED", "CERTIFICATION_PENDING", "CERTIFIED"]


class OrganizationAnswer(BaseModel):
    """An organization as its filer and the officials see it."""

    organization: str
    uscc: str
    name: str
    state: OrganizationState
    legal_form: str | None = None
    district: str | None = None
    profile_hash: str | None = None
