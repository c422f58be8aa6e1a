"""Commands that are killed while they read the log."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.home import Home

READINGS = {
    "an audit": """
with examined(home.root, None, None) as (_, log):
    killed(log)
""",
    "a backup, a reconciliation or a restore": """
async def compared():
    async with as_it_is(broker_of(home)) as log:
        killed(log)

asyncio.run(compared())
""",
}
KILLED = 9
KILLED_READING = """
import asyncio, os, pathlib
from deploy.local.home import Home
from deploy.recovery.brokers_log import as_it_is
from deploy.recovery.reach import broker_of
from nianlun.log import examined

home = Home(pathlib.Path({home!r}))

def killed(log):
    assert any(one.position for one in log)
    os._exit(9)

{reading}
"""


def killed_reading(who: str, home: Home, temporary: Path) -> int:
    """The exit code of who was killed while the whole log was at hand, with its folder for what is passing."""
    script = KILLED_READING.format(home=str(home.root), reading=READINGS[who])
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode
