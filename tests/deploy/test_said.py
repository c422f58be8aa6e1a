"""What an operator says to a composed stack in its settings and in an override, as Compose understands it."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.composed import engine, place
from deploy.composed.place import Wish, prepare, variables
from deploy.composed.stack import IMAGE
from deploy.local.home import Home
from deploy.local.provision import STATISTICS
from shared.contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
SAID = {
    "NIANLUN_FILES_URL": "s3://kept/here?endpoint=https://s3.example&access_key_id=k",
    "NIANLUN_FILES_MEDIA_TYPES": '["application/pdf","image/png"]',
    "NIANLUN_FILES_BYTES_MAX": "1048576",
    "NIANLUN_CLOCK_PASSES_OVER": "2026-11-26T09:00:00.000Z",
    "NIANLUN_CLOCK_PASSES_OVER_REASON": "校时服务器出错",
    "NIANLUN_CLAMAV": "clamav.example:3310",
    "NIANLUN_TRACES_URL": "http://collector.example:4318/v1/traces",
}


def test_what_the_services_may_be_told_is_said_in_the_settings(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), IMAGE)
    with home.composed.open("a") as settings:
        settings.write("".join(f"{name}={value}\n" for name, value in SAID.items()))
    told = composed_as_told(home)
    for service in (*SERVICES, STATISTICS):
        assert told["services"][service]["environment"].items() >= SAID.items()
    prepare(home, Wish(), IMAGE)
    assert variables(home).items() >= SAID.items()


def test_what_is_left_out_is_not_said(tmp_path: Path) -> None:
    prepare(home := Home(tmp_path / "home"), Wish(), IMAGE)
    environment = composed_as_told(home)["services"]["review"]["environment"]
    assert environment["NIANLUN_FILES_URL"] == "file:///opt/nianlun/var/files"
    assert {environment[name] for name in SAID if name != "NIANLUN_FILES_URL"} == {""}


def test_an_override_beside_the_file_holds_for_our_commands_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one of the page for ops, which leads the services out."""
    shutil.copytree(place.FILE.parent, copy := tmp_path / "deploy", ignore=shutil.ignore_patterns(".env", "airgap"))
    page = (ROOT / "docs" / "operations.md").read_text()
    override = re.search(r"```yaml\n# deploy/docker-compose\.override\.yml\n(.+?)```", page, re.DOTALL)
    assert override is not None
    (copy / "docker-compose.override.yml").write_text(override[1])
    monkeypatch.setattr(engine, "FILE", copy / place.FILE.name)
    prepare(home := Home(tmp_path / "home"), Wish(), IMAGE)
    told = composed_as_told(home)
    leading_out = {name for name, one in told["services"].items() if "beyond" in one["networks"]}
    assert leading_out == {*SERVICES, STATISTICS}
    assert not told["networks"]["beyond"].get("internal")


def composed_as_told(home: Home) -> Any:
    """What Compose makes of the file, as `make compose` calls it; it asks no engine."""
    if shutil.which("docker") is None:
        pytest.skip("there is no docker here")
    command = engine.composing(home, "config", "--format", "json")
    alone = {"PATH": os.environ["PATH"]}
    return json.loads(subprocess.run(command, env=alone, capture_output=True, text=True, check=True).stdout)
