"""What an applicant does next, and until when (C5.1, C5.2, C5.3)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.terms import RoundTerms, terms_of
from services.application.entrypoints.steps import step_of, told_why
from shared.kernel.instants import Instant
from tests.rounds.little import parameters

DECLINED_AT, HEARD_AT = Instant("2017-09-25T02:00:00.000Z"), Instant("2017-09-28T02:00:00.000Z")
IN_TIME, TOO_LATE = Instant("2017-09-29T02:00:00.000Z"), Instant("2017-10-09T02:00:00.000Z")
DECLINE = {"event": "DistrictDeclined", "at": DECLINED_AT, "details": {}}
ASKED = {"event": "ReconsiderationRequested", "at": IN_TIME, "details": {}}
UPHELD = {"event": "DistrictDecisionReconsidered", "at": HEARD_AT, "details": {"outcome": "upheld"}}
DISMISSED = {"event": "EscalationDecided", "at": HEARD_AT, "details": {"outcome": "dismissed"}}
TERMS = terms_of(parameters("2017"))


@pytest.mark.parametrize(
    ("entries", "now", "step", "due"),
    [
        ([DECLINE], IN_TIME, "ask_again", "2017-09-30T16:00:00.000Z"),
        ([DECLINE], TOO_LATE, "wait", None),
        ([DECLINE, ASKED], IN_TIME, "wait", None),
        ([DECLINE, UPHELD], IN_TIME, "escalate", "2017-10-03T16:00:00.000Z"),
        ([DECLINE, UPHELD], TOO_LATE, "wait", None),
        ([DECLINE, UPHELD, DISMISSED], IN_TIME, "wait", None),
    ],
)
def test_a_decline_is_disputed_step_by_step_in_time(
    entries: list[dict[str, Any]], now: Instant, step: str, due: str | None
) -> None:
    told = step_of({"state": "DECLINED"}, entries, TERMS, now, noticed=False)
    assert told is not None
    assert (told.name, told.due) == (step, due)


def test_a_round_that_names_no_days_names_no_time() -> None:
    silent: RoundTerms = replace(TERMS, reconsider_days=None)
    told = step_of({"state": "DECLINED"}, [DECLINE], silent, TOO_LATE, noticed=False)
    assert told is not None
    assert (told.name, told.due) == ("ask_again", None)


def named(doc: dict[str, Any], *entries: dict[str, Any], now: Instant = IN_TIME, **said: bool) -> tuple[str, str]:
    """The step's name and what it says in Chinese; empty where there is none."""
    told = step_of({**OWN, **doc}, entries, TERMS, now, **{"noticed": False, **said})
    return (told.name, told.zh) if told else ("", "")


OWN = {"application": "a", "district": "310101", "received_at": "2017-09-19T02:00:00.000Z", "version": 1}
DRAFT = {"version": 0}
BEFORE = Instant("2017-09-19T02:00:00.000Z")


def paper(*, matches: bool) -> dict[str, Any]:
    """Paper that came."""
    return {"event": "PaperReceived", "at": BEFORE, "details": {"matches": matches}}


def noticed(end: str) -> dict[str, Any]:
    """A notice that it is on."""
    return {"event": "NoticePublished", "at": BEFORE, "details": {"listed": True, "end": end}}


def test_a_draft_that_was_withdrawn_may_be_begun_anew_in_time() -> None:
    assert named({"state": "WITHDRAWN", **DRAFT}, now=BEFORE)[0] == "begin_anew"
    assert named({"state": "WITHDRAWN", **DRAFT}) == ("", "")
    assert named({"state": "WITHDRAWN"}, now=BEFORE) == ("", "")


def test_a_draft_that_lapsed_waits_for_a_letter_until_the_closing() -> None:
    assert named({"state": "LAPSED", **DRAFT})[0] == "lapsed"
    closed = replace(TERMS, closed=True)
    assert step_of({**OWN, "state": "LAPSED", **DRAFT}, [], closed, IN_TIME, noticed=False) is None


def test_a_return_that_lapsed_waits_for_a_letter_as_long_as_one_can_reach_it() -> None:
    lapsed = {"state": "LAPSED", "due": "2017-09-25T16:00:00.000Z"}
    assert "可发文延期" in named(lapsed, now=Instant("2017-10-25T15:59:59.999Z"))[1]
    assert "不能再补正" in named(lapsed, now=Instant("2017-10-26T16:00:00.000Z"))[1]


def test_paper_that_differs_is_to_be_brought_again() -> None:
    submitted = {"state": "SUBMITTED"}
    assert "不一致" in named(submitted, paper(matches=False))[1]
    assert "不一致" not in named(submitted, paper(matches=False), paper(matches=True))[1]
    assert "不一致" not in named(submitted, paper(matches=False), {"event": "ApplicationResubmitted", "details": {}})[1]


def test_whom_the_list_on_notice_leaves_out_is_not_told_that_experts_come_next() -> None:
    """Unless something was reopened for it: then what the correction's notice says of it is told (C5.4)."""
    for state in ("RECOMMENDED", "UNDER_EXPERT"):
        assert "专家" in named({"state": state})[1]
        assert named({"state": state}, noticed=True)[1].startswith("区级已推荐，未列入已公示的名单")
        assert "专家" in named({"state": state}, {"event": "ScoringReopened"}, noticed=True)[1]
    corrected = ({"event": "ScoringReopened"}, noticed("2017-10-01"))
    assert named({"state": "UNDER_EXPERT"}, *corrected, noticed=True)[1] == "拟定名单，公示中"
    assert "公示期满" in named({"state": "UNDER_EXPERT"}, *corrected, noticed=True, now=TOO_LATE)[1]


def test_what_ran_out_while_its_organization_was_closed_by_mistake_says_so() -> None:
    """A draft too, once the closure is taken back (C5.2)."""
    lapsed = step_of({**OWN, "state": "LAPSED", **DRAFT}, [], TERMS, IN_TIME, noticed=False)
    told = told_why(lapsed, "误注销")
    assert told is not None
    assert told.zh.endswith("当时机构资格已暂停或注销（误注销）")
    assert told_why(lapsed, None) == lapsed
