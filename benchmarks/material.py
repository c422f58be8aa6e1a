"""What is appended and read: the life of organizations in registration, made without chance."""

from collections.abc import Callable, Iterator
from pathlib import Path

from services.registration.usecases.streams import organization_stream
from shared.auditlog.canonical import sha256_hex
from shared.auditlog.chain import Head
from shared.contracts.event import Event
from shared.contracts.registration import (
    CertificationRequested,
    Document,
    OrganizationCertified,
    OrganizationRegistered,
)
from shared.contracts.topics import ORGANIZATION, PARTITIONS
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.sealing import Row, prepare, seal
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named, organization_id
from shared.kernel.instants import Instant
from shared.kernel.uscc import check_character
from shared.messaging.kafka import partition_of

SERVICE, TOPIC = "registration", ORGANIZATION.topic
FILER = Actor(named("benchmark", "filer"), Role.FILER)
AT = Instant("2017-09-20T09:00:00.000Z")
EVENTS_EACH = 3
DOCUMENT = Document(name="business_licence", sha256="7d" * 32, media_type="application/pdf", size=180_000)


def uscc_of(number: int) -> str:
    """A valid unified social credit code for each number."""
    first_17 = f"91310000{number:09d}"
    return first_17 + check_character(first_17)


def life(number: int) -> tuple[Event, Event, Event]:
    """The three events of one organization."""
    uscc, name = uscc_of(number), f"上海中小企业服务机构第{number}号"
    organization, profile = organization_id(uscc), sha256_hex(uscc.encode())
    return (
        OrganizationRegistered(organization=organization, uscc=uscc, name=name, account=FILER.id),
        CertificationRequested(
            organization=organization,
            legal_form="enterprise",
            district="310115",
            established_on="2012-05-04",
            reg_address="上海市浦东新区世纪大道100号",
            legal_representative=profile,
            contact=profile,
            documents=(DOCUMENT,),
            profile_hash=profile,
        ),
        OrganizationCertified(
            organization=organization,
            uscc=uscc,
            name=name,
            legal_form="enterprise",
            district="310115",
            established_on="2012-05-04",
            verifier=named("benchmark", "verifier"),
            profile_hash=profile,
        ),
    )


def appends(run: str, first: int, count: int) -> list[Append]:
    """`count` commands, each with one event for a stream of its own."""
    made = []
    for number in range(first, first + count):
        registered = life(number)[0]
        made.append(one(run, number, 0, registered))
    return made


def one(run: str, number: int, version: int, event: Event) -> Append:
    """One event after `version` of organization `number`."""
    command = named("command", run, str(number), str(version))
    stream = organization_stream(organization_id(uscc_of(number)))
    return Append((Write(stream, version, (event,)),), Context(command, FILER, AT, command))


def log(events: int, streams: int) -> Iterator[tuple[int, Row]]:
    """A log of registration, as the store would write it, each row with its partition; streams take turns."""
    head, versions = Head(), dict[str, int]()
    lives = [life(number) for number in range(streams)]
    places = [partition_of(organization_id(uscc_of(number)).encode()) for number in range(streams)]
    for index in range(events):
        version, number = divmod(index, streams)
        request = one("log", number, version, lives[number][min(version, EVENTS_EACH - 1)])
        rows, head, reached = seal(prepare(request, SERVICE, rehearsal=False), head, versions)
        versions.update(reached)
        yield places[number], rows[0]


def write(folder: Path, events: int, streams: int, tell: Callable[[int], None]) -> None:
    """The log in a file for each partition, a line for each event, as an archive has it."""
    (folder / TOPIC).mkdir(parents=True)
    files = [(folder / TOPIC / f"{number}.jsonl").open("wb") for number in range(PARTITIONS)]
    for index, (partition, row) in enumerate(log(events, streams), 1):
        files[partition].write(row.body + b"\n")
        if index % 10_000 == 0:
            tell(index)
    for file in files:
        file.close()
