"""Obligations by id and by name, and how a default that is to be put right is recorded (C3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.kernel.ids import named
from shared.kernel.instants import Instant, locally

OBLIGATION_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "plan": ("年度服务计划", "service plan"),
    "report": ("服务情况报告", "service report"),
    "case": ("服务案例", "service case"),
    "policy_digest": ("政策解读材料", "policy digest"),
    "difficulties": ("困难和诉求汇总", "summary of difficulties"),
}
"""By kind, in Chinese and in English."""
PERIODS: Final[Mapping[str, str]] = {
    "Q1": "第一季度",
    "Q2": "第二季度",
    "Q3": "第三季度",
    "Q4": "第四季度",
    "H1": "上半年",
    "H2": "下半年",
}
"""The parts of a year, in Chinese."""
_CODE: Final = re.compile(r"(\w+)\.(\d{4})(?:\.([\w-]+))?")
_NOTE: Final = re.compile(r"(?:not filed, it was due before |未报送，应于)(\S+Z|\S+ \S+?)(?:前报送.*)?")


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed: a kind of a year, and which of several in it, where there are several."""

    kind: str
    year: str
    period: str | None = None

    @property
    def code(self) -> str:
        """As an order names it: `report.2018.Q1`."""
        return ".".join(filter(None, (self.kind, self.year, self.period)))

    @property
    def name(self) -> tuple[str, str]:
        """As people call it, in Chinese and in English."""
        zh, en = OBLIGATION_NAMES.get(self.kind, (self.kind, self.kind))
        part = PERIODS.get(self.period, self.period) if self.period else ""
        return f"{self.year}年{part}{zh}", f"{en} of {self.year}{f' {self.period}' if self.period else ''}"


def obligation_id(application: str, kind: str, year: int, period: str | None = None) -> str:
    """One obligation for each application, kind, year and period."""
    return named("obligation", application, kind, str(year), *([] if period is None else [period]))


def owed_by(what: str) -> Owed | None:
    """What an order's item names by its code; None of what an officer put in words."""
    found = _CODE.fullmatch(what)
    return None if found is None or found[1] not in OBLIGATION_NAMES else Owed(found[1], found[2], found[3])


def names(what: str, owed: Owed) -> bool:
    """Whether an order's item means this obligation: by its code, its year's, or as people call it."""
    return what in {owed.code, Owed(owed.kind, owed.year).code, *owed.name}


def not_filed(due: Instant) -> str:
    """The note of an order for a default."""
    return f"未报送，应于{locally(due)}前报送 / not filed, it was due before then"


def a_default(what: str, note: str) -> tuple[Owed, str] | None:
    """What was not filed, and its due time in Shanghai, where an item says so; None of what an officer typed."""
    owed, found = owed_by(what), _NOTE.fullmatch(note)
    return None if owed is None or found is None else (owed, locally(found[1]))
