"""Closed vocabularies of the form: what does not change from round to round."""

from enum import StrEnum


class District(StrEnum):
    """Shanghai's districts by GB/T 2260 code, as of 2017."""

    HUANGPU = "310101"
    XUHUI = "310104"
    CHANGNING = "310105"
    JINGAN = "310106"
    PUTUO = "310107"
    HONGKOU = "310109"
    YANGPU = "310110"
    MINHANG = "310112"
    BAOSHAN = "310113"
    JIADING = "310114"
    PUDONG = "310115"
    JINSHAN = "310116"
    SONGJIANG = "310117"
    QINGPU = "310118"
    FENGXIAN = "310120"
    CHONGMING = "310151"

    @property
    def name_zh(self) -> str:
        """The district's Chinese name."""
        return DISTRICT_NAMES[self]


DISTRICT_NAMES = {
    District.HUANGPU: "黄浦区",
    District.XUHUI: "徐汇区",
    District.CHANGNING: "长宁区",
    District.JINGAN: "静安区",
    District.PUTUO: "普陀区",
    District.HONGKOU: "虹口区",
    District.YANGPU: "杨浦区",
    District.MINHANG: "闵行区",
    District.BAOSHAN: "宝山区",
    District.JIADING: "嘉定区",
    District.PUDONG: "浦东新区",
    District.JINSHAN: "金山区",
    District.SONGJIANG: "松江区",
    District.QINGPU: "青浦区",
    District.FENGXIAN: "奉贤区",
    District.CHONGMING: "崇明区",
}


class LegalForm(StrEnum):
    """机构性质 (C2.1.1)."""

    ENTERPRISE = "enterprise"
    """企业."""
    PUBLIC_INSTITUTION = "public_institution"
    """事业单位."""
    SOCIAL_ORGANIZATION = "social_organization"
    """社会团体."""
    PRIVATE_NON_ENTERPRISE = "private_non_enterprise"
    """民办非企业单位."""
    LAW_FIRM = "law_firm"
    """律师事务所, the one form that need not be a legal person."""
    BRANCH = "branch"
    """分支机构, not an independent legal person."""


class Kind(StrEnum):
    """综合 or 专业 (C1)."""

    COMPREHENSIVE = "comprehensive"
    PROFESSIONAL = "professional"


COMPREHENSIVE = Kind.COMPREHENSIVE.value
"""The group of the comprehensive organizations; a professional one's group is its category."""


class Outcome(StrEnum):
    """What a rule says."""

    PASS = "PASS"  # noqa: S105 - an outcome
    FAIL = "FAIL"
    JUDGE = "JUDGE"
    """A person decides, with a rationale."""
    MISSING = "MISSING"
    """To be returned for correction."""
    WAIVED = "WAIVED"
    """Failed, and waived by two officers; the failure stays visible."""


WAIVABLE, GROUND = "waivable", "ground"
"""Kinds of rules: one that two officers may waive, and one that passes nothing and makes waivers possible (C2.1.7)."""
EDUCATION = ("none", "secondary", "college", "bachelor", "master", "doctor")
"""学历, from the lowest."""
TITLES = ("none", "junior", "intermediate", "senior")
"""技术职称, from the lowest."""
RECOGNITION = ("industry", "district", "municipal", "national")
"""认定、表彰、资助, from the lowest: a trade association's is none of an authority."""
UNION, INTERSECTION = "union", "intersection"
"""不得重复计算: who meets either is counted once, or only who meets both."""


def at_least(ladder: tuple[str, ...], level: str, asked: str) -> bool:
    """Whether a level of the ladder is the one that is asked for, or a higher one; one that is not on it is not."""
    return level in ladder and ladder.index(level) >= ladder.index(asked)
