"""The commands of the pages, run word for word on a stack that lived through the round."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from rehearsal.cast import organizations
from rehearsal.forms import tables
from tests.docs.promises import DISCARDS, DOWN, LEAVE_OUT, ON_THE_ROUND, UP, UP_AGAIN, WHILE_DOWN, WHILE_UP
from tests.docs.shell import InBackground, run

ADDRESSES = ("/health/live", "/health/ready", "/metrics", "/openapi.json")
UP_SECONDS_MAX = 120.0


@pytest.fixture(scope="module")
def places(lived: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a reader fills in."""
    listed = run("nianlun audit replay --round 2017 --list", lived[0])
    application = json.loads(listed.stdout)["rows"][0]["application"]
    kept = tmp_path_factory.mktemp("kept")
    form = kept / "form.json"
    form.write_text(json.dumps(tables(next(organizations()))))
    return {"APPLICATION": application, "DIR": str(kept / "archive"), "NAME": "reader", "FORM.json": str(form)}


@pytest.fixture(scope="module")
def archive(lived: tuple[Path, str], places: dict[str, str]) -> Path:
    done = run("nianlun archive export DIR", lived[0], places)
    assert done.returncode == 0, done.stderr
    return Path(places["DIR"])


@pytest.mark.parametrize("command", ON_THE_ROUND)
@pytest.mark.usefixtures("archive")
def test_a_command_says_what_is_promised(
    command: str, lived: tuple[Path, str], places: dict[str, str], tmp_path: Path
) -> None:
    if command == "nianlun archive export DIR":
        places = {"DIR": str(tmp_path / "another")}
    done = run(command, lived[0], places)
    assert done.returncode == 0, done.stderr
    assert ON_THE_ROUND[command] in done.stdout


@pytest.mark.parametrize("command", DISCARDS)
def test_what_is_not_parked_is_not_discarded(command: str, lived: tuple[Path, str]) -> None:
    topic = "nianlun.application.application.v1"
    done = run(command, lived[0], {"SERVICE": "review", "RECORD": f"{topic}/0@7", "TOPIC": topic})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nianlun: No record is parked in this place")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "home"
    yield place
    run(DOWN, place)


@pytest.mark.timeout(900)
def test_ops_live_through_what_the_pages_say(home: Path) -> None:
    started = up(UP, home)
    all_say(WHILE_UP, home)
    services = json.loads((home / "run.json").read_text())["services"].values()
    urls = [url for service in services for url in service["urls"]]
    assert len(urls) == 10
    for url in urls:
        assert {httpx.get(f"{url}{address}", trust_env=False).status_code for address in ADDRESSES} == {200}
    assert {path.name for path in (home / "logs").iterdir()} >= {"supervisor.jsonl", "kafka.jsonl", "review-2.jsonl"}
    down(started, home)
    refused = run(LEAVE_OUT, home, {"TOPIC/PARTITION@OFFSET": "nianlun.review.access.v1/0@7000"})
    assert (refused.returncode, "there is no record nianlun.review.access.v1/0@7000" in refused.stderr) == (1, True)
    all_say(WHILE_DOWN, home)
    again = up(UP_AGAIN, home)
    assert run("nianlun clock show", home).stdout.startswith(WHILE_UP["nianlun clock show"])
    down(again, home)


def all_say(commands: Mapping[str, str], home: Path) -> None:
    for command, said in commands.items():
        done = run(command, home, {"BACKUP": str(home.parent / "backup")})
        assert done.returncode == 0, done.stdout + done.stderr
        assert said in done.stdout


def up(command: str, home: Path) -> InBackground:
    started, deadline = InBackground(command, home), time.monotonic() + UP_SECONDS_MAX
    while not (home / "run.json").exists():
        assert started.alive(), started.log.read_text()
        assert time.monotonic() < deadline, started.log.read_text()
        time.sleep(0.1)
    return started


def down(started: InBackground, home: Path) -> None:
    try:
        assert run(DOWN, home).returncode == 0
        assert started.wait() == 0
    finally:
        if started.alive():
            started.kill()
