"""The figures, states, metrics and log lines that the page for ops names are the code's."""

import re

from prometheus_client import Counter, Gauge, Histogram

from deploy.local import clock, logbook, supervisor
from deploy.local.part import State
from shared.messaging import dead_letters
from shared.observability import metrics
from shared.runtime import health, rebuild
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "operations.md"
FACTS = {
    "a pause of {:g} s that doubles": supervisor.PAUSE_SECONDS_FIRST,
    "with every quick death up to {:g} s": supervisor.PAUSE_SECONDS_MAX,
    "each within {:g} s of its start": supervisor.QUICK_SECONDS,
    "at {:g} MiB a file becomes": logbook.FILE_BYTES_MAX / 2**20,
    "it does not answer within {:g} s": health.CHECK_SECONDS_MAX,
    "the read models have not moved for {:g} s": health.STALL_SECONDS_MAX,
    "none was sent for {:g} s": health.STALL_SECONDS_MAX,
    "When more than {:g} of the last": dead_letters.FAILED_MAX,
    "of the last {:g} events fail": dead_letters.WINDOW,
    "the views would stand still for more than {:g} s": rebuild.STILL_SECONDS_MAX,
}
WORDS = {3: "three", 8: "eight"}
BEYOND_THE_SUPERVISOR = {"unready", "down"}
"""What `nianlun status` adds by asking the process and the kernel."""


def faults(text: str) -> list[str]:
    """The facts that the page does not state as they are."""
    prose = " ".join(text.split())
    expected = [sentence.format(value) for sentence, value in FACTS.items()]
    expected.append(f"otherwise it stands at {clock.DEFAULT_START}")
    expected.append(f"After {WORDS[supervisor.QUICK_DEATHS_MAX]} deaths in a row")
    expected.append(f"({WORDS[supervisor.FIRST_DEATHS_MAX]}, if it was never ready)")
    return [sentence for sentence in expected if sentence not in prose]


def test_figures_are_the_codes() -> None:
    assert faults(PAGE.read_text()) == []


def test_a_figure_that_drifts_is_caught() -> None:
    text = PAGE.read_text()
    for sentence in [sentence.format(value) for sentence, value in FACTS.items()]:
        wrong = re.sub(r"\d+(\.\d+)?", "7777", sentence)
        assert sentence in faults(" ".join(text.split()).replace(sentence, wrong))


def test_states_are_those_of_status() -> None:
    rows = re.findall(r"^\| ([a-z, ]+) \| [a-z]", PAGE.read_text(), re.MULTILINE)
    told = {state for row in rows for state in row.split(", ")} - {"place", "state", "check", "alert"}
    assert told == set(State) | BEYOND_THE_SUPERVISOR


def test_metrics_and_log_lines_exist() -> None:
    text = PAGE.read_text()
    named = set(re.findall(r"`(nianlun_\w+)`", text))
    kept = [one for one in vars(metrics).values() if isinstance(one, Counter | Gauge | Histogram)]
    known = {metric.name for one in kept for metric in one.describe()}
    assert named
    assert named <= known
    lines = set(re.findall(r"`(an? \w+ is [\w ]+)`", text))
    assert len(lines) == 2
    assert all(f'"{line}"' in (ROOT / "shared" / "messaging" / "inbox.py").read_text() for line in lines)
