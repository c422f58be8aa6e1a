"""The events of registration: accounts, organizations, certification (企业认证) and signing keys."""

from shared.contracts.correction import ItemToCorrect
from shared.contracts.event import Event, event, value
from shared.contracts.topics import ACCOUNT, KEY, ORGANIZATION
from shared.kernel.actor import Role

HOLDERS = tuple(role for role in Role if role is not Role.SYSTEM)
"""Whoever has an account."""


@value
class Document:
    """A file by its content; the file itself is never in an event."""

    name: str
    """What it is: `business_licence`, `registration_certificate`, …"""
    sha256: str
    """64 lower-case hex digits."""
    media_type: str
    size: int
    """Bytes."""


@event(ACCOUNT, Role.ADMINISTRATOR, Role.FILER, Role.SYSTEM)
class AccountOpened(Event):
    """An account exists; its user name and credential are commitments, their values lie in the vault (C5.2)."""

    account: str
    role: str
    username: str
    """Commitment, SHA-256(salt ‖ value), 64 hex digits."""
    credential: str
    """Commitment to the argon2id record."""
    district: str | None = None
    """GB/T 2260, six digits; officials of a district only."""
    organization: str | None = None
    """The organization a legal representative signs for."""
    must_change: bool = False
    """Whether its holder chooses another password before anything else, as somebody else chose the first."""


@event(ACCOUNT, *HOLDERS)
class PasswordChanged(Event):
    """The holder changed the password: tokens of before are worth nothing (C5.2)."""

    account: str
    credential: str
    """Commitment to the argon2id record, salted anew."""
    generation: int
    """How often it was changed by now; a token names the one that it was given under, 0 before the first."""


@event(ACCOUNT, Role.ADMINISTRATOR)
class PasswordReset(Event):
    """The password was forgotten: an administrator gave another, which gives no token before it is changed (C5.2)."""

    account: str
    credential: str
    """Commitment to the argon2id record, salted anew."""
    generation: int
    """How often it was changed by now, by whomever."""
    ground: str
    """Why, in words; names no person."""


@event(ACCOUNT, *HOLDERS)
class AccountClosed(Event):
    """The account is closed for good, by its holder or an administrator: nobody signs in with it any more (C5.2)."""

    account: str
    ground: str
    """Why, in words; names no person."""


@event(ORGANIZATION, Role.FILER)
class OrganizationRegistered(Event):
    """An organization registered on the platform; no claim is verified yet (C5.2)."""

    organization: str
    uscc: str
    """统一社会信用代码, 18 characters, GB 32100 with its check character."""
    name: str
    account: str
    """The filer's account."""


@event(ORGANIZATION, Role.FILER)
class CertificationRequested(Event):
    """The organization asked to be certified with this profile (C5.2 企业认证)."""

    organization: str
    legal_form: str
    """机构性质: enterprise, public_institution, social_organization, private_non_enterprise or law_firm."""
    district: str
    """GB/T 2260 code of the registered address."""
    established_on: str
    """ISO date."""
    reg_address: str
    legal_representative: str
    """Commitment to the name."""
    contact: str
    """Commitment to name and telephone."""
    documents: tuple[Document, ...]
    profile_hash: str
    """SHA-256 of the canonical profile."""


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class OrganizationCertified(Event):
    """The platform verified the account's organization; this is not programme approval (C5.2)."""

    organization: str
    uscc: str
    name: str
    legal_form: str
    district: str
    established_on: str
    verifier: str
    """The verifier's account."""
    profile_hash: str


@event(KEY, Role.ADMINISTRATOR, Role.SYSTEM)
class SigningKeyPublished(Event):
    """From now on tokens may be signed with this key; services verify with it (RFC 8037)."""

    kid: str
    """RFC 7638 thumbprint, base64url."""
    algorithm: str
    """`EdDSA`."""
    public_key: str
    """The Ed25519 public key `x` of its JWK, base64url without padding."""
    not_before: str
    """UTC instant."""
    supersedes: str | None = None
    """The `kid` that signs no further tokens; its tokens stay valid until they expire."""


@event(KEY, Role.ADMINISTRATOR)
class SigningKeyRetired(Event):
    """The key leaked, or is no longer trusted: no token that it signed is good any more (RFC 7517)."""

    kid: str
    ground: str


@value
class Change:
    """One member of a profile; personal members are commitments."""

    member: str
    before: str
    after: str


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class CertificationReturned(Event):
    """The verifier sent the profile back: these items are to be corrected (C5.2)."""

    organization: str
    profile_hash: str
    items: tuple[ItemToCorrect, ...]


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class CertificationRejected(Event):
    """The organization is not certified and cannot ask again; another filer may register its code (C5.2)."""

    organization: str
    profile_hash: str
    """SHA-256 of the canonical profile; of what the registration claims where no profile was brought."""
    reasons: tuple[str, ...]


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class ProfileAmended(Event):
    """A certified profile changed, on evidence; applications that were submitted keep what they said."""

    organization: str
    name: str
    legal_form: str
    established_on: str
    reg_address: str
    legal_representative: str
    """Commitment to the name."""
    contact: str
    """Commitment to name and telephone."""
    changes: tuple[Change, ...]
    effective_from: str
    """ISO date."""
    profile_hash: str


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class DistrictTransferred(Event):
    """The organization moved its registered address; a submitted application never moves with it."""

    organization: str
    from_district: str
    to_district: str
    reg_address: str
    effective_from: str
    """ISO date."""


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class OrganizationSuspended(Event):
    """The organization may not begin or submit anything until it is reinstated."""

    organization: str
    ground: str


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class OrganizationReinstated(Event):
    """The suspension is over."""

    organization: str
    ground: str


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class FilerAppointed(Event):
    """Another account files for the organization from now on, the one before no more (C5.2)."""

    organization: str
    account: str
    """Of the filer who takes over."""
    replaced: str
    """The account that filed before: closed, lost, or of somebody who left."""
    document_number: str
    """Of the organization's letter that names the filer."""


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class OrganizationClosed(Event):
    """The organization is gone; its code is not registered again."""

    organization: str
    ground: str


@event(ORGANIZATION, Role.PLATFORM_VERIFIER)
class OrganizationReopened(Event):
    """The closure was a mistake: by another verifier's word the organization is what it was before it (C5.2)."""

    organization: str
    ground: str
    document_number: str
    """Of the letter that the closure is taken back by."""
    suspended: str | None = None
    """On which ground it stays suspended, where it was suspended when it was closed."""
