"""The lock installs exactly what was resolved, from whichever registry a network has."""

import re
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[2] / "requirements.lock"
PINNED = re.compile(r"[A-Za-z0-9._-]+==[^ ]+( ; [^\\]+?)?( --hash=sha256:[0-9a-f]{64})+")


def loose(text: str) -> list[str]:
    """Requirements that are not pinned and hashed, or that name where to get them."""
    return [line for line in re.sub(r" \\\n +", " ", text).splitlines() if not PINNED.fullmatch(line.strip())]


def test_every_package_is_pinned_and_hashed_and_no_registry_is_named() -> None:
    assert LOCK.read_text().count("==") > 100
    assert loose(LOCK.read_text()) == []


@pytest.mark.parametrize(
    "line", ["uv", "uv==0.13.9", "uv>=0.13 --hash=sha256:" + "0" * 64, "--index-url https://packages.example/simple"]
)
def test_a_loose_one_is_caught(line: str) -> None:
    assert loose(f"{line}\n") == [line]
