"""What registration's door accepts and answers."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from shared.vault.vault import stands_for_a_value
from shared.web.models import (
    Body,
    Count,
    DateText,
    DistrictText,
    IdText,
    ItemBody,
    Sha256Text,
    ShortText,
    Token,
    UsccText,
)

Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.@-]{2,63}$")]
SEEN = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""Without control characters: what a person cannot see, nobody types again."""
Password = Annotated[str, StringConstraints(min_length=12, max_length=128, pattern=SEEN)]
Given = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=SEEN)]
"""What somebody signs in with, right or wrong: only the pair tells."""
KidText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""A signing key's RFC 7638 thumbprint, base64url."""
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


def _told(text: str) -> str:
    if stands_for_a_value(text):
        raise ValueError("a person's name is expected, neither its commitment nor the mark of an erased one")
    return text


PersonText = Annotated[ShortText, AfterValidator(_told)]


class AccountBody(Body):
    """An account to open; without a token only a filer's."""

    username: Username
    password: Password
    role: RoleText = "filer"
    district: Annotated[DistrictText | None, Field(description="Of a district's official, and of nobody else")] = None
    organization: Annotated[
        IdText | None, Field(description="Of a legal representative, and of nobody else: whom it signs for")
    ] = None
    must_change: Annotated[
        bool | None,
        Field(
            description="Whether its holder has to choose another password before the first token; left out: "
            "when somebody else opens it, but in a rehearsal"
        ),
    ] = None


class PasswordBody(Body):
    """The password that an account has, and the one that its holder chose instead."""

    username: Given
    password: Given
    new_password: Password

    @model_validator(mode="after")
    def _another(self) -> Self:
        if self.new_password == self.password:
            raise ValueError("the new password is the old one")
        return self


class ResetBody(Body):
    """The password that the holder changes at once, and why it was reset."""

    new_password: Password
    ground: ShortText


class SignInBody(Body):
    """User name and password."""

    username: Given
    password: Given


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


LegalFormText = Literal[
    "enterprise", "public_institution", "social_organization", "private_non_enterprise", "law_firm", "branch"
]


class CertificationRequestBody(Body):
    """The profile to certify; names and telephone go to the vault, commitments into the event."""

    legal_form: LegalFormText
    district: DistrictText
    established_on: DateText
    reg_address: ShortText
    legal_representative: PersonText
    contact: PersonText
    documents: Annotated[list[DocumentBody], Field(max_length=50)]


class CertificationBody(Body):
    """The verifier's decision on exactly this profile."""

    profile_hash: Sha256Text


class CertificationReturnBody(Body):
    """What of exactly this profile is to be corrected."""

    profile_hash: Sha256Text
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=50)]


class CertificationRejectionBody(Body):
    """Why exactly this profile, or a registration without one, is not certified, for good."""

    profile_hash: Sha256Text
    reasons: Annotated[list[ShortText], Field(min_length=1, max_length=20)]


class AmendmentBody(Body):
    """What changes of a certified profile, and from which day on; what is not named stays."""

    effective_from: DateText
    name: ShortText | None = None
    legal_form: LegalFormText | None = None
    established_on: DateText | None = None
    reg_address: ShortText | None = None
    legal_representative: PersonText | None = None
    contact: PersonText | None = None


class TransferBody(Body):
    """The district and the address to which an organization moves, and from which day on."""

    district: DistrictText
    reg_address: ShortText
    effective_from: DateText


class FilerBody(Body):
    """The filer's account that takes over, and the organization's letter that names its holder."""

    account: IdText
    document_number: ShortText


class GroundBody(Body):
    """Why an organization is suspended, reinstated or closed, or an account closed."""

    ground: ShortText


AccountState: TypeAlias = Literal["OPEN", "CLOSED"]


class AccountAnswer(BaseModel):
    """An account; its user name is told to the administrator and the auditor, and reads 已删除 once it was erased."""

    account: str
    username: str
    role: str
    district: str | None = None
    organization: str | None = None
    state: AccountState
    must_change: bool = Field(description="Whether its holder has still to choose another password")
    opened_by: str = Field(description="An account, `anybody` who opened its own, or `system-registration`")
    opened_at: str
    password_changed_at: str | None = None
    closed_at: str | None = None
    ground: str = Field("", description="Why it was closed")


class SignedInAnswer(BaseModel):
    """A token and whom it names."""

    token: str
    expires_at: str
    account: str
    role: str
    district: str | None = None
    organization: str | None = None


class ReopeningBody(Body):
    """Why the closure was a mistake, and the number of the letter that takes it back (C5.2)."""

    ground: ShortText
    document_number: ShortText


OrganizationState: TypeAlias = Literal[
    "REGISTERED", "CERTIFICATION_PENDING", "RETURNED", "REJECTED", "CERTIFIED", "SUSPENDED", "CLOSED"
]


Asked: TypeAlias = OrganizationState | Literal["ALL"]


class OrganizationAnswer(BaseModel):
    """An organization as its filer and the officials see it today; a change that takes effect later is not shown."""

    organization: str
    uscc: str
    name: str
    state: OrganizationState
    legal_form: str | None = None
    district: str | None = None
    established_on: str | None = None
    reg_address: str | None = None
    profile_hash: str | None = Field(None, description="Of the profile; before there is one, of the registration alone")
    items: list[ItemBody] = Field(default=[], description="What is to be corrected before it is asked for again")
    reasons: list[str] = Field(default=[], description="Why it was rejected")
    ground: str = Field("", description="Why it is suspended or closed")


class ProfileAnswer(OrganizationAnswer):
    """One organization with its people and papers; what was erased from the vault reads 已删除."""

    legal_representative: str | None = None
    contact: str | None = None
    documents: list[DocumentBody] = Field(default=[], description="Each is handed out at `/files/{sha256}`")
