"""A service's files in its volume, out of it and into it, by a container that sees nothing else."""

import subprocess
import tarfile
from collections.abc import Collection
from pathlib import Path
from typing import IO, cast

from deploy.composed.engine import asked, docker
from deploy.composed.place import variables
from deploy.local.home import Home, StackError

INSIDE = "/var-of-the-service"
FILES = "files"


def exist(home: Home, names: Collection[str]) -> bool:
    """Whether the stack has a volume of one of these names."""
    project, there = variables(home)["COMPOSE_PROJECT_NAME"], asked("volume", "ls", "--quiet").split()
    return any(f"{project}_{name}" in there for name in names)


def copy_out(home: Home, service: str, folder: Path) -> None:
    """Copy a service's files into a folder, while it goes on."""
    command = _tar(home, service, f"cd {INSIDE} && mkdir -p {FILES} && tar -c {FILES}")
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as reading,
        tarfile.open(fileobj=cast("IO[bytes]", reading.stdout), mode="r|") as tar,
    ):
        for one in tar:
            if one.isfile():
                one.name = one.name.removeprefix(f"{FILES}/")
                tar.extract(one, folder, filter="data")
    if reading.returncode:
        raise StackError(f"the files of {service} could not be read from its volume")


def copy_in(home: Home, service: str, folder: Path) -> None:
    """Add a folder's files to those of a service that is down; a file's name is the hash of its bytes."""
    user = f"{variables(home)['NIANLUN_UID']}:{variables(home)['NIANLUN_GID']}"
    unpack = f"mkdir -p {INSIDE}/{FILES} && tar -x -C {INSIDE}/{FILES} --skip-old-files"
    own = f"chown -R {user} {INSIDE}/{FILES}"
    with (
        subprocess.Popen(_tar(home, service, f"{unpack} && {own}"), stdin=subprocess.PIPE) as writing,
        tarfile.open(fileobj=cast("IO[bytes]", writing.stdin), mode="w|") as tar,
    ):
        tar.add(folder, arcname=".")
    if writing.returncode:
        raise StackError(f"the files of {service} could not be put into its volume")


def _tar(home: Home, service: str, script: str) -> list[str]:
    told = variables(home)
    volume = f"{told['COMPOSE_PROJECT_NAME']}_files-{service}:{INSIDE}"
    run = [docker(), "run", "--rm", "--interactive", "--network", "none", "--user", "0:0", "--volume", volume]
    return [*run, "--entrypoint", "sh", told["NIANLUN_IMAGE"], "-c", script]
