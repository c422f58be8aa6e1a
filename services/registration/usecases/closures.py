"""What an organization's reopening rests on: who closed it, and whether its people's data are still there."""

from services.registration.usecases.streams import erasure_stream, organization_stream
from shared.contracts.registration import OrganizationClosed
from shared.eventstore.port import EventStore


async def closed_by(store: EventStore, organization: str) -> str | None:
    """The account that closed it last, as the log has it, or None."""
    recorded = await store.load(organization_stream(organization).name)
    by = [one.envelope.actorid for one in recorded if isinstance(one.event, OrganizationClosed)]
    return by[-1] if by else None


async def is_erased(store: EventStore, organization: str) -> bool:
    """Whether its personal data were erased, as the log has it."""
    return bool(await store.load(erasure_stream(organization).name))
