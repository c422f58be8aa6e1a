"""Reporting's read models: what is owed and filed, and the exact counts that live statistics are held to."""

from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.publication import OrganizationApproved
from shared.contracts.reporting import ObligationCreated, ServiceReportFiled
from shared.contracts.review import ExpertScored
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.documents import Documents

ROUNDS = "rounds"
OBLIGATIONS = "obligations"
COUNTS = "counts"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    event, data = recorded.event, recorded.data()
    match event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, data)
        case ObligationCreated():
            await documents.put(OBLIGATIONS, event.obligation, {**data, "state": "DUE"})
        case ServiceReportFiled():
            present = await documents.get(OBLIGATIONS, event.obligation) or {}
            await documents.put(OBLIGATIONS, event.obligation, {**present, **data, "state": "FILED"})
        case ApplicationSubmitted() | ExpertScored() | OrganizationApproved():
            for figure, label in figures(event):
                await _count(documents, figure, label)
        case _:
            return


def figures(event: object) -> tuple[tuple[str, str], ...]:
    """The figures that an event adds one to, each with its label; the live statistics use the same."""
    match event:
        case ApplicationSubmitted():
            group = event.category or COMPREHENSIVE
            return (("submissions_by_district", event.district), ("submissions_by_group", group))
        case ExpertScored():
            return (("scores_by_round", event.round),)
        case OrganizationApproved():
            return (("approvals_by_round", event.round),)
        case _:
            return ()


async def _count(documents: Documents, figure: str, label: str) -> None:
    key = f"{figure}.{label}"
    present = await documents.get(COUNTS, key) or {"count": 0}
    await documents.put(COUNTS, key, {"figure": figure, "label": label, "count": int(str(present["count"])) + 1})
