"""Foreign facts to reporting's own events, in the transaction that receives them."""

from collections.abc import Sequence
from typing import assert_never

from services.reporting.domain.falling_due import LiftObligation
from services.reporting.domain.obligation import OBLIGATION_DECIDER, CreateObligation
from services.reporting.domain.reactions import lifted, obligations_of
from services.reporting.usecases.policy import Policies, policies_of
from services.reporting.usecases.project import APPROVALS, ENDINGS, REMOVED
from services.reporting.usecases.streams import obligation_stream
from shared.contracts.envelope import Recorded
from shared.contracts.obligations import obligation_id
from shared.contracts.publication import AgreementSigned, ApplicationRejected, ApprovalExpired, ApprovalRevoked
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.kernel.instants import Instant
from shared.messaging.delivery import Load, NotYet
from shared.messaging.reaction import react_with


async def react(load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """A signed agreement makes what the round asks for due, the end of an approval lifts what is open of it."""
    event, at = recorded.event, Instant(recorded.envelope.time)
    match event:
        case AgreementSigned():
            commands: Sequence[CreateObligation | LiftObligation] = await _owed(documents, event, at)
        case ApprovalRevoked() | ApprovalExpired() | ApplicationRejected():
            if not await documents.get(ENDINGS, event.application):
                return ()
            commands = lifted(event, (await _policies(documents, event.round)).terms, at)
        case _:
            return ()
    appends: list[Append] = []
    for command in commands:
        stream = obligation_stream(_obligation_of(command), event.organization)
        appends += await react_with(load, "reporting", recorded, Target(OBLIGATION_DECIDER, stream), command)
    return appends


async def _owed(documents: Documents, agreement: AgreementSigned, at: Instant) -> Sequence[CreateObligation]:
    """Nothing where the approval has ended meanwhile; waits for the round and the approval to arrive."""
    ending = await documents.get(ENDINGS, agreement.application)
    if ending and ending["state"] == REMOVED and str(ending["at"]) < at:
        raise NotYet(f"the approval that {agreement.application} was given again has not arrived")
    if ending:
        return ()
    parameters = (await _policies(documents, agreement.round)).at(at).parameters
    kind = ""
    if any(term.only for term in parameters.obligations):
        approval = await documents.get(APPROVALS, agreement.application)
        if approval is None:
            raise NotYet(f"the approval of {agreement.application} has not arrived")
        kind = str(approval["kind"])
    return obligations_of(agreement, kind, parameters, at)


async def _policies(documents: Documents, round_id: str) -> Policies:
    policies = await policies_of(documents, round_id)
    if policies is None:
        raise NotYet(f"round {round_id} has not arrived")
    return policies


def _obligation_of(command: CreateObligation | LiftObligation) -> str:
    match command:
        case CreateObligation(agreement, term):
            return obligation_id(agreement.application, term.kind, term.year, term.period)
        case LiftObligation(obligation):
            return obligation
        case _:
            assert_never(command)
