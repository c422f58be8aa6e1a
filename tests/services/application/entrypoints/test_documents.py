"""The application's documents over HTTP: printed from what was filed, recorded, and without what was erased (C5.2)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import httpx
import pytest
import pytest_asyncio

from services.application.adapters.facts import DocumentFacts
from services.application.domain.paper import parse_code
from services.application.domain.states import ApplicationEvent
from services.application.entrypoints.documents import documents
from services.application.entrypoints.parts import Parts
from services.application.usecases.assignments import ASSIGNMENTS
from services.application.usecases.streams import application_stream, round_stream
from shared.auditlog.canonical import sha256_hex
from shared.contracts.access import AccessRefused
from shared.contracts.application import ApplicationSubmitted, FormSaved, PdfExported
from shared.documents.press import Press
from shared.documents.typesetting import template_hash
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.files.depot import depot_at
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from tests.services.application.domain.filed import DRAFT, FILED, NAME, TABLES_SAVED
from tests.services.application.domain.test_round import PLANNED
from tests.services.people import (
    CLERK,
    FILER,
    FOREIGN_CLERK,
    FOREIGN_FILER,
    HERE,
    OFFICER,
    ORGANIZATION,
    RECEIPT,
    actor,
    role_of,
)
from tests.shared.documents.opened import qr_codes, texts
from tests.shared.web.house import House

APPLICATION = "8f7dc14c-328e-5af2-9c11-d5c5fec0ab5d"
PDF = f"/applications/{APPLICATION}/pdf"
STATEMENT = f"/applications/{APPLICATION}/statement.pdf"
PEOPLE = {"1" * 64: "王代表", "2" * 64: "赵联系 021-55550001"}
MAY_PRINT = (FILER, CLERK, RECEIPT)
MAY_READ = (
    *MAY_PRINT,
    actor(Role.LEGAL_REPRESENTATIVE, organization=ORGANIZATION),
    actor(Role.DISTRICT_LEADER, district=HERE),
    OFFICER,
    actor(Role.DISCIPLINE_AUDITOR),
)
MAY_NOT_READ = (FOREIGN_FILER, FOREIGN_CLERK, actor(Role.EXPERT), actor(Role.ADMINISTRATOR))


class People(MemoryVault):
    """A vault that knows two people until it forgets them."""

    def __init__(self) -> None:
        super().__init__()
        self.names = dict(PEOPLE)

    async def reveal(self, commitment_to: str) -> str | None:
        """See `Vault.reveal`."""
        return self.names.get(commitment_to)


@dataclass(slots=True)
class Printery(House):
    """The documents' own routes behind the real door, in memory."""

    vault: People = field(default_factory=People)

    def __post_init__(self) -> None:
        House.__post_init__(self)
        self.store = MemoryEventStore("application", rehearsal=True)
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        facts = DocumentFacts(self.documents, self.store)
        parts = Parts(self.store, self.documents, self.vault, facts, depot_at("memory:"), Press())
        self.app = create_app("application", "documents", [documents(parts)], web)

    async def happened(self, *events: ApplicationEvent) -> None:
        """What is in the log already."""
        await self._append(Write(round_stream("2017"), 0, (PLANNED,)), "round")
        mine = tuple(replace(event, application=APPLICATION) for event in events)
        await self._append(Write(application_stream(APPLICATION, ORGANIZATION), 0, mine), "application")

    async def exported(self) -> list[PdfExported]:
        """What the log says was printed."""
        return [one.event for one in await self.store.read(0, 100) if isinstance(one.event, PdfExported)]

    async def _append(self, write: Write, name: str) -> None:
        command = named("test", name)
        await self.store.append(Append((write,), Context(command, FILER, self.clock.now(), command)))


@pytest.fixture
def house() -> Printery:
    return Printery()


@pytest_asyncio.fixture
async def client(house: Printery) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


async def test_a_submitted_version_is_printed_recorded_and_handed_out(
    house: Printery, client: httpx.AsyncClient
) -> None:
    await house.happened(*FILED)
    receipt = (await client.post(PDF, headers=house.bearer(FILER, organization=ORGANIZATION))).json()
    (event,) = await house.exported()
    assert event.pdf_sha256 == receipt["pdf_sha256"]
    assert (event.version, receipt["pdf_version"]) == (1, 1)
    assert event.template_hash == template_hash()
    answer = await client.get(PDF, params={"version": 1}, headers=house.bearer(CLERK))
    assert answer.headers["content-type"] == "application/pdf"
    assert sha256_hex(answer.content) == event.pdf_sha256
    assert answer.headers["etag"] == f'"{event.pdf_sha256}"'
    text = "".join(texts(answer.content))
    for shown in (NAME, "王代表", "赵联系021-55550001", "7/10", "信息服务类", "2.pdf", "办公场所产权证明"):
        assert shown in text
    assert "1" * 64 not in text


async def test_the_domain_reads_the_code_that_is_printed(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(*FILED)
    await client.post(PDF, headers=house.bearer(FILER, organization=ORGANIZATION))
    pdf = (await client.get(PDF, headers=house.bearer(CLERK))).content
    submitted = FILED[-1]
    assert isinstance(submitted, ApplicationSubmitted)
    for seen in qr_codes(pdf):
        code = parse_code(seen[0])
        assert (code.application, code.version, code.snapshot_hash) == (APPLICATION, 1, submitted.snapshot_hash)


async def test_printing_again_says_nothing_new(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(*FILED)
    headers = house.bearer(FILER, organization=ORGANIZATION)
    first, second = [(await client.post(PDF, headers=headers)).json() for _ in range(2)]
    assert len(await house.exported()) == 1
    assert second["events"] == []
    assert second["pdf_sha256"] == first["pdf_sha256"]


async def test_what_was_erased_is_said_to_be_erased_and_the_next_print_is_another(
    house: Printery, client: httpx.AsyncClient
) -> None:
    await house.happened(*FILED)
    headers = house.bearer(FILER, organization=ORGANIZATION)
    await client.post(PDF, headers=headers)
    before = (await client.get(PDF, headers=headers)).content
    house.vault.names.clear()
    after = (await client.get(PDF, headers=headers)).content
    assert "王代表" in "".join(texts(before))
    assert "王代表" not in "".join(texts(after))
    assert "".join(texts(after)).count("已删除") == 2
    assert qr_codes(after) == qr_codes(before)
    await client.post(PDF, headers=headers)
    assert [one.pdf_sha256 for one in await house.exported()] == [sha256_hex(before), sha256_hex(after)]


@pytest.mark.parametrize("by", MAY_PRINT, ids=role_of)
async def test_who_may_print(house: Printery, client: httpx.AsyncClient, by: Actor) -> None:
    await house.happened(*FILED)
    answer = await client.post(PDF, headers=house.bearer(by, organization=by.organization))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("by", MAY_NOT_READ, ids=role_of)
async def test_who_may_not_print_leaves_a_trace(house: Printery, client: httpx.AsyncClient, by: Actor) -> None:
    await house.happened(*FILED)
    answer = await client.post(PDF, headers=house.bearer(by, organization=by.organization))
    assert answer.status_code == 403, answer.text
    *_, last = await house.store.read(0, 100)
    assert isinstance(last.event, AccessRefused)
    assert last.event.command == "ExportPdf"


@pytest.mark.parametrize("path", [PDF, STATEMENT])
@pytest.mark.parametrize("by", MAY_READ, ids=role_of)
async def test_who_may_read(house: Printery, client: httpx.AsyncClient, by: Actor, path: str) -> None:
    await house.happened(*FILED)
    await client.post(PDF, headers=house.bearer(FILER, organization=ORGANIZATION))
    assert (await client.get(path, headers=house.bearer(by, organization=by.organization))).status_code == 200


@pytest.mark.parametrize("path", [PDF, STATEMENT])
@pytest.mark.parametrize("by", MAY_NOT_READ, ids=role_of)
async def test_who_may_not_read(house: Printery, client: httpx.AsyncClient, by: Actor, path: str) -> None:
    await house.happened(*FILED)
    await client.post(PDF, headers=house.bearer(FILER, organization=ORGANIZATION))
    assert (await client.get(path, headers=house.bearer(by, organization=by.organization))).status_code == 403


@pytest.mark.parametrize("by", [one for one in MAY_READ if one.organization is None], ids=role_of)
async def test_who_reads_waits_for_no_export(house: Printery, client: httpx.AsyncClient, by: Actor) -> None:
    """What is made for a reader is what the applicant would bring, and nothing was brought by that (C5.4)."""
    await house.happened(*FILED)
    read = await client.get(PDF, headers=house.bearer(by))
    assert read.status_code == 200
    assert await house.exported() == []
    receipt = (await client.post(PDF, headers=house.bearer(FILER, organization=ORGANIZATION))).json()
    assert sha256_hex(read.content) == receipt["pdf_sha256"]


async def test_an_expert_reads_what_it_was_assigned(house: Printery, client: httpx.AsyncClient) -> None:
    await house.happened(*FILED)
    expert = actor(Role.EXPERT)
    await house.documents.put(ASSIGNMENTS, f"{APPLICATION}.{expert.id}", {"application": APPLICATION})
    assert (await client.get(PDF, headers=house.bearer(expert))).status_code == 200
    assert (await client.get(STATEMENT, headers=house.bearer(expert))).status_code == 403


@pytest.mark.parametrize(
    ("history", "method", "path", "status", "kind"),
    [
        ((), "POST", PDF, 404, "application-not-started"),
        ((), "GET", PDF, 404, "application-not-started"),
        ((), "GET", STATEMENT, 404, "application-not-started"),
        (DRAFT, "POST", PDF, 409, "pdf-before-submission"),
        (DRAFT, "GET", PDF, 404, "pdf-not-exported"),
        (FILED, "GET", PDF, 404, "pdf-not-exported"),
        (FILED, "GET", f"{PDF}?version=1", 404, "pdf-not-exported"),
        (FILED, "GET", f"{PDF}?version=2", 404, "version-unknown"),
        (FILED, "GET", f"{PDF}?version=0", 422, "malformed"),
        (FILED, "GET", f"{PDF}?version=one", 422, "malformed"),
    ],
)
async def test_what_is_refused(
    house: Printery,
    client: httpx.AsyncClient,
    history: tuple[ApplicationEvent, ...],
    method: str,
    path: str,
    status: int,
    kind: str,
) -> None:
    if history:
        await house.happened(*history)
    answer = await client.request(method, path, headers=house.bearer(FILER, organization=ORGANIZATION))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:nianlun:refusal:{kind}"), answer.text


async def test_a_statement_is_there_before_the_form_and_names_who_signs_when_that_is_known(
    house: Printery, client: httpx.AsyncClient
) -> None:
    await house.happened(*TABLES_SAVED[:1])
    headers = house.bearer(FILER, organization=ORGANIZATION)
    (page,) = texts((await client.get(STATEMENT, headers=headers)).content)
    assert NAME in page
    assert "（法定代表人：" not in page
    first_table = TABLES_SAVED[1]
    assert isinstance(first_table, FormSaved)
    other = Printery()
    await other.happened(*TABLES_SAVED[:2])
    async with other.client() as another:
        answer = await another.get(STATEMENT, headers=other.bearer(FILER, organization=ORGANIZATION))
    assert "（法定代表人：王代表）" in texts(answer.content)[0]
