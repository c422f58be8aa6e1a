"""A reaction: a foreign event becomes a command of one's own, decided in the same transaction that received it."""

from collections.abc import Sequence
from typing import Any

from shared.contracts.envelope import Recorded
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.transact import Target
from shared.kernel.actor import system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.messaging.delivery import Load


async def react_with(
    load: Load, service: str, cause: Recorded, target: Target[Any, Any, Any], command: object
) -> Sequence[Append]:
    """Decide `command` and give what is to be appended; nothing when it happened already.

    A reaction carries the time of its cause: in the round's life it is the same moment, whenever the inbox
    caught up; so a replay as of any instant sees both or neither. One cause may lead to the same command on
    several streams: the stream is part of the command's id.
    """
    recorded = await load(target.stream.name)
    state = target.decider.fold(one.event for one in recorded)
    events = tuple(target.decider.decide(state, command))
    if not events:
        return ()
    envelope = cause.envelope
    context = Context(
        command_id=named("reaction", envelope.id, type(command).__name__, target.stream.name),
        actor=system(service),
        at=Instant(envelope.time),
        correlation_id=envelope.correlationid,
        causation_id=envelope.id,
        round=envelope.round,
        traceparent=envelope.traceparent,
    )
    return (Append((Write(target.stream, len(recorded), events),), context),)
