"""While its organization is suspended neither a draft nor a return runs out, where the round says so (C5.2, R19)."""

from dataclasses import replace

import pytest

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.editing import ApplicationHasLapsed
from services.application.domain.lapse import LapseApplication
from services.application.domain.submission import RoundTakesNoMore, SubmissionTooLate
from services.application.domain.terms import Applicant
from shared.contracts.application import ApplicationLapsed, ApplicationSubmitted, EligibilityEvaluated
from shared.contracts.suspensions import Suspension
from shared.kernel.instants import Instant, just_before
from shared.testing.scenario import given
from tests.services.application.domain.filed import APPLICANT, DEADLINE, DRAFT, SUBMIT, TERMS, saving
from tests.services.application.domain.test_returns import CORRECTED, DUE, LARGER, SENT_BACK
from tests.services.people import SYSTEM

STOPPING = replace(TERMS, suspension_stops=True)
SUSPENDED_AT, REINSTATED_AT = Instant("2017-09-18T09:00:00.000Z"), Instant("2017-09-21T09:00:00.000Z")
UNTIL = Instant("2017-09-23T09:00:00.000Z")
"""Two days were left, and are left."""
REINSTATED = replace(APPLICANT, suspensions=(Suspension(SUSPENDED_AT, REINSTATED_AT),))
SUSPENDED = replace(APPLICANT, barred="调查", suspensions=(Suspension(SUSPENDED_AT, None),))
LAPSE = LapseApplication("app-1", STOPPING, SYSTEM, DEADLINE, SUSPENDED)
SUBMIT_LATER = replace(SUBMIT, terms=STOPPING, at=just_before(UNTIL), applicant=REINSTATED)


@pytest.mark.parametrize("at", [DEADLINE, Instant("2018-09-01T00:00:00.000Z")])
def test_a_draft_does_not_lapse_while_its_organization_is_suspended(at: Instant) -> None:
    given(APPLICATION_DECIDER, *DRAFT).when(replace(LAPSE, at=at)).then_nothing()


def test_where_the_round_does_not_say_so_time_runs_on() -> None:
    running = replace(LAPSE, terms=replace(TERMS, suspension_stops=False))
    assert given(APPLICATION_DECIDER, *DRAFT).when(running).events()


def test_reinstated_it_has_the_time_that_was_left() -> None:
    evaluated, submitted = given(APPLICATION_DECIDER, *DRAFT).when(SUBMIT_LATER).events()
    assert isinstance(evaluated, EligibilityEvaluated)
    (r19,) = [one for one in evaluated.results if one.rule == "R19"]
    assert (r19.outcome, r19.threshold) == ("PASS", UNTIL)
    assert isinstance(submitted, ApplicationSubmitted)
    late = replace(SUBMIT_LATER, at=UNTIL)
    given(APPLICATION_DECIDER, *DRAFT).when(late).then_refuses(SubmissionTooLate)


def test_then_it_lapses() -> None:
    lapse = replace(LAPSE, applicant=REINSTATED)
    given(APPLICATION_DECIDER, *DRAFT).when(replace(lapse, at=just_before(UNTIL))).then_nothing()
    (lapsed,) = given(APPLICATION_DECIDER, *DRAFT).when(replace(lapse, at=UNTIL)).events()
    assert isinstance(lapsed, ApplicationLapsed)
    assert lapsed.deadline == UNTIL


def test_a_suspension_before_the_round_gives_nothing() -> None:
    before = Suspension(Instant("2017-01-01T00:00:00.000Z"), Instant("2017-08-01T00:00:00.000Z"))
    early = replace(APPLICANT, suspensions=(before,))
    late = replace(SUBMIT_LATER, applicant=early, at=DEADLINE)
    given(APPLICATION_DECIDER, *DRAFT).when(late).then_refuses(SubmissionTooLate)


@pytest.mark.parametrize(
    ("applicant", "noticed", "taken"), [(REINSTATED, False, True), (REINSTATED, True, False), (APPLICANT, False, False)]
)
def test_a_closed_round_takes_it_until_a_list_is_on_notice(applicant: Applicant, *, noticed: bool, taken: bool) -> None:
    command = replace(SUBMIT_LATER, terms=replace(STOPPING, closed=True), noticed=noticed, applicant=applicant)
    scenario = given(APPLICATION_DECIDER, *DRAFT).when(command)
    if taken:
        assert scenario.events()
    else:
        scenario.then_refuses(RoundTakesNoMore)


def test_a_return_stands_still_and_goes_on() -> None:
    """By what was left of its own time (C5.3)."""
    just, back, much_later = just_before(DUE), Instant("2017-10-10T09:00:00.000Z"), Instant("2017-12-01T00:00:00.000Z")
    suspended, reinstated = (replace(APPLICANT, suspensions=(Suspension(just, until),)) for until in (None, back))
    lapse = replace(LAPSE, applicant=suspended, at=much_later)
    given(APPLICATION_DECIDER, *SENT_BACK).when(lapse).then_nothing()
    assert given(APPLICATION_DECIDER, *SENT_BACK).when(replace(lapse, applicant=reinstated)).events()
    saves = replace(saving(LARGER, 1), terms=STOPPING, applicant=reinstated, at=back)
    assert given(APPLICATION_DECIDER, *SENT_BACK).when(saves).events()
    given(APPLICATION_DECIDER, *SENT_BACK).when(replace(saves, at=much_later)).then_refuses(ApplicationHasLapsed)
    again = replace(SUBMIT_LATER, applicant=reinstated, at=back)
    assert given(APPLICATION_DECIDER, *SENT_BACK, CORRECTED).when(again).events()
