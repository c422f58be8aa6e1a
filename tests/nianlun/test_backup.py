"""The bad day of a whole stack: backed up while it runs, its database or its machine lost, put back, and proven."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from audit.sources import Broker
from deploy.local import clock, state
from deploy.local.home import Home, read_json, write, write_json
from deploy.local.postgres import Cluster
from deploy.local.state import discard
from deploy.recovery.brokers_log import BrokersLog, brokers_log
from nianlun import backup as backup_command
from nianlun.administrator import administrator
from nianlun.restore import SOMETHING_IS_MISSING
from shared.contracts.topics import SERVICES
from tests.nianlun.commands import NIANLUN, Answer, Stack, ending, nianlun
from tests.nianlun.disturbing import disturbed
from tests.nianlun.readings import KILLED, READINGS, killed_reading

CANNOT_DECIDE = 2
pytestmark = pytest.mark.timeout(600)
STOOD = "2017-09-20T17:00:00+08:00"
PASSWORD = "a password of the test's"
FILE = b"a file that came with a command"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(Home(Path(tmp_path_factory.mktemp("badday")) / "home"))
    running.up()
    with ending(running):
        yield running


@pytest.fixture(scope="module")
def backup(stack: Stack) -> Path:
    open_account(stack, "before")
    brought(stack).parent.mkdir(parents=True, exist_ok=True)
    brought(stack).write_bytes(FILE)
    assert stack.command("clock", "advance-to", STOOD).code == 0
    folder = stack.home.root.parent / "backup"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup_command, "brokers_log", partial(while_people_go_on, stack))
        backup_command.backup_command(folder, stack.home.root)
    return folder


@asynccontextmanager
async def while_people_go_on(stack: Stack, broker: Broker) -> AsyncIterator[BrokersLog]:
    """The log as it is read when something has happened since the databases were copied."""
    open_account(stack, "meanwhile")
    async with brokers_log(broker) as found:
        yield found


def brought(stack: Stack) -> Path:
    """Where a service keeps the file."""
    name = sha256(FILE).hexdigest()
    return stack.home.files_of("registration") / "sha256" / name[:2] / name


def open_account(stack: Stack, username: str) -> None:
    with administrator(stack.home) as (client, urls):
        body = {"username": username, "password": PASSWORD, "role": "expert"}
        answer = client.post(f"{urls['registration']}/accounts", json=body, headers={"Idempotency-Key": username})
        assert answer.status_code == 201, answer.text


def first_password(stack: Stack) -> Path:
    """Where the test remembers the administrator's password of the backup."""
    return stack.home.root.parent / "first-password"


def change_the_administrators_password(stack: Stack) -> None:
    """And put it into the file, as docs/operations.md has it; the backup's vault does not know it."""
    before, after = stack.home.secret("registration", "administrator_password"), PASSWORD
    with administrator(stack.home) as (client, urls):
        body = {"username": "administrator", "password": before, "new_password": after}
        assert client.post(f"{urls['registration']}/accounts/password", json=body).is_success
    write(first_password(stack), before, 0o600)
    write(stack.home.secrets_of("registration") / "administrator_password", after, 0o600)


def publish_a_key(stack: Stack) -> None:
    """Whose private half the backup will not have."""
    with administrator(stack.home) as (client, urls):
        assert client.post(f"{urls['registration']}/signing-keys").status_code == 201


def signs_in(stack: Stack, username: str) -> int:
    with administrator(stack.home) as (_, urls):
        body = {"username": username, "password": PASSWORD}
        return httpx.post(f"{urls['registration']}/tokens", json=body, trust_env=False).status_code


def down(stack: Stack) -> None:
    assert stack.command("down").code == 0
    assert stack.wait() == 0


def lose_the_database(stack: Stack) -> None:
    shutil.rmtree(Cluster(stack.home, 0).data)


def change_mode(stack: Stack) -> None:
    """As somebody prepares a home anew, and takes the other mode."""
    told = read_json(stack.home.state)
    write_json(stack.home.state, told | {"mode": "production" if told["mode"] == "rehearsal" else "rehearsal"})


def stands(stack: Stack) -> str:
    return stack.command("clock", "show").out


def events(stack: Stack) -> int:
    """How many a log has that is proven, once none is on its way."""
    stack.until(lambda: stack.command("audit", "verify").code != CANNOT_DECIDE)
    proven = stack.command("audit", "verify", "--json")
    assert proven.code == 0, proven
    return sum(head["position"] for head in json.loads(proven.out)["heads"].values())


def rows(answer: Answer) -> list[tuple[int, ...]]:
    """The figures of each service's line."""
    lines = [line.split() for line in answer.out.splitlines()]
    return [tuple(map(int, words[1:])) for words in lines if {*words[:1]} & {*SERVICES} and _figures(words[1:])]


def _figures(words: list[str]) -> bool:
    return all(word.isdigit() for word in words)


def lost(answer: Answer) -> list[str]:
    """The types of the events that name what nobody has."""
    return [word for line in answer.out.splitlines() for word in line.split() if word.endswith(".v1")]


def restored(stack: Stack, backup: Path, *options: str) -> Answer:
    return stack.command("restore", str(backup), *options)


def test_a_backup_is_as_of_one_moment(backup: Path) -> None:
    log = read_json(backup / "log" / "manifest.json")["heads"]
    dumped: Any = read_json(backup / "manifest.json")["services"]
    assert log == {
        f"nianlun/{service}": {"position": one["events"], "hash": one["hash"]}
        for service, one in dumped.items()
        if one["events"]
    }


def test_a_backup_is_read_by_the_tools_of_others(stack: Stack, backup: Path) -> None:
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup, check=False)
    assert checked.returncode == 0
    assert "PROVEN" in nianlun("audit", "verify", "--archive", str(backup / "log")).out
    kept = {path.name for path in backup.rglob("*")}
    assert kept >= {"registration.dump", "reporting.dump", "clock.json", "stack.json"}
    assert not any(path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")])
    secret = (stack.home.secrets_of("registration") / "administrator_password").read_bytes()
    assert not any(secret in path.read_bytes() for path in backup.rglob("*") if path.is_file())


def test_a_backup_that_is_ended_leaves_nothing(stack: Stack) -> None:
    folder = stack.home.root.parent / "ended"
    draft = folder.with_name(".ended.draft")
    with subprocess.Popen([NIANLUN, "backup", str(folder), "--home", str(stack.home.root)]) as process:
        stack.until(draft.exists)
        process.terminate()
    assert process.returncode != 0
    assert not draft.exists()
    assert not folder.exists()


@pytest.mark.parametrize("who", READINGS)
def test_who_is_killed_leaves_nothing_of_the_log(stack: Stack, tmp_path: Path, who: str) -> None:
    assert killed_reading(who, stack.home, tmp_path) == KILLED
    assert list(tmp_path.iterdir()) == []


def test_only_a_stack_that_is_down_is_restored(stack: Stack, backup: Path) -> None:
    again = stack.command("backup", str(stack.home.root.parent / "another"))
    assert again.code == 0, again
    assert f"keep {stack.home.root / 'secrets'} apart" in again.out
    refused = restored(stack, backup)
    assert (refused.code, refused.out) == (1, "")
    assert "is up already" in refused.err
    assert "is up and appends" in stack.command("reconcile", "--import").err
    assert "is there already" in stack.command("backup", str(backup)).err
    assert stack.command("reconcile").code == 0


def test_while_somebody_has_a_database_open_nothing_is_changed(stack: Stack, backup: Path) -> None:
    down(stack)
    brought(stack).unlink()
    stood, broker, figures = stack.home.clock.read_text(), stack.home.root / "kafka", stack.home.root / "statistics"
    clock.start(stack.home, clock.DEFAULT_START)
    earlier, aside = stack.home.clock.read_text(), broker.rename(broker.with_name("aside"))
    (figures / "of the log that was").touch()
    refused = disturbed(stack, backup, "--discard")
    assert stack.home.clock.read_text() == earlier
    assert (figures / "of the log that was").exists()
    assert not brought(stack).exists()
    assert (refused.code, refused.out) == (1, ""), refused
    assert refused.err.splitlines()[-1].startswith("nianlun: somebody has the database review open: ")
    shutil.rmtree(broker)
    aside.rename(broker)
    stack.home.clock.write_text(stood)
    stack.up()
    assert signs_in(stack, "meanwhile") == 200


def test_what_the_database_lost_since_comes_back_from_the_broker(stack: Stack, backup: Path) -> None:
    open_account(stack, "since")
    change_the_administrators_password(stack)
    publish_a_key(stack)
    for kept in (2, 3):
        assert f"{kept} master keys stay" in stack.command("vault", "rotate", "--service", "registration").out
    before = events(stack)
    assert stack.command("clock", "advance-to", "2017-09-21T17:00:00+08:00").code == 0
    down(stack)
    change_mode(stack)
    wrong = restored(stack, backup)
    assert (wrong.code, wrong.err.count("\n")) == (1, 1)
    assert "the backup is of a rehearsal stack" in wrong.err
    change_mode(stack)
    tried = restored(stack, backup, "--dry-run")
    assert tried.code == SOMETHING_IS_MISSING, tried
    assert "missing" in tried.out
    assert lost(tried) == ["AccountOpened.v1", "AccountOpened.v1", "PasswordChanged.v1"], tried.out
    assert tried.out.endswith("nothing was changed\n")
    lose_the_database(stack)
    done = restored(stack, backup)
    assert done.code == SOMETHING_IS_MISSING, done
    assert (rows(done), lost(done)) == (rows(tried), lost(tried))
    stored, sent, back = next(row for row in rows(done) if row[1])
    assert stored + back == sent
    assert back >= 1
    assert done.out.endswith("`nianlun up` goes on from here\n")
    assert stands(stack).startswith("2017-09-21 17:00")
    assert brought(stack).read_bytes() == FILE
    stack.up()
    assert [signs_in(stack, name) for name in ("before", "meanwhile", "since")] == [200, 401, 401]
    open_account(stack, "afterwards")
    assert events(stack) > before


def test_a_machine_that_has_nothing_but_its_secrets_lives_again(stack: Stack, backup: Path) -> None:
    down(stack)
    secrets = stack.home.root.parent / "secrets"
    shutil.copytree(stack.home.root / "secrets", secrets)
    discard(stack.home)
    none = restored(stack, backup)
    assert (none.code, none.err.count("\n")) == (1, 1)
    assert "put the secrets that were kept apart into" in none.err
    shutil.copytree(secrets, stack.home.root / "secrets")
    shutil.copy(first_password(stack), stack.home.secrets_of("registration") / "administrator_password")
    key = stack.home.secrets_of("registration") / "vault_master_key"
    right = key.read_text()
    key.write_text((stack.home.secrets_of("review") / "vault_master_key").read_text())
    shut = restored(stack, backup)
    assert shut.code == 1
    assert "without it the vault of registration stays shut" in shut.err
    key.write_text(right)
    state.prepare(stack.home, state.Wish(production=True))
    refused = disturbed(stack, backup)
    assert "has no data yet and becomes a rehearsal stack" in refused.err
    assert "somebody has the database review open" in refused.err
    done = restored(stack, backup)
    assert (done.code, lost(done)) == (0, []), done
    assert stands(stack).startswith("2017-09-20 17:00")
    stack.up()
    assert signs_in(stack, "before") == 200
    open_account(stack, "meanwhile")
    assert signs_in(stack, "meanwhile") == 200
    assert events(stack)
    assert stack.command("reconcile").code == 0


def test_a_key_that_is_forgotten_is_named_and_so_is_what_it_costs(stack: Stack, backup: Path) -> None:
    forgotten = stack.command("vault", "rotate", "--forget-retired", "--service", "registration")
    assert "is gone; no backup whose manifest.json names it can be restored" in forgotten.out
    down(stack)
    shut = restored(stack, backup)
    assert (shut.code, shut.err.count("\n")) == (1, 1)
    assert "add its line from the secrets that were kept apart when the backup was taken" in shut.err
    stack.up()


def test_a_backup_that_was_touched_is_refused(stack: Stack, backup: Path) -> None:
    dump = backup / "databases" / "review.dump"
    whole = dump.read_bytes()
    dump.write_bytes(whole + b" ")
    touched = restored(stack, backup)
    assert (touched.code, touched.err.count("\n")) == (1, 1)
    assert "is not as it was taken: databases/review.dump has another SHA-256" in touched.err
    dump.write_bytes(whole)
    assert "is no backup" in restored(stack, backup / "log").err
