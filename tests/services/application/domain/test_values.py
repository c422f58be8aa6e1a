"""What the rules observe and ask for, as people read it: with units, in Chinese without English codes."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.application.domain.rules.finding import Filing
from services.application.domain.rules.registry import evaluate
from services.application.domain.rules.unsaid import EARLIER_MATERIALS
from shared.contracts.application import RuleResult
from shared.contracts.form import Penalty
from shared.contracts.round import Rule
from shared.contracts.rule_messages import message_en, message_zh
from shared.contracts.rule_values import Naming
from tests.rounds.unasked import UNASKED
from tests.services.application.domain.filings import HONOUR, JUDGED, LICENCE, MATERIALS, ROUND, RULES, filing, staff

NAMING = Naming({one.code: one.name_zh for one in ROUND.categories}, {5: "会计报表复印件"})
CODE = re.compile(r"[A-Za-z]{2,}|_")
"""An English word or a code of the program's in a Chinese sentence."""
ALL_RULES = [*{rule.id: rule for rule in [*RULES.values(), *JUDGED.values()]}.values()]
FILINGS: dict[str, Filing] = {
    "sound": replace(filing(qualifications=(LICENCE,), honours=(HONOUR,)), materials=MATERIALS | {4, 8}),
    "lacking": replace(filing(commitment="", micro_discount=None, equipment=()), materials=frozenset({2})),
    "poor": filing(
        legal_form="branch",
        operating_since="2017-09-01",
        capital="1.50",
        roster=staff(1, 3),
        premises=(),
        smes_served=9,
        satisfied=0,
        surveyed=0,
        volume_public="1",
        volume_lowfee="0",
        category=("information", "legal"),
        partners=(),
        under_investigation=True,
    ),
    "punished": filing(penalties=(Penalty(date="2017-01-02", authority="市场监管局", doc_no="7"),), uscc="91-"),
    "law firm": filing(legal_form="law_firm", at="2017-09-21T00:00:00+08:00", kind="comprehensive", category=()),
    "nothing": Filing(
        None,
        None,
        None,
        None,
        filing().received_at,
        filing().deadline,
        ("information",),
        materials=frozenset(),
        levels=UNASKED.levels,
        asked=EARLIER_MATERIALS,
    ),
}


def results(rules: Sequence[Rule]) -> list[RuleResult]:
    """What every rule says of every filing."""
    return [one for each in FILINGS.values() for one in evaluate(each, rules).results]


def coded(result: RuleResult) -> bool:
    """Whether the Chinese sentence holds a code."""
    return CODE.search(message_zh(result, naming=NAMING)) is not None


def test_every_rule_and_outcome_is_told_in_chinese_alone() -> None:
    every = results(ALL_RULES)
    assert {one.rule for one in every} == {f"R{number}" for number in range(1, 20)}
    assert {one.outcome for one in every} == {"PASS", "FAIL", "JUDGE", "MISSING"}
    assert [message_zh(one, naming=NAMING) for one in every if coded(one)] == []


def test_a_code_that_nobody_named_is_caught() -> None:
    (result, *_) = results([JUDGED["R9"]])
    assert coded(replace(result, observed="lacking website_registration"))
    assert coded(replace(result, rule="R15", observed="consulting"))


@pytest.mark.parametrize(
    ("rule", "observed", "threshold", "zh", "en"),
    [
        (
            "R2",
            "2017-09-01",
            "1",
            "申报 2017-09-01起运营，要求 满1年",
            "operating since 2017-09-01, asked at least 1 year",
        ),
        (
            "R3",
            "50000.00",
            "100000",
            "申报 50,000.00元，要求 100,000元以上",
            "50,000.00 yuan, asked at least 100,000 yuan",
        ),
        ("R6", "9", "10", "申报 9人，要求 10人以上", "9 people, asked at least 10 people"),
        ("R7", "6/10", "7/10", "申报 6/10（60%），要求 70%以上", "6/10 (60%), asked at least 70%"),
        ("R7", "0/0", "7/10", "申报 0/0，", "observed 0/0,"),
        ("R8", "79.999", "80", "申报 79.999㎡，要求 80㎡以上", "79.999 m², asked at least 80 m²"),
        ("R11", "79/99", "80/100", "79/99（79.7%），要求 80%以上", "79/99 (79.7%), asked at least 80%"),
        ("R12", "5+4/100", "1/10", "公益5＋低收费4，总量100，占9%，要求 10%以上", "public 5 + low-fee 4 of 100, 9%"),
        ("R12", "5+4/100, no discount rules", "1/10", "占9%，无小微企业优惠规定", "no discount rules for small"),
        ("R13", "2017-01-02", "3", "申报 2017-01-02，要求 近3年内无", "asked none within 3 years"),
        ("R14", "information, legal", "", "申报 信息服务类、法律服务类", "information, legal"),
        ("R17", "2", "3", "申报 2家，要求 3家以上", "2 organizations, asked at least 3 organizations"),
        (
            "R18",
            "lacking material 5, statement",
            "",
            "缺材料5（会计报表复印件）、承诺书",
            "lacking material 5, the signed",
        ),
        (
            "R19",
            "2017-09-20T09:00:00.000Z",
            "2017-09-20T09:00:00.000Z",
            "申报 2017-09-20 17:00:00，要求 2017-09-20 17:00:00前",
            "observed 2017-09-20 17:00:00, asked before 2017-09-20 17:00:00",
        ),
        ("R12", "more than enough", "1/10", "申报 more than enough", "more than enough"),
    ],
)
def test_values_have_their_units(rule: str, observed: str, threshold: str, zh: str, en: str) -> None:
    result = RuleResult(rule=rule, clause="C2", outcome="FAIL", observed=observed, threshold=threshold)
    assert zh in message_zh(result, naming=NAMING)
    assert en in message_en(result, naming=NAMING)
