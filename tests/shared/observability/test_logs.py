"""One line, one JSON object, whoever writes it and whatever it holds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PROGRAM = """
import logging, warnings
from shared.observability.logs import configure, logger
configure("review", 2, {level!r})
{statement}
"""


def said(statement: str, level: str = "INFO") -> list[dict[str, Any]]:
    """What a process logs by `statement`, on standard output and nowhere else."""
    program = PROGRAM.format(statement=statement, level=level)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_our_lines_tell_when_who_and_what() -> None:
    (line,) = said("logger().info('收到', command_id='c', absent=None)")
    assert line.pop("ts").endswith("Z")
    assert line == {"event": "收到", "level": "info", "service": "review", "replica": 2, "command_id": "c"}


def test_the_libraries_lines_look_alike() -> None:
    (line,) = said("logging.getLogger('asyncpg').warning('slow %s', 'query')")
    assert line["event"] == "slow query"
    assert (line["service"], line["level"], line["logger"]) == ("review", "warning", "asyncpg")


def test_warnings_are_lines_too() -> None:
    (line,) = said("warnings.warn('old')")
    assert "old" in line["event"]


def test_a_failure_is_one_line_without_the_values_of_variables() -> None:
    statement = "secret = 'hidden'\ntry:\n    1 / 0\nexcept ZeroDivisionError as e: logger().error('x', exc_info=e)"
    (line,) = said(statement)
    assert "ZeroDivisionError" in line["exception"]
    assert "'hidden'" not in line["exception"]


def test_text_that_utf8_cannot_carry_does_not_stop_a_line() -> None:
    (line,) = said("logger().info('x', value='\\ud800', odd={1: {2}})")
    assert line["event"] == "x"


def test_levels_are_kept() -> None:
    assert said("logger().info('x'); logging.info('y')", "WARNING") == []
    assert len(said("logger().debug('x')", "DEBUG")) == 1


def test_a_line_that_cannot_be_written_does_not_stop_what_it_tells_of() -> None:
    statement = "logger().info('lost'); print('went on', file=__import__('sys').stderr)"
    program = PROGRAM.format(statement=statement, level="INFO")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False, timeout=30
        )
    assert b"went on" in done.stderr
