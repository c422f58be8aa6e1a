"""Every event of the catalogue is told in Chinese and in English, by its golden sample, and without personal data."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from audit.rulings import rulings
from audit.words import WORDS, Names, said
from audit.words.terms import names_of, rule
from shared.contracts.access import RecordRead
from shared.contracts.application import EligibilityEvaluated, RoundPlanned, RuleResult
from shared.contracts.codec import decode
from shared.contracts.event import REGISTRY, Event
from shared.contracts.publication import ListRow
from shared.contracts.publish import SCHEMAS
from tests.audit.street import parameters

SAMPLES = SCHEMAS.with_name("samples")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LETTERS = re.compile(r"[A-Za-z]{3}")
COMMITMENT = re.compile(r"[0-9a-f]{64}")
RAW = re.compile(r"\{|\}|None|<|object at|\(\)|\W'|'\W")
"""What a sentence shows when a value of the code slipped into it."""
TYPED = frozenset(
    [
        "reason",
        "ground",
        "grounds",
        "note",
        "rationale",
        "opinion",
        "title",
        "summary",
        "seed",
        "document_number",
        "authority",
        "authority_document",
        "organization_name",
        "name",
        "what",
        "reasons",
        "scope",
        "uscc",
    ]
)
"""Members in which people say something in their own words, or names."""
NAMED = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<![0-9A-Za-z])(?=[0-9a-f]*\d)[0-9a-f]{8,12}(?![0-9A-Za-z])|(?<=公钥)[\w-]{12}|PDF"
)
"""Ids, beginnings of hashes and pseudonyms; a PDF is called so in Chinese, too."""
CODE = re.compile(r"[A-Za-z_]{2,}")
ARTEFACTS = frozenset({"professional"})
"""What a golden sample says where the platform never would."""


def typed(value: object, *, own: bool = False) -> Iterator[str]:
    """Everything in an event that somebody typed."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from typed(member, own=own or name in TYPED)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from typed(member, own=own)
    elif own and isinstance(value, str):
        yield value


def codes(event: Event, zh: str) -> list[str]:
    """What of the Chinese sentence is neither Chinese, nor typed, nor a name."""
    for text in sorted(typed(msgspec.to_builtins(event)), key=len, reverse=True):
        zh = zh.replace(text, "")
    return [one for one in CODE.findall(NAMED.sub("", zh)) if one not in ARTEFACTS]


def samples(name: str) -> list[Event]:
    """Every golden sample of a type."""
    return [decode(line).event for line in Path(SAMPLES / f"{name}.jsonl").read_bytes().splitlines()]


def wanting(name: str) -> list[str]:
    """What is wrong with how a type is told."""
    found = []
    for zh, en in map(said, samples(name)):
        found += [] if CHINESE.search(zh) else [f"no Chinese: {zh}"]
        found += [] if LETTERS.search(en) else [f"no English: {en}"]
        found += [f"raw: {one}" for one in (zh, en) if RAW.search(one)]
        found += [f"a commitment or whole hash: {one}" for one in (zh, en) if COMMITMENT.search(one)]
    return found


def test_every_registered_event_has_its_words_and_nothing_else_has() -> None:
    assert set(WORDS) == set(REGISTRY.values())


@pytest.mark.parametrize("name", REGISTRY)
def test_a_golden_sample_reads_as_a_sentence_in_both_languages(name: str) -> None:
    assert wanting(name) == []


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - {RecordRead.TYPE}))
def test_the_chinese_of_a_golden_sample_holds_no_english_code(name: str) -> None:
    """What an auditor read is named by its address."""
    names = names_of([parameters()])
    assert [one for event in samples(name) for one in codes(event, said(event, names)[0])] == []


def test_an_english_code_in_a_chinese_sentence_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    (event, *_) = samples("nianlun.application.ApplicationReturned.v1")
    monkeypatch.setitem(WORDS, type(event), lambda e, _: (f"退回{e.items[0].path}：{e.items[0].code}", "returned"))
    assert codes(event, said(event)[0]) == ["premises", "UNREADABLE"]


def test_a_raw_value_in_a_sentence_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, RoundPlanned, lambda e, _: (f"{e.parameters.quotas}", "ok"))
    assert {one.partition(":")[0] for one in wanting(RoundPlanned.TYPE)} >= {"no English", "raw"}


def test_a_category_is_told_by_the_name_that_its_round_gives_it() -> None:
    names = names_of([parameters()])
    event = samples("nianlun.publication.NextInLinePromoted.v1")[-1]
    row = getattr(event, "row", None)
    assert isinstance(row, ListRow)
    assert row.category is not None
    assert names.groups[row.category] in said(event, names)[0]
    assert names.groups[row.category] not in said(event, Names())[0]


@pytest.mark.parametrize(("ground", "failed"), [("R16", "R3"), ("R3", "R16")])
def test_what_a_round_calls_a_ground_is_no_failure(ground: str, failed: str) -> None:
    """Whichever rule only makes a waiver possible, who does not meet it has failed nothing (C2.1.7)."""
    planned = parameters()
    kinds = {ground: "ground", failed: "waivable"}
    rules = tuple(replace(one, kind=kinds.get(one.id, one.kind)) for one in planned.rules)
    names = names_of([replace(planned, rules=rules)])
    (evaluated, *_) = samples("nianlun.application.EligibilityEvaluated.v1")
    assert isinstance(evaluated, EligibilityEvaluated)
    results = tuple(
        RuleResult(rule=one, clause="C2.1", outcome="FAIL", observed="none", threshold="") for one in ("R3", "R16")
    )
    event = replace(evaluated, results=results)
    assert [one.rule for one in rulings([event], names) if one.failed] == [failed]
    told = said(event, names)[0]
    assert (rule(failed)[0] in told, rule(ground)[0] in told) == (True, False)
