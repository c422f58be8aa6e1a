"""Which experts were assigned an application, as review says: they may read what goes with it (C5.4)."""

from shared.contracts.envelope import Recorded
from shared.contracts.review import ExpertRecused, ExpertReplaced, ReviewAssigned
from shared.eventstore.documents import Documents, Reads

ASSIGNMENTS = "assignments"


async def assignments(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event."""
    match recorded.event:
        case ReviewAssigned(application=application, expert=expert):
            await documents.put(ASSIGNMENTS, _key(application, expert), {"application": application, "expert": expert})
        case (
            ExpertRecused(application=application, expert=expert)
            | ExpertReplaced(application=application, expert=expert)
        ):
            await documents.remove(ASSIGNMENTS, _key(application, expert))
        case _:
            return


async def is_assigned(reads: Reads, application: str, expert: str) -> bool:
    """Whether this expert is, and neither stepped back nor was replaced."""
    return await reads.get(ASSIGNMENTS, _key(application, expert)) is not None


def _key(application: str, expert: str) -> str:
    return f"{application}.{expert}"
