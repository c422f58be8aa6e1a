"""The words of the documents: vocabularies, money, dates and instants as officials and applicants write them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from shared.contracts.fields import place
from shared.contracts.vocabulary import District, Kind, LegalForm, Outcome
from shared.kernel.instants import Instant, local_date, local_text, plus_seconds

OFFICE: Final = "上海市中小企业办"
COMMISSION: Final = "上海市经济和信息化委员会"
ERASED: Final = "已删除"
"""Stands for what a person had erased."""
NONE: Final = "—"

LEGAL_FORMS: Final[dict[str, str]] = {
    LegalForm.ENTERPRISE: "企业",
    LegalForm.PUBLIC_INSTITUTION: "事业单位",
    LegalForm.SOCIAL_ORGANIZATION: "社会团体",
    LegalForm.PRIVATE_NON_ENTERPRISE: "民办非企业单位",
    LegalForm.LAW_FIRM: "律师事务所",
    LegalForm.BRANCH: "分支机构",
}
KINDS: Final[dict[str, str]] = {Kind.COMPREHENSIVE: "综合服务机构", Kind.PROFESSIONAL: "专业服务机构"}
EDUCATIONS: Final = {
    "doctor": "博士",
    "master": "硕士",
    "bachelor": "本科",
    "college": "大专",
    "secondary": "中专及高中",
    "none": "其他",
}
TITLE_LEVELS: Final = {"senior": "高级", "intermediate": "中级", "junior": "初级", "none": "无"}
TENURES: Final = {"own": "自有", "lease": "租赁"}
VOLUME_UNITS: Final = {"cases": "次", "visits": "家次", "hours": "小时", "yuan": "元"}
HONOUR_LEVELS: Final = {"national": "国家级", "municipal": "市级", "district": "区级", "industry": "行业组织"}
PARTNER_TYPES: Final = {
    "gathered_service_organization": "集聚的服务机构",
    "university": "大专院校",
    "institute": "科研院所",
    "association": "行业协会",
    "other": "其他",
}
OBLIGATIONS: Final = {
    "plan": "年度服务计划",
    "report": "服务情况报告",
    "case": "服务案例",
    "policy_digest": "政策解读材料",
    "difficulties": "中小企业困难、问题和诉求汇总",
}
STANDINGS: Final = {
    "UNSIGNED": "已批准，协议未签",
    "ACTIVE": "有效",
    "RECTIFYING": "整改中",
    "RENEWED": "有效（已续期）",
    "REVOKED": "已撤销",
    "EXPIRED": "已到期",
    "REMOVED": "已更正移出",
}
AGREEMENTS: Final = {"NOT_OFFERED": "未发出", "OFFERED": "已发出，待签", "SIGNED": "已签署", "EXPIRED": "逾期未签"}
VACANCIES: Final = {
    "OBJECTION_UPHELD": "异议成立，移出名单",
    "WITHDRAWN": "申报单位撤回",
    "CORRECTED": "名单更正，移出名单",
    "ORGANIZATION_BARRED": "该单位被暂停或注销资格",
    "NOT_LISTED": "该名次的单位未列入名单",
}
"""Why nobody on a list has a rank."""
GROUNDS: Final = {
    "appeal_reversed": "申诉成立",
    "appeal_remitted": "申诉退回后重新评审",
    "next_in_line": "依次递补空缺名额",
}
"""Why somebody joins a published list."""
OUTCOMES: Final[dict[str, str]] = {
    Outcome.PASS: "符合",
    Outcome.FAIL: "不符合",
    Outcome.JUDGE: "待判定",
    Outcome.MISSING: "缺材料",
    Outcome.WAIVED: "放宽",
}

CONFORMS: Final = "conforms"
CHECKS: Final = {CONFORMS: "符合要求", "deviates": "与要求不符", "missing": "缺失"}


def word(words: Mapping[str, str], code: str | None) -> str:
    """The word for `code`; a code without a word speaks for itself."""
    return NONE if code is None else words.get(code, code)


def subject_of(title_zh: str) -> str:
    """What a round is about, for the titles of its documents: `2017年上海市中小企业服务机构`."""
    return title_zh.removesuffix("工作").removesuffix("申报推荐")


def district_name(code: str) -> str:
    """The district's name; a code that is none speaks for itself."""
    return District(code).name_zh if code in set(District) else code


def amount(text: str) -> str:
    """A decimal string with thousands apart, its decimals as they were filed."""
    return f"{Decimal(text):,}"


def day(text: str | None) -> str:
    """An ISO date as `2017年9月20日`."""
    if text is None:
        return NONE
    year, month, of_month = text.split("-")
    return f"{int(year)}年{int(month)}月{int(of_month)}日"


def until(text: str | None) -> str:
    """The last day of something, or that it does not end."""
    return "长期" if text is None else day(text)


def moment(at: Instant | str) -> str:
    """An instant in Shanghai, to the second: `2017年9月20日 16:59:59`."""
    text = local_text(Instant(at))
    return f"{day(text[:10])} {text[11:19]}"


def last_moment(at: Instant | str) -> str:
    """The first instant that is too late, as the notice says it: `2017年9月20日17时前`, or the whole day before it."""
    text = local_text(Instant(at))
    hour, minute = int(text[11:13]), int(text[14:16])
    if hour == minute == 0:
        before = local_text(plus_seconds(Instant(at), -1))
        return f"{day(before[:10])}前"
    return f"{day(text[:10])}{hour}时{f'{minute}分' if minute else ''}前"


def percent(part: str | int, whole: str | int) -> str:
    """`part` of `whole` in percent with one decimal, cut and never rounded up; a dash when there is no whole."""
    if not Decimal(whole):
        return NONE
    cut = int(Fraction(Decimal(part)) / Fraction(Decimal(whole)) * 1000)
    return f"{cut // 10}.{cut % 10}%"


def yes(truth: bool) -> str:  # noqa: FBT001 - a fact of the form
    """是 or 否."""
    return "是" if truth else "否"


def short_hash(sha256: str | None) -> str:
    """The first sixteen digits in fours, for people to compare."""
    return NONE if sha256 is None else " ".join(sha256[at : at + 4] for at in range(0, 16, 4))


def local_day(at: Instant) -> str:
    """The day on which an instant falls in Shanghai."""
    return day(local_date(at))


def compliance(result: str, items: Iterable[tuple[str, str, str]]) -> str:
    """合规意见: that all conforms, or item, result and note of each thing that does not."""
    found = [(item, outcome, note) for item, outcome, note in items if outcome != CONFORMS]
    if result == CONFORMS or not found:
        return word(CHECKS, result)
    return "；".join(
        f"{place(item)}{word(CHECKS, outcome)}" + (f"（{note}）" if note else "") for item, outcome, note in found
    )
