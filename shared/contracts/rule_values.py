"""What a rule observed and asks for, with units, in Chinese and in English; the stored values stay as they are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from shared.kernel.instants import Instant, local_text

Said: TypeAlias = tuple[str, str]
"""In Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The round's Chinese names of its categories and materials; what it does not name keeps its code or number."""

    categories: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[int, str] = field(default_factory=dict)


Way: TypeAlias = Callable[[str, Naming], Said]
"""How a rule's values are told."""
NOT_SAID: Final = "-"
"""What a rule observes of a table that was never saved."""
NOTHING: Final = "none"
NO_CODE: Final = " is no valid code"
WORDS: Final[Mapping[str, Said]] = {
    "is no valid code": ("不是有效代码", "is no valid code"),
    "under investigation": ("正在协助调查", "under investigation"),
    "no discount rules": ("无小微企业优惠规定", "no discount rules for small and micro enterprises"),
    "lacking": ("缺", "lacking"),
    "statement": ("承诺书", "the signed statement"),
    "management_system": ("管理制度", "management system"),
    "service_process": ("服务流程", "service process"),
    "fee_standard": ("收费标准", "fee standard"),
    "quality_assurance": ("服务质量保证措施", "quality assurance"),
    "equipment": ("设施仪器", "equipment"),
    "plan": ("年度服务目标", "yearly targets"),
    "none": ("无", "none"),
    "enterprise": ("企业", "enterprise"),
    "public_institution": ("事业单位", "public institution"),
    "social_organization": ("社会团体", "social organization"),
    "private_non_enterprise": ("民办非企业单位", "private non-enterprise unit"),
    "law_firm": ("律师事务所", "law firm"),
    "branch": ("分支机构", "branch"),
}
FINANCES: Final[Mapping[str, str]] = {"revenue": "收入", "profit": "利润", "assets": "资产", "liabilities": "负债"}


def observed(rule: str, value: str, naming: Naming) -> Said:
    """What a rule observed."""
    return ("未填报", "not filled in") if value == NOT_SAID else _said(OBSERVED.get(rule, _as_typed), value, naming)


def asked(rule: str, value: str, naming: Naming) -> Said:
    """What a rule asks for; empty where it asks for no number."""
    return _said(ASKED.get(rule, _as_typed), value, naming) if value else ("", "")


def _said(way: Way, value: str, naming: Naming) -> Said:
    """A value in another form than this release's rules give speaks for itself."""
    try:
        return way(value, naming)
    except (ValueError, ArithmeticError, LookupError):
        return value, value


def _counted(zh: str, en: str) -> Way:
    return lambda value, _: (f"{value}{zh}", f"{value} {en}")


def _at_least(zh: str, en: str) -> Way:
    return lambda value, _: (f"{value}{zh}以上", f"at least {value} {en}")


def _money(value: str, _: Naming) -> Said:
    amount = f"{Decimal(value):,}"
    return f"{amount}元", f"{amount} yuan"


def _money_asked(value: str, naming: Naming) -> Said:
    zh, en = _money(value, naming)
    return f"{zh}以上", f"at least {en}"


def _share(value: str, _: Naming) -> Said:
    """Such as 6/10 with its percent, cut after one decimal."""
    told = value if percent(value) == value else f"{value}（{percent(value)}）"
    return told, told.translate({ord("（"): " (", ord("）"): ")"})


def _share_asked(value: str, _: Naming) -> Said:
    return f"{percent(value)}以上", f"at least {percent(value)}"


def percent(ratio: str) -> str:
    """A ratio in percent, cut after one decimal and never rounded up; as it is where there is no whole."""
    part, _, rest = ratio.partition("/")
    whole = Decimal(rest or 1)
    if not whole:
        return ratio
    cut = int(Fraction(Decimal(part)) / Fraction(whole) * 1000)
    return f"{Decimal(cut).scaleb(-1).normalize():f}%"


def _volume(value: str, naming: Naming) -> Said:
    """`80+60/1000`: public-benefit and low-fee service of the whole, and whether the discount rules are there."""
    shares, _, lacks = value.partition(", ")
    parts, _, whole = shares.partition("/")
    public, _, lowfee = parts.partition("+")
    share = percent(f"{Decimal(public) + Decimal(lowfee)}/{whole}")
    zh, en = _worded(lacks, naming) if lacks else ("", "")
    return (
        f"公益{public}＋低收费{lowfee}，总量{whole}，占{share}{f'，{zh}' if zh else ''}",
        f"public {public} + low-fee {lowfee} of {whole}, {share}{f', {en}' if en else ''}",
    )


def _finances(value: str, _: Naming) -> Said:
    pairs = [one.split(" ") for one in value.split(", ")]
    return (
        "，".join(f"{FINANCES[name]}{Decimal(amount):,}元" for name, amount in pairs),
        ", ".join(f"{name} {Decimal(amount):,} yuan" for name, amount in pairs),
    )


def _worded(value: str, naming: Naming) -> Said:
    """A list of closed words, of categories and of materials."""
    verb = "lacking " if value.startswith("lacking ") else ""
    told = [_one(one, naming) for one in value.removeprefix("lacking ").split(", ")]
    zh, en = WORDS[verb.strip()] if verb else ("", "")
    return f"{zh}{'、'.join(one for one, _ in told)}", f"{en} {', '.join(one for _, one in told)}".strip()


def _legal_person(value: str, naming: Naming) -> Said:
    """The legal form, and the code where it is none: in quotes where blanks belong to it."""
    form, _, code = value.removesuffix(NO_CODE).partition(", ")
    if not value.endswith(NO_CODE):
        return _worded(value, naming)
    named = code if re.fullmatch(r"\S+", code) else f"“{code}”"
    (zh, en), (none_zh, none_en) = _one(form, naming), WORDS[NO_CODE.strip()]
    return f"{zh}、{named}{none_zh}", f"{en}, {named} {none_en}"


def _one(value: str, naming: Naming) -> Said:
    if found := re.fullmatch(r"material (\d+)", value):
        name = naming.materials.get(int(found[1]), "")
        return f"材料{found[1]}{f'（{name}）' if name else ''}", value
    if found := re.fullmatch(r"(\d+) of (\d+)", value):
        return f"{found[2]}项中{found[1]}项齐备", f"{value} are there"
    if found := re.fullmatch(r"(\d+) materials", value):
        return f"{found[1]}项材料齐备", f"{value} are there"
    return WORDS.get(value, (naming.categories.get(value, value), value.replace("_", " ")))


def _as_typed(value: str, naming: Naming) -> Said:
    """The applicant's own words."""
    return _worded(value, naming) if value == NOTHING else (value, value)


def _instant(value: str, _: Naming) -> Said:
    local = local_text(Instant(value)).removesuffix(".000")
    return local, local


def _before(value: str, naming: Naming) -> Said:
    local, _ = _instant(value, naming)
    return f"{local}前", f"before {local}"


OBSERVED: Final[Mapping[str, Way]] = {
    "R1": _legal_person,
    "R2": lambda value, _: (f"{value}起运营", f"operating since {value}"),
    "R3": _money,
    "R4": _finances,
    "R5": _as_typed,
    "R6": _counted("人", "people"),
    "R7": _share,
    "R8": _counted("㎡", "m²"),
    "R9": _worded,
    "R10": _counted("家", "SMEs"),
    "R11": _share,
    "R12": _volume,
    "R13": _worded,
    "R14": _worded,
    "R15": _worded,
    "R16": _as_typed,
    "R17": _counted("家", "organizations"),
    "R18": _worded,
    "R19": _instant,
}
ASKED: Final[Mapping[str, Way]] = {
    "R2": lambda value, _: (f"满{value}年", f"at least {value} years" if value != "1" else "at least 1 year"),
    "R3": _money_asked,
    "R6": _at_least("人", "people"),
    "R7": _share_asked,
    "R8": _at_least("㎡", "m²"),
    "R10": _at_least("家", "SMEs"),
    "R11": _share_asked,
    "R12": _share_asked,
    "R13": lambda value, _: (f"近{value}年内无", f"none within {value} years"),
    "R15": _worded,
    "R17": _at_least("家", "organizations"),
    "R19": _before,
}
