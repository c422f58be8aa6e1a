"""The read model of accounts: which there are, in which role, and whether they are open."""

from services.registration.domain.account import ACCOUNT_DECIDER
from services.registration.domain.account_states import Open
from services.registration.usecases.streams import account_stream
from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.registration import AccountClosed, AccountOpened, PasswordChanged, PasswordReset
from shared.eventstore.documents import Documents, Reads
from shared.eventstore.port import EventStore
from shared.eventstore.projection import Projection
from shared.kernel.actor import Role

VIEW = "accounts"
OPEN, CLOSED = "OPEN", "CLOSED"


async def _project(documents: Documents, recorded: Recorded) -> None:
    event, at = recorded.event, recorded.envelope.time
    match event:
        case AccountOpened():
            doc: dict[str, JSON] = {
                "account": event.account,
                "username": event.username,
                "role": event.role,
                "state": OPEN,
                "must_change": event.must_change,
                "opened_by": recorded.envelope.actorid,
                "opened_at": at,
            }
            place = {"district": event.district, "organization": event.organization}
            await documents.put(VIEW, event.account, {**doc, **{k: v for k, v in place.items() if v is not None}})
        case PasswordChanged() | PasswordReset():
            present = await documents.get(VIEW, event.account) or {}
            changed: dict[str, JSON] = {"must_change": isinstance(event, PasswordReset), "password_changed_at": at}
            await documents.put(VIEW, event.account, {**present, **changed})
        case AccountClosed():
            present = await documents.get(VIEW, event.account) or {}
            closed = {"state": CLOSED, "closed_at": at, "ground": event.ground}
            await documents.put(VIEW, event.account, {**present, **closed})
        case _:
            return


ACCOUNTS = Projection("accounts", frozenset({VIEW}), _project)


async def other_administrators(reads: Reads, account: str) -> int:
    """How many administrators' accounts are open beside this one; more than a page of them is enough to know."""
    found = await reads.find(VIEW, {"role": Role.ADMINISTRATOR.value, "state": OPEN})
    return sum(doc["account"] != account for doc in found)


async def is_open(store: EventStore, account: str) -> bool:
    """Whether there is such an account, and it was not closed."""
    return isinstance(ACCOUNT_DECIDER.fold(one.event for one in await store.load(account_stream(account).name)), Open)  # type: ignore[misc]  # its own stream


async def is_open_filer(reads: Reads, account: str) -> bool:
    """Whether an account is a filer's, and open."""
    found = await reads.get(VIEW, account) or {}
    return (found.get("role"), found.get("state")) == (Role.FILER.value, OPEN)
