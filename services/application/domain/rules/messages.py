"""What a rule's result means, in the words of officials and applicants."""

import re
from typing import Final

from shared.contracts.application import RuleResult
from shared.contracts.vocabulary import Outcome
from shared.kernel.instants import Instant, local_text

DEADLINE_RULE = "R19"
"""Its values are instants."""

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


IN_CHINESE: Final[dict[str, str]] = {
    "is no valid code": "不是有效代码",
    "under investigation": "正在协助调查",
    "no discount rules": "无小微企业优惠办法",
    "lacking": "缺",
    "statement": "承诺书",
    "materials": "项材料",
    "material": "材料",
    "management_system": "管理制度",
    "service_process": "服务流程",
    "fee_standard": "收费标准",
    "quality_assurance": "质量保证",
    "equipment": "设施仪器",
    "plan": "年度目标",
    "revenue": "收入",
    "profit": "利润",
    "assets": "资产",
    "liabilities": "负债",
    "none": "无",
    "public_institution": "事业单位",
    "social_organization": "社会团体",
    "private_non_enterprise": "民办非企业",
    "enterprise": "企业",
    "law_firm": "律师事务所",
    "branch": "分支机构",
    "of": "/",
}
"""What the rules say they observed, where it is no name of the applicant's."""
WORDED: Final = re.compile("|".join(rf"(?<![\w]){re.escape(one)}(?![\w])" for one in IN_CHINESE))
NAMED: Final = ("R5", "R16")
"""Their values are the applicant's own words."""


def _chinese(rule: str, observed: str) -> str:
    if rule in NAMED and observed != "none":
        return observed
    return WORDED.sub(lambda found: IN_CHINESE[found.group()], observed)


def message_zh(result: RuleResult, note: str = "") -> str:
    """One line of Chinese, with what there is to know beside it; times as in Shanghai."""
    observed, threshold = _local(result)
    asked = f"，要求 {threshold}" if threshold else ""
    told = f"{TITLES[result.rule][0]}：{OUTCOMES[result.outcome][0]}（申报 {_chinese(result.rule, observed)}{asked}）"
    return f"{told}。{note}" if note else told


def message_en(result: RuleResult, note: str = "") -> str:
    """One line of English, with what there is to know beside it; times as in Shanghai."""
    observed, threshold = _local(result)
    asked = f", asked {threshold}" if threshold else ""
    told = f"{TITLES[result.rule][1]}: {OUTCOMES[result.outcome][1]} (observed {observed}{asked})"
    return f"{told}; {note}" if note else told


def _local(result: RuleResult) -> tuple[str, str]:
    if result.rule != DEADLINE_RULE:
        return result.observed, result.threshold
    return local_text(Instant(result.observed)), local_text(Instant(result.threshold))
