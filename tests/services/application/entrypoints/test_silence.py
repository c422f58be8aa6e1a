"""What an applicant is told while its district's time runs, and when the district has let it pass (C5.3)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.terms import terms_of
from services.application.entrypoints.silence import unless_silent
from services.application.usecases.lists import DistrictList
from shared.kernel.instants import Instant
from shared.web.worklist import Step
from tests.rounds.little import parameters

TERMS = replace(terms_of(parameters("2017")), silence_escalates=True)
BEFORE, OVER = Instant("2017-09-30T15:59:59.999Z"), "2017-09-30T16:00:00.000Z"
LATER = "2017-10-07T16:00:00.000Z"
PLAIN = Step("wait", "区级审核中", "the district reviews it")
NO_LIST = DistrictList(frozenset(), ())
AGAIN_AT = "2017-10-02T02:00:00.000Z"


def entry(event: str, at: str, **details: Any) -> dict[str, Any]:
    """Something in the application's history."""
    return {"event": event, "at": at, "details": details}


FILED = entry("ApplicationSubmitted", "2017-09-19T02:00:00.000Z")
LATE = entry("ApplicationSubmitted", AGAIN_AT)
WELL = entry("DistrictRecommended", "2017-09-25T02:00:00.000Z")
ADMITTED = entry("EscalationDecided", "2017-09-28T02:00:00.000Z", outcome="admitted")
AGAIN = entry("DistrictDecisionReconsidered", AGAIN_AT, outcome="reopened")
BACK = entry("DistrictReviewReturned", "2017-09-29T02:00:00.000Z", due="2017-10-02T16:00:00.000Z")
TAKEN = entry("DistrictReviewReturned", "2017-10-01T02:00:00.000Z", due="2017-10-02T16:00:00.000Z", revokes=1)
REMITTED_UNTIL = "2017-11-30T16:00:00.000Z"
REMIT = entry("DistrictReviewReopened", "2017-11-20T02:00:00.000Z", due=REMITTED_UNTIL)


def told(state: str, entries: list[Any], now: str, listed: DistrictList = NO_LIST) -> tuple[str, str | None]:
    """The step and its time."""
    doc = {"state": state, "application": "app-1", "version": 1}
    step = unless_silent(PLAIN, doc, entries, TERMS, listed, Instant(now))
    assert step is not None
    return step.name, step.due


@pytest.mark.parametrize(
    ("state", "entries", "since"),
    [
        ("UNDER_DISTRICT", [FILED], OVER),
        ("RECOMMENDED", [FILED, WELL], OVER),
        ("UNDER_DISTRICT", [LATE], LATER),
        ("UNDER_DISTRICT", [FILED, AGAIN], LATER),
        ("UNDER_DISTRICT", [FILED, BACK, FILED], LATER),
        ("UNDER_DISTRICT", [FILED, TAKEN, FILED], LATER),
        ("UNDER_DISTRICT", [FILED, REMIT], REMITTED_UNTIL),
    ],
)
def test_the_time_is_the_districts_and_then_the_applicants(state: str, entries: list[Any], since: str) -> None:
    assert told(state, entries, BEFORE) == ("wait", since)
    assert told(state, entries, since) == ("escalate", None)


def test_what_the_city_has_waits_for_nobody() -> None:
    sent = DistrictList(frozenset({("app-1", 1)}), ())
    assert told("RECOMMENDED", [FILED, WELL], LATER, sent) == ("wait", None)
    assert told("RECOMMENDED", [FILED, ADMITTED], LATER) == ("wait", None)
    assert told("ESCALATED", [FILED], LATER) == ("wait", None)


def test_a_list_that_was_opened_again_has_its_days() -> None:
    opened = DistrictList(frozenset(), (Instant(AGAIN_AT),))
    assert told("RECOMMENDED", [FILED, WELL], OVER, opened) == ("wait", LATER)
    assert told("RECOMMENDED", [FILED, WELL], LATER, opened) == ("escalate", None)


def test_paper_that_is_to_be_brought_stays_the_step_until_then() -> None:
    assert told("SUBMITTED", [FILED], BEFORE) == ("wait", None)
    assert told("SUBMITTED", [FILED], OVER) == ("escalate", None)


def test_a_round_without_it_says_nothing_of_it() -> None:
    doc = {"state": "UNDER_DISTRICT", "application": "app-1", "version": 1}
    silent = replace(TERMS, silence_escalates=False)
    assert unless_silent(PLAIN, doc, [FILED], silent, NO_LIST, Instant(LATER)) == PLAIN
