"""Commands that cannot be done: one clear line, and an exit code that is not zero."""

import signal
import socket
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from nianlun.cli import main
from tests.nianlun.commands import nianlun

CASES = {
    "status of nothing": (["status"], "no stack is up"),
    "a watch without a terminal": (["status", "--watch"], "draws on a terminal; a program asks again with --json"),
    "down of nothing": (["down"], "no stack is up in"),
    "a clock without a stack": (["clock", "show"], "there is no stack in"),
    "an unknown service": (["up", "--service", "pension"], "there is no service pension; there are registration,"),
    "a start in production": (["up", "--production", "--rehearsal-from", "2017-08-01T09:00:00+08:00"], "real clock"),
    "a start without an offset": (["up", "--rehearsal-from", "2017-08-01"], "is not an instant with an offset"),
    "an unknown topic": (
        ["integrator", "add", "acme", "--topics", "nianlun.x.y.v1"],
        "there is no topic nianlun.x.y.v1",
    ),
    "a confidential topic": (
        ["integrator", "add", "acme", "--topics", "nianlun.review.scoring.v1"],
        "nianlun.review.scoring.v1 is confidential; --confidential grants it",
    ),
    "a name of ours": (["integrator", "add", "auditor", "--topics", "nianlun.application.round.v1"], "platform itself"),
    "a name within another's": (["integrator", "add", "a-b", "--topics", "nianlun.application.round.v1"], "is no name"),
    "a port beyond the last": (["up", "--http-port", "65534"], "port 65536, wanted for review, does not exist"),
    "one port for two": (
        ["up", "--http-port", "40000", "--kafka-port", "40000"],
        "port 40000 is wanted for kafka and for registration",
    ),
    "no topic": (["integrator", "add", "acme", "--topics", ""], "no topic is named"),
    "a year too far": (["clock", "advance-to", "9999-12-31T23:59:59Z"], "from 1800 to 2199"),
    "an unknown option": (["up", "--nonsense"], "No such option: --nonsense; `nianlun up --help`"),
    "an unknown command": (["clock", "stop"], "No such command 'stop'; `nianlun clock --help`"),
    "an option of the service's": (["rebuild", "review", "--", "--compare"], "--compare is no view"),
    "records to list and to import": (["reconcile", "--records", "--import"], "--records goes without --import"),
    "a record to leave out by itself": (
        ["reconcile", "--leave-out", "nianlun.review.access.v1/1@1"],
        "--leave-out goes with --import --resend",
    ),
    "what is no record to leave out": (["reconcile", "--import", "--resend", "--leave-out", "t/1"], "t/1 is no record"),
    "a home that is no composed one": (["demo", "--stack", "compose"], "is no composed stack's home"),
    "no stack to add to": (["integrator", "add", "acme", "--topics", "nianlun.application.round.v1"], "no stack in"),
}

RUN, STATUS, STATE, CLOCK, PASSWORD, KEYS = (
    "run.json",
    "status.json",
    "stack.json",
    "clock.json",
    "secrets/registration/administrator_password",
    "secrets/registration/vault_master_key",
)
SERVICES = '{"services": {"registration": {"url": "%s"}}}'
SETTINGS = '{"mode": "rehearsal", "replicas": %s, "ports": %s}'
ODD = [
    (RUN, "{}", "parked list"),
    (RUN, "[]", "files collect"),
    (RUN, '{"services": [1]}', "secrets rotate tokens"),
    (RUN, '{"services": {}}', "vault rotate"),
    (RUN, SERVICES % "127.0.0.1:80", "parked list"),
    (RUN, SERVICES % "http://a\\u0000", "parked list"),
    (RUN, "[" * 100_000, "parked list"),
    (RUN, "\xff", "parked list"),
    (RUN, '{"kafka": {}}', "secrets rotate kafka"),
    (RUN, '{"kafka": {"bootstrap": "x:1", "sasl": 1}}', "secrets rotate operators"),
    (RUN, "{}", "integrator remove acme"),
    (PASSWORD, "\xff", "parked list"),
    (PASSWORD, "\xff", "vault rotate"),
    (KEYS, "\xff", "vault rotate"),
    (STATUS, "{}", "status"),
    (STATUS, '{"processes": [{}]}', "status"),
    (STATUS, '{"processes": [1]}', "status"),
    (STATUS, "\xff", "status"),
    (STATE, SETTINGS % ("1", '{"postgres": "x"}'), "up"),
    (STATE, SETTINGS % ("1", '{"postgres": 0}'), "up"),
    (STATE, SETTINGS % ("-1", "{}"), "up"),
    (STATE, SETTINGS % ("5", "{}"), "up"),
    (STATE, SETTINGS % ("true", "{}"), "up"),
    (STATE, SETTINGS % ("1", "[]"), "reconcile"),
    (STATE, "\xff", "up"),
    (CLOCK, "{}", "clock show"),
    (CLOCK, '{"now": "tomorrow"}', "clock advance-to 2017-09-01T09:00:00+08:00"),
    (CLOCK, '{"now": 1}', "up"),
]
"""Files of a home that somebody saved otherwise than a stack does, by a command that reads them."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as it is while its stack is up."""
    place = tmp_path / "stack"
    (place / PASSWORD).parent.mkdir(parents=True)
    (place / PASSWORD).write_text("long enough")
    (place / RUN).write_text(SERVICES % "http://127.0.0.1:9")
    (place / STATE).write_text(SETTINGS % ("1", "{}"))
    (place / CLOCK).write_text('{"rehearsal": true, "now": "2017-08-01T01:00:00.000Z"}')
    return place


@pytest.mark.parametrize(("file", "content", "command"), ODD)
def test_a_file_that_says_something_else_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], file: str, content: str, command: str
) -> None:
    if file in {STATE, CLOCK, KEYS}:
        (home / RUN).unlink()
    (home / file).write_bytes(content.encode("latin-1"))
    said = _refused(capsys, *command.split(), "--home", str(home))
    assert said.startswith(f"nianlun: {home / file} ")


@pytest.mark.parametrize("name", CASES)
def test_is_one_clear_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, expected = CASES[name]
    assert _refused(capsys, *arguments, "--home", str(tmp_path / "stack")).count(expected) == 1


def test_a_fixed_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = _refused(capsys, "up", "--http-port", str(port), "--home", str(tmp_path / "stack"))
    assert said == f"nianlun: port {port}, wanted for registration, is taken\n"


def test_a_damaged_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "stack.json").write_text('{"mode": "rehea')
    said = _refused(capsys, "up", "--home", str(tmp_path))
    assert said.startswith(f"nianlun: {tmp_path / 'stack.json'} cannot be read")


DUMPED = '"%s": {"taken_at": "2017-08-01T01:00:00.000Z", "events": 1, "hash": "0", "masters": []}'
FORMAT = '"format": "nianlun-backup/1"'
ALL = ", ".join(DUMPED % one for one in ("registration", "application", "review", "publication", "reporting"))
BACKUPS = {
    "no manifest of ours": "[]",
    "no format": "{}",
    "no services": f"{{{FORMAT}}}",
    "no sums of services": f'{{{FORMAT}, "services": {{"registration": {{}}}}}}',
    "a service too few": f'{{{FORMAT}, "services": {{{DUMPED % "registration"}}}}}',
    "brokers in words": f'{{{FORMAT}, "services": {{{ALL}}}, "brokers": "three"}}',
    "no text": "\xff",
}
"""What a manifest.json says whose sum is right."""


@pytest.mark.parametrize("name", BACKUPS)
def test_a_manifest_that_says_something_else(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = _refused(capsys, "restore", str(_backup(tmp_path, BACKUPS[name])), "--home", str(tmp_path / "home"))
    assert said.startswith(f"nianlun: {tmp_path / 'backup' / 'manifest.json'} ")


def test_a_master_key_that_is_no_text(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _backup(tmp_path, f'{{{FORMAT}, "services": {{{ALL}}}}}')
    (home / KEYS).write_bytes(b"\xff")
    said = _refused(capsys, "restore", str(folder), "--home", str(home))
    assert said == f"nianlun: {home / KEYS} cannot be read: it is no UTF-8\n"


def test_sums_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "SHA256SUMS").write_bytes(b"\xff")
    said = _refused(capsys, "restore", str(tmp_path), "--home", str(tmp_path / "home"))
    assert said == f"nianlun: {tmp_path / 'SHA256SUMS'} cannot be read: it is no UTF-8\n"


def test_a_backup_into_the_root(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _refused(capsys, "backup", "/", "--home", str(home)).startswith("nianlun: / is there already")


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.touch()
    answer = nianlun("up", "--home", str(place))
    assert answer.code != 0
    assert "is a file" in answer.err


def test_a_command_loads_only_what_it_needs() -> None:
    code = "import sys, nianlun.cli; print({name.split('.')[0] for name in sys.modules} & {'confluent_kafka', 'httpx'})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "set()\n"


def test_help_lists_every_command() -> None:
    shown = nianlun("--help")
    assert shown.code == 0
    for command in ("up", "status", "down", "clock", "integrator"):
        assert command in shown.out


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that a refused command says."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr()
    assert ended.value.code in {1, 2}
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def _backup(place: Path, manifest: str) -> Path:
    """A backup of nothing whose sums are right."""
    folder = place / "backup"
    folder.mkdir()
    content = manifest.encode("latin-1")
    (folder / "manifest.json").write_bytes(content)
    (folder / "SHA256SUMS").write_text(f"{sha256(content).hexdigest()}  manifest.json\n")
    return folder


def test_a_home_is_never_the_current_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for home in ("", "."):
        assert "is the current folder" in _refused(capsys, "up", "--home", home)
    assert list(tmp_path.iterdir()) == []


INTERRUPTED = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, *_):
        if name == "nianlun.audit":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv = ["nianlun", "audit", "verify"]
from nianlun.__main__ import main
main()
"""


def test_who_interrupts_while_the_command_is_read_in_sees_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
