"""The README's subscriber, taken out of the README and run by a stranger who has aiokafka and nothing of ours."""

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

from tests.docs.pages import README, blocks
from tests.docs.shell import run, surroundings
from tests.journeys.lived import nianlun

LINES_MAX = 10
SECONDS_MAX = 30.0
TOPIC = "nianlun.publication.approval.v1"


def subscriber() -> str:
    (code,) = blocks(README.read_text(), "python")
    return code


def test_it_is_ten_lines_and_knows_nothing_of_ours() -> None:
    assert len([line for line in subscriber().splitlines() if line.strip()]) <= LINES_MAX
    assert set(re.findall(r"import (.+)", subscriber())) == {"asyncio, json, aiokafka"}


def filled_in(code: str, connection: dict[str, str]) -> str:
    """With what `nianlun integrator add` printed in the places that the README writes in capitals."""
    places = {place: repr(connection[place.lower()]) for place in ("BOOTSTRAP", "PASSWORD")}
    places["NAME"] = connection["name"]
    return re.sub(r"\b(BOOTSTRAP|PASSWORD|NAME)\b", lambda found: places[found[0]], code)


def read_until(code: str, names: set[str], folder: Path) -> list[str]:
    """The lines that it prints until every name was printed, or what it printed in time."""
    script = folder / "subscriber.py"
    script.write_text(code)
    process = subprocess.Popen(
        [sys.executable, "-u", script],
        cwd=folder,
        env=surroundings(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    patience = threading.Timer(SECONDS_MAX, process.kill)
    patience.start()
    try:
        printed: list[str] = []
        for line in process.stdout:
            printed.append(line.rstrip("\n"))
            if names <= {one.rpartition(" ")[0] for one in printed}:
                break
        return printed
    finally:
        patience.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_prints_the_list_that_the_office_approved(lived: tuple[Path, str], tmp_path: Path) -> None:
    connection = json.loads(nianlun("integrator", "add", "gazette", "--topics", TOPIC, "--json", home=lived[0]).stdout)
    rows = json.loads(run("nianlun audit replay --round 2017 --list", lived[0]).stdout)["rows"]
    names = {row["organization_name"] for row in rows}
    printed = read_until(filled_in(subscriber(), connection), names, tmp_path)
    assert names <= {line.rpartition(" ")[0] for line in printed}
    assert all(line.rpartition(" ")[2].isdecimal() for line in printed), (
        "with the rank it was approved in, or has since a correction"
    )
