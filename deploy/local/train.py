"""A training run: a broker that nobody uses is started and stopped, so that Java keeps what it loaded and linked.

A start of the broker takes half the time with it. `python -m deploy.local.train`; it does nothing where one is.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.local import jars
from deploy.local.home import Home, StackError
from deploy.local.java import ahead_of_time, forget_damaged, keep
from deploy.local.kafka import READY_SECONDS_MAX, Broker
from deploy.local.ports import free_ports

BOUNDED = ("timeout", f"{2 * READY_SECONDS_MAX:g}")
"""So that a broker whose parent was killed ends by itself."""


def train() -> None:
    """Make the cache; raise `StackError` when Java makes none."""
    jars.class_path()
    with tempfile.TemporaryDirectory(prefix="train-", dir=jars.cache()) as folder:
        broker, kept = Broker(Home(Path(folder) / "home"), *free_ports(2)), Path(folder) / "kept.aot"
        broker.initialise()
        java, *rest = broker.command()
        command = [*BOUNDED, java, f"-XX:AOTCacheOutput={kept}", *rest]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            asyncio.run(broker.ready())
        finally:
            process.terminate()
            said, _ = process.communicate()
        if not kept.exists():
            raise StackError(f"Java has kept nothing: {said.decode(errors='replace').strip()[-300:]}")
        keep(kept)


if __name__ == "__main__":
    try:
        forget_damaged()
        if not ahead_of_time().exists():
            train()
    except StackError as error:
        sys.stderr.write(f"setup: the broker will start as slowly as without a training run: {error}\n")
