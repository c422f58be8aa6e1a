"""Foreign facts to reporting's own events, in the transaction that receives them."""

from collections.abc import Sequence
from typing import assert_never

from services.reporting.domain.calendar import RescheduleObligation, calendar, changes
from services.reporting.domain.falling_due import LiftObligation
from services.reporting.domain.obligation import OBLIGATION_DECIDER, CreateObligation
from services.reporting.domain.reactions import Following, following, lifted, obligations_of
from services.reporting.usecases.agreements import agreements_of
from services.reporting.usecases.approvals import APPROVALS, ENDINGS, TAKEN_BACK
from services.reporting.usecases.policy import Policies, policies_of
from services.reporting.usecases.streams import obligation_stream
from shared.contracts.application import PolicyAmended
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
    """An agreement makes due what the round asks for, an amendment moves it, the end of an approval lifts it."""
    event, at = recorded.event, Instant(recorded.envelope.time)
    match event:
        case AgreementSigned():
            return await _decided(load, recorded, event.organization, await _owed(documents, event, at))
        case PolicyAmended():
            return await _amended(load, documents, recorded, event)
        case ApprovalRevoked() | ApprovalExpired() | ApplicationRejected():
            if not await documents.get(ENDINGS, event.application):
                return ()
            commands = lifted(event, (await _policies(documents, event.round)).terms, at)
            return await _decided(load, recorded, event.organization, commands)
        case _:
            return ()


async def _decided(
    load: Load, recorded: Recorded, organization: str, commands: Sequence[Following]
) -> Sequence[Append]:
    appends: list[Append] = []
    for command in commands:
        stream = obligation_stream(_obligation_of(command), organization)
        appends += await react_with(load, "reporting", recorded, Target(OBLIGATION_DECIDER, stream), command)
    return appends


async def _amended(load: Load, documents: Documents, recorded: Recorded, amendment: PolicyAmended) -> Sequence[Append]:
    """Everybody who has signed, and whose approval stands, follows the calendar once its change is known (C3.5)."""
    policies = await _policies(documents, amendment.round)
    earlier = policies.amendments[: policies.amendments.index(amendment)]
    appends: list[Append] = []
    for agreement in await agreements_of(documents, amendment.round):
        changed = changes(policies.plan, earlier, amendment, await _kind(documents, agreement, policies))
        commands = following(agreement, amendment, changed, Instant(recorded.envelope.time))
        appends += await _decided(load, recorded, agreement.organization, commands)
    return appends


async def _owed(documents: Documents, agreement: AgreementSigned, at: Instant) -> Sequence[CreateObligation]:
    """Nothing where the approval has ended meanwhile; waits for the round and the approval to arrive."""
    ending = await documents.get(ENDINGS, agreement.application)
    if ending and ending["state"] in TAKEN_BACK and str(ending["at"]) < at:
        raise NotYet(f"the approval that {agreement.application} was given again or back has not arrived")
    if ending:
        return ()
    policies = await _policies(documents, agreement.round)
    terms = calendar(policies.plan, policies.amendments, await _kind(documents, agreement, policies))
    lenient = not policies.at(at).parameters.assessment.rubric
    return obligations_of(agreement, terms, at, lenient=lenient)


async def _kind(documents: Documents, agreement: AgreementSigned, policies: Policies) -> str:
    """The kind of organization; empty where the round asks all kinds for the same."""
    if not any(term.only for term in policies.terms):
        return ""
    approval = await documents.get(APPROVALS, agreement.application)
    if approval is None:
        raise NotYet(f"the approval of {agreement.application} has not arrived")
    return str(approval["kind"])


async def _policies(documents: Documents, round_id: str) -> Policies:
    policies = await policies_of(documents, round_id)
    if policies is None:
        raise NotYet(f"round {round_id} has not arrived")
    return policies


def _obligation_of(command: Following) -> str:
    match command:
        case CreateObligation(agreement, term):
            return obligation_id(agreement.application, term.kind, term.year, term.period)
        case LiftObligation(obligation) | RescheduleObligation(obligation):
            return obligation
        case _:
            assert_never(command)
