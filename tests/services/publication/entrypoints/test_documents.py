"""Publication's documents over HTTP: made from what is in the log, the agreement byte for byte as offered (C5.4)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import httpx
import pytest
import pytest_asyncio

from services.publication.entrypoints import agreements
from services.publication.entrypoints.documents import router
from services.publication.entrypoints.parts import Parts
from services.publication.usecases.agreements import offer_of, terms_to_offer
from services.publication.usecases.documents import Archive
from services.publication.usecases.ports import Facts
from services.publication.usecases.streams import agreement_stream, approval_stream, decision_stream, notice_stream
from shared.auditlog.canonical import sha256_hex
from shared.contracts.application import RoundPlanned
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
    ListApproved,
    ListCorrected,
    ListPublished,
    ListRow,
    NoticePublished,
    OrganizationApproved,
)
from shared.contracts.suspensions import Suspension
from shared.documents.cabinet import Cabinet
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.files.depot import Depot, depot_at
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant, local_date
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import (
    CLERK,
    FILER,
    FOREIGN_FILER,
    LEADER,
    OFFICER,
    ORGANIZATION,
    SIGNATORY,
    STRANGERS,
    actor,
    role_of,
)
from tests.shared.documents.opened import texts
from tests.shared.web.house import House

APPLICATION = "8f7dc14c-328e-5af2-9c11-d5c5fec0ab5d"
AGREEMENT = f"/agreements/{APPLICATION}/agreement.pdf"
NAME, OTHER = "上海浦江信息技术服务有限公司", "上海明珠中小企业服务中心"
AT, DUE = Instant("2017-11-20T02:00:00.000Z"), Instant("2017-12-20T02:00:00.000Z")
ROW = ListRow(
    application=APPLICATION,
    organization=ORGANIZATION,
    uscc="9144030071526726XG",
    organization_name=NAME,
    district="310101",
    kind="professional",
    category="information",
    version=1,
    rank=1,
)
HUB = replace(ROW, application="app-2", organization_name=OTHER, kind="comprehensive", category=None)
NOTICE = NoticePublished(
    round="2017", list_hash="9a" * 32, rows=(HUB, ROW), start="2017-11-06", end="2017-11-10", working_days=5
)
LIST = ListPublished(round="2017", list_hash="9a" * 32, url="/rounds/2017/list", rows=(HUB, ROW))
CORRECTED = replace(LIST, list_hash="7b" * 32, rows=(ROW,))
APPROVAL = OrganizationApproved(
    application=APPLICATION,
    organization=ORGANIZATION,
    uscc=ROW.uscc,
    organization_name=NAME,
    district="310101",
    round="2017",
    kind="professional",
    category="information",
    version=1,
    rank=1,
    valid_from="2017-12-01",
    valid_to="2018-11-30",
    list_hash="9a" * 32,
)
PLANNED = RoundPlanned(
    round="2017",
    parameters=PARAMETERS,
    parameters_hash="a" * 64,
    rule_set_hash="b" * 64,
    rubric_hash="c" * 64,
)


class OneRound:
    """The round of 2017 and no other."""

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """See `Plans.plan`."""
        assert at
        return PLANNED if round_id == "2017" else None

    async def barred(self) -> frozenset[str]:
        """See `Facts.barred`."""
        return frozenset()

    async def suspensions(self, organization: str) -> tuple[Suspension, ...]:
        """See `Facts.suspensions`."""
        assert organization
        return ()


@dataclass(slots=True)
class Printery(House):
    """The documents' own routes behind the real door, in memory."""

    depot: Depot = field(default_factory=lambda: depot_at("memory:"))
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        House.__post_init__(self)
        self.store = MemoryEventStore("publication", rehearsal=True)
        self.archive = Archive(self.store, OneRound(), Cabinet(self.depot.files))
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        parts = Parts(self.store, cast("Facts", OneRound()), MemoryVault(), self.archive.cabinet, depot_at("memory:"))
        self.app = create_app("publication", "documents", [router(parts), agreements.router(parts)], web)

    async def happened(self, stream: Stream, events: Sequence[Event]) -> None:
        """What is in the log already."""
        head = await self.store.head()
        command = named("test", str(head.position))
        context = Context(command, OFFICER, self.clock.now(), command)
        expected = len(await self.store.load(stream.name))
        await self.store.append(Append((Write(stream, expected, tuple(events)),), context))

    async def offered(self, at: Instant = AT) -> AgreementOffered:
        """An offer of the agreement's own text."""
        terms = await terms_to_offer(self.archive, APPROVAL, PARAMETERS, DUE, at)
        offer = AgreementOffered(
            application=APPLICATION, organization=ORGANIZATION, round="2017", terms_sha256=terms, due=DUE
        )
        await self.happened(agreement_stream(APPLICATION, ORGANIZATION), [offer])
        return offer


SIGNED = AgreementSigned(
    application=APPLICATION,
    organization=ORGANIZATION,
    round="2017",
    terms_sha256="d" * 64,
    signed_on="2017-11-26",
    signatory="53ee20de-76b9-5318-8e9a-b1d9c982d8aa",
)
EXPIRED = AgreementExpired(application=APPLICATION, organization=ORGANIZATION, round="2017", due=DUE)


APPROVED = ListApproved(round="2017", list_hash="9a" * 32, approver="l", applications=("app-2", APPLICATION))


@pytest_asyncio.fixture
async def house() -> Printery:
    house = Printery()
    await house.happened(decision_stream("2017"), [APPROVED])
    return house


@pytest_asyncio.fixture
async def client(house: Printery) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


async def test_anybody_reads_the_notice_and_the_list(house: Printery, client: httpx.AsyncClient) -> None:
    for path in ("notice", "list"):
        answer = await client.get(f"/rounds/2017/{path}.pdf")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:nianlun:refusal:nothing-to-print")
    await house.happened(notice_stream("2017"), [NOTICE, LIST])
    for path, title in (
        ("notice", "关于2017年上海市中小企业服务机构名单的公示"),
        ("list", "2017年上海市中小企业服务机构名单"),
    ):
        answer = await client.get(f"/rounds/2017/{path}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        text = "".join(texts(answer.content))
        assert text.startswith(title)
        assert text.index(OTHER) < text.index(NAME)
        assert "名单指纹：9a9a9a9a9a9a9a9a" in text
        assert (await client.get(f"/rounds/2017/{path}.pdf")).content == answer.content


async def test_a_corrected_list_replaces_the_one_before(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(notice_stream("2017"), [NOTICE, LIST, CORRECTED])
    text = "".join(texts((await client.get("/rounds/2017/list.pdf")).content))
    assert OTHER not in text
    assert "替代此前公布的名单（指纹9a9a9a9a9a9a9a9a）" in text


async def test_a_list_as_of_a_day_says_how_each_stood(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(notice_stream("2017"), [LIST])
    day = local_date(house.clock.now())
    path = f"/rounds/2017/list.pdf?as_of={day}"
    answer = await client.get(path)
    assert "已批准，协议未签未发出" in "".join(texts(answer.content))
    assert (await client.get(path)).content == answer.content
    early = await client.get("/rounds/2017/list.pdf?as_of=2011-01-01")
    assert (early.status_code, early.json()["type"]) == (404, "urn:nianlun:refusal:nothing-to-print")


async def test_an_agreement_is_kept_as_it_was_offered(house: Printery, client: httpx.AsyncClient) -> None:
    offer = await house.offered()
    answer = await client.get(AGREEMENT, headers=house.bearer(SIGNATORY, organization=ORGANIZATION))
    assert sha256_hex(answer.content) == offer.terms_sha256
    assert answer.headers["etag"] == f'"{offer.terms_sha256}"'
    text = "".join(texts(answer.content))
    for shown in (
        NAME,
        "专业服务机构（信息服务类）",
        "由甲方于2017年11月20日发出",
        "服务情况报告2018年第一季度2018年4月15日前",
        "服务案例",
    ):
        assert shown in text
    assert "政策解读材料2018年" not in text


async def test_an_offer_without_terms_is_of_the_agreements_own_text(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(approval_stream(APPLICATION, ORGANIZATION), [APPROVAL])
    path = f"/agreements/{APPLICATION}/offer"
    refused = await client.post(path, json={}, headers=house.bearer(LEADER))
    assert refused.status_code == 403
    answers = []
    for _ in range(2):
        house.clock.move(3600)
        answers.append((await client.post(path, json={}, headers=house.bearer(OFFICER))).json())
    assert [len(answer["events"]) for answer in answers] == [1, 0]
    offer = await offer_of(house.store, APPLICATION)
    assert offer is not None
    pdf = (await client.get(AGREEMENT, headers=house.bearer(OFFICER))).content
    assert sha256_hex(pdf) == offer.terms_sha256
    terms = {"terms_sha256": offer.terms_sha256}
    signer = house.bearer(SIGNATORY, organization=ORGANIZATION)
    assert (await client.post(f"/agreements/{APPLICATION}/signature", json=terms, headers=signer)).status_code == 200


async def test_once_signed_a_copy_says_so_and_the_text_that_was_signed_stays(
    house: Printery, client: httpx.AsyncClient
) -> None:
    """The copy names the hash of the signed text, which is handed out beside it; both are the same again (C5.4)."""
    await house.happened(approval_stream(APPLICATION, ORGANIZATION), [APPROVAL])
    offer = await house.offered()
    reader = house.bearer(OFFICER)
    offered = (await client.get(AGREEMENT, headers=reader)).content
    signed = replace(SIGNED, terms_sha256=offer.terms_sha256)
    await house.happened(agreement_stream(APPLICATION, ORGANIZATION), [signed])
    copy = (await client.get(AGREEMENT, headers=reader)).content
    assert (await client.get(AGREEMENT, headers=reader)).content == copy
    text = "".join(texts(copy))
    assert "编号：2017-黄浦区-002" in text
    assert f"签署账号：{signed.signatory}" in text
    assert offer.terms_sha256 in text.replace("\u200b", "")
    assert (await client.get(f"{AGREEMENT}?copy=offered", headers=reader)).content == offered
    assert sha256_hex(offered) == offer.terms_sha256


async def test_whom_a_correction_adds_is_numbered_behind_the_list(house: Printery, client: httpx.AsyncClient) -> None:
    corrected = ListCorrected(
        round="2017", supersedes="9a" * 32, list_hash="7b" * 32, approver="l", added=("app-3", APPLICATION), removed=()
    )
    await house.happened(decision_stream("2017"), [corrected])
    await house.offered()
    answer = await client.get(AGREEMENT, headers=house.bearer(OFFICER))
    text = "".join(texts(answer.content))
    assert "编号：2017-黄浦区-004" in text
    assert "7b" * 8 in text


async def test_other_terms_are_offered_by_their_hash(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(approval_stream(APPLICATION, ORGANIZATION), [APPROVAL])
    terms = {"terms_sha256": "d" * 64}
    path = f"/agreements/{APPLICATION}/offer"
    assert (await client.post(path, json=terms, headers=house.bearer(OFFICER))).status_code == 200
    offer = await offer_of(house.store, APPLICATION)
    assert offer is not None
    assert offer.terms_sha256 == "d" * 64


async def test_offering_again_names_the_terms_that_stand(house: Printery) -> None:
    offer = await house.offered()
    later = Instant("2017-11-25T02:00:00.000Z")
    assert await terms_to_offer(house.archive, APPROVAL, PARAMETERS, DUE, later) == offer.terms_sha256
    signed = replace(SIGNED, terms_sha256=offer.terms_sha256)
    await house.happened(agreement_stream(APPLICATION, ORGANIZATION), [signed])
    assert await terms_to_offer(house.archive, APPROVAL, PARAMETERS, DUE, later) == offer.terms_sha256


async def test_an_offer_that_ran_out_is_followed_by_a_text_of_its_own(
    house: Printery, client: httpx.AsyncClient
) -> None:
    first = await house.offered()
    await house.happened(agreement_stream(APPLICATION, ORGANIZATION), [EXPIRED])
    second = await house.offered(Instant("2018-01-08T02:00:00.000Z"))
    assert first.terms_sha256 != second.terms_sha256
    answer = await client.get(AGREEMENT, headers=house.bearer(OFFICER))
    assert sha256_hex(answer.content) == second.terms_sha256


async def test_terms_that_were_given_by_hash_have_no_text_here(house: Printery, client: httpx.AsyncClient) -> None:
    given = AgreementOffered(
        application=APPLICATION, organization=ORGANIZATION, round="2017", terms_sha256="d" * 64, due=DUE
    )
    await house.happened(agreement_stream(APPLICATION, ORGANIZATION), [given])
    answer = await client.get(AGREEMENT, headers=house.bearer(OFFICER))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:nianlun:refusal:agreement-text-not-kept")


@pytest.mark.parametrize(
    ("by", "status"),
    [
        (FILER, 200),
        (SIGNATORY, 200),
        (OFFICER, 200),
        (LEADER, 200),
        (actor(Role.DISCIPLINE_AUDITOR), 200),
        (FOREIGN_FILER, 403),
        (actor(Role.LEGAL_REPRESENTATIVE, organization=STRANGERS), 403),
        (CLERK, 403),
        (actor(Role.EXPERT), 403),
    ],
    ids=lambda one: role_of(one) if isinstance(one, Actor) else str(one),
)
async def test_who_reads_an_agreement(house: Printery, client: httpx.AsyncClient, by: Actor, status: int) -> None:
    await house.offered()
    answer = await client.get(AGREEMENT, headers=house.bearer(by, organization=by.organization))
    assert answer.status_code == status
    assert (await client.get(AGREEMENT)).status_code == 401
