"""Free ports on loopback, taken below the range from which the kernel gives ports to outgoing connections."""

import asyncio
import random
import socket
from contextlib import suppress

FIRST, LAST = 20_000, 32_000
TRIES_MAX = 10_000
PORT_MAX = 65_535


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on at this moment and no outgoing connection will take by chance."""
    found: set[int] = set()
    for _ in range(TRIES_MAX):
        if len(found) == count:
            break
        port = random.randint(FIRST, LAST)  # noqa: S311 - a port, not a secret
        if is_free(port):
            found.add(port)
    return list(found)


def is_free(port: int) -> bool:
    """Whether a loopback port can be bound; beyond the last one there is none."""
    if port > PORT_MAX:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def answers(host: str, port: int, seconds_max: float) -> bool:
    """Whether somebody takes a connection there in time."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(seconds_max):
            _, writer = await asyncio.open_connection(host, port)
        writer.close()
        return True
    return False
