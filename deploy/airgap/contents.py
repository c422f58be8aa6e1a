"""What is in an image: asked of the image itself, in a container without a network."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.airgap.licences import of_debian, of_jar, of_wheel
from deploy.composed.engine import asked
from deploy.local.home import StackError

ASKED_SECONDS_MAX = 120.0
DEBIAN = (
    "sh",
    "-c",
    r"""dpkg-query --show --showformat='${Package} ${Version} ${Architecture}\n' | while read -r package rest; do
    file=/usr/share/doc/$package/copyright
    printf '%s' "$package $rest"
    if head -n 20 "$file" 2>/dev/null | grep -qi '^format:'; then
        sed -n 's/^[Ll]icense: *//p' "$file" | sort -u | while read -r line; do printf '\t%s' "$line"; done
    fi
    echo
done""",
)
PYTHON = (
    "python3",
    "-c",
    """import importlib.metadata as m, json
for one in m.distributions():
    its = one.metadata
    print(json.dumps([one.name, one.version, its.get("License-Expression", ""), its.get_all("Classifier") or [],
                      its.get("License", "")]))""",
)
PROGRAMS = ("sh", "-c", "postgres --version; cat /opt/java/openjdk/release; true")
VERSIONS = {
    re.compile(r"postgres \(PostgreSQL\) (\S+)"): ("postgresql", "PostgreSQL"),
    re.compile(r'JAVA_VERSION="(.+)"'): ("openjdk", "GPL-2.0-only WITH Classpath-exception-2.0"),
}
"""What such a program says of its version, its name and its licence."""
LIBRARIES = "/opt/kafka/libs"


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package, a Python distribution, a jar, or a program that came as none of them."""

    name: str
    version: str
    licences: tuple[str, ...] = ()
    """SPDX identifiers, or names where it has none; empty where the package does not say it by machine."""
    architecture: str = ""
    """Of a Debian package."""
    sha256: str = ""
    """Of a jar."""


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
    debian: tuple[Package, ...]
    """None where its system is not Debian's."""
    python: tuple[Package, ...]
    jars: tuple[Package, ...]
    programs: tuple[Package, ...]
    """The database's server, and Java, whether or not a Debian package has them, too."""


def image(name: str) -> Image:
    """Everything about one image; raise `StackError` when it is not here."""
    told = json.loads(asked("image", "inspect", name))[0]
    return Image(
        name=name,
        id=told["Id"],
        layers=sha256("".join(f"{layer}\n" for layer in told["RootFS"]["Layers"]).encode()).hexdigest(),
        bytes=told["Size"],
        stand_in=(told["Config"]["Labels"] or {}).get("nianlun.stand-in") == "true",
        debian=tuple(map(_debian, _said(name, *DEBIAN))),
        python=tuple(map(_python, map(json.loads, _said(name, *PYTHON)))),
        jars=_jars(name),
        programs=programs(_said(name, *PROGRAMS)),
    )


def _debian(line: str) -> Package:
    first, *licences = line.split("\t")
    package, version, architecture = first.split()
    return Package(package, version, of_debian(licences), architecture=architecture)


def _python(said: list[Any]) -> Package:
    name, version, expression, classifiers, text = said
    return Package(name, version, of_wheel(expression, classifiers, text))


def programs(said: Sequence[str]) -> tuple[Package, ...]:
    """Those whose version is among these lines."""
    return tuple(
        Package(name, found[1], (licence,))
        for line in said
        for version, (name, licence) in VERSIONS.items()
        if (found := version.fullmatch(line))
    )


def _jars(name: str) -> tuple[Package, ...]:
    """Copied out of a container that never starts; none where the image has no such folder."""
    container = asked("create", "--network", "none", name).strip()
    try:
        with TemporaryDirectory(prefix="nianlun-jars-") as folder:
            try:
                asked("cp", f"{container}:{LIBRARIES}/.", folder, seconds_max=ASKED_SECONDS_MAX)
            except StackError:
                return ()
            return tuple(map(_jar, sorted(Path(folder).glob("*.jar"))))
    finally:
        asked("rm", "--volumes", container)


def _jar(path: Path) -> Package:
    stem, _, version = path.stem.rpartition("-")
    return Package(stem, version, of_jar(path), sha256=sha256(path.read_bytes()).hexdigest())


def _said(name: str, command: str, *arguments: str) -> list[str]:
    """What a program in the image prints, line by line; none where it lacks the program."""
    run = ("run", "--rm", "--network", "none", "--entrypoint", command, name, *arguments)
    try:
        return sorted(asked(*run, seconds_max=ASKED_SECONDS_MAX).splitlines())
    except StackError:
        return []
