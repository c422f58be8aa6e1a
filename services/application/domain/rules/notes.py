"""What a person should know beside a result: where another count would come out otherwise, and what was not counted."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from services.application.domain.rules.capacity import GATHERED, gathers, held, professionals
from services.application.domain.rules.finding import Filing, ratio
from services.application.domain.rules.service import reaches
from shared.contracts.round import Rule
from shared.contracts.vocabulary import INTERSECTION, RECOGNITION, UNION, at_least

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
    partners = [] if filing.t4 is None else [one for one in filing.t4.partners if one.type == GATHERED]
    running = {one.uscc for one in partners if gathers(one, filing.as_of)}
    idle = len(partners) - len(running)
    if not idle:
        return None
    return (
        f"{idle} 条合作机构重复、代码无效或不在合作期内，未计入",
        f"{idle} partners not counted: named twice, no valid code, or not in its time",
    )
