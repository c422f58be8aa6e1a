"""Every command that a page shows is run here, word for word; one that is shown and not run is a failure."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from rehearsal.cast import organizations
from rehearsal.forms import tables
from tests.docs.pages import PAGES, README, ROOT, commands
from tests.docs.shell import InBackground, run
from tests.journeys.lived import DEMO

BY_THE_JOURNEY = " ".join(("nianlun", *DEMO))
BY_MAKE = {
    "make setup": ["deploy/local/setup.sh"],
    "make demo": ["deploy/local/setup.sh", ".venv/bin/nianlun demo"],
    "make test": [
        "ruff check .",
        "ruff format --check .",
        "mypy .",
        "lint-imports",
        "detect-secrets",
        "pytest -q -n 2 --dist loadfile tests --ignore=tests/docs",
        "pytest -q tests/docs/test_commands.py",
        "tests/faults tests/journeys tests/nianlun",
    ],
    "make under-fire": ["pytest -q tests/journeys/test_under_fire.py"],
    "make catalogue": ["-m shared.contracts.publish", "-m nianlun.coverage"],
    "make rights": ["-m tests.rights"],
    "make reads": ["-m tests.docs.reads"],
    "make pictures": ["-m tests.docs.pictures docs/pictures"],
    "make capacity": ["-m benchmarks.capacity"],
    "make engine": ["deploy/engine.sh"],
    "make airgap-images": ["deploy/airgap/images.sh"],
    "make compose": ["-m deploy.composed up", "nianlun status --stack compose"],
    "make compose ARGS=--production": ["-m deploy.composed up --production"],
    'make compose ARGS="--brokers 3"': ["-m deploy.composed up --brokers 3"],
    'make compose ARGS="--replicas 2"': ["-m deploy.composed up --replicas 2"],
    'make compose ARGS="--project second --first-port 18200"': ["up --project second --first-port 18200"],
    'make compose ARGS="--with edge observability"': ["-m deploy.composed up --with edge observability"],
    'make compose ARGS="--with edge --domain nianlun.example"': ["up --with edge --domain nianlun.example"],
    "make airgap-bundle": ["-m deploy.airgap.bundle"],
    "make test-airgap": ["pytest -q --timeout=0 tests/compose/test_closed_network.py"],
    "make compose-prepare": ["-m deploy.composed prepare"],
    "make compose-prepare ARGS=--take-volumes": ["-m deploy.composed prepare --take-volumes"],
    "make compose-down": ["-m deploy.composed down"],
    "make compose-destroy": ["-m deploy.composed destroy"],
    "make test-compose": ["deploy/engine.sh", "deploy/airgap/images.sh", "--timeout=0 tests/compose --ignore"],
    "make test-drills": ["--timeout=0 tests/compose/test_three_brokers.py"],
}
"""What make runs for each; the parts have tests of their own."""
ON_THE_ROUND = {
    "nianlun audit verify": "PROVEN: ",
    "nianlun audit replay --round 2017": "PROVEN: ",
    "nianlun audit replay --round 2017 --as-of 2017-09-20T17:00:00+08:00": "as of 2017-09-20 17:00:00.000",
    "nianlun audit explain APPLICATION": "OUTCOME: ",
    "nianlun archive export DIR": " records in ",
    "nianlun audit verify --archive DIR": "PROVEN: ",
    "python -m audit.verify DIR": "PROVEN: ",
    "nianlun integrator add NAME --topics nianlun.publication.approval.v1": "AIOKafkaConsumer(",
    "nianlun integrator remove NAME": " is removed",
    "nianlun eligibility FORM.json": '"overall"',
    "nianlun eligibility --schema": '"properties"',
    "nianlun files collect": "every file is named by an event or too young to be collected",
    "nianlun files collect --delete": "every file is named by an event or too young to be collected",
    "nianlun vault rotate": "2 master keys stay in the file",
    "nianlun vault rotate --forget-retired": "is gone; no backup whose manifest.json names it can be restored",
    "nianlun secrets rotate database": "new database passwords: registration, application",
    "nianlun secrets rotate kafka": "new broker passwords: registration, application",
    "nianlun secrets rotate operators": "has a new password, with which kafka started again",
    "nianlun secrets rotate tokens": "tokens are signed with ",
    "nianlun coverage": "C5.4",
    "nianlun coverage --markdown": "# The notice",
    "nianlun rebuild application": "every document is what the log says; ",
    "nianlun rebuild application summaries --rows 20": "every document is what the log says; ",
    "nianlun rebuild application --dry-run": "every document is what the log says; ",
    "nianlun parked list": "nothing is parked",
    "nianlun parked show": "nothing is parked",
    "nianlun parked show --service review --fault Undecodable": "nothing is parked",
    "nianlun parked allow review 1000": "review may set 1000 more aside",
    "nianlun parked redrive": "0 events are handled",
}
"""What each must say, in this order, on a stack that lived through the round."""
DISCARDS = (
    'nianlun parked discard SERVICE RECORD --reason "a probe of the network"',
    'nianlun parked discard SERVICE --topic TOPIC --fault Undecodable --reason "a probe of the network"',
)
"""Refused where nothing is parked; what it does is in `tests/shared/messaging`."""
LEAVE_OUT = "nianlun reconcile --import --resend --leave-out TOPIC/PARTITION@OFFSET"
"""Refused where there is no such record; what it does is in `tests/nianlun`."""
UP, UP_AGAIN, DOWN = "nianlun up --replicas 2", "nianlun up", "nianlun down"
WHILE_UP = {
    "nianlun status": "reporting-2",
    "nianlun status --json": '"up": true',
    "nianlun clock advance-to 2017-09-20T17:00:00+08:00": "2017-09-20 17:00:00.000 Asia/Shanghai",
    "nianlun clock show": "2017-09-20 17:00:00.000 Asia/Shanghai",
    "nianlun backup BACKUP": "vault_master_key",
    "nianlun reconcile": "databases and broker",
}
WHILE_DOWN = {
    "nianlun restore BACKUP --dry-run": "nothing was changed",
    "nianlun restore BACKUP": "`nianlun up` goes on from here",
    "nianlun reconcile --records": "on the broker, and in no database",
    "nianlun reconcile --import": "brought back",
    "nianlun reconcile --import --resend": "to be sent again",
}
ON_CONTAINERS = {
    "nianlun status --stack compose",
    "nianlun demo --stack compose --organizations 60",
    "nianlun audit verify --stack compose",
    "nianlun audit replay --round 2017 --stack compose",
}
"""What `tests/compose` lives through, with a home of its own instead of `--stack compose`."""
ADDRESSES = ("/health/live", "/health/ready", "/metrics", "/openapi.json")
RUN = {
    BY_THE_JOURNEY,
    *BY_MAKE,
    *ON_THE_ROUND,
    *DISCARDS,
    LEAVE_OUT,
    UP,
    UP_AGAIN,
    DOWN,
    *WHILE_UP,
    *WHILE_DOWN,
    *ON_CONTAINERS,
}
UP_SECONDS_MAX = 120.0


def shown() -> set[str]:
    return set().union(*(commands(page.read_text()) for page in PAGES))


def test_every_command_that_is_shown_is_run() -> None:
    assert shown() - RUN == set()


def test_nothing_is_run_that_no_page_shows() -> None:
    assert RUN - shown() == set()


@pytest.mark.parametrize(
    "planted",
    ["```sh\nnianlun forget  # all\n```\n", "$ nianlun forget", "so `nianlun forget` it", "| `nianlun forget` |"],
)
def test_a_command_without_a_test_is_caught(planted: str) -> None:
    assert commands(f"{README.read_text()}\n{planted}\n") - RUN == {"nianlun forget"}


@pytest.mark.parametrize("command", BY_MAKE)
def test_make_does_what_is_said(command: str, tmp_path: Path) -> None:
    done = run(f"{command} --dry-run", tmp_path)
    assert done.returncode == 0, done.stderr
    for part in BY_MAKE[command]:
        assert part in done.stdout


def test_ci_runs_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line.endswith("make test")] == ["make test"]
    assert lines[-1] == "make test-compose"


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
