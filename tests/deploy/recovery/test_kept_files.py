"""Files are copied while others bring and remove some."""

import io
import subprocess
from pathlib import Path

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
