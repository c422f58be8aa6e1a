"""What a process says of its relay and inbox, unasked: each change once."""

import asyncio

from shared.messaging.inbox import InboxState
from shared.messaging.relay import RelayState
from shared.observability.logs import logger

LOOK_SECONDS = 0.5


async def watch(relay: RelayState, inbox: InboxState) -> None:
    """Log taking and losing the lead, errors and recoveries, and parked events, until cancelled."""
    leading, errors, parked = False, {"relay": "", "inbox": ""}, 0
    while True:
        if relay.leading is not leading:
            leading = relay.leading
            logger().info("the relay leads" if leading else "the relay stands by", position=relay.position)
        for part, now in {"relay": relay.error, "inbox": "" if inbox.stopped else inbox.error}.items():
            if now != errors[part]:
                errors[part] = now
                _tell(part, now)
        if inbox.parked != parked:
            logger().warning("events were parked", reason=f"{inbox.parked - parked} more; see delivery.parked")
            parked = inbox.parked
        await asyncio.sleep(LOOK_SECONDS)


def _tell(part: str, error: str) -> None:
    if error:
        logger().warning(f"the {part} tries again", reason=error)
    else:
        logger().info(f"the {part} works again")
