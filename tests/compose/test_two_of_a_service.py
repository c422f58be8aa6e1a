"""Two of a service: one relay leads, the other takes over, a restart one by one loses nothing.

Its name comes after the round's, which wants a stack where nothing happened yet.
"""

import json
import time
from typing import Any

from tests.compose.conftest import TWICE, Composed
from tests.journeys.callers import Load

TAKES_OVER_SECONDS_MAX = 20.0
"""With the time that asking takes on a machine that runs everything else, too."""


def test_after_the_leading_relay_is_killed_the_other_leads(twins: Composed) -> None:
    twins.until(lambda: len(_leaders(twins)) == 1)
    (leader,) = _leaders(twins)
    began = time.monotonic()
    twins.kill(f"{TWICE}-{leader}")
    while _leaders(twins) != [3 - leader]:
        assert time.monotonic() - began < TAKES_OVER_SECONDS_MAX
    twins.until(twins.all_ready)
    assert len(_leaders(twins)) == 1


def test_a_rolling_restart_under_load_loses_nothing_that_was_acknowledged(twins: Composed) -> None:
    with Load(twins.urls[TWICE], "rolling") as load:
        load.more()
        for number in (1, 2):
            restarted = twins.container(f"{TWICE}-{number}").pid
            twins.restart(f"{TWICE}-{number}")
            twins.until(twins.all_ready)
            assert twins.container(f"{TWICE}-{number}").pid != restarted
            load.more()
    assert load.wrong == []
    assert load.forgotten() == []
    positions = [receipt["position"] for receipt in load.receipts.values()]
    assert len(set(positions)) == len(positions)
    verified = twins.nianlun("audit", "verify")
    assert (verified.returncode, "PROVEN" in verified.stdout) == (0, True), verified.stdout


def _leaders(composed: Composed) -> list[int]:
    """Which of the two says of itself that its relay leads."""
    return [number for number in (1, 2) if _relay(composed, number).get("leading")]


def _relay(composed: Composed, number: int) -> dict[str, Any]:
    check = ("python3", "-I", "-S", "/opt/nianlun/app/deploy/composed/healthy.py")
    said = composed.compose("exec", "-T", "--index", str(number), TWICE, *check).stdout
    try:
        relay: dict[str, Any] = json.loads(said)["checks"]["relay"]
    except (ValueError, KeyError):
        return {}
    return relay
