"""Logs of earlier releases, whole and as they were exported: they verify, replay and list as they did then."""

import tarfile
from pathlib import Path

import pytest

from audit.events import events_of
from audit.replay import Replay, replay
from audit.verify import Proven
from audit.verify.archive import examine
from shared.auditlog.canonical import sha256_hex

LOGS = Path(__file__).parent / "logs"
LISTS = {"2017-walking-skeleton": "dc40d5263b93b03b8425936053f3093414bad808943a4427312c252f554307d2"}
"""Each log's name, and the SHA-256 of the list that its round published."""


@pytest.fixture(params=LISTS)
def replayed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Replay]:
    with tarfile.open(LOGS / f"{request.param}.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    verdict, files = examine(tmp_path / request.param)
    assert isinstance(verdict, Proven), verdict
    return request.param, replay(events_of(files), "2017")


def test_an_old_log_is_decided_again_to_the_same_list(replayed: tuple[str, Replay]) -> None:
    name, done = replayed
    assert sha256_hex(done.list) == LISTS[name]
    assert done.recomputed["evaluations"] > 0


def test_every_log_that_is_kept_is_tried() -> None:
    assert {path.name.removesuffix(".tar.xz") for path in LOGS.iterdir()} == set(LISTS)
