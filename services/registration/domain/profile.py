"""What certification verifies of an organization, and its digest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from shared.auditlog.canonical import hash_of
from shared.contracts.registration import (
    CertificationRequested,
    Document,
    OrganizationCertified,
    OrganizationRegistered,
)
from shared.contracts.vocabulary import District, LegalForm

MEMBERS = ("legal_form", "district", "established_on", "reg_address", "legal_representative", "contact")


@dataclass(frozen=True, slots=True)
class Profile:
    """What certification verifies; `legal_representative` and `contact` are commitments."""

    legal_form: LegalForm
    district: District
    established_on: str
    reg_address: str
    legal_representative: str
    contact: str
    documents: tuple[Document, ...]

    def digest(self) -> str:
        """SHA-256 of the canonical profile."""
        members = {member: str(getattr(self, member)) for member in MEMBERS}
        return hash_of({**members, "documents": [asdict(document) for document in self.documents]})


@dataclass(frozen=True, slots=True)
class VerifiedProfile:
    """A certified organization's profile as the last amendment or transfer leaves it."""

    name: str
    legal_form: str
    district: str
    established_on: str
    reg_address: str
    legal_representative: str
    contact: str
    documents: tuple[Document, ...]
    effective_from: str
    """ISO date from which on the last change holds; empty before the first one."""

    def digest(self) -> str:
        """SHA-256 of the canonical profile with its name."""
        members = {member: str(getattr(self, member)) for member in ("name", *MEMBERS)}
        return hash_of({**members, "documents": [asdict(document) for document in self.documents]})

    def with_members(self, members: Mapping[str, str], effective_from: str) -> "VerifiedProfile":
        """The profile with other members from a day on."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return VerifiedProfile(**{**kept, **members, "effective_from": effective_from})


def claimed(registration: OrganizationRegistered) -> str:
    """SHA-256 of what a registration alone claims, and for whom: another account's is another one."""
    members = ("organization", "uscc", "name", "account")
    return hash_of({member: getattr(registration, member) for member in members})


def verified(request: CertificationRequested, certificate: OrganizationCertified) -> VerifiedProfile:
    """The profile that a certificate says is true."""
    return VerifiedProfile(
        certificate.name,
        certificate.legal_form,
        certificate.district,
        certificate.established_on,
        request.reg_address,
        request.legal_representative,
        request.contact,
        request.documents,
        effective_from="",
    )
