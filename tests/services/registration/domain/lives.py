"""One organization's life, event by event, and the commands that lead to each."""

from dataclasses import replace
from typing import Any

from services.registration.domain.amendment import AmendProfile, TransferDistrict
from services.registration.domain.certification import RequestCertification
from services.registration.domain.filer import AppointFiler
from services.registration.domain.organization import (
    ORGANIZATION_DECIDER,
    Command,
    OrganizationEvent,
    RegisterOrganization,
)
from services.registration.domain.profile import Profile
from services.registration.domain.reopening import ReopenOrganization
from services.registration.domain.standing import CloseOrganization, ReinstateOrganization, SuspendOrganization
from services.registration.domain.verdict import CertifyOrganization, RejectCertification, ReturnCertification
from shared.contracts.correction import ItemToCorrect
from shared.contracts.registration import (
    CertificationRequested,
    Document,
    OrganizationCertified,
    OrganizationRegistered,
)
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.actor import Role
from shared.testing.scenario import Scenario, given
from tests.services.people import AT, FILER, ORGANIZATION, SECOND_VERIFIER, VERIFIER, actor

CODE = "9144030071526726XG"
PROFILE = Profile(
    legal_form=LegalForm.ENTERPRISE,
    district=District.HUANGPU,
    established_on="2012-05-18",
    reg_address="中山路1号",
    legal_representative="1" * 64,
    contact="2" * 64,
    documents=(Document(name="business_licence", sha256="3" * 64, media_type="application/pdf", size=9),),
)
NEW = actor(Role.FILER)
REGISTER = RegisterOrganization(ORGANIZATION, CODE, "浦江服务中心", NEW, AT)
REGISTER_BY_ANOTHER = replace(REGISTER, by=actor(Role.FILER, "another"))
REQUEST = RequestCertification(ORGANIZATION, PROFILE, FILER, AT)
OTHER = replace(REQUEST, profile=replace(PROFILE, district=District.PUDONG))
REGISTERED = OrganizationRegistered(organization=ORGANIZATION, uscc=CODE, name="浦江服务中心", account=NEW.id)
ITEMS = (ItemToCorrect(path="documents.0", code="UNREADABLE", note="营业执照看不清"),)


def after(*commands: Command) -> tuple[OrganizationEvent, ...]:
    """What happened when these were commanded."""
    history: list[OrganizationEvent] = []
    for command in commands:
        history += ORGANIZATION_DECIDER.decide(ORGANIZATION_DECIDER.fold(history), command)
    return tuple(history)


def lived(*commands: Command) -> Scenario[Any, Any, Any]:
    """A scenario that begins after these commands."""
    return given(ORGANIZATION_DECIDER, *after(*commands))


def requested(command: RequestCertification) -> CertificationRequested:
    """The event that a request on a fresh registration leads to."""
    (event,) = given(ORGANIZATION_DECIDER, REGISTERED).when(command).events()
    assert isinstance(event, CertificationRequested)
    return event


REQUESTED = requested(REQUEST)
LOOKED_AT = REQUESTED.profile_hash
RETURN = ReturnCertification(ORGANIZATION, LOOKED_AT, ITEMS, VERIFIER, AT)
REJECT = RejectCertification(ORGANIZATION, LOOKED_AT, ("FORGED_LICENCE",), VERIFIER, AT)
CERTIFY = CertifyOrganization(ORGANIZATION, LOOKED_AT, VERIFIER, AT)
AMEND = AmendProfile(ORGANIZATION, "2017-10-01", VERIFIER, AT, name="浦江企业服务中心", contact="5" * 64)
TRANSFER = TransferDistrict(ORGANIZATION, District.PUDONG, "世纪大道1号", "2017-11-01", VERIFIER, AT)
SUSPEND = SuspendOrganization(ORGANIZATION, "涉嫌提供虚假材料", VERIFIER, AT)
REINSTATE = ReinstateOrganization(ORGANIZATION, "核查无误", VERIFIER, AT)
CLOSE = CloseOrganization(ORGANIZATION, "已注销", VERIFIER, AT)
REOPEN = ReopenOrganization(
    ORGANIZATION,
    VERIFIER.id,
    erased=False,
    ground="误操作",
    document_number="沪企认〔2017〕3号",
    by=SECOND_VERIFIER,
    at=AT,
)
APPOINT = AppointFiler(
    ORGANIZATION, "successor", "浦江〔2017〕8号", open_filer=True, files_for=None, by=VERIFIER, at=AT
)
CERTIFIED = OrganizationCertified(
    organization=ORGANIZATION,
    uscc=CODE,
    name="浦江服务中心",
    legal_form="enterprise",
    district="310101",
    established_on="2012-05-18",
    verifier=VERIFIER.id,
    profile_hash=LOOKED_AT,
)
LIFE: tuple[OrganizationEvent, ...] = (REGISTERED, REQUESTED, CERTIFIED)
TO_REGISTERED = (REGISTER,)
TO_PENDING = (REGISTER, REQUEST)
TO_RETURNED = (*TO_PENDING, RETURN)
TO_REJECTED = (*TO_PENDING, REJECT)
TO_CERTIFIED = (*TO_PENDING, CERTIFY)
TO_SUSPENDED = (*TO_CERTIFIED, SUSPEND)
TO_CLOSED = (*TO_CERTIFIED, CLOSE)
EVERY_COMMAND: tuple[Command, ...] = (
    REGISTER,
    REQUEST,
    RETURN,
    REJECT,
    CERTIFY,
    AMEND,
    TRANSFER,
    SUSPEND,
    REINSTATE,
    CLOSE,
    REOPEN,
    APPOINT,
)
