"""What an applicant does next after a decline, and until when (C5.3)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.terms import RoundTerms, terms_of
from services.application.entrypoints.steps import step_of
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
    told = step_of({"state": "DECLINED"}, entries, TERMS, now)
    assert told is not None
    assert (told.name, told.due) == (step, due)


def test_a_round_that_names_no_days_names_no_time() -> None:
    silent: RoundTerms = replace(TERMS, reconsider_days=None)
    told = step_of({"state": "DECLINED"}, [DECLINE], silent, TOO_LATE)
    assert told is not None
    assert (told.name, told.due) == ("ask_again", None)
