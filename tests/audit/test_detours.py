"""The detours that the year does not take: amended rules and profiles, a removed file, a void score, a remit."""

import pytest

from audit.explain import explain
from audit.record import Record
from audit.replay import replay
from audit.states import states
from audit.verify import Proven, verify
from shared.contracts import application, publication, registration, reporting, review
from shared.contracts.envelope import Recorded
from shared.kernel.instants import instant
from tests.audit.detours import NAME, STRICTER, lived_detours, rejected
from tests.audit.street import ROUND, Street
from tests.town.life import Life

HAPPENED = {
    application.PolicyAmended,
    application.AttachmentRemoved,
    registration.ProfileAmended,
    registration.OrganizationReinstated,
    registration.OrganizationClosed,
    registration.OrganizationReopened,
    review.ScoreVoided,
    review.DistrictReviewReopened,
    publication.AppealDecided,
    reporting.ObligationRescheduled,
}


@pytest.fixture(scope="module")
def detours() -> tuple[list[Recorded], Life]:
    """What was lived, and by whom."""
    return lived_detours()


def test_the_detours_were_taken(detours: tuple[list[Recorded], Life]) -> None:
    events, _ = detours
    assert {type(one.event) for one in events} >= HAPPENED


def test_they_are_proven_and_decided_again(detours: tuple[list[Recorded], Life]) -> None:
    events, _ = detours
    assert isinstance(verify(Street.of(events).piles()), Proven)
    assert replay(events, ROUND).recomputed["evaluations"] == 3


def test_who_filed_before_an_amendment_is_held_to_what_was_in_force(detours: tuple[list[Recorded], Life]) -> None:
    """A stored evaluation is never altered (C2.1.3)."""
    events, life = detours
    found = {
        one.event.application: one.event for one in events if isinstance(one.event, application.EligibilityEvaluated)
    }
    asked = [
        next(result.threshold for result in found[one.application].results if result.rule == "R10")
        for one in life.applicants[:3]
    ]
    assert asked[0] != STRICTER
    assert asked[1:] == [STRICTER, STRICTER]


def test_a_remit_after_a_rejection_is_the_last_that_happened(detours: tuple[list[Recorded], Life]) -> None:
    """A remit reopens only the named stage (C5.4)."""
    events, life = detours
    one = rejected(life)

    def state(at: str) -> str:
        found = states(Record.of(events, instant(at)), ROUND)
        return next(each.state for each in found if each.application == one.application)

    assert state("2017-11-02T00:00:00+08:00") == "REJECTED"
    assert state("2017-11-04T00:00:00+08:00") == "UNDER_DISTRICT"


def test_the_detours_are_told(detours: tuple[list[Recorded], Life]) -> None:
    events, life = detours
    told = explain(events, rejected(life).application)
    assert told is not None
    steps = {step.event: step for step in told.steps}
    assert "发回重新办理（区级审核）" in steps["AppealDecided"].zh
    amendments = [step.zh for step in told.steps if step.event == "PolicyAmended"]
    assert "申报方案自2017-09-10 00:00:00起调整" in amendments[0]
    assert "重新审核第1版" in steps["DistrictReviewReopened"].zh
    renamed = explain(events, life.applicants[0].application)
    assert renamed is not None
    assert renamed.organization_name == NAME
    assert {"ProfileAmended", "AttachmentRemoved"} <= {step.event for step in renamed.steps}
    void = explain(events, life.applicants[1].application)
    assert void is not None
    assert [one.void for one in void.scores if one.void] == ["评分依据与材料不符"]


def test_a_calendar_that_was_moved_is_told_with_its_document(detours: tuple[list[Recorded], Life]) -> None:
    """C3.5: what else is asked for, and what is due later."""
    events, _ = detours
    (approved,) = (one.event.application for one in events if isinstance(one.event, publication.OrganizationApproved))
    told = explain(events, approved)
    assert told is not None
    (moved,) = (step for step in told.steps if step.event == "ObligationRescheduled")
    assert moved.zh == "按沪经信企〔2017〕612号调整报送期限：由2018-02-01 00:00:00改为2018-03-01 00:00:00"
    owed = [step.en for step in told.steps if step.event == "ObligationCreated"]
    assert "case of 2018" in owed[-1]
