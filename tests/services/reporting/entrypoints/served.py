"""Two organizations that were approved and have signed, on a street whose other houses said so."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rehearsal import materials
from rehearsal.cast import Organization, Part, code
from rehearsal.forms import FILINGS
from services.application.usecases.streams import round_stream
from services.publication.usecases.streams import agreement_stream, approval_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.publication import AgreementSigned, OrganizationApproved
from shared.contracts.vocabulary import District
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import Role
from shared.kernel.ids import application_id, named
from tests.services.application.domain.filed import PARAMETERS
from tests.town.life import LEADER, OFFICER, Applicant, Life, person
from tests.town.town import Town

ROUND = "2017"
HUB = Organization(801, "浦江中小企业服务中心", code("8801"), District.HUANGPU, "comprehensive", Part.ORDINARY)
FIRM = Organization(802, "申城信息技术服务有限公司", code("8802"), District.XUHUI, "information", Part.ORDINARY)
AT_ANY_TIME = replace(
    PARAMETERS,
    obligations=tuple(replace(term, opens_at=None) for term in PARAMETERS.obligations),
    assessment=replace(PARAMETERS.assessment, after_all_due=False),
)
"""As in an earlier release: whatever is owed is filed and assessed at any time."""
PLANNED = RoundPlanned(
    round=ROUND, parameters=AT_ANY_TIME, parameters_hash="p" * 64, rule_set_hash="r" * 64, rubric_hash="b" * 64
)


@dataclass(slots=True)
class Served:
    """The street, and who serves in its round."""

    town: Town
    people: dict[str, Applicant] = field(default_factory=dict)

    async def tell(self, service: str, stream: Stream, event: Event, role: Role = Role.CITY_OFFICER) -> None:
        """Another house records something, and everybody hears it."""
        by = {Role.CITY_OFFICER: OFFICER, Role.CITY_LEADER: LEADER}.get(role) or person(role.value, role)
        command = named("told", service, stream.name, type(event).__name__)
        context = Context(command, by, self.town.clock.now(), correlation_id=command, round=ROUND)
        await self.town.houses[service].store.append(Append((Write(stream, None, (event,)),), context))
        await self.town.settle()

    async def owed(self, name: str, kind: str, period: str | None = None) -> str:
        """The obligation's id."""
        found = await self.town.read(self.people[name].filer, "reporting", "/obligations", kind=kind)
        return str(next(one["obligation"] for one in found if one.get("period") == period))

    async def file(self, name: str, obligation: str, way: str, body: Any) -> Any:
        """The organization files."""
        return await self.town.command(self.people[name].filer, "reporting", f"/obligations/{obligation}/{way}", body)

    async def content(self, name: str, kind: str) -> Any:
        """What the organization files of a kind, with a file that it brought for it."""
        paper = materials.paper(f"{kind} of {name}")
        brought = await self.town.deposit(self.people[name].filer, "reporting", paper, round_id=ROUND)
        return FILINGS[kind][1]([brought])

    async def state(self, obligation: str) -> dict[str, Any]:
        """What the office sees of it."""
        found = await self.town.read(OFFICER, "reporting", "/obligations", limit=500)
        return next(one for one in found if one["obligation"] == obligation)


async def served(folder: Path, planned: RoundPlanned = PLANNED) -> Served:
    """Both are registered, approved and have signed."""
    street = Served(Town(folder))
    await street.town.begin()
    await street.town.at("2017-08-21T09:00:00+08:00")
    await street.tell("application", round_stream(ROUND), planned)
    life = Life(street.town, PARAMETERS)
    for name, organization in (("hub", HUB), ("firm", FIRM)):
        street.people[name] = await life.register(organization)
        street.people[name].application = application_id(ROUND, street.people[name].id)
    await street.town.at("2017-12-01T10:00:00+08:00")
    for one in street.people.values():
        await _approve(street, one)
    return street


async def _approve(street: Served, one: Applicant) -> None:
    organization = one.organization
    approved = OrganizationApproved(
        application=one.application,
        organization=one.id,
        uscc=organization.uscc,
        organization_name=organization.name,
        district=organization.district.value,
        round=ROUND,
        kind=organization.kind,
        category=next(iter(organization.category), None),
        version=1,
        rank=1,
        valid_from="2017-12-01",
        valid_to="2018-11-30",
        list_hash="l" * 64,
    )
    await street.tell("publication", approval_stream(one.application, one.id), approved, Role.CITY_LEADER)
    signed = AgreementSigned(
        application=one.application,
        organization=one.id,
        round=ROUND,
        terms_sha256="a9" * 32,
        signed_on="2017-12-01",
        signatory=one.signatory.id,
    )
    stream = agreement_stream(one.application, one.id)
    await street.tell("publication", stream, signed, Role.LEGAL_REPRESENTATIVE)
