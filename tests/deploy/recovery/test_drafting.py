"""A folder is drafted by one command at a time, and is there whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.home import StackError
from deploy.recovery.drafting import drafted

DRAFTING = """
import sys, time
from pathlib import Path
from deploy.recovery.drafting import drafted
with drafted(Path(sys.argv[1])) as draft:
    (draft / "half").mkdir()
    (draft / "half" / "dump").write_text("half")
    print("drafting", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def begun(folder: Path) -> "subprocess.Popen[str]":
    """Another command that drafts the folder."""
    process = subprocess.Popen([sys.executable, "-c", DRAFTING, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "drafting\n"
    return process


def test_a_draft_takes_its_name_whole(tmp_path: Path) -> None:
    with drafted(tmp_path / "backup") as draft:
        (draft / "dump").write_text("whole")
        assert draft.stat().st_mode & 0o777 == 0o700
        assert not (tmp_path / "backup").exists()
    assert names(tmp_path) == ["backup"]
    with pytest.raises(StackError, match="is there already"), drafted(tmp_path / "backup"):
        pass


def test_it_takes_its_name_when_all_of_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, synced = os.fsync, list[tuple[Path, bool]]()

    def recording(descriptor: int) -> None:
        sync(descriptor)
        synced.append((Path(f"/proc/self/fd/{descriptor}").readlink(), (tmp_path / "backup").exists()))

    monkeypatch.setattr(os, "fsync", recording)
    with drafted(tmp_path / "backup") as draft:
        (draft / "files" / "empty").mkdir(parents=True)
        (draft / "files" / "one").write_text("a file")
        (draft / "dump").write_text("a database")
        below = {draft, *draft.rglob("*")}
    assert {path for path, named in synced if not named} == below
    assert (tmp_path, True) in synced


def test_a_path_that_is_mistyped_or_not_mounted_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=f"there is no folder {tmp_path}/mnt:"), drafted(tmp_path / "mnt" / "backup"):
        pass
    assert names(tmp_path) == []


def test_one_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def ended() -> None:
        with drafted(tmp_path / "backup") as draft:
            (draft / "dump").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ended()
    assert names(tmp_path) == []


def test_where_no_folder_can_be_made_the_one_that_was_wanted_is_named() -> None:
    with pytest.raises(StackError, match="no folder can be made at /proc/backup: "), drafted(Path("/proc/backup")):
        pass


def test_a_disk_that_is_full_while_it_is_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=f"no room was left in {tmp_path}, or in "), drafted(tmp_path / "backup"):
        Path("/dev/full").write_text("one byte")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk of its own is mounted by root alone")
def test_what_a_tool_says_of_a_full_disk_names_the_folder(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "small", str(disk)], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with pytest.raises(StackError, match=f"no room is left in {disk}; "), drafted(disk / "backup"):
            raise StackError("pg_dump of review failed: No space left on device")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_another_error_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ConnectionRefusedError), drafted(tmp_path / "backup"):
        raise ConnectionRefusedError


def test_nobody_takes_away_what_another_drafts(tmp_path: Path) -> None:
    with begun(tmp_path / "backup") as other:
        with pytest.raises(StackError, match="is under way"), drafted(tmp_path / "backup"):
            pass
        assert (tmp_path / ".backup.draft" / "half" / "dump").read_text() == "half"
        other.kill()


def test_what_a_killed_one_left_is_drafted_anew(tmp_path: Path) -> None:
    with begun(tmp_path / "backup") as other:
        other.send_signal(signal.SIGKILL)
    assert (tmp_path / ".backup.draft" / "half").exists()
    with drafted(tmp_path / "backup") as draft:
        assert names(draft) == []
    assert names(tmp_path) == ["backup"]
