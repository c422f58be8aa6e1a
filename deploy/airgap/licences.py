"""Under which licences a package is, as it says itself: Debian's copyright files, wheels' metadata, jars' manifests."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

NAME_CHARACTERS_MAX = 80
"""What is longer is the text of a licence, not its name."""
GNU: Final = re.compile(r"(A?L?GPL|GFDL)-(\d)(?:\.(\d))?(\+?)")
KNOWN: Final[Mapping[str, str]] = {
    "expat": "MIT",
    "mit license": "MIT",
    "the mit license": "MIT",
    "apache software license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "the apache license, version 2.0": "Apache-2.0",
    "the apache software license, version 2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache.org/licenses/license-2.0": "Apache-2.0",
    "opensource.org/license/mit": "MIT",
    "opensource.org/licenses/mit": "MIT",
    "opensource.org/licenses/mit-license": "MIT",
    "opensource.org/licenses/bsd-2-clause": "BSD-2-Clause",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "isc license (iscl)": "ISC",
    "eclipse public license - v 2.0": "EPL-2.0",
    "zlib": "Zlib",
}
"""Other names and addresses, in small letters, of what SPDX has an identifier for."""
ADDRESS: Final = re.compile(r"https?://(?:www\.)?(.*?)(?:\.(?:txt|html|php))?/?")
LICENCE_FILES: Final = ("META-INF/LICENSE", "META-INF/LICENSE.txt", "LICENSE", "LICENSE.txt")
APACHE: Final = re.compile(r"\s*Apache License\s+Version 2\.0\b")
"""How the licence begins that most jars carry as a text alone."""
POM = "{http://maven.apache.org/POM/4.0.0}"


def spdx(name: str) -> str:
    """SPDX's identifier of a licence, or the name as it was where it has none that we know."""
    if gnu := GNU.fullmatch(name):
        family, major, minor, later = gnu.groups()
        return f"{family}-{major}.{minor or 0}-{'or-later' if later else 'only'}"
    address = ADDRESS.fullmatch(name.lower())
    return KNOWN.get(address.group(1) if address else name.lower(), name)


def of_debian(lines: Iterable[str]) -> tuple[str, ...]:
    """From the `License:` lines of a machine-readable copyright file (DEP-5)."""
    return _named(part for line in lines for part in re.split(r"\s+(?:and|or)\s+|,\s*|\s*/\s*", line))


def of_wheel(expression: str, classifiers: Sequence[str], text: str) -> tuple[str, ...]:
    """From a distribution's core metadata: the expression, else the classifiers, else the old field if it is short."""
    if expression:
        return (expression,)
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: OSI Approved :: ")]
    return _named(named or [line for line in text.splitlines()[:1] if len(line) <= NAME_CHARACTERS_MAX])


def of_jar(path: Path) -> tuple[str, ...]:
    """From a jar's manifest or, where it says nothing, the licence or the Maven project that lies in it."""
    with ZipFile(path) as jar:
        manifest = (
            jar.read("META-INF/MANIFEST.MF").decode(errors="replace") if _has(jar, "META-INF/MANIFEST.MF") else ""
        )
        said = re.findall(r"^Bundle-License: *(.*)", re.sub(r"\r?\n ", "", manifest), re.MULTILINE)
        if said:
            return _named(part.partition(";")[0] for part in re.split(r",(?=\S*[:/])|,\s(?=http)", said[0].strip()))
        if any(APACHE.match(jar.read(name).decode(errors="replace")) for name in LICENCE_FILES if _has(jar, name)):
            return ("Apache-2.0",)
        poms = [name for name in jar.namelist() if name.startswith("META-INF/maven/") and name.endswith("/pom.xml")]
        if len(poms) != 1:
            return ()
        names = ET.fromstring(jar.read(poms[0])).findall(f"{POM}licenses/{POM}license/{POM}name")  # noqa: S314 - of a locked sum
        return _named(name.text or "" for name in names)


def _has(jar: ZipFile, name: str) -> bool:
    return name in jar.namelist()


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({spdx(" ".join(name.split()).strip('"')) for name in names if name.strip()}))
