"""Logs of earlier releases, whole and as they were exported: they verify, replay and list as they did then."""

import tarfile
from pathlib import Path

import pytest

from audit.events import events_of
from audit.replay import replay
from audit.verify import Proven
from audit.verify.archive import examine

LOGS = sorted((Path(__file__).parent / "logs").glob("*.tar.xz"))
"""Each beside the list that its round published, `<name>.json`."""


@pytest.mark.parametrize("packed", LOGS, ids=lambda path: path.name)
def test_an_old_log_is_decided_again_to_the_same_list(packed: Path, tmp_path: Path) -> None:
    name = packed.name.removesuffix(".tar.xz")
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    verdict, files = examine(tmp_path / name)
    assert isinstance(verdict, Proven), verdict
    done = replay(events_of(files), "2017")
    assert done.list == packed.with_name(f"{name}.json").read_bytes()
    assert sum(done.recomputed.values()) > 0


def test_the_skeleton_s_log_is_kept() -> None:
    assert "2017-walking-skeleton.tar.xz" in {path.name for path in LOGS}
