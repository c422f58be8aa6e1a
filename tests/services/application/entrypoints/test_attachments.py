"""Materials over HTTP (C4): from the bytes to the event, in parts, handed out by rights, refused by name."""

import hashlib
import io
import time
import zipfile
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import pytest_asyncio

from services.application.adapters.facts import DocumentFacts
from services.application.domain.application import StartApplication
from services.application.domain.terms import Applicant
from services.application.entrypoints.attachments import attachments
from services.application.entrypoints.parts import Parts
from services.application.usecases.assignments import ASSIGNMENTS, assignments
from services.application.usecases.handle import handle
from services.application.usecases.streams import round_stream
from shared.contracts.access import AccessRefused, RecordRead
from shared.contracts.application import AttachmentAdded, AttachmentRemoved
from shared.contracts.category import Stream
from shared.contracts.review import ExpertRecused, ExpertReplaced, ReviewAssigned
from shared.contracts.topics import SCORING
from shared.documents.press import Press
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.files.depot import Depot, depot
from shared.files.objects import objects_at
from shared.files.scanner import ClamAV
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import application_id, named
from shared.kernel.instants import Instant
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from tests.services.application.domain.filed import CODE, NAME, TERMS
from tests.services.application.domain.test_round import OPENED, PLANNED
from tests.services.people import CLERK, HERE, OFFICER, RECEIPT, SECRETARY, actor
from tests.shared.files.clamd import EICAR, clamd
from tests.shared.files.conftest import PDF, PNG, hash_of, pdf_of
from tests.shared.web.house import House

ORGANIZATION, STRANGERS = named("organization", "a"), named("organization", "b")
FILER = actor(Role.FILER, organization=ORGANIZATION)
SIGNATORY = actor(Role.LEGAL_REPRESENTATIVE, organization=ORGANIZATION)
STRANGER = actor(Role.FILER, "stranger", organization=STRANGERS)
EXPERT = actor(Role.EXPERT)
AUDITOR = actor(Role.DISCIPLINE_AUDITOR)
APPLICATION = application_id("2017", ORGANIZATION)
PLACE = f"/applications/{APPLICATION}/attachments"
UPLOADS = f"/applications/{APPLICATION}/uploads"
LEASE: dict[str, Any] = {"material": 6, "name": "租赁合同.pdf"}
AS_PDF = {"Content-Type": "application/pdf"}


@dataclass(slots=True)
class Filing(House):
    """Application's own routes of materials behind the real door, in memory, with one application started."""

    depot: Depot = field(default_factory=lambda: depot(objects_at("memory:")))

    def __post_init__(self) -> None:
        House.__post_init__(self)
        self.store = MemoryEventStore("application", rehearsal=True)
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        facts = DocumentFacts(self.documents, self.store)
        parts = Parts(self.store, self.documents, MemoryVault(), facts, self.depot, Press())
        self.app = create_app("application", "materials", [attachments(parts)], web)

    async def start(self) -> None:
        command_id = named("command", "plan")
        context = Context(command_id, OFFICER, self.clock.now(), command_id, round="2017")
        await self.store.append(Append((Write(round_stream("2017"), 0, (PLANNED, OPENED)),), context))
        applicant = Applicant(ORGANIZATION, CODE, NAME, "enterprise", HERE, certified=True, barred=None, suspensions=())
        at = self.clock.now()
        command = StartApplication(APPLICATION, applicant, TERMS, "professional", ("information",), FILER, at)
        context = Context(named("command", "start"), FILER, at, named("command", "start"), round="2017")
        await handle(self.store, command, context, organization=ORGANIZATION)

    def headers(self, who: Actor, **more: str) -> dict[str, str]:
        return {**self.bearer(who, organization=who.organization), **more}

    async def events(self, kind: type) -> list[Any]:
        return [one.event for one in await self.store.read(0, 1000) if isinstance(one.event, kind)]

    async def objects(self) -> list[str]:
        return [entry.name async for page in self.depot.objects.entries("") for entry in page]


@pytest_asyncio.fixture
async def filing() -> Filing:
    one = Filing()
    await one.start()
    return one


@pytest_asyncio.fixture
async def client(filing: Filing) -> AsyncIterator[httpx.AsyncClient]:
    async with filing.client() as client:
        yield client


async def send(
    filing: Filing, client: httpx.AsyncClient, content: Any = PDF, who: Actor = FILER, **more: Any
) -> httpx.Response:
    headers = {**AS_PDF, **filing.headers(who), **more.pop("headers", {})}
    return await client.post(more.pop("place", PLACE), params={**LEASE, **more}, content=content, headers=headers)


def docx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>" * 20)
        parts.writestr("word/document.xml", "<w:document/>" * 50)
    return made.getvalue()


async def test_a_file_is_kept_named_by_an_event_and_handed_out(filing: Filing, client: httpx.AsyncClient) -> None:
    answer = await send(filing, client)
    assert answer.status_code == 200, answer.text
    assert answer.json()["sha256"] == hash_of(PDF)
    (added,) = await filing.events(AttachmentAdded)
    assert added == AttachmentAdded(
        application=APPLICATION,
        material=6,
        sha256=hash_of(PDF),
        size=len(PDF),
        media_type="application/pdf",
        name="租赁合同.pdf",
        scan="not scanned",
    )
    got = await client.get(f"{PLACE}/{hash_of(PDF)}", headers=filing.headers(FILER))
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["etag"] == f'"{hash_of(PDF)}"'
    assert got.headers["accept-ranges"] == "bytes"
    assert got.headers["content-length"] == str(len(PDF))
    digest = b64encode(hashlib.sha256(PDF).digest()).decode()
    assert got.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert unquote(got.headers["content-disposition"]) == "attachment; filename*=UTF-8''租赁合同.pdf"


async def test_a_file_larger_than_any_json_body_is_taken(filing: Filing, client: httpx.AsyncClient) -> None:
    content = pdf_of(5 * 1024 * 1024)
    answer = await send(filing, client, content, sha256=hash_of(content))
    assert answer.status_code == 200, answer.text
    got = await client.get(f"{PLACE}/{hash_of(content)}", headers=filing.headers(FILER))
    assert hash_of(got.content) == hash_of(content)


async def test_bytes_that_are_no_text_are_taken(filing: Filing, client: httpx.AsyncClient) -> None:
    answer = await send(filing, client, PDF + b'{"a": "\\u0000"}' + bytes(100))
    assert answer.status_code == 200, answer.text


async def test_sent_again_it_is_one_event(filing: Filing, client: httpx.AsyncClient) -> None:
    first = await send(filing, client, material=9)
    again = await send(filing, client, material=9)
    assert (again.status_code, again.json()["events"]) == (200, [])
    assert first.json()["sha256"] == again.json()["sha256"]
    assert len(await filing.events(AttachmentAdded)) == 1


async def test_a_repeated_key_has_one_effect_and_no_other_file(filing: Filing, client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "lease-1"}
    first = await send(filing, client, headers=key)
    again = await send(filing, client, headers=key)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = await send(filing, client, PDF + b"\n", headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:nianlun:refusal:key-reused")
    elsewhere = await send(filing, client, headers=key, material=7)
    assert elsewhere.status_code == 422


@pytest.mark.parametrize(
    ("content", "sent", "status", "kind", "field"),
    [
        (b"", {}, 422, "file-empty", "body"),
        (docx(), {}, 415, "content-is-of-another-type", "body"),
        (b"MZ" + PDF, {}, 415, "content-is-of-another-type", "body"),
        (PDF, {"name": "lease.exe"}, 415, "content-is-of-another-type", "name"),
        (PNG, {}, 415, "content-is-of-another-type", "body"),
        (PDF, {"headers": {"Content-Type": "text/html"}}, 415, "type-not-taken", "Content-Type"),
        (PDF, {"headers": {"Content-Type": ""}}, 415, "type-not-taken", "Content-Type"),
        (PDF, {"sha256": "0" * 64}, 422, "digest-differs", "sha256"),
        (PDF, {"headers": {"Repr-Digest": f"sha-256=:{'A' * 43}=:"}}, 422, "digest-differs", "sha256"),
        (PDF, {"headers": {"Repr-Digest": "md5=:abc:"}}, 422, "digest-malformed", "Repr-Digest"),
        (PDF, {"sha256": "abc"}, 422, "malformed", "sha256"),
        (PDF, {"material": 0}, 422, "malformed", "material"),
        (PDF, {"material": 10}, 422, "malformed", "material"),
        (PDF, {"material": "lease"}, 422, "malformed", "material"),
        (PDF, {"name": ""}, 422, "malformed", "name"),
        (PDF, {"name": "../../etc/passwd"}, 422, "malformed", "name"),
        (PDF, {"name": "a\r\nSet-Cookie: b.pdf"}, 422, "malformed", "name"),
        (PDF, {"name": "x" * 201}, 422, "malformed", "name"),
    ],
)
async def test_what_is_wrong_is_refused_by_name_and_not_kept(
    filing: Filing,
    client: httpx.AsyncClient,
    content: bytes,
    sent: dict[str, Any],
    status: int,
    kind: str,
    field: str,
) -> None:
    answer = await send(filing, client, content, **sent)
    told = answer.json()
    assert (answer.status_code, told["type"], told["field"]) == (status, f"urn:nianlun:refusal:{kind}", field)
    assert await filing.events(AttachmentAdded) == []
    assert await filing.objects() == []


async def test_a_refused_type_names_its_material_and_clause(filing: Filing, client: httpx.AsyncClient) -> None:
    told = (await send(filing, client, docx())).json()
    assert told["clause"] == "C4.6"
    assert told["detail"].startswith("material 6: application/pdf is declared, the content is ")


async def test_too_large_a_file_is_refused_before_it_is_read(filing: Filing, client: httpx.AsyncClient) -> None:
    async def unread() -> AsyncIterator[bytes]:
        for _ in range(1):
            pytest.fail("a byte was read")
        yield b""

    answer = await send(filing, client, unread(), headers={"Content-Length": "20971521"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:nianlun:refusal:file-too-large")
    assert answer.json()["clause"] == "C4.6"


async def test_too_large_a_file_without_a_length_is_not_read_to_its_end(
    filing: Filing, client: httpx.AsyncClient
) -> None:
    came = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal came
        while came < 2**26:
            came += 2**20
            yield bytes(2**20)

    answer = await send(filing, client, endless())
    assert answer.status_code == 413
    assert came < 2**25


async def test_a_material_has_so_many_files_and_no_more(filing: Filing, client: httpx.AsyncClient) -> None:
    assert (await send(filing, client, material=9)).status_code == 200
    other = await send(filing, client, PDF + b"\n", material=9)
    assert (other.status_code, other.json()["type"]) == (409, "urn:nianlun:refusal:material-has-enough-files")
    assert len(await filing.objects()) == 1, "nothing is kept of what is refused"


@pytest.mark.parametrize("who", [STRANGER, CLERK, RECEIPT, OFFICER, EXPERT, AUDITOR, SIGNATORY], ids=lambda a: a.id)
async def test_nobody_else_attaches_and_the_attempt_is_traced(
    filing: Filing, client: httpx.AsyncClient, who: Actor
) -> None:
    answer = await send(filing, client, who=who)
    assert answer.status_code == 403, answer.text
    (trace,) = await filing.events(AccessRefused)
    assert (trace.command, trace.stream) == ("AddAttachment", f"application-{APPLICATION}")
    assert await filing.objects() == []


async def test_without_a_token_nothing_is_read(filing: Filing, client: httpx.AsyncClient) -> None:
    answer = await client.post(PLACE, params=LEASE, content=PDF, headers=AS_PDF)
    assert answer.status_code == 401
    assert await filing.objects() == []


async def test_there_is_no_other_application(filing: Filing, client: httpx.AsyncClient) -> None:
    other = PLACE.replace(APPLICATION, named("application", "none"))
    answer = await send(filing, client, place=other)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:nianlun:refusal:application-not-started")


async def test_an_infected_file_is_refused_and_traced() -> None:
    async with clamd() as server:
        filing = Filing(depot=depot(objects_at("memory:"), ClamAV("127.0.0.1", server.port)))
        await filing.start()
        async with filing.client() as client:
            answer = await send(filing, client, PDF + EICAR)
            assert (answer.status_code, answer.json()["type"]) == (422, "urn:nianlun:refusal:file-infected")
            (trace,) = await filing.events(AccessRefused)
            assert trace.reason == "it found Eicar-Test-Signature"
            assert await filing.objects() == []
            assert (await send(filing, client)).json()["scan"] == "clean"


async def test_while_the_scanner_is_away_nothing_is_taken() -> None:
    async with clamd() as server:
        filing = Filing(depot=depot(objects_at("memory:"), ClamAV("127.0.0.1", server.port)))
    await filing.start()
    async with filing.client() as client:
        answer = await send(filing, client)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:nianlun:refusal:scanner-away")
    assert answer.headers["retry-after"] == "1"
    assert await filing.events(AttachmentAdded) == []


async def test_a_file_is_taken_out_and_still_handed_out(filing: Filing, client: httpx.AsyncClient) -> None:
    await send(filing, client)
    place, body = f"{PLACE}/{hash_of(PDF)}/removal", {"material": 6}
    assert (await client.post(place, json=body, headers=filing.headers(STRANGER))).status_code == 403
    answer = await client.post(place, json=body, headers=filing.headers(FILER))
    assert answer.status_code == 200, answer.text
    assert await filing.events(AttachmentRemoved) == [
        AttachmentRemoved(application=APPLICATION, material=6, sha256=hash_of(PDF))
    ]
    assert (await client.get(f"{PLACE}/{hash_of(PDF)}", headers=filing.headers(CLERK))).content == PDF
    other = await client.post(f"{PLACE}/{'0' * 64}/removal", json=body, headers=filing.headers(FILER))
    assert other.status_code == 404


FOREIGN_CLERK = actor(Role.DISTRICT_CLERK, "foreign-clerk", district="310115")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (FILER, 200),
        (SIGNATORY, 200),
        (CLERK, 200),
        (RECEIPT, 200),
        (actor(Role.DISTRICT_LEADER, district=HERE), 200),
        (OFFICER, 200),
        (actor(Role.CITY_LEADER), 200),
        (SECRETARY, 200),
        (AUDITOR, 200),
        (STRANGER, 403),
        (FOREIGN_CLERK, 403),
        (EXPERT, 403),
        (actor(Role.PLATFORM_VERIFIER), 403),
        (actor(Role.ADMINISTRATOR), 403),
    ],
    ids=lambda one: getattr(one, "id", one),
)
async def test_who_has_business_with_it_may_read_it(
    filing: Filing, client: httpx.AsyncClient, who: Actor, status: int
) -> None:
    await send(filing, client)
    answer = await client.get(f"{PLACE}/{hash_of(PDF)}", headers=filing.headers(who))
    assert answer.status_code == status, answer.text


async def test_the_discipline_auditors_reading_is_recorded(filing: Filing, client: httpx.AsyncClient) -> None:
    await send(filing, client)
    place = f"{PLACE}/{hash_of(PDF)}"
    assert (await client.get(place, headers=filing.headers(AUDITOR))).status_code == 200
    assert await filing.events(RecordRead) == [RecordRead(path=place, query="")]


PLACED: dict[str, Any] = {"application": APPLICATION, "organization": ORGANIZATION, "round": "2017", "panel": "p"}


@pytest.mark.parametrize(
    "ended",
    [
        ExpertRecused(**PLACED, expert=EXPERT.id, reason="关系人", voids_score=True),
        ExpertReplaced(**PLACED, expert=EXPERT.id, replacement="another", reason="因病"),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_an_expert_reads_what_it_was_assigned_until_it_steps_back_or_is_replaced(
    filing: Filing, client: httpx.AsyncClient, ended: ExpertRecused | ExpertReplaced
) -> None:
    await send(filing, client)
    review = MemoryEventStore("review", rehearsal=True)
    assigned = ReviewAssigned(**PLACED, expert=EXPERT.id, version=1, due="2017-10-20T09:00:00.000Z")
    context = Context(named("command", "x"), SECRETARY, Instant("2017-10-01T00:00:00.000Z"), named("command", "x"))
    stream = Stream(SCORING, APPLICATION, ORGANIZATION)
    await review.append(Append((Write(stream, 0, (assigned, ended)),), context))
    first, second = await review.read(0, 10)
    place = f"{PLACE}/{hash_of(PDF)}"
    await assignments(filing.documents, first)
    assert await filing.documents.get(ASSIGNMENTS, f"{APPLICATION}.{EXPERT.id}") is not None
    assert (await client.get(place, headers=filing.headers(EXPERT))).status_code == 200
    other = actor(Role.EXPERT, "another-expert")
    assert (await client.get(place, headers=filing.headers(other))).status_code == 403
    await assignments(filing.documents, second)
    assert (await client.get(place, headers=filing.headers(EXPERT))).status_code == 403


async def test_what_was_never_attached_is_not_handed_out(filing: Filing, client: httpx.AsyncClient) -> None:
    await filing.depot.files.put(hash_of(PNG), io.BytesIO(PNG))
    answer = await client.get(f"{PLACE}/{hash_of(PNG)}", headers=filing.headers(FILER))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:nianlun:refusal:file-not-attached")


SIZE = len(PDF)


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, SIZE),
        ("bytes=-5", 206, SIZE - 5, SIZE),
        (f"bytes=-{SIZE * 2}", 206, 0, SIZE),
        (f"bytes=5-{SIZE * 2}", 206, 5, SIZE),
        (f"bytes={SIZE - 1}-{SIZE - 1}", 206, SIZE - 1, SIZE),
        ("bytes=9-0", 200, 0, SIZE),
        ("bytes=-", 200, 0, SIZE),
        ("bytes=0-1,3-4", 200, 0, SIZE),
        ("lines=0-1", 200, 0, SIZE),
        ("bytes=a-b", 200, 0, SIZE),
        (f"bytes={SIZE}-", 416, 0, 0),
        ("bytes=99999-100000", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
    ],
)
async def test_a_range_is_answered(
    filing: Filing, client: httpx.AsyncClient, asked: str, status: int, start: int, end: int
) -> None:
    await send(filing, client)
    got = await client.get(f"{PLACE}/{hash_of(PDF)}", headers={**filing.headers(FILER), "Range": asked})
    assert got.status_code == status
    if status == 416:
        assert got.headers["content-range"] == f"bytes */{SIZE}"
        assert got.headers["content-type"] == "application/problem+json"
        return
    assert got.content == PDF[start:end]
    assert got.headers["content-length"] == str(end - start)
    if status == 206:
        assert got.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"


async def test_what_the_caller_has_is_not_sent_again(filing: Filing, client: httpx.AsyncClient) -> None:
    await send(filing, client)
    place, etag = f"{PLACE}/{hash_of(PDF)}", f'"{hash_of(PDF)}"'

    async def get(**headers: str) -> httpx.Response:
        return await client.get(place, headers={**filing.headers(FILER), **headers})

    assert (await get(**{"If-None-Match": etag})).status_code == 304
    assert (await get(**{"If-None-Match": f'"x", W/{etag}'})).status_code == 304
    assert (await get(**{"If-None-Match": '"x"'})).status_code == 200
    assert (await get(Range="bytes=0-1", **{"If-Range": etag})).status_code == 206
    assert (await get(Range="bytes=0-1", **{"If-Range": '"x"'})).status_code == 200
    assert (await client.head(place, headers=filing.headers(FILER))).headers["content-length"] == str(SIZE)


CONTENT = pdf_of(3_000_000)
ANNOUNCED = {
    "material": 6,
    "name": "lease.pdf",
    "media_type": "application/pdf",
    "size": len(CONTENT),
    "sha256": hash_of(CONTENT),
}


async def announce(filing: Filing, client: httpx.AsyncClient, who: Actor = FILER, **other: Any) -> httpx.Response:
    return await client.post(UPLOADS, json={**ANNOUNCED, **other}, headers=filing.headers(who))


async def part(
    filing: Filing, client: httpx.AsyncClient, upload: str, offset: int, content: bytes, who: Actor = FILER
) -> httpx.Response:
    headers = filing.headers(who, **{"Upload-Offset": str(offset), "Content-Type": "application/octet-stream"})
    return await client.patch(f"/uploads/{upload}", content=content, headers=headers)


async def test_a_file_comes_in_parts(filing: Filing, client: httpx.AsyncClient) -> None:
    answer = await announce(filing, client)
    assert answer.status_code == 201, answer.text
    upload = answer.json()["upload"]
    assert answer.json() == {"upload": upload, "offset": 0, "size": len(CONTENT)}
    first = await part(filing, client, upload, 0, CONTENT[:1_700_000])
    assert (first.status_code, first.json()["offset"]) == (200, 1_700_000)
    reached = await client.head(f"/uploads/{upload}", headers=filing.headers(FILER))
    assert reached.headers["upload-offset"] == "1700000"
    wrong = await part(filing, client, upload, 0, CONTENT)
    assert (wrong.status_code, wrong.json()["field"]) == (409, "Upload-Offset")
    last = await part(filing, client, upload, 1_700_000, CONTENT[1_700_000:])
    assert last.status_code == 200, last.text
    assert last.json()["sha256"] == hash_of(CONTENT)
    (added,) = await filing.events(AttachmentAdded)
    assert (added.sha256, added.size, added.material) == (hash_of(CONTENT), len(CONTENT), 6)
    again = await part(filing, client, upload, len(CONTENT), b"")
    assert (again.status_code, again.json()["events"]) == (200, [])
    assert not [name for name in await filing.objects() if "/parts/" in name]


async def test_an_upload_goes_on_after_a_restart(filing: Filing, client: httpx.AsyncClient) -> None:
    upload = (await announce(filing, client)).json()["upload"]
    await part(filing, client, upload, 0, CONTENT[:1_000_000])
    restarted = Filing(key=filing.key, documents=filing.documents, depot=depot(filing.depot.objects))
    await restarted.start()
    async with restarted.client() as there:
        assert (await announce(restarted, there)).json()["offset"] == 1_000_000
        last = await part(restarted, there, upload, 1_000_000, CONTENT[1_000_000:])
        assert last.json()["sha256"] == hash_of(CONTENT), last.text


@pytest.mark.parametrize(
    ("other", "status", "kind"),
    [
        ({"size": 20971521}, 413, "file-too-large"),
        ({"size": 0}, 422, "file-empty"),
        ({"size": -1}, 422, "malformed"),
        ({"media_type": "text/html"}, 415, "type-not-taken"),
        ({"sha256": "0"}, 422, "malformed"),
        ({"material": 10}, 422, "malformed"),
        ({"name": "a/b.pdf"}, 422, "malformed"),
        ({"surprise": 1}, 422, "malformed"),
    ],
)
async def test_what_is_announced_wrong_never_begins(
    filing: Filing, client: httpx.AsyncClient, other: dict[str, Any], status: int, kind: str
) -> None:
    answer = await announce(filing, client, **other)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:nianlun:refusal:{kind}"), answer.text
    assert [name for name in await filing.objects() if name.startswith("uploads")] == []


async def test_an_upload_is_its_filers_alone(filing: Filing, client: httpx.AsyncClient) -> None:
    assert (await announce(filing, client, STRANGER)).status_code == 403
    upload = (await announce(filing, client)).json()["upload"]
    assert (await part(filing, client, upload, 0, CONTENT, STRANGER)).status_code == 403
    assert (await client.head(f"/uploads/{upload}", headers=filing.headers(STRANGER))).status_code == 403
    assert (await client.get(f"/uploads/{upload}", headers=filing.headers(FILER))).json()["offset"] == 0


@pytest.mark.parametrize("upload", ["x", "..", f"{APPLICATION}.0123", f"{APPLICATION}."])
async def test_there_is_no_other_upload(filing: Filing, client: httpx.AsyncClient, upload: str) -> None:
    assert (await part(filing, client, upload, 0, b"x")).status_code == 404
    assert (await client.get(f"/uploads/{upload}", headers=filing.headers(FILER))).status_code == 404


async def test_what_came_in_parts_and_is_not_what_was_announced_is_thrown_away(
    filing: Filing, client: httpx.AsyncClient
) -> None:
    upload = (await announce(filing, client, sha256="0" * 64)).json()["upload"]
    answer = await part(filing, client, upload, 0, CONTENT)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:nianlun:refusal:digest-differs")
    assert (await client.get(f"/uploads/{upload}", headers=filing.headers(FILER))).status_code == 404
    assert await filing.events(AttachmentAdded) == []


async def test_a_small_file_is_taken_in_a_few_milliseconds(tmp_path: Any) -> None:
    filing = Filing(depot=depot(objects_at((tmp_path / "files").as_uri())))
    await filing.start()
    async with filing.client() as client:
        spent = []
        for number in range(20):
            content = PDF + str(number).encode()
            began = time.perf_counter()
            assert (await send(filing, client, content, material=7)).status_code == 200
            spent.append(time.perf_counter() - began)
    assert sorted(spent)[10] < 0.05
