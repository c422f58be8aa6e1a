"""Obligations by name, and how a default that is to be put right is recorded, for whoever tells of them (C3)."""

import re
from collections.abc import Mapping
from typing import Final

OBLIGATION_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "plan": ("年度服务计划", "service plan"),
    "report": ("服务情况报告", "service report"),
    "case": ("服务案例", "service case"),
    "policy_digest": ("政策解读材料", "policy digest"),
    "difficulties": ("困难和诉求汇总", "summary of difficulties"),
}
"""By kind, in Chinese and in English."""
_DEFAULTED: Final = re.compile(r"(\w+)\.(\d{4}) not filed, it was due before (\S+)")


def a_default(what: str, note: str) -> tuple[str, str, str] | None:
    """Kind, year and due instant of a default that a rectification's item names; None of what an officer typed."""
    found = _DEFAULTED.fullmatch(f"{what} {note}")
    return None if found is None or found[1] not in OBLIGATION_NAMES else (found[1], found[2], found[3])
