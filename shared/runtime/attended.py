"""A process that ends with whoever began it, also where they were killed: its standard input is their pipe."""

import os
import sys
from contextlib import suppress
from threading import Thread

from shared.observability.logs import logger

AT_ONCE_BYTES = 1024


def end_with_standard_input() -> None:
    """From now on end this process, with code 1 and undone, as soon as its standard input does."""
    Thread(target=_wait, name="attended", daemon=True).start()


def _wait() -> None:
    with suppress(OSError):
        while os.read(0, AT_ONCE_BYTES):
            pass
    logger().error("stopped", reason="whoever began it is gone")
    sys.stdout.flush()
    os._exit(1)
