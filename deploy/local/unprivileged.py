"""Running PostgreSQL when we are root: under an unprivileged uid that can reach its binaries and its data."""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from deploy.local.home import StackError

UID = 65_534
"""PostgreSQL refuses to run as root; there it runs under this uid (nobody)."""
OPEN_PLACE = Path("/var/tmp")  # noqa: S108 - where any uid can go; the folders we make there belong to one uid


class Identity(TypedDict, total=False):
    """Arguments of subprocess calls that say as whom to run; empty for ourselves."""

    user: int
    group: int
    extra_groups: tuple[int, ...]


def needed() -> bool:
    """Whether we are root."""
    return os.geteuid() == 0


def identity() -> Identity:
    """As whom PostgreSQL is run."""
    return {"user": UID, "group": UID, "extra_groups": ()} if needed() else {}


def give(path: Path) -> None:
    """Hand a file or folder of ours to the unprivileged uid."""
    if needed():
        os.chown(path, UID, UID)


def reachable(path: Path) -> bool:
    """Whether anyone may pass through every folder of the path."""
    return all(part.stat().st_mode & 0o001 for part in [path.resolve(), *path.resolve().parents])


def elsewhere(*identifying: str) -> Path:
    """A place outside that the unprivileged uid can reach, always the same one for the same words."""
    digest = sha256("\0".join(identifying).encode()).hexdigest()[:12]
    return OPEN_PLACE / f"nianlun-{digest}"


def installation(package: Path) -> Path:
    """The wheel's folder, or a copy of it where the unprivileged uid can reach it."""
    if not needed() or reachable(package):
        return package
    copy = elsewhere(str(package), str(package.stat().st_mtime_ns))
    if not copy.is_dir():
        _copy(package, copy)
    if copy.stat().st_uid != 0:
        raise StackError(f"{copy} belongs to uid {copy.stat().st_uid}, not to root; remove it and try again")
    return copy / package.name


def _copy(package: Path, copy: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix="nianlun-draft-", dir=copy.parent))
    shutil.copytree(package / "pginstall18", draft / package.name / "pginstall18", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    draft.chmod(0o755)
    try:
        draft.rename(copy)
    except OSError:  # another stack of ours was quicker
        shutil.rmtree(draft)
