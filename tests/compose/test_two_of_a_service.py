"""Two of a service: one relay leads, the other takes over; a restart one by one and new secrets lose nothing."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.compose.conftest import Composed
from tests.journeys.callers import Load

SERVICE = "registration"
TAKES_OVER_SECONDS_MAX = 20.0
"""With the time that asking takes on a machine that runs everything else, too."""


@pytest.fixture(scope="module")
def twins(composed: Composed) -> Iterator[Composed]:
    """The stack with two of registration."""
    _scale(composed, 2)
    yield composed
    _scale(composed, 1)


def test_after_the_leading_relay_is_killed_the_other_leads(twins: Composed) -> None:
    twins.until(lambda: len(_leaders(twins)) == 1)
    (leader,) = _leaders(twins)
    began = time.monotonic()
    twins.kill(f"{SERVICE}-{leader}")
    while _leaders(twins) != [3 - leader]:
        assert time.monotonic() - began < TAKES_OVER_SECONDS_MAX
    twins.until(twins.all_ready)
    assert len(_leaders(twins)) == 1


def test_a_rolling_restart_under_load_loses_nothing_that_was_acknowledged(twins: Composed) -> None:
    with Load(twins.urls[SERVICE], "rolling") as load:
        load.more()
        for number in (1, 2):
            restarted = twins.container(f"{SERVICE}-{number}").pid
            twins.restart(f"{SERVICE}-{number}")
            twins.until(twins.all_ready)
            assert twins.container(f"{SERVICE}-{number}").pid != restarted
            load.more()
    assert load.wrong == []
    assert load.forgotten() == []
    positions = [receipt["position"] for receipt in load.receipts.values()]
    assert len(set(positions)) == len(positions)
    verified = twins.nianlun("audit", "verify")
    assert (verified.returncode, "PROVEN" in verified.stdout) == (0, True), verified.stdout


def _scale(composed: Composed, replicas: int) -> None:
    wanted = ("up", "-d", "--wait", "--no-recreate", "--scale", f"{SERVICE}={replicas}", SERVICE)
    done = composed.compose(*wanted)
    assert done.returncode == 0, done.stderr
    composed.until(composed.all_ready)


def _leaders(composed: Composed) -> list[int]:
    """Which of the two says of itself that its relay leads."""
    return [number for number in (1, 2) if _relay(composed, number).get("leading")]


def _relay(composed: Composed, number: int) -> dict[str, Any]:
    check = ("python3", "-I", "-S", "/opt/nianlun/app/deploy/composed/healthy.py")
    said = composed.compose("exec", "-T", "--index", str(number), SERVICE, *check).stdout
    try:
        relay: dict[str, Any] = json.loads(said)["checks"]["relay"]
    except (ValueError, KeyError):
        return {}
    return relay


def test_leaked_secrets_are_replaced_under_load(twins: Composed) -> None:
    with Load(twins.urls[SERVICE], "leaked") as load:
        load.more()
        for what in (
            ("database", "--leaked", "--service", SERVICE),
            ("kafka", "--service", SERVICE),
            ("operators", "--leaked"),
        ):
            done = twins.nianlun("secrets", "rotate", *what)
            assert done.returncode == 0, done.stderr
            load.more()
    assert load.wrong == []
    assert load.forgotten() == []
    twins.until(twins.all_ready)
