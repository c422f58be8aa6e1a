"""The page about HTTP: its program runs on a stack that is up, and its table is the commands that there are."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from shared.contracts.topics import SERVICES
from shared.kernel.actor import Role
from tests.docs.pages import ROOT, blocks
from tests.docs.shell import surroundings
from tests.docs.test_openapi import described

PAGE = ROOT / "docs" / "http.md"
ROW = re.compile(r"^\| (\w+) \| (\w+) `POST ([^`]+)` \|", re.MULTILINE)


def test_its_program_opens_an_account(lived: tuple[Path, str], tmp_path: Path) -> None:
    (program,) = blocks(PAGE.read_text(), "python")
    home = tmp_path / ".nianlun"
    home.mkdir()
    shutil.copy(lived[0] / "run.json", home)
    shutil.copytree(lived[0] / "secrets", home / "secrets")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=surroundings(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert re.fullmatch(r"[0-9a-f-]{36}\n", done.stdout), done.stderr


def test_its_table_is_every_command_of_the_street() -> None:
    rows = ROW.findall(PAGE.read_text())
    documents = {service: described(service)["paths"] for service in SERVICES}
    commands = {(name, path) for name, paths in documents.items() for path, one in paths.items() if "post" in one}
    assert sorted((service, path) for _, service, path in rows) == sorted(commands)
    assert {who for who, _, _ in rows} <= {*(role.value for role in Role), "anyone"}
