"""The broker's jars are those whose sums we keep."""

import shutil
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.home import StackError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real jars."""
    jars.class_path()
    return Path(shutil.copytree(jars.cache(), tmp_path / "jars", ignore=shutil.ignore_patterns("*.aot")))


def test_the_real_jars_have_the_sums_we_keep(folder: Path) -> None:
    jars.verify(folder)
    assert len(jars.sums()) > 40


def test_a_changed_jar_is_named(folder: Path) -> None:
    jar = folder / "kafka-clients-4.3.1.jar"
    content = bytearray(jar.read_bytes())
    content[1000] ^= 1
    jar.write_bytes(content)
    with pytest.raises(StackError, match=r"^kafka-clients-4\.3\.1\.jar has SHA-256 [0-9a-f]{64}, expected"):
        jars.verify(folder)


def test_a_missing_jar_is_named(folder: Path) -> None:
    (folder / "kafka-clients-4.3.1.jar").unlink()
    with pytest.raises(StackError, match=r"^kafka-clients-4\.3\.1\.jar is missing"):
        jars.verify(folder)
