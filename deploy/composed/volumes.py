"""A service's files in its volume, out of it and into it, by a container that sees nothing else."""

import subprocess
import tarfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from deploy.composed import filling
from deploy.composed.engine import UP_SECONDS_MAX, asked, docker
from deploy.composed.place import variables
from deploy.local.home import Home, StackError

INSIDE = "/var-of-the-service"
FILES = "files"
READ = f"mkdir -p {INSIDE}/{FILES} && cd {INSIDE} || exit 2; tar -c --exclude='*#*' {FILES}"
"""All but what is being written."""
GONE_MEANWHILE = 1
"""What GNU tar ends with when a file was taken away, or changed, while it read: then no event names it."""


def exist(project: str, names: Collection[str]) -> bool:
    """Whether the stack that Compose calls so has a volume of one of these names."""
    there = asked("volume", "ls", "--quiet").split()
    return any(f"{project}_{name}" in there for name in names)


def copy_out(home: Home, service: str, folder: Path) -> None:
    """Copy a service's files into a folder, while it goes on; raise `StackError` with what the container said last."""
    command, whole = _run(home, service, "sh", "-c", READ), False
    with TemporaryFile() as says:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=says) as reading, suppress(tarfile.ReadError):
            unpack(cast("IO[bytes]", reading.stdout), folder)
            whole = True
        says.seek(0)
        said = says.read().decode(errors="replace").strip().splitlines()[-1:]
    if not whole or reading.returncode not in {0, GONE_MEANWHILE}:
        raise StackError(f"the files of {service} could not be read from its volume: {''.join(said)}")


def unpack(stream: IO[bytes], folder: Path) -> None:
    """Write the files of a tar that `READ` made into a folder."""
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for one in tar:
            if one.isfile():
                one.name = one.name.removeprefix(f"{FILES}/")
                tar.extract(one, folder, filter="data")


def names(home: Home, service: str) -> list[str]:
    """The paths of a service's files."""
    script = f"cd {INSIDE}/{FILES} 2>/dev/null || exit 0; find . -type f"
    said = asked(*_run(home, service, "sh", "-c", script)[1:], seconds_max=UP_SECONDS_MAX)
    return [line.removeprefix("./") for line in said.splitlines()]


def copy_in(home: Home, service: str, folder: Path) -> None:
    """Put a folder's files over those of a service that is down, each whole or not at all; raise `StackError`."""
    told = variables(home)
    filled = (f"{INSIDE}/{FILES}", told["NIANLUN_UID"], told["NIANLUN_GID"])
    command = _run(home, service, "python3", "-I", "-c", Path(filling.__file__).read_text(), *filled)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as writing:
        into, says = cast("IO[bytes]", writing.stdin), cast("IO[bytes]", writing.stderr)
        with suppress(BrokenPipeError), into, tarfile.open(fileobj=into, mode="w|") as tar:
            tar.add(folder, arcname=".")
        said = says.read().decode(errors="replace").strip().splitlines()[-1:]
    if writing.returncode:
        raise StackError(f"the files of {service} could not be put into its volume: {''.join(said)}")


def _run(home: Home, service: str, *command: str) -> list[str]:
    """The command line of a container that has the service's volume alone."""
    told = variables(home)
    volume = f"{told['COMPOSE_PROJECT_NAME']}_files-{service}:{INSIDE}"
    run = [docker(), "run", "--rm", "--interactive", "--network", "none", "--user", "0:0", "--volume", volume]
    return [*run, "--entrypoint", command[0], told["NIANLUN_IMAGE"], *command[1:]]
