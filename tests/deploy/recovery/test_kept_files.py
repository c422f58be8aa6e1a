"""Files are copied while others bring and remove some."""

import io
import os
import resource
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import cast

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


def sizes(folder: Path) -> list[int]:
    return sorted((folder / name).stat().st_size for name in names(folder))


LARGE = b"whole" * 100_000
WHOLE = sha256(LARGE).hexdigest()
PUT_IN = """
import sys
from pathlib import Path
from deploy.recovery.kept_files import put_in
put_in(Path(sys.argv[1]), Path(sys.argv[2]))
"""


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


def kept(folder: Path) -> Path:
    """A whole file under the hash of its bytes."""
    path = folder / "sha256" / WHOLE[:2] / WHOLE
    path.parent.mkdir(parents=True)
    path.write_bytes(LARGE)
    return path


Put = Callable[[Path, Path], int]


def into_a_volume(source: Path, folder: Path) -> int:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w|") as tar:
        tar.add(source, arcname=".")
    return put(stream.getvalue(), folder).returncode


def into_a_folder(source: Path, folder: Path) -> int:
    return subprocess.run([sys.executable, "-c", PUT_IN, str(source), str(folder)], check=False, timeout=60).returncode


@pytest.fixture(params=[into_a_volume, into_a_folder])
def putting(request: pytest.FixtureRequest) -> Put:
    return cast("Put", request.param)


def test_a_file_that_is_there_and_whole_is_not_touched(tmp_path: Path, putting: Put) -> None:
    kept(tmp_path / "backup")
    before = kept(tmp_path / "files").stat()
    assert putting(tmp_path / "backup", tmp_path / "files") == 0
    after = (tmp_path / "files" / "sha256" / WHOLE[:2] / WHOLE).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_there_and_not_whole_is_replaced(tmp_path: Path, putting: Put) -> None:
    kept(tmp_path / "backup").chmod(0o600)
    there = kept(tmp_path / "files")
    there.write_bytes(bytes(len(LARGE)))
    with there.open("rb") as reader:
        assert putting(tmp_path / "backup", tmp_path / "files") == 0
        assert reader.read() == bytes(len(LARGE))
    assert there.read_bytes() == LARGE
    assert there.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_what_was_there_and_no_half(tmp_path: Path, putting: Put) -> None:
    kept(tmp_path / "backup")
    there = kept(tmp_path / "files")
    there.write_bytes(LARGE[:7])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(LARGE) // 2, before[1]))
    try:
        assert putting(tmp_path / "backup", tmp_path / "files") == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert there.read_bytes() == LARGE[:7]
    assert names(tmp_path / "files") == {str(there.relative_to(tmp_path / "files"))}


def test_one_that_is_killed_leaves_what_was_there(tmp_path: Path) -> None:
    source, there = tmp_path / "backup" / "sha256" / "ab" / "abcd", tmp_path / "files" / "sha256" / "ab" / "abcd"
    for path in (source, there):
        path.parent.mkdir(parents=True)
    os.mkfifo(source)
    there.write_text("as it was")
    command = [sys.executable, "-c", PUT_IN, str(tmp_path / "backup"), str(tmp_path / "files")]
    with subprocess.Popen(command) as putting, source.open("wb", buffering=0) as content:
        content.write(b"half")
        begun = time.monotonic()
        while time.monotonic() < begun + 30 and sizes(tmp_path / "files") == [9]:
            time.sleep(0.01)
        putting.kill()
    assert len(sizes(tmp_path / "files")) == 2
    assert there.read_text() == "as it was"
