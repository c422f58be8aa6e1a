"""What a person should know beside a result: where another count would come out otherwise, and what was not counted."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from services.application.domain.rules.capacity import GATHERED, gathers, held, professionals
from services.application.domain.rules.finding import Filing, ratio
from services.application.domain.rules.service import reaches
from shared.contracts.form import Partner
from shared.contracts.round import Rule
from shared.contracts.vocabulary import INTERSECTION, RECOGNITION, UNION, at_least
from shared.kernel.uscc import is_uscc

Note: TypeAlias = tuple[str, str]
"""In Chinese and in English."""


def notes(filing: Filing, rules: Sequence[Rule]) -> dict[str, Note]:
    """By rule what there is to know."""
    found = {
        "R2": _older_than_itself(filing),
        **{rule.id: _counting(filing, rule) for rule in rules if rule.id == "R7"},
        "R8": _leases(filing),
        **{rule.id: _share(filing, rule) for rule in rules if rule.id == "R12"},
        "R13": _later_penalties(filing),
        "R16": _later_honours(filing),
        "R17": _partners(filing),
    }
    return {rule: note for rule, note in found.items() if note is not None}


def _older_than_itself(filing: Filing) -> Note | None:
    if filing.t1 is None or filing.t1.operating_since >= filing.t1.established_on:
        return None
    return "实际运营起始早于成立日期，请核对", "it says to operate since before it was established"


def _counting(filing: Filing, rule: Rule) -> Note | None:
    """C2.1.2 (不得重复计算): where counting only who has both degree and title would not reach the ratio."""
    if filing.t2 is None or filing.levels.counting != UNION:
        return None
    either, total = professionals(filing.t2.roster, filing.levels)
    both, _ = professionals(filing.t2.roster, replace(filing.levels, counting=INTERSECTION))
    if not total or not Fraction(both, total) < ratio(rule) <= Fraction(either, total):
        return None
    return (
        f"注意：学历、职称满足其一即计（每人计一次）时符合；若须两者兼备，则为 {both}/{total}，不符合",
        f"warning: met by counting once who has degree or title; by who has both it is {both}/{total}, not met",
    )


def _share(filing: Filing, rule: Rule) -> Note | None:
    """C2.1.3: where the discount rules are missing, whether the share would be reached once they are there."""
    if filing.t3 is None or filing.t3.micro_discount is not None or reaches(filing.t3, rule):
        return None
    return "公益性或低收费服务占比亦未达到要求", "the share is not reached either"


def _leases(filing: Filing) -> Note | None:
    ended = [] if filing.t2 is None else [site for site in filing.t2.premises if not held(site, filing.as_of)]
    if not ended:
        return None
    return f"{len(ended)} 处场所租期已过或未载明，未计入", f"{len(ended)} premises not counted: no lease that runs"


def _later_penalties(filing: Filing) -> Note | None:
    penalties = [] if filing.t1 is None else filing.t1.penalties
    later = ", ".join(one.date for one in penalties if one.date > filing.as_of)
    return (f"处罚日期晚于申报日：{later}", f"penalties dated later: {later}") if later else None


def _later_honours(filing: Filing) -> Note | None:
    honours = [] if filing.t1 is None else filing.t1.honours
    enough = [one for one in honours if at_least(RECOGNITION, one.level, filing.levels.recognition)]
    later = [one.date for one in enough if one.date > filing.as_of]
    return (
        (f"认定日期晚于申报日：{', '.join(later)}", f"recognition dated later: {', '.join(later)}") if later else None
    )


def _partners(filing: Filing) -> Note | None:
    """Each partner that was not counted, and why."""
    partners = [] if filing.t4 is None else filing.t4.partners
    idle, counted = list[Note](), set[str]()
    for one in partners:
        why = _uncounted(one, filing, counted)
        if why is None:
            counted.add(one.uscc)
        else:
            idle.append((f"{one.name}（{why[0]}）", f"{one.name} ({why[1]})"))
    if not idle:
        return None
    zh, en = "、".join(said for said, _ in idle), ", ".join(said for _, said in idle)
    return f"{len(idle)} 条合作机构未计入：{zh}", f"{len(idle)} partners not counted: {en}"


def _uncounted(partner: Partner, filing: Filing, counted: Collection[str]) -> Note | None:
    itself = filing.t1.uscc if filing.t1 else None
    reasons: tuple[tuple[bool, Note], ...] = (
        (partner.type != GATHERED, ("不是集聚的服务机构", "no gathered service organization")),
        (not is_uscc(partner.uscc), ("统一社会信用代码无效", "no valid code")),
        (partner.uscc == itself, ("即申报机构自身", "the applicant itself")),
        (partner.uscc in counted, ("重复", "named twice")),
        (not gathers(partner, filing.as_of), ("申报日不在合作期内", "not in its time on the day of filing")),
    )
    return next((note for holds, note in reasons if holds), None)
