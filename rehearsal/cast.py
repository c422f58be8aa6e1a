"""The cast: who takes part, with what qualities, and which of them shows what goes wrong in life."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

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
STYLES = (
    *("浦江", "申城", "海纳", "东方", "明珠", "滨江", "云帆", "启明"),
    *("同舟", "嘉禾", "星火", "远航", "锦程", "和光", "新元", "瑞丰"),
)
ORGANIZATIONS, ORGANIZATIONS_MAX = 100, 200
EXPERTS = 14
EXPERT_GROUPS = 5


class Part(StrEnum):
    """What an organization shows."""

    ORDINARY = "an ordinary applicant"
    STRONG = "an applicant that experts see far ahead"
    BELOW_RATIO = "6 of 10 professionals: R7 fails, nothing grounds a waiver, the district may not recommend it"
    TWO_CATEGORIES = "names two categories: R14 refuses the submission"
    LEGAL = "applies in the legal category, closed in 2017: R15 refuses the submission"
    LAW_FIRM = "a law firm applies under management consulting, which R1 and R15 allow"
    LAST_MOMENT = "submits at 16:59:59.999 and is in time"
    TOO_LATE = "submits at 17:00:00.000 and is refused by R19"
    LATE_ADMITTED = "submits a day late, within the extension of its district, and is admitted"
    LATE_REFUSED = "submits after the extension of its district as well and is refused by R19"
    SUSPENDED = "is suspended before it submits, and refused"
    WRONG_FILE = "calls a text a PDF: refused by its content, then sends the right one"
    CERTIFICATION_RETURNED = "its certification is returned once, and corrected"
    CERTIFICATION_REJECTED = "is not certified and cannot apply"
    MOVED = "moves to another district after it submitted: the application stays"
    WITHDRAWN = "withdraws after it submitted"
    RETURNED = "is returned for its premises, corrects them, and its old paper is refused"
    RETURN_EXPIRES = "is returned and corrects nothing: the application lapses"
    WAIVED = "has half the capital and a municipal honour: two officers waive R3"
    WAIVER_REFUSED = "has half the capital and a municipal honour: the second officer refuses the waiver"
    DECLINED = "meets every rule and is declined; its district and the city let it stand"
    RECONSIDERED = "is declined, asks again, and is recommended after all"
    ESCALATED = "is declined twice and admitted by the city"
    SHORT_OF_SMES = "served 95 SMEs: R10 asks for a judgement, which passes"
    TIED = "has the same aggregate as another; the round's criteria tell them apart"
    TIED_AT_THE_CUT = "has the same scores as another, across the cut: the panel votes"
    EXPERT_RECUSED = "its expert steps back after having scored; the score is void, another scores"
    EXPERT_ILL = "one expert falls ill, one has a conflict; both are replaced"
    SCORE_REVISED = "an expert corrects a score, another one is late"
    RECUSED_AFTER_CLOSING = "its expert is recused after scoring closed; another scores before the ranking"
    FEW_SCORES = "two experts are recused, one score is void; the panel decides to rank it with fewer"
    OBJECTION_UPHELD = "second-ranked; an objection is upheld, the next in line is promoted and put on notice"
    OBJECTION_DISMISSED = "is objected to twice: once inadmissible, once unfounded"
    WITHDRAWN_ON_NOTICE = "withdraws while it is on notice: its place stays free"
    APPEAL_REMITTED = "appeals; experts score it again and the list is corrected"
    APPEAL_UPHELD = "appeals, and the rejection stands"
    UNSIGNED = "lets its agreement expire"
    REVOKED = "never files its plan: default, rectification, revocation in March"
    RECTIFIED = "misses the second quarter: default, rectification, accepted"
    REPORT_RETURNED = "its first report is returned and filed again"
    REPORT_LATE = "files the second quarter late"
    RENEWED = "its approval is renewed before it expires"
    ERASED = "has its personal data erased when the year is over"


GROUNDED = frozenset({Part.WAIVED, Part.WAIVER_REFUSED})
"""Half the capital that R3 asks for, and an honour that may ground a waiver."""
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
    16: Part.RETURNED,
    17: Part.RETURN_EXPIRES,
    18: Part.WAIVED,
    19: Part.WAIVER_REFUSED,
    20: Part.WITHDRAWN,
    21: Part.RECONSIDERED,
    23: Part.LAW_FIRM,
    24: Part.ESCALATED,
    25: Part.EXPERT_RECUSED,
    26: Part.EXPERT_ILL,
    27: Part.SCORE_REVISED,
    28: Part.RECUSED_AFTER_CLOSING,
    29: Part.FEW_SCORES,
    30: Part.TIED_AT_THE_CUT,
    38: Part.TIED_AT_THE_CUT,
    46: Part.STRONG,
    54: Part.STRONG,
    6: Part.STRONG,
    31: Part.LATE_ADMITTED,
    47: Part.LATE_REFUSED,
    33: Part.STRONG,
    41: Part.OBJECTION_UPHELD,
    49: Part.WITHDRAWN_ON_NOTICE,
    34: Part.OBJECTION_DISMISSED,
    35: Part.APPEAL_REMITTED,
    36: Part.APPEAL_UPHELD,
    37: Part.UNSIGNED,
    39: Part.REVOKED,
    40: Part.RECTIFIED,
    42: Part.REPORT_RETURNED,
    43: Part.REPORT_LATE,
    44: Part.MOVED,
    45: Part.SUSPENDED,
    48: Part.CERTIFICATION_RETURNED,
    50: Part.CERTIFICATION_REJECTED,
    51: Part.WRONG_FILE,
    52: Part.RENEWED,
    53: Part.ERASED,
}
AHEAD = {
    Part.STRONG: 98,
    Part.OBJECTION_UPHELD: 95,
    Part.WITHDRAWN_ON_NOTICE: 93,
    Part.OBJECTION_DISMISSED: 96,
    Part.UNSIGNED: 96,
    Part.REVOKED: 96,
    Part.RECTIFIED: 96,
    Part.REPORT_RETURNED: 93,
    Part.REPORT_LATE: 96,
    Part.RENEWED: 96,
    Part.ERASED: 93,
    Part.TIED_AT_THE_CUT: 91,
    Part.TIED: 84,
    Part.APPEAL_REMITTED: 64,
    Part.APPEAL_UPHELD: 62,
}
"""Points of a hundred that experts see in those whose story needs a place on the list, or none."""
ALIKE = frozenset({Part.TIED, Part.TIED_AT_THE_CUT})
"""Every expert gives these the same."""


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
        return f"filer-{self.index:03d}"

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
        return AHEAD.get(self.part, 60 + chance(f"quality/{self.index}", 26))


def organizations(count: int = ORGANIZATIONS) -> Iterator[Organization]:
    """The first so many of them, in all districts and open categories."""
    districts = list(District)
    for index in range(count):
        part = PARTS.get(index, Part.ORDINARY)
        group = "legal" if part is Part.LEGAL else GROUPS[index % len(GROUPS)]
        district = districts[index % len(districts)]
        style = STYLES[(index + index // len(districts)) % len(STYLES)]
        kind = NAMES["legal"] if part is Part.LAW_FIRM else NAMES[group]
        name = f"上海{district.name_zh}{style}{kind}"
        yield Organization(index, name, code(f"{index:04d}"), district, group, part)


def code(serial: str) -> str:
    """A valid unified social credit code of Shanghai for a four-digit serial."""
    first = f"91310000MA1K{serial}X"
    return first + check_character(first)


def points(organization: Organization, seat: int) -> dict[str, int]:
    """The points that an expert in this seat gives by the rubric; the tied two differ in how, not in how much."""
    noise = 0 if organization.part in ALIKE else chance(f"{organization.index}/{seat}", 7) - 3
    return shared(max(0, min(100, organization.quality + noise)), organization)


def shared(total: int, organization: Organization) -> dict[str, int]:
    """`total` points over the rubric's criteria."""
    shares = {"conditions": 10, "capacity": 25, "performance": 35, "benefit": 15, "plan": 15}
    given = {criterion: maximum * total // 100 for criterion, maximum in shares.items()}
    first_of_the_tied = min(index for index, part in PARTS.items() if part is Part.TIED)
    favourite, left = "plan" if organization.index == first_of_the_tied else "performance", total - sum(given.values())
    for criterion in (favourite, *shares):
        more = min(left, shares[criterion] - given[criterion])
        given[criterion], left = given[criterion] + more, left - more
    return given


def chance(seed: str, sides: int) -> int:
    """A number below `sides` that is the same each time."""
    return int.from_bytes(sha256(seed.encode()).digest()[:4]) % sides
