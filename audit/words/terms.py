"""The terms in which events are told: rules, outcomes, districts, groups, instants and hashes, Chinese and English."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from shared.contracts.correction import ItemToCorrect
from shared.contracts.event import Event
from shared.contracts.fields import place
from shared.contracts.obligations import OBLIGATION_NAMES
from shared.contracts.rejections import REJECTIONS
from shared.contracts.round import RoundParameters
from shared.contracts.rule_messages import OUTCOMES, TITLES
from shared.contracts.rule_values import Naming, observed
from shared.contracts.vocabulary import COMPREHENSIVE, DISTRICT_NAMES, GROUND, District
from shared.kernel.actor import ROLE_NAMES
from shared.kernel.instants import Instant, NotAnInstant, instant, local_text

Said: TypeAlias = tuple[str, str]
"""A sentence in Chinese, and the same in English."""


@dataclass(frozen=True, slots=True)
class About:
    """The application whose story is told, and what its round has for its group at that instant."""

    application: str
    group: str
    places: int
    trim_from: int
    """With at least so many scores the highest and the lowest are dropped."""
    tie_order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What a round calls its groups and criteria, and its grounds; without a round codes stand for themselves."""

    groups: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, str] = field(default_factory=dict)
    grounds: frozenset[str] = frozenset()
    """The rules that only make a waiver possible: who does not meet one has failed nothing."""
    periods: Mapping[str, str | None] = field(default_factory=dict)
    """Which of several in a year each obligation is, by its id; what is not known names no period."""
    about: About | None = None
    """Absent where no one application's story is told."""

    @property
    def naming(self) -> Naming:
        """As the rules' values are told."""
        return Naming(self.groups)


Words: TypeAlias = Mapping[type[Event], Callable[[Any, Names], Said]]
"""How each event is told."""
PSEUDONYM = 8
"""Characters of an id that a person reads."""
HASH_SHOWN = 12
PAIRS: Mapping[str, Said] = {
    "ELIGIBLE": ("符合条件", "eligible"),
    "CONDITIONAL": ("有待判定或放宽", "conditional on a judgement or a waiver"),
    "INELIGIBLE": ("不符合条件", "not eligible"),
    "conforms": ("符合要求", "conforms"),
    "deviates": ("不符合要求", "deviates"),
    "missing": ("缺失", "is missing"),
    "upheld": ("维持不予推荐", "the decline stands"),
    "reopened": ("重新审核", "the review is open again"),
    "admitted": ("同意进入专家评审", "admitted to the experts"),
    "dismissed": ("驳回", "dismissed"),
    "withdrawn": ("申报单位撤回", "withdrawn"),
    "lapsed": ("逾期失效", "lapsed"),
    "uphold": ("维持原决定", "the rejection stands"),
    "remit": ("发回重新办理", "remitted"),
    "reverse": ("撤销原决定", "the rejection falls"),
    "district": ("区级审核", "the district's review"),
    "experts": ("专家评审", "the review by experts"),
    "ranking": ("择优排序", "the ranking"),
    "selection": ("择优", "the selection"),
    "correction": ("名单更正", "the correction of the list"),
    "draft": ("草稿", "the draft"),
    "return": ("退回补正", "the return"),
    "rank_with_fewer": ("按现有评分排序", "rank with fewer scores"),
    "leave_unranked": ("不予排序", "leave unranked"),
    **OBLIGATION_NAMES,
    "vote": ("专家组表决", "the panel's vote"),
    **REJECTIONS,
    "objection": ("异议", "an objection"),
    "application/pdf": ("PDF文件", "PDF"),
    "image/jpeg": ("图片", "JPEG picture"),
    "image/png": ("图片", "PNG picture"),
    "clean": ("未发现病毒", "clean"),
    "not scanned": ("未经病毒扫描", "not scanned"),
    "business_licence": ("营业执照", "business licence"),
    "registration_certificate": ("登记证书", "registration certificate"),
    **OUTCOMES,
}
"""Closed words of the events."""
ROLES: Mapping[str, Said] = {
    **{one.value: (zh, one.value.replace("_", " ")) for one, zh in ROLE_NAMES.items()},
    "integrator": ("数据用户", "integrator"),
    "public": ("公众", "public"),
}
"""Who acts."""


def word(code: str) -> Said:
    """A closed word in both languages; a word that nobody named stands for itself."""
    return PAIRS.get(code, (code, code))


def role(code: str) -> Said:
    """A role in both languages."""
    return ROLES.get(code, (code, code))


def rule(code: str) -> Said:
    """A rule by number and title."""
    zh, en = TITLES.get(code, ("", ""))
    return f"{code}{f'（{zh}）' if zh else ''}", f"{code}{f' ({en})' if en else ''}"


def rules(codes: Iterable[str]) -> Said:
    """Several rules."""
    told = [rule(code) for code in codes]
    return "、".join(zh for zh, _ in told) or "无", ", ".join(en for _, en in told) or "none"


def district(code: str) -> Said:
    """A district's name."""
    name = DISTRICT_NAMES[District(code)] if code in set(District) else code
    return name, f"{name} ({code})" if name != code else code


def group(code: str | None, names: Names) -> Said:
    """A professional category, or the comprehensive organizations where there is none."""
    if code in (None, "", COMPREHENSIVE):
        return "综合服务机构", "comprehensive organizations"
    return names.groups.get(str(code), str(code)), str(code).replace("_", " ")


def when(text: str) -> str:
    """An instant as people in Shanghai read it, with its milliseconds only where there are some; a date as it is."""
    try:
        local = local_text(instant(text)) if "T" in text else text
    except NotAnInstant:
        return text
    return local.removesuffix(".000")


def who(account: str) -> str:
    """An account as a person reads it: the beginning of its pseudonym."""
    return account[:PSEUDONYM]


def short(sha256: str | None) -> str:
    """The beginning of a hash."""
    return (sha256 or "-")[:HASH_SHOWN]


def items(found: Iterable[ItemToCorrect]) -> Said:
    """What is to be corrected."""
    found = tuple(found)
    zh = [f"{place(one.path)}：{one.note or word(one.code)[0]}" for one in found]
    en = [f"{one.path} {one.code}{f': {one.note}' if one.note else ''}" for one in found]
    return "；".join(zh) or "无", "; ".join(en) or "nothing"


def value(rule_id: str, seen: str, names: Names) -> Said:
    """What a rule observed, with its unit."""
    return observed(rule_id, seen, names.naming)


def listed(texts: Iterable[str]) -> Said:
    """Texts one after another, in the punctuation of each language."""
    texts = tuple(texts)
    return "；".join(texts) or "无", "; ".join(texts) or "none"


def names_of(parameters: Iterable[RoundParameters]) -> Names:
    """What these rounds call things; a later one's names stand where both name something."""
    known = tuple(parameters)
    groups = {category.code: category.name_zh for one in known for category in one.categories}
    criteria = {criterion.id: criterion.name_zh for one in known for criterion in one.rubric}
    grounds = frozenset(rule.id for one in known for rule in one.rules if rule.kind == GROUND)
    return Names(groups, criteria, grounds)


def local(at: str) -> str:
    """When something happened, in Shanghai, with milliseconds."""
    return local_text(Instant(at))
