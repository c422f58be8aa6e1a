"""Who may read what of a composed stack's files."""

from pathlib import Path

import pytest

from deploy.composed import place
from deploy.composed.place import READ_IN_PLACE, Wish, prepare
from deploy.composed.stack import IMAGE
from deploy.local.home import Home


def test_containers_read_what_is_mounted_however_strict_the_clone_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "FILE", tmp_path / "deploy" / "docker-compose.yml")
    for folder in READ_IN_PLACE:
        (tmp_path / "deploy" / folder / "in").mkdir(parents=True, mode=0o700)
        for name, mode in (("told", 0o600), ("run", 0o700)):
            (tmp_path / "deploy" / folder / "in" / name).touch(mode)
    prepare(Home(tmp_path / "home"), Wish(), IMAGE)
    found = {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "deploy").rglob("*") if path.name == "told"}
    assert found == {"0o644"}
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "deploy").rglob("run")} == {"0o755"}
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "deploy").rglob("in")} == {"0o755"}
