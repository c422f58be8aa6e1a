"""Files are copied while others bring and remove some."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.composed import filling
from deploy.composed.volumes import INSIDE, READ, unpack
from deploy.recovery.kept_files import copy


def tree(folder: Path) -> Path:
    """A kept file, and one that is being written."""
    place = folder / "files" / "sha256" / "ab"
    place.mkdir(parents=True)
    (place / "abcd").write_text("kept")
    (place / "abce#1").write_text("half of i")
    return folder / "files"


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_gone_meanwhile_is_passed_over(tmp_path: Path) -> None:
    source = tree(tmp_path)
    (source / "gone").symlink_to(source / "nowhere")
    copy(source, tmp_path / "copied")
    copy(tmp_path / "none", tmp_path / "copied")
    assert names(tmp_path / "copied") == {"sha256/ab/abcd"}


def test_a_volume_gives_the_same(tmp_path: Path) -> None:
    tree(tmp_path)
    script = READ.replace(INSIDE, str(tmp_path))
    read = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    unpack(io.BytesIO(read.stdout), tmp_path / "copied")
    assert names(tmp_path / "copied") == {"sha256/ab/abcd"}


LARGE = b"whole" * 100_000


def put(tar: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """As a container does it that has the volume alone."""
    owner = (str(os.getuid()), str(os.getgid()))
    command = [sys.executable, "-I", "-c", Path(filling.__file__).read_text(), str(folder), *owner]
    return subprocess.run(command, input=tar, capture_output=True, check=False, timeout=60)


@pytest.fixture
def packed(tmp_path: Path) -> bytes:
    """A backup's files, as they come into a volume: one large one."""
    place = tmp_path / "backup" / "sha256" / "ab"
    place.mkdir(parents=True)
    (place / "abcd").write_bytes(LARGE)
    for path in (tmp_path / "backup").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w|") as tar:
        tar.add(tmp_path / "backup", arcname=".")
    return stream.getvalue()


def test_what_is_cut_while_it_is_put_in_has_no_name_and_the_next_time_is_whole(tmp_path: Path, packed: bytes) -> None:
    kept = tmp_path / "files" / "sha256" / "ab" / "abcd"
    cut = put(packed[: len(packed) // 2], tmp_path / "files")
    assert (cut.returncode, kept.exists()) == (1, False)
    assert put(packed, tmp_path / "files").returncode == 0
    assert kept.read_bytes() == LARGE
    assert [path.stat().st_mode & 0o777 for path in (kept, kept.parent)] == [0o600, 0o700]
    assert names(tmp_path / "files") == {"sha256/ab/abcd"}


def test_half_a_file_that_an_earlier_release_left_is_put_right(tmp_path: Path, packed: bytes) -> None:
    kept = tree(tmp_path) / "sha256" / "ab" / "abcd"
    kept.write_bytes(LARGE[:7])
    assert put(packed, tmp_path / "files").returncode == 0
    assert kept.read_bytes() == LARGE


def test_a_file_is_copied_under_another_name_first(tmp_path: Path) -> None:
    kept = tmp_path / "copied" / "sha256" / "ab" / "abcd"
    kept.parent.mkdir(parents=True)
    kept.write_text("as it was")
    before = kept.open()
    copy(tree(tmp_path), tmp_path / "copied")
    with before:
        assert before.read() == "as it was"
    assert kept.read_text() == "kept"
