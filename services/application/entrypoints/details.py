"""What a timeline says of an event's members: closed words, instants, hashes, rules and places, in two languages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from services.application.domain.choice import group_of
from shared.contracts.fields import place
from shared.contracts.obligations import a_default
from shared.contracts.rejections import REJECTIONS
from shared.contracts.rule_messages import OUTCOMES, TITLES
from shared.contracts.rule_values import Naming, Said
from shared.contracts.vocabulary import COMPREHENSIVE, DISTRICT_NAMES, District
from shared.kernel.instants import Instant, local_text

HASH_SHOWN: Final = 12
WORDS: Final[Mapping[str, Said]] = {
    "ELIGIBLE": ("符合条件", "eligible"),
    "CONDITIONAL": ("有待判定或放宽", "conditional on a judgement or a waiver"),
    "conforms": ("符合要求", "conforms"),
    "deviates": ("不符合要求", "deviates"),
    "draft": ("草稿", "the draft"),
    "return": ("退回补正", "the return"),
    "upheld": ("维持不予推荐", "the decline stands"),
    "reopened": ("重新审核", "the review is open again"),
    "admitted": ("同意进入专家评审", "admitted to the experts"),
    "dismissed": ("驳回", "dismissed"),
    "uphold": ("维持原决定", "the rejection stands"),
    "remit": ("发回重新办理", "done again"),
    "reverse": ("撤销原决定", "the rejection falls"),
    "district": ("区级审核", "the district's review"),
    "experts": ("专家评审", "the experts' review"),
    "ranking": ("择优排序", "the ranking"),
    "selection": ("择优", "the selection"),
    "objection": ("异议", "an objection"),
    "correction": ("名单更正", "a correction of the list"),
    **REJECTIONS,
    **OUTCOMES,
}
"""Closed words; what is none of them stands for itself."""
Way: TypeAlias = Callable[[Any], Said]


def in_words(details: Mapping[str, Any], naming: Naming) -> dict[str, Said]:
    """Every member in words, and what the application is of as `group`."""
    told = {name: WAYS.get(name, _plain)(value) for name, value in details.items()}
    return {**told, "group": _group(details, naming)}


def _plain(value: Any) -> Said:
    return WORDS.get(str(value), (str(value), str(value)))


def _moment(value: str) -> Said:
    told = local_text(Instant(value)).removesuffix(".000")
    return told, told


def _short(value: str) -> Said:
    return value[:HASH_SHOWN], value[:HASH_SHOWN]


def _joined(told: Iterable[Said]) -> Said:
    pairs = list(told)
    return "；".join(zh for zh, _ in pairs) or "无", "; ".join(en for _, en in pairs) or "none"


def _rule(code: str) -> Said:
    zh, en = TITLES.get(code, ("-", "-"))
    return f"{code}（{zh}）", f"{code} ({en})"


def _rules(codes: Iterable[str]) -> Said:
    return _joined(_rule(code) for code in codes)


def _listed(texts: Iterable[str]) -> Said:
    return _joined(_plain(text) for text in texts)


def _items(items: Iterable[Mapping[str, str]]) -> Said:
    return _joined(_item(one) for one in items)


def _item(item: Mapping[str, str]) -> Said:
    if "path" in item:
        return _to_correct(item)
    return _to_put_right(item) if "what" in item else _checked(item)


def _checked(item: Mapping[str, str]) -> Said:
    """What the district looked at, and how it was found."""
    zh, en = _plain(item["result"])
    return f"{place(item['item'])}{zh}：{item['note']}", f"{item['item']} {en}: {item['note']}"


def _to_correct(item: Mapping[str, str]) -> Said:
    """Where it is, and what is wrong there."""
    said = item["note"] or item["code"]
    return f"{place(item['path'])}：{said}", f"{item['path']}: {said}"


def _to_put_right(item: Mapping[str, str]) -> Said:
    """What was not filed by its name, or what an officer typed."""
    found = a_default(item["what"], item["note"])
    if found is None:
        return f"{item['what']}：{item['note']}", f"{item['what']}: {item['note']}"
    (zh, en), due = found[0].name, found[1]
    return f"{zh}（应于{due}前报送，未报送）", f"the {en} (due before {due}, not filed)"


def _paths(paths: Iterable[str]) -> Said:
    return _joined((place(path), path) for path in paths)


def _blocking(results: Iterable[Mapping[str, str]]) -> Said:
    return _joined((f"{one['rule']} {one['message_zh']}", f"{one['rule']} {one['message_en']}") for one in results)


def _count(files: list[str]) -> Said:
    return str(len(files)), str(len(files))


def _district(code: str) -> Said:
    name = DISTRICT_NAMES[District(code)]
    return name, f"{name} ({code})"


def _group(details: Mapping[str, Any], naming: Naming) -> Said:
    named = details.get("category") or []
    group = group_of(str(details.get("kind", "")), [named] if isinstance(named, str) else named)
    if group == COMPREHENSIVE:
        return "综合服务机构", "comprehensive organizations"
    return naming.categories.get(group, group), group.replace("_", " ")


WAYS: Final[Mapping[str, Way]] = {
    **dict.fromkeys(("received_at", "deadline", "extended_to", "old", "new", "due"), _moment),
    **dict.fromkeys(("snapshot_hash", "sha256", "pdf_sha256"), _short),
    **dict.fromkeys(("rules", "failed", "to_judge"), _rules),
    **dict.fromkeys(("reasons", "codes"), _listed),
    "changed": _paths,
    "rule": _rule,
    "items": _items,
    "blocking": _blocking,
    "evidence": _count,
    "district": _district,
}
"""How a detail is told; the others as they are."""
