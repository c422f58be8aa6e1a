"""The cast: who takes part, with what qualities, and which of them shows what goes wrong in life."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from math import lcm

from shared.contracts.vocabulary import COMPREHENSIVE, District
from shared.kernel.uscc import check_character

GROUPS = (
    COMPREHENSIVE,
    "information",
    "technology_quality",
    "entrepreneurship",
    "talent_training",
    "investment_financing",
    "market_development",
    "management_consulting",
)
NAMES = {
    COMPREHENSIVE: "中小企业服务中心",
    "information": "信息技术服务有限公司",
    "technology_quality": "质量检测技术有限公司",
    "entrepreneurship": "创业孵化器管理有限公司",
    "talent_training": "人才培训中心",
    "investment_financing": "融资服务有限公司",
    "market_development": "会展服务有限公司",
    "management_consulting": "企业管理咨询有限公司",
    "legal": "律师事务所",
}
STYLES = ("浦江", "申城", "海纳", "东方", "明珠", "滨江", "云帆", "启明", "同舟", "嘉禾", "星火", "远航")
SAME_AGAIN = lcm(len(STYLES), len(GROUPS), len(District))
"""After so many organizations style, group and district would be together again, and with them a name."""
ORGANIZATIONS = 60
EXPERTS = 12
EXPERT_GROUPS = 5


class Part(StrEnum):
    """What an organization shows."""

    ORDINARY = "an ordinary applicant"
    BELOW_RATIO = "6 of 10 professionals: R7 fails, the district may not recommend it"
    TWO_CATEGORIES = "names two categories: R14 refuses the submission"
    LEGAL = "applies in the legal category, closed in 2017: R15 refuses the submission"
    LAST_MOMENT = "submits at 16:59:59.999 and is in time"
    TOO_LATE = "submits at 17:00:00.000 and is refused by R19"
    DECLINED = "meets every rule and is declined by its district"
    TIED = "has the same aggregate as another; the round's criteria tell them apart"
    SHORT_OF_SMES = "served 95 SMEs: R10 asks for a judgement, which passes"


PARTS = {
    8: Part.BELOW_RATIO,
    9: Part.TWO_CATEGORIES,
    10: Part.LEGAL,
    11: Part.LAST_MOMENT,
    12: Part.TOO_LATE,
    13: Part.DECLINED,
    14: Part.TIED,
    22: Part.TIED,
    15: Part.SHORT_OF_SMES,
}


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of the cast."""

    index: int
    name: str
    uscc: str
    district: District
    group: str
    part: Part

    @property
    def username(self) -> str:
        """The filer's user name."""
        return f"filer-{self.index:02d}"

    @property
    def kind(self) -> str:
        """Comprehensive or professional."""
        return COMPREHENSIVE if self.group == COMPREHENSIVE else "professional"

    @property
    def category(self) -> list[str]:
        """The professional categories it names."""
        if self.part is Part.TWO_CATEGORIES:
            return [self.group, "entrepreneurship" if self.group == "information" else "information"]
        return [] if self.group == COMPREHENSIVE else [self.group]

    @property
    def quality(self) -> int:
        """Points of a hundred that experts see in it, within a few."""
        if self.part is Part.TIED:
            return 84
        return 62 + chance(f"quality/{self.index}", 32)


def organizations() -> Iterator[Organization]:
    """All of them, in all districts and open categories."""
    districts = list(District)
    for index in range(ORGANIZATIONS):
        part = PARTS.get(index, Part.ORDINARY)
        group = "legal" if part is Part.LEGAL else GROUPS[index % len(GROUPS)]
        district = districts[index % len(districts)]
        style = STYLES[(index + index // SAME_AGAIN) % len(STYLES)]
        name = f"上海{district.name_zh}{style}{NAMES[group]}"
        yield Organization(index, name, code(f"{index:04d}"), district, group, part)


def code(serial: str) -> str:
    """A valid unified social credit code of Shanghai for a four-digit serial."""
    first = f"91310000MA1K{serial}X"
    return first + check_character(first)


def points(organization: Organization, seat: int) -> dict[str, int]:
    """The points that an expert in this seat gives by the rubric; the tied two differ in how, not in how much."""
    quality = organization.quality
    noise = 0 if organization.part is Part.TIED else chance(f"{organization.index}/{seat}", 7) - 3
    total = max(0, min(100, quality + noise))
    shares = {"conditions": 10, "capacity": 25, "performance": 35, "benefit": 15, "plan": 15}
    given = {criterion: maximum * total // 100 for criterion, maximum in shares.items()}
    rest = total - sum(given.values())
    favourite = (
        "plan" if organization.index == min(i for i, part in PARTS.items() if part is Part.TIED) else "performance"
    )
    given[favourite] += rest
    return given


def chance(seed: str, sides: int) -> int:
    """A number below `sides` that is the same each time."""
    return int.from_bytes(sha256(seed.encode()).digest()[:4]) % sides
