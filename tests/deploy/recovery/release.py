"""The migrations of an earlier release, whose SHA-256 lie beside the log that it left, and those that came since."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from deploy.local.migrations import ROOT, folders


@dataclass(frozen=True, slots=True)
class Release:
    """Two folders with migrations of one service's database."""

    had: Path
    """As the release had them, to the byte."""
    since: Path


def release(log: Path, service: str, folder: Path) -> Release:
    """Lay out what the release that left the packed `log` had; a migration of then is never changed or taken away."""
    lines = log.with_name(log.name.replace(".tar.xz", ".migrations")).read_text().splitlines()
    of_then = {ROOT / name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    present = {path for place in folders(service) for path in place.glob("*.sql")}
    laid = Release(folder / service / "had", folder / service / "since")
    for place in (laid.had, laid.since):
        place.mkdir(parents=True)
    for path in present:
        shutil.copy(path, laid.had if path in of_then else laid.since)
    rooms = {place.relative_to(ROOT).parent for place in folders(service)}
    for path, digest in of_then.items():
        if path.relative_to(ROOT).parent.parent in rooms:
            assert sha256(path.read_bytes()).hexdigest() == digest, f"{path} was released and is another now"
    return laid


def dbmate(url: str, migrations: Path, *arguments: str) -> None:
    """Run dbmate as if there were no other migrations."""
    command = [str(Path(sys.executable).with_name("dbmate")), "--migrations-dir", str(migrations), "--no-dump-schema"]
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run([*command, *arguments], check=True, capture_output=True, env=environment)


def back(url: str, laid: Release) -> None:
    """Take away all that came since, the newest first."""
    for _ in laid.since.iterdir():
        dbmate(url, laid.since, "rollback")
