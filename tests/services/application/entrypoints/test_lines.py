"""Every event that an applicant's timeline tells has its line in both languages."""

from typing import Any, cast

import pytest

from services.application.entrypoints.lines import LINES, line
from services.application.usecases.barring import MOVES as BARRING
from services.application.usecases.history import ASIDE, MOVES, MOVES_FROM, OF_AN_OBJECTION, OUTCOMES, entry, told
from services.publication.domain import approval
from services.publication.domain.correction_approval import CORRECTED
from services.publication.domain.states import OBJECTION_UPHELD
from shared.contracts.application import DeadlineExtended
from shared.contracts.codec import decode
from shared.contracts.event import Event
from shared.contracts.publication import ApprovalListProposed, ListCorrected, NextInLinePromoted, NoticePublished
from shared.contracts.rule_values import Naming
from tests.contracts.test_published import SAMPLES

TOLD: tuple[type[Event], ...] = (*MOVES, *MOVES_FROM, *OUTCOMES, *ASIDE, ApprovalListProposed, NextInLinePromoted)
CODES = (
    *(approval.NOT_SELECTED, approval.LEFT_UNRANKED, approval.ORGANIZATION_BARRED),
    *(approval.DISTRICT_DECLINED, approval.DISTRICT_UNDECIDED, CORRECTED, OBJECTION_UPHELD),
)
"""What publication gives as reasons of a rejection."""
NAMING = Naming({"information": "信息服务类"})


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.__name__)
def test_an_event_is_told_from_its_samples(event: type[Event]) -> None:
    (samples,) = SAMPLES.glob(f"*.{event.__name__}.v1.jsonl")
    recorded = [decode(body) for body in samples.read_bytes().splitlines()]
    entries = [entry(one, each) for one in recorded for each in told(one.event)]
    assert entries
    for one in entries:
        details = cast("dict[str, Any]", one["details"])
        details.setdefault("blocking", [])
        zh, en = line(event.__name__, str(one.get("to", "")), details, NAMING)
        assert zh != en
        assert "{" not in zh + en


def test_no_line_is_for_an_event_that_is_not_told() -> None:
    assert {key.partition(".")[0] for key in LINES} == {
        *(event.__name__ for event in (*TOLD, *OF_AN_OBJECTION)),
        DeadlineExtended.__name__,
        ListCorrected.__name__,
        NoticePublished.__name__,
        *BARRING,
    }


def test_an_upheld_objection_that_removes_is_told_as_a_removal() -> None:
    removed, fell = ({"reason": "重名", "effect": effect} for effect in ("remove", "rerank"))
    assert "移出名单" in line("ObjectionUpheld", "NOT_SELECTED", removed, NAMING)[0]
    assert "名次调整" in line("ObjectionUpheld", "", fell, NAMING)[0]


def test_what_the_paper_or_the_list_says_chooses_the_line() -> None:
    paper = {"version": 1, "copies": 2, "snapshot_hash": "a" * 64, "matches": False}
    assert "不一致" in line("PaperReceived", "", paper, NAMING)[0]
    assert "不一致" not in line("PaperReceived", "UNDER_DISTRICT", {**paper, "matches": True}, NAMING)[0]
    assert line("ApprovalListProposed", "NOT_SELECTED", {}, NAMING)[0] == "未列入拟定名单"
    notice = {"start": "2017-10-20", "end": "2017-10-26", "listed": True}
    assert line("NoticePublished", "", notice, NAMING)[0].endswith("本申报在列")
    assert line("NoticePublished", "", {**notice, "listed": False}, NAMING)[0].endswith("本申报不在列")
    begun = {"kind": "professional", "category": ["information"]}
    assert line("ApplicationStarted", "DRAFT", begun, NAMING) == (
        "开始申报，信息服务类",
        "the application begins: information",
    )


def test_every_member_that_a_line_names_is_in_its_details() -> None:
    with pytest.raises(KeyError):
        line("ApprovalRevoked", "REVOKED", {"ground": "g"}, NAMING)


def test_a_return_says_what_is_to_be_corrected() -> None:
    """Where it is and what is wrong there, the code only where nobody wrote anything (C5.3)."""
    items = [
        {"code": "LEASE_TOO_SHORT", "note": "租期不足一年", "path": "t2.premises"},
        {"code": "UNREADABLE", "note": "", "path": "materials.6"},
    ]
    told = {"version": 1, "due": "2017-09-25T16:00:00.000Z", "items": items}
    zh, en = line("ApplicationReturned", "", told, Naming())
    assert zh.endswith("表二经营服务场所：租期不足一年；材料6：UNREADABLE")
    assert en.endswith("t2.premises: 租期不足一年; materials.6: UNREADABLE")


def test_an_order_names_what_was_not_filed() -> None:
    """A default by its name in both languages, what an officer typed as it was typed (C3)."""
    items = [
        {"note": "not filed, it was due before 2018-01-31T16:00:00.000Z", "what": "plan.2018"},
        {"note": "未报送，应于2018-04-16 00:00:00前报送 / not filed, it was due before then", "what": "report.2018.Q1"},
        {"note": "标识缺失", "what": "服务场所"},
    ]
    zh, en = line("RectificationOrdered", "", {"due": "2018-03-12T16:00:00.000Z", "items": items}, Naming())
    assert "2018年年度服务计划（应于2018-02-01 00:00:00前报送，未报送）；" in zh
    assert "2018年第一季度服务情况报告（应于2018-04-16 00:00:00前报送，未报送）" in zh
    assert zh.endswith("服务场所：标识缺失")
    assert "the service plan of 2018 (due before 2018-02-01 00:00:00, not filed)" in en
    assert "the service report of 2018 Q1 (due before 2018-04-16 00:00:00, not filed)" in en


@pytest.mark.parametrize("event", ["ObjectionFiled", "AppealFiled"])
def test_what_was_written_to_the_office_is_told_without_its_words_where_they_are_withheld(event: str) -> None:
    zh, en = line(event, "", {"received_at": "2017-10-21T02:00:00.000Z"}, NAMING)
    assert zh.endswith("2017-10-21 10:00:00）") or zh.startswith("申诉，2017-10-21 10:00:00")
    assert "2017-10-21 10:00:00" in en


@pytest.mark.parametrize("code", CODES)
def test_a_rejection_is_told_without_codes(code: str) -> None:
    zh, en = line("ApplicationRejected", "REJECTED", {"stage": "ranking", "codes": [code]}, NAMING)
    assert code not in zh + en


def test_a_correction_says_why_and_under_which_document() -> None:
    why = {"reason": "经查重复计算", "document_number": "沪企服〔2017〕9号", "listed": False}
    zh, _ = line("ListCorrected", "", why, NAMING)
    assert zh == "以沪企服〔2017〕9号更正名单，本申报移出名单：经查重复计算"
    assert "列入名单" in line("ListCorrected", "", {**why, "listed": True}, NAMING)[0]
