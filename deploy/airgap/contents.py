"""What is in an image: asked of the image itself, in a container without a network."""

import json
from dataclasses import dataclass
from hashlib import sha256

from deploy.composed.engine import asked
from deploy.local.home import StackError

ASKED_SECONDS_MAX = 120.0
DEBIAN = ("dpkg-query", "--show", "--showformat=${Package} ${Version} ${Architecture}\n")
PYTHON = ("python3", "-c", "import importlib.metadata as m\nfor d in m.distributions(): print(d.name, d.version)")
JARS = ("sh", "-c", "cd /opt/kafka/libs && sha256sum *.jar")


@dataclass(frozen=True, slots=True)
class Image:
    """One image of the stack and what it is made of."""

    name: str
    id: str
    """`sha256:…`, as the engine that holds it says; another kind of engine may have another."""
    layers: str
    """SHA-256 over its layers' digests, a line each: the same wherever it is loaded."""
    bytes: int
    stand_in: bool
    """Made here from packages, in the official image's name."""
    debian: tuple[tuple[str, str, str], ...]
    """Package, version, architecture; none where its system is not Debian's."""
    python: tuple[tuple[str, str], ...]
    """Distribution and version."""
    jars: tuple[tuple[str, str], ...]
    """File and SHA-256."""


def image(name: str) -> Image:
    """Everything about one image; raise `StackError` when it is not here."""
    told = json.loads(asked("image", "inspect", name))[0]
    return Image(
        name=name,
        id=told["Id"],
        layers=sha256("".join(f"{layer}\n" for layer in told["RootFS"]["Layers"]).encode()).hexdigest(),
        bytes=told["Size"],
        stand_in="nianlun.stand-in" in (told["Config"]["Labels"] or {}),
        debian=tuple((package, version, architecture) for package, version, architecture in _said(name, *DEBIAN)),
        python=tuple((package, version) for package, version in _said(name, *PYTHON)),
        jars=tuple((jar, digest) for digest, jar in _said(name, *JARS)),
    )


def _said(name: str, command: str, *arguments: str) -> list[list[str]]:
    """The words of each line of what a program in the image prints; none where it lacks the program."""
    run = ("run", "--rm", "--network", "none", "--entrypoint", command, name, *arguments)
    try:
        lines = asked(*run, seconds_max=ASKED_SECONDS_MAX).splitlines()
    except StackError:
        return []
    return sorted(line.split() for line in lines)
