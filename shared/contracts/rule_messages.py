"""What a rule's result means, in the words of officials and applicants."""

from collections.abc import Iterable
from typing import Final

from shared.contracts.application import RuleResult
from shared.contracts.rule_values import Naming, Said, asked, observed
from shared.contracts.vocabulary import Outcome

UNNAMED: Final = Naming()

TITLES: Final[dict[str, tuple[str, str]]] = {
    "R1": ("独立法人资格（律师事务所除外）", "an independent legal person, or a law firm"),
    "R2": ("运营年限", "years in operation"),
    "R3": ("注册资本（开办资金）", "registered capital in yuan"),
    "R4": ("财务收支状况", "sound finances"),
    "R5": ("从事相关服务的资质或能力", "qualified or able to serve"),
    "R6": ("专职人员数", "full-time staff"),
    "R7": ("专业人员比例（不重复计算）", "share of professionals, each counted once"),
    "R8": ("固定经营服务场所面积（平方米）", "fixed premises in m²"),
    "R9": ("设施、制度、流程、收费、质量与年度目标", "facilities, systems, process, fees, quality and plan"),
    "R10": ("年服务中小企业家数（原则上）", "SMEs served in a year, in principle"),
    "R11": ("用户满意度", "satisfied users"),
    "R12": ("公益性或低收费服务占比", "share of public-benefit and low-fee service"),
    "R13": ("近三年无行政处罚且未协助调查", "no recent penalty and no investigation"),
    "R14": ("专业类别限报一类", "one professional category, a comprehensive organization none"),
    "R15": ("所报类别本年受理", "the category is open this year"),
    "R16": ("区级及以上认定、表彰、资助（可适当放宽的依据）", "recognition that may ground a waiver"),
    "R17": ("集聚服务机构数", "service organizations gathered"),
    "R18": ("申报材料与真实性承诺书", "materials and the signed statement"),
    "R19": ("网上报送截止时间", "filed before the deadline"),
}
OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    Outcome.PASS: ("符合", "met"),
    Outcome.FAIL: ("不符合", "not met"),
    Outcome.JUDGE: ("需人工判定", "for a person to judge"),
    Outcome.MISSING: ("材料缺失，需补正", "something is missing, to be corrected"),
    Outcome.WAIVED: ("经批准放宽", "waived"),
}


def in_chinese(rules: Iterable[str]) -> str:
    """Rules by number and title, as officials read them."""
    return "、".join(f"{one} {TITLES[one][0]}" if one in TITLES else one for one in rules)


def message_zh(result: RuleResult, note: str = "", naming: Naming = UNNAMED) -> str:
    """One line of Chinese, with what there is to know beside it; times as in Shanghai."""
    (seen, _), (threshold, _) = told(result, naming)
    wanted = f"，要求 {threshold}" if threshold else ""
    line = f"{TITLES[result.rule][0]}：{OUTCOMES[result.outcome][0]}（申报 {seen}{wanted}）"
    return f"{line}。{note}" if note else line


def message_en(result: RuleResult, note: str = "", naming: Naming = UNNAMED) -> str:
    """One line of English, with what there is to know beside it; times as in Shanghai."""
    (_, seen), (_, threshold) = told(result, naming)
    wanted = f", asked {threshold}" if threshold else ""
    line = f"{TITLES[result.rule][1]}: {OUTCOMES[result.outcome][1]} (observed {seen}{wanted})"
    return f"{line}; {note}" if note else line


def told(result: RuleResult, naming: Naming = UNNAMED) -> tuple[Said, Said]:
    """What was observed and what is asked, each in both languages."""
    return observed(result.rule, result.observed, naming), asked(result.rule, result.threshold, naming)
