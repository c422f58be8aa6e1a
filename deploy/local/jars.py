"""The broker's jars: resolved once for a user, checked against the sums that this repository keeps."""

import fcntl
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from deploy.local.home import StackError

COORDINATES = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-jdk14:2.0.17"
SUMS = Path(__file__).with_name("kafka-jars.sha256")


def cache() -> Path:
    """The user's cache folder, shared by all clones."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nianlun" / f"kafka-{sha256(SUMS.read_bytes()).hexdigest()[:12]}"


def class_path() -> str:
    """The broker's class path, all of whose jars have the sums we keep; resolves and checks on first use."""
    folder = cache()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not present():
            _resolve(folder)
            verify(folder)
            (folder / "verified").touch()
    return ":".join(str(folder / name) for name in sums())


def present() -> bool:
    """Whether they were resolved and checked before."""
    return (cache() / "verified").exists()


def sums() -> dict[str, str]:
    """Jar name to SHA-256."""
    pairs = (line.split() for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in pairs}


def verify(folder: Path) -> None:
    """Raise `StackError` naming the first jar that is missing or has another sum."""
    for name, expected in sums().items():
        jar = folder / name
        if not jar.is_file():
            raise StackError(f"{name} is missing in {folder}")
        if (actual := sha256(jar.read_bytes()).hexdigest()) != expected:
            raise StackError(f"{name} has SHA-256 {actual}, expected {expected}; nothing of it was run ({jar})")


def _resolve(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    jgo = str(Path(sys.executable).with_name("jgo"))
    options = ["--resolver", "python", "--ignore-config"]
    done = subprocess.run(
        [jgo, *options, "info", "jars", COORDINATES],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "1000"},
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise StackError(f"the broker's jars cannot be resolved: {''.join(reason)}")
    for line in done.stdout.splitlines():
        if line.endswith(".jar"):
            shutil.copy(line.strip(), folder)
