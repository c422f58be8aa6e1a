"""Files that a house takes in for its own commands: whole or in parts, counted, handed out by rights, named if held."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.contracts.access import AccessRefused
from shared.contracts.evidence import Evidence
from shared.files.deposits import Limits
from shared.files.depot import Depot, depot
from shared.files.naming import Named, Naming, evidence
from shared.files.objects import objects_at
from shared.files.refusals import FileDeclaredOtherwise, FileNotHeld, TooManyFiles
from shared.files.scanner import ClamAV
from shared.kernel.actor import ANYBODY, Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Unknown, require
from shared.web.allowance import Allowance
from shared.web.app import Web, create_app
from shared.web.command import WITH_FILE_FROM_ANYBODY
from shared.web.deposits import PUBLIC, Counter, limits_in, of_its_people, router
from tests.rounds.unasked import UNASKED
from tests.shared.files.clamd import EICAR, clamd
from tests.shared.files.conftest import PDF, PNG, hash_of, pdf_of
from tests.shared.web.house import House

OURS, THEIRS = named("organization", "a"), named("organization", "b")
FILER = Actor(named("account", "filer"), Role.FILER, organization=OURS)
SIGNATORY = Actor(named("account", "signs"), Role.LEGAL_REPRESENTATIVE, organization=OURS)
STRANGER = Actor(named("account", "stranger"), Role.FILER, organization=THEIRS)
NOBODYS = Actor(named("account", "new"), Role.FILER)
OFFICER = Actor(named("account", "officer"), Role.CITY_OFFICER)
EXPERT = Actor(named("account", "expert"), Role.EXPERT)
SMALL = Limits(("application/pdf",), 100_000, 2)
AS_PDF = {"Content-Type": "application/pdf"}
ASKED = {"name": "照片.pdf", "round_id": "2017"}


class RoundUnheardOf(Unknown):
    """As each house has its own."""


def anybodys(actor: Actor) -> str:
    """As publication has it."""
    require(actor, Role.FILER, Role.EXPERT)
    return actor.organization or PUBLIC


class Hall(House):
    """A house that takes files in, from people with an account; `open` from anybody."""

    def __post_init__(self) -> None:
        House.__post_init__(self)
        self.depot: Depot = depot(objects_at("memory:"))
        self.allowed, self.allowed_to_anybody = Allowance(5, 100, 3600.0), Allowance(2, 3, 3600.0)
        self.open(anybody=False)

    def open(self, *, anybody: bool) -> None:
        """Open the door."""
        more: dict[str, Any] = {"owner": anybodys, "arriving": WITH_FILE_FROM_ANYBODY} if anybody else {}
        counter = Counter(
            self.store,
            self.depot,
            self._limits,
            (Role.CITY_OFFICER, Role.DISCIPLINE_AUDITOR),
            allowed=self.allowed,
            allowed_to_anybody=self.allowed_to_anybody,
            **more,
        )
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        self.app = create_app("files", "files", [router(counter)], web)

    async def _limits(self, round_id: str, _at: Instant) -> Limits:
        if round_id != "2017":
            raise RoundUnheardOf
        return SMALL

    def by(self, actor: Actor) -> dict[str, str]:
        """The header that carries somebody's token."""
        return {} if actor == ANYBODY else self.bearer(actor, organization=actor.organization)

    async def refused(self) -> list[str]:
        """Why somebody was refused, as the log has it."""
        events = [one.event for one in await self.store.read(0, 1000)]
        return [event.reason for event in events if isinstance(event, AccessRefused)]


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest_asyncio.fixture
async def client(hall: Hall) -> AsyncIterator[httpx.AsyncClient]:
    async with hall.client() as client:
        yield client


async def bring(
    hall: Hall, client: httpx.AsyncClient, content: bytes = PDF, by: Actor = FILER, **more: Any
) -> httpx.Response:
    headers = {**AS_PDF, **hall.by(by), **more.pop("headers", {})}
    return await client.post("/files", params={**ASKED, **more}, content=content, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]


async def test_a_file_is_kept_and_handed_out_again(hall: Hall, client: httpx.AsyncClient) -> None:
    kept = await bring(hall, client)
    told = {"sha256": hash_of(PDF), "name": "照片.pdf", "size": len(PDF), "media_type": "application/pdf"}
    assert (kept.status_code, kept.json()) == (201, {**told, "scan": "not scanned"})
    assert (await bring(hall, client)).json() == kept.json()
    for reader in (FILER, SIGNATORY, OFFICER):
        answer = await client.get(f"/files/{hash_of(PDF)}", headers=hall.by(reader))
        assert (answer.status_code, answer.content) == (200, PDF)
    part = await client.get(f"/files/{hash_of(PDF)}", headers={**hall.by(OFFICER), "Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, PDF[2:5])
    assert await hall.refused() == []


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (STRANGER, (404, "file-not-kept")),
        (EXPERT, (403, "not-permitted")),
        (NOBODYS, (403, "not-permitted")),
        (ANYBODY, (401, "unauthenticated")),
    ],
)
async def test_a_file_is_shown_to_nobody_else(
    hall: Hall, client: httpx.AsyncClient, reader: Actor, expected: tuple[int, str]
) -> None:
    await bring(hall, client)
    assert problem(await client.get(f"/files/{hash_of(PDF)}", headers=hall.by(reader))) == expected


WRONG: list[tuple[bytes, dict[str, Any], tuple[int, str]]] = [
    (b"", {}, (422, "file-empty")),
    (pdf_of(100_001), {}, (413, "file-too-large")),
    (PNG, {}, (415, "content-is-of-another-type")),
    (PNG, {"headers": {"Content-Type": "image/png"}}, (415, "type-not-taken")),
    (PDF, {"sha256": "0" * 64}, (422, "digest-differs")),
    (PDF, {"name": "a/b.pdf"}, (422, "malformed")),
    (PDF, {"round_id": "1999"}, (404, "round-unheard-of")),
]


@pytest.mark.parametrize(("content", "more", "expected"), WRONG)
async def test_what_is_not_taken_is_not_kept(
    hall: Hall, client: httpx.AsyncClient, content: bytes, more: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert problem(await bring(hall, client, content, **more)) == expected
    assert await hall.depot.deposits.of(hash_of(content)) == []


async def test_the_round_is_asked_for(hall: Hall, client: httpx.AsyncClient) -> None:
    answer = await client.post("/files", params={"name": "a.pdf"}, content=PDF, headers={**AS_PDF, **hall.by(FILER)})
    assert (problem(answer), answer.json()["field"]) == ((422, "malformed"), "round_id")


@pytest.mark.parametrize("by", [EXPERT, OFFICER, NOBODYS])
async def test_who_may_not_leaves_a_trace(hall: Hall, client: httpx.AsyncClient, by: Actor) -> None:
    assert problem(await bring(hall, client, by=by)) == (403, "not-permitted")
    assert len(await hall.refused()) == 1


async def test_what_is_infected_leaves_a_trace_and_nothing_else(hall: Hall) -> None:
    async with clamd() as server:
        hall.depot = depot(hall.depot.objects, ClamAV("127.0.0.1", server.port))
        hall.open(anybody=True)
        async with hall.client() as client:
            infected = PDF + EICAR
            assert problem(await bring(hall, client, infected)) == (422, "file-infected")
            assert problem(await bring(hall, client, infected, by=ANYBODY)) == (422, "file-infected")
            assert (await bring(hall, client)).json()["scan"] == "clean"
    assert len(await hall.refused()) == 1
    assert await hall.depot.deposits.of(hash_of(infected)) == []


async def test_a_file_comes_in_parts(hall: Hall, client: httpx.AsyncClient) -> None:
    content, by = pdf_of(50_000), hall.by(FILER)
    announced = {"name": "a.pdf", "media_type": "application/pdf", "size": len(content), "sha256": hash_of(content)}
    begun = await client.post("/uploads", params={"round_id": "2017"}, json=announced, headers=by)
    assert (begun.status_code, begun.json()["offset"]) == (201, 0)
    place = f"/uploads/{begun.json()['upload']}"
    await client.patch(place, content=content[:20_000], headers={**by, "Upload-Offset": "0"})
    reached = await client.head(place, headers=by)
    assert (reached.status_code, reached.headers["Upload-Offset"]) == (200, "20000")
    for stranger, expected in ((STRANGER, (403, "not-permitted")), (EXPERT, (403, "not-permitted"))):
        sent = {**hall.by(stranger), "Upload-Offset": "20000"}
        assert problem(await client.patch(place, content=content[20_000:], headers=sent)) == expected
        assert problem(await client.get(place, headers=hall.by(stranger))) == expected
    assert await hall.depot.deposits.of(hash_of(content)) == []
    again = await client.post("/uploads", params={"round_id": "2017"}, json=announced, headers=by)
    assert (again.json()["upload"], again.json()["offset"]) == (begun.json()["upload"], 20_000)
    done = await client.patch(place, content=content[20_000:], headers={**by, "Upload-Offset": "20000"})
    assert (done.status_code, done.json()["sha256"]) == (200, hash_of(content))
    answer = await client.get(f"/files/{hash_of(content)}", headers=by)
    assert answer.content == content


async def test_nobody_announces_without_an_organization(hall: Hall) -> None:
    """Who is known by an address alone sends whole files: nothing of theirs lies about half."""
    hall.open(anybody=True)
    announced = {"name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64}
    async with hall.client() as caller:
        asked: dict[str, Any] = {"params": {"round_id": "2017"}, "json": announced}
        assert (await caller.post("/uploads", **asked)).status_code == 401
        assert problem(await caller.post("/uploads", **asked, headers=hall.by(EXPERT))) == (403, "not-permitted")


async def test_so_many_are_taken_within_an_hour(hall: Hall, client: httpx.AsyncClient) -> None:
    for number in range(5):
        assert (await bring(hall, client, pdf_of(200 + number))).status_code == 201
    refused = await bring(hall, client, pdf_of(300))
    assert (problem(refused), refused.headers["Retry-After"]) == ((429, "too-often"), "3600")
    assert (await bring(hall, client, by=STRANGER)).status_code == 201


async def test_the_public_brings_few_and_gets_none_back(hall: Hall) -> None:
    hall.open(anybody=True)
    async with hall.client() as client:
        for number in range(2):
            assert (await bring(hall, client, pdf_of(200 + number), by=ANYBODY)).status_code == 201
        refused = await bring(hall, client, by=EXPERT)
        assert (problem(refused), int(refused.headers["Retry-After"]) > 3000) == ((429, "too-often"), True)
        assert (await bring(hall, client)).status_code == 201, "the organization's own are counted apart"
        place = f"/files/{hash_of(pdf_of(200))}"
        assert (await client.get(place)).status_code == 401
        assert problem(await client.get(place, headers=hall.by(FILER))) == (404, "file-not-kept")
        assert (await client.get(place, headers=hall.by(OFFICER))).status_code == 200


async def limits() -> Limits:
    return SMALL


def naming(hall: Hall, files: Sequence[Named], *owners: str) -> Naming:
    return Naming(hall.depot.deposits, owners, files, limits, "C3.1")


async def test_a_command_names_what_its_sender_brought(hall: Hall, client: httpx.AsyncClient) -> None:
    await bring(hall, client)
    await naming(hall, evidence([hash_of(PDF)]), OURS).check()
    await naming(hall, evidence([hash_of(PDF)]), PUBLIC, OURS).check()
    await naming(hall, [Named("document", hash_of(PDF), "application/pdf", len(PDF))], OURS).check()
    await naming(hall, evidence([]), THEIRS).check()


@pytest.mark.parametrize(
    ("files", "owner", "refusal", "field"),
    [
        (evidence([hash_of(PDF), hash_of(PNG)]), OURS, FileNotHeld, "evidence.1"),
        (evidence([hash_of(PDF)]), THEIRS, FileNotHeld, "evidence.0"),
        (evidence([hash_of(PDF)] * 3), OURS, TooManyFiles, "evidence.2"),
        ([Named("document", hash_of(PDF), "image/png")], OURS, FileDeclaredOtherwise, "document"),
        ([Named("document", hash_of(PDF), None, 1)], OURS, FileDeclaredOtherwise, "document"),
    ],
)
async def test_a_command_names_nothing_else(
    hall: Hall, client: httpx.AsyncClient, files: Sequence[Named], owner: str, refusal: Any, field: str
) -> None:
    await bring(hall, client)
    with pytest.raises(refusal) as caught:
        await naming(hall, files, owner).check()
    assert (caught.value.field, caught.value.clause) == (field, "C3.1")


def test_an_account_without_an_organization_brings_nothing() -> None:
    with pytest.raises(NotPermitted):
        of_its_people(NOBODYS)
    assert of_its_people(SIGNATORY) == OURS


def test_a_round_says_what_it_takes_or_the_house_does() -> None:
    """C3: an earlier round says nothing of evidence."""
    said = Evidence(media_types=("image/png",), size_max=7, files_max=1, statement=0, source="design")
    assert limits_in(UNASKED.evidence, SMALL) == SMALL
    assert limits_in(said, SMALL) == Limits(("image/png",), 7, 1)
