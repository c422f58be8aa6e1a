"""How registration's commands were put."""

from audit.case import Behind, Case
from services.registration.domain.organization import (
    ORGANIZATION_DECIDER,
    CertifyOrganization,
    Profile,
    RegisterOrganization,
    RequestCertification,
)
from shared.contracts import registration
from shared.contracts.vocabulary import District, LegalForm


def _register(case: Case, event: registration.OrganizationRegistered) -> RegisterOrganization:
    return RegisterOrganization(event.organization, event.uscc, event.name, case.by, case.at)


def _request(case: Case, event: registration.CertificationRequested) -> RequestCertification:
    profile = Profile(
        legal_form=LegalForm(event.legal_form),
        district=District(event.district),
        established_on=event.established_on,
        reg_address=event.reg_address,
        legal_representative=event.legal_representative,
        contact=event.contact,
        documents=event.documents,
    )
    return RequestCertification(event.organization, profile, case.by, case.at)


def _certify(case: Case, event: registration.OrganizationCertified) -> CertifyOrganization:
    return CertifyOrganization(event.organization, event.profile_hash, case.by, case.at)


BEHIND: Behind = {
    registration.OrganizationRegistered: (ORGANIZATION_DECIDER, _register),
    registration.CertificationRequested: (ORGANIZATION_DECIDER, _request),
    registration.OrganizationCertified: (ORGANIZATION_DECIDER, _certify),
}
