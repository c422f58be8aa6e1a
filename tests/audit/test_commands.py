"""The audit commands: what they print, their exit codes, and one clear line for everything that is wrong."""

import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from audit.archive import export
from audit.verify import Proven, verify
from nianlun import archive, audit
from services.publication.domain.listing import list_bytes
from shared.contracts.application import ApplicationStarted, FormSaved
from shared.contracts.event import Event
from shared.contracts.publication import ListPublished
from tests.audit.street import Pile, Street

PROVEN, DISPROVED, UNDECIDED = 0, 1, 2
OF_NO_TERMINAL = {"COLUMNS": ""}
"""The width of whoever runs the tests means nothing; processes of xdist have one too."""


@pytest.fixture(scope="module")
def exported(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street's archive."""
    folder = tmp_path_factory.mktemp("commands") / "archive"
    proven = verify(street.piles())
    assert isinstance(proven, Proven)
    export(street.piles(), proven, folder)
    return folder


def run(*words: str, folder: Path | None = None) -> Result:
    """Call `nianlun audit` with these words."""
    at = [] if folder is None else ["--archive", str(folder)]
    return CliRunner().invoke(audit.app, [*words, *at], env=OF_NO_TERMINAL)


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEAD_LINES_MAX = 25
"""What an official reads of an application before any table."""


def first(street: Street, kind: type[Event]) -> Event:
    """The first event of a kind."""
    return next(one.event for log in street.logs.values() for one in log if isinstance(one.event, kind))


def one_line(result: Result, code: int) -> str:
    """What a command that does not prove says: one line on standard error."""
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    (line,) = result.stderr.splitlines()
    return str(line)


def test_verify_shows_every_head(street: Street, exported: Path) -> None:
    result = run("verify", folder=exported)
    assert result.exit_code == PROVEN, result.output
    for head in street.heads.values():
        assert head.hash in result.stdout


def test_verify_tells_machines_too(street: Street, exported: Path) -> None:
    said = json.loads(run("verify", "--json", folder=exported).stdout)
    assert said["verdict"] == "proven"
    assert said["heads"]["nianlun/review"]["position"] == street.heads["review"].position


def test_verify_names_the_first_bad_event(exported: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(exported, tmp_path / "copy"))
    path = max(copy.rglob("*.jsonl"), key=lambda one: one.stat().st_size)
    body = path.read_bytes()
    path.write_bytes(body.replace(b"2017-09-01T01:00:00.000Z", b"2017-08-31T01:00:00.000Z", 1))
    line = one_line(run("verify", folder=copy), DISPROVED)
    number = next(
        n for n, (a, b) in enumerate(zip(body.split(b"\n"), path.read_bytes().split(b"\n"), strict=True)) if a != b
    )
    assert f"topic {path.parent.name} partition {path.stem} offset {number}" in line
    said = json.loads(run("verify", "--json", folder=copy).stdout)
    assert (said["verdict"], said["topic"], said["offset"]) == ("disproved", path.parent.name, number)


def test_replay_shows_people_and_machines_the_same_round(exported: Path) -> None:
    result = run("replay", "--round", "2017", folder=exported)
    assert result.exit_code == PROVEN, result.output
    assert "上海市中小企业服务机构名单" in result.stdout
    assert "黄浦区" in result.stdout
    ranked = result.stdout[result.stdout.index("排名") :]
    assert not UUID.search(ranked), "organizations are named"
    said = json.loads(run("replay", "--round", "2017", "--json", folder=exported).stdout)
    assert {one["state"] for one in said["applications"]} == {"APPROVED", "LAPSED", "REJECTED"}
    assert len(said["list"]["rows"]) == 4


def test_replay_writes_exactly_the_list_s_bytes(street: Street, exported: Path) -> None:
    published = first(street, ListPublished)
    assert isinstance(published, ListPublished)
    result = run("replay", "--round", "2017", "--list", folder=exported)
    assert result.stdout_bytes == list_bytes("2017", published.rows)


def test_before_publication_there_is_no_list_to_write(exported: Path) -> None:
    early = ("--as-of", "2017-10-30T00:00:00+08:00")
    assert "no published list" in one_line(
        run("replay", "--round", "2017", "--list", *early, folder=exported), UNDECIDED
    )


def test_an_archive_of_another_round_cannot_decide(exported: Path) -> None:
    line = one_line(run("replay", "--round", "2018", folder=exported), UNDECIDED)
    assert "holds no round 2018; its rounds: 2017" in line


@pytest.mark.parametrize("text", ["2017-10-30T00:00:00", "2017-02-30", "soon"])
def test_an_instant_needs_its_offset_and_a_day_is_of_the_calendar(exported: Path, text: str) -> None:
    line = one_line(run("replay", "--round", "2017", "--as-of", text, folder=exported), UNDECIDED)
    assert "neither a day nor an instant with an offset" in line


def test_a_day_is_meant_to_its_end_in_shanghai(exported: Path) -> None:
    told = [
        run("replay", "--round", "2017", "--as-of", text, "--json", folder=exported).stdout
        for text in ("2017-10-20", "2017-10-20T23:59:59.999+08:00")
    ]
    assert told[0] == told[1]
    assert '"as_of": "2017-10-20T15:59:59.999Z"' in told[0]


def test_explain_shows_events_rules_scores_and_the_outcome(street: Street, exported: Path) -> None:
    published = first(street, ListPublished)
    assert isinstance(published, ListPublished)
    application = published.rows[0].application
    text = run("explain", application, folder=exported).stdout
    for word in ("C2.1.2", "推荐，顺序第1", "同意推荐", "(259/3)", "OUTCOME: approved, rank 1"):
        assert word in text
    head = text[: text.index("OUTCOME")].splitlines()
    assert len(head) <= HEAD_LINES_MAX
    assert "EligibilityEvaluated" not in text
    whole = run("explain", application, "--all", folder=exported).stdout
    for word in ("EligibilityEvaluated", "AttachmentAdded", "区经办人"):
        assert word in whole
    said = json.loads(run("explain", application, "--json", folder=exported).stdout)
    times = [step["at"] for step in said["steps"]]
    assert times == sorted(times)
    assert len(said["scores"]) == 5
    assert {result["rule"] for result in said["rules"]} >= {"R1", "R7", "R19"}


def test_explain_tells_why_a_late_one_is_out(street: Street, exported: Path) -> None:
    started = first(street, ApplicationStarted)
    assert isinstance(started, ApplicationStarted)
    assert "OUTCOME: late: received 2017-09-20 17:00:00" in run("explain", started.application, folder=exported).stdout


def test_an_unknown_application_is_one_clear_line(exported: Path) -> None:
    assert one_line(run("explain", "nobody", folder=exported), UNDECIDED).endswith(
        "the log knows no application nobody"
    )


@pytest.mark.parametrize("words", [("verify",), ("replay", "--round", "2017"), ("explain", "x")])
def test_without_a_stack_and_without_an_archive_nothing_can_be_decided(tmp_path: Path, words: tuple[str, ...]) -> None:
    line = one_line(run(*words, "--home", str(tmp_path)), UNDECIDED)
    assert "run.json is not there" in line


KAFKA = '{"kafka": {"bootstrap": "%s", "sasl": {"mechanism": "%s", "username": "x", "password": "x"}%s}, "topics": %s}'
ODD_RUN_FILES = [
    "",
    "{",
    "[]",
    "[" * 100_000,
    "\xff",
    '{"kafka": 1}',
    '{"kafka": {"bootstrap": "x"}}',
    KAFKA % ("127.0.0.1:9", "SCRAM-SHA-512", "", "[1]"),
    KAFKA % ("127.0.0.1:9", "SCRAM-SHA-512", "", '"nianlun"'),
    KAFKA % ("127.0.0.1:9", "OAUTHBEARER", "", "[]"),
    KAFKA % ("127.0.0.1:9", "SCRAM-SHA-512", ', "security": "NONE"', "[]"),
]


@pytest.mark.parametrize("text", ODD_RUN_FILES)
def test_a_half_written_run_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_bytes(text.encode("latin-1"))
    assert f"{tmp_path / 'run.json'} is damaged" in one_line(run("verify", "--home", str(tmp_path)), UNDECIDED)


@pytest.mark.parametrize("bootstrap", ["x:y", "127.0.0.1:99999999"])
def test_an_address_that_is_none_is_one_clear_line(tmp_path: Path, bootstrap: str) -> None:
    (tmp_path / "run.json").write_text(KAFKA % (bootstrap, "SCRAM-SHA-512", "", '["nianlun.review.panel.v1"]'))
    said = one_line(run("verify", "--home", str(tmp_path)), UNDECIDED)
    assert f"Kafka at {bootstrap} does not answer" in said


def test_a_broker_that_is_not_there_is_one_clear_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sasl = {"mechanism": "SCRAM-SHA-512", "username": "auditor", "password": "x"}
    file = tmp_path / "run.json"
    file.write_text(
        json.dumps({"kafka": {"bootstrap": "127.0.0.1:9", "sasl": sasl}, "topics": ["nianlun.review.panel.v1"]})
    )
    assert "does not answer" in one_line(run("verify", "--run", str(file)), UNDECIDED)
    result = CliRunner().invoke(archive.app, ["export", str(tmp_path / "archive"), "--run", str(file)])
    assert "does not answer" in one_line(result, UNDECIDED)
    assert caplog.messages == []


def test_a_chained_event_that_its_type_does_not_allow_is_named(street: Street, tmp_path: Path) -> None:
    piles = relinked(street.piles(), FormSaved.TYPE.encode(), b'"revision":1', b'"revision":"1"')
    proven = verify(piles)
    assert isinstance(proven, Proven)
    export(piles, proven, tmp_path / "archive")
    assert run("verify", folder=tmp_path / "archive").exit_code == PROVEN
    line = one_line(run("replay", "--round", "2017", folder=tmp_path / "archive"), DISPROVED)
    assert "revision" in line
    assert "topic nianlun.application.application.v1 partition" in line


def test_a_chained_decision_that_the_facts_contradict_is_named(street: Street, tmp_path: Path) -> None:
    piles = relinked(street.piles(), b"EligibilityEvaluated", b'"observed":"11/15"', b'"observed":"12/15"')
    proven = verify(piles)
    assert isinstance(proven, Proven)
    export(piles, proven, tmp_path / "archive")
    line = one_line(run("replay", "--round", "2017", folder=tmp_path / "archive"), DISPROVED)
    assert "EligibilityEvaluated.v1: its results: not what the log's own facts lead to" in line
    assert "offset" in line


def test_a_member_that_this_tool_does_not_know_leaves_a_replay_undecided(street: Street, tmp_path: Path) -> None:
    piles = relinked(street.piles(), b"ApplicationStarted", b'"category":[', b'"bribe":"1","category":[')
    proven = verify(piles)
    assert isinstance(proven, Proven)
    export(piles, proven, tmp_path / "archive")
    line = one_line(run("replay", "--round", "2017", folder=tmp_path / "archive"), UNDECIDED)
    assert "does not know every member" in line


def relinked(piles: list[Pile], about: bytes, old: bytes, new: bytes) -> list[Pile]:
    """The first event that says `old` says `new`, and its service's chain is made to hold again."""
    places = sorted(
        (value[value.index(b'"sequence":"') + 12 :][:20], pile, n)
        for pile in piles
        if pile.topic.startswith("nianlun.application.")
        for n, (_, _, value) in enumerate(pile.records)
        if value is not None
    )
    hashes: dict[bytes, bytes] = {}
    changed = False
    for _, pile, n in sorted(places, key=lambda place: place[0]):
        offset, key, value = pile.records[n]
        assert value is not None
        before = sha256(value).hexdigest().encode()
        previous = value[value.index(b'"previous":"') + 12 :][:64]
        value = value.replace(previous, hashes.get(previous, previous))
        if not changed and about in value and old in value:
            changed, value = True, value.replace(old, new)
        hashes[before] = sha256(value).hexdigest().encode()
        pile.records[n] = (offset, key, value)
    assert changed
    return piles
