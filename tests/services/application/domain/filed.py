"""The round of 2017 and one application in it, as its deciders' tests use them."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec

from services.application.domain.application import APPLICATION_DECIDER, SaveForm, StartApplication
from services.application.domain.attachments import AddAttachment
from services.application.domain.paper import ReceivePaper
from services.application.domain.submission import SubmitApplication
from services.application.domain.terms import Applicant, terms_of
from shared.contracts.application import ApplicationSubmitted, AttachmentAdded, EligibilityEvaluated, FormSaved
from shared.contracts.form import (
    T1,
    T2,
    T3,
    T4,
    Equipment,
    Finance,
    Partner,
    Person,
    Plan,
    Premises,
    Systems,
)
from shared.contracts.round import RoundParameters
from shared.kernel.instants import Instant
from shared.testing.scenario import given
from tests.services.people import AT, FILER, HERE, LATER, ORGANIZATION, RECEIPT

PARAMETERS = msgspec.convert(
    json.loads((Path(__file__).parents[4] / "rounds" / "2017.json").read_text()), RoundParameters
)
DEADLINE = Instant("2017-09-20T09:00:00.000Z")
"""17:00 in Shanghai."""
LAST = Instant("2017-09-20T08:59:59.999Z")
TERMS = terms_of(PARAMETERS)
CODE, NAME = "9144030071526726XG", "浦江服务中心"
APPLICANT = Applicant(ORGANIZATION, CODE, NAME, "enterprise", HERE, certified=True, barred=None, suspensions=())
START = StartApplication("app-1", APPLICANT, TERMS, "professional", ("information",), FILER, AT)
(STARTED,) = given(APPLICATION_DECIDER).when(START).events()

FORM_1 = T1(
    org_name=NAME,
    uscc=CODE,
    legal_form="enterprise",
    established_on="2012-05-18",
    operating_since="2012-07-01",
    capital="100000.00",
    finance_last_year=Finance(revenue="9000000.00", profit="-1.00", assets="2000000.00", liabilities="1.00"),
    reg_address="中山路1号",
    district=HERE,
    kind="professional",
    category=("information",),
    under_investigation=False,
    legal_representative="1" * 64,
    contact="2" * 64,
)
FORM_2 = T2(
    staff_total=10,
    roster=tuple(
        Person(person_key=f"P{n}", fulltime=True, professional=n < 7, education="college", title_level="none")
        for n in range(10)
    ),
    premises=(Premises(address="楼", area="80", tenure="own"),),
    equipment=(Equipment(name="热线", count=1),),
)
FORM_3 = T3(
    smes_served=100,
    clients_total=120,
    surveyed=10,
    satisfied=8,
    volume_unit="visits",
    volume_total="100",
    volume_public="6",
    volume_lowfee="4",
    micro_discount="d" * 64,
)
FORM_4 = T4(
    partners=tuple(
        Partner(name=f"机构{n}", uscc=f"91310000MA1K000{n}X{n}", type="gathered_service_organization")
        for n in range(1, 4)
    ),
    documents=Systems(
        management_system="1a" * 32, service_process="1b" * 32, fee_standard="1c" * 32, quality_assurance="1d" * 32
    ),
    plan=Plan(smes=100, activities=10, public_share="10/100"),
    category_narrative="服务",
    commitment="9f" * 32,
)
TABLES = (FORM_1, FORM_2, FORM_3, FORM_4)


def saving(table: T1 | T2 | T3 | T4, revision: int = 0) -> SaveForm:
    return SaveForm("app-1", table, revision, FILER, AT, terms=None, applicant=None, final=False)


def saved(table: T1 | T2 | T3 | T4, revision: int = 1) -> FormSaved:
    return FormSaved(
        application="app-1",
        table=type(table).__name__,
        revision=revision,
        t1=table if isinstance(table, T1) else None,
        t2=table if isinstance(table, T2) else None,
        t3=table if isinstance(table, T3) else None,
        t4=table if isinstance(table, T4) else None,
    )


def attaching(material: int, sha256: str = "") -> AddAttachment:
    digits = sha256 or f"{material}f" * 32
    return AddAttachment(
        "app-1",
        material,
        digits,
        1000,
        "application/pdf",
        f"{material}.pdf",
        "clean",
        TERMS,
        FILER,
        AT,
        applicant=None,
        final=False,
    )


def attached(material: int, sha256: str = "") -> AttachmentAdded:
    command = attaching(material, sha256)
    return AttachmentAdded(
        application="app-1",
        material=material,
        sha256=command.sha256,
        size=command.size,
        media_type=command.media_type,
        name=command.name,
        scan=command.scan,
    )


MATERIALS = (2, 3, 5, 6, 7, 9)
"""What an organization without qualifications and honours attaches."""
TABLES_SAVED = (STARTED, *(saved(table) for table in TABLES))
DRAFT = (*TABLES_SAVED, *(attached(material) for material in MATERIALS))
SUBMIT = SubmitApplication("app-1", TERMS, noticed=False, by=FILER, at=LAST, applicant=None, final=False)
EVALUATED, SUBMITTED = given(APPLICATION_DECIDER, *DRAFT).when(SUBMIT).events()
assert isinstance(EVALUATED, EligibilityEvaluated)
assert isinstance(SUBMITTED, ApplicationSubmitted)
FILED = (*DRAFT, EVALUATED, SUBMITTED)
PAPER = ReceivePaper("app-1", 1, SUBMITTED.snapshot_hash, 3, RECEIPT, LATER, silent=False, final=False)
OTHER_PAPER = replace(PAPER, snapshot_hash="0" * 64)
