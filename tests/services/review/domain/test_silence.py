"""A district that lets its time pass keeps nobody from the city (C5.3)."""

from dataclasses import replace

import pytest

from services.review.domain.checks import CheckCompliance, NothingToJudge
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import ReviewAlreadyDecided
from services.review.domain.escalations import DeclineNotUpheld
from services.review.domain.reconsideration import Against, DisputedAlready, TimeToDisputeIsOver
from services.review.domain.silence import DistrictHasTime, Silence, silence_of
from services.review.domain.waivers import SecondOfficerIsTheFirst
from shared.contracts.event import Event
from shared.contracts.review import BatchReopened
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, just_before
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.rounds.little import parameters as of
from tests.services.people import AT, CLERK, HEAD, HERE, LEADER
from tests.services.review.domain import test_waivers as waivers
from tests.services.review.domain.test_checks import CHECKED
from tests.services.review.domain.test_district_review import (
    DECLINE,
    DECLINED,
    JUDGE,
    MATCHED,
    OPENED,
    READY,
    RECOMMEND,
    RECOMMENDED,
)
from tests.services.review.domain.test_reconsideration import ADMIT, ADMITTED, ESCALATE, ESCALATED, REOPENED
from tests.services.review.domain.test_returns import SENT_BACK

OVER = Instant("2017-09-30T16:00:00.000Z")
SILENT = replace(ESCALATE, silence=Silence(OVER, sent=False), at=OVER)
UNDECIDED, UNSENT = replace(ESCALATED, silence="undecided"), replace(ESCALATED, silence="unsent")
OFFICER = Actor("city-officer", Role.CITY_OFFICER)


def terms() -> RoundParameters:
    """A round in which silence goes to the city."""
    plan = of("2017")
    corrections = replace(plan.corrections, silence_escalates=True)
    return replace(plan, corrections=corrections, batches=replace(plan.batches, required=True))


def test_what_the_district_has_not_decided_in_its_time_goes_to_the_city() -> None:
    given(DISTRICT_DECIDER, OPENED).when(SILENT).then(UNDECIDED)
    given(DISTRICT_DECIDER, OPENED).when(replace(SILENT, at=just_before(OVER))).then_refuses(DistrictHasTime)
    given(DISTRICT_DECIDER, OPENED, UNDECIDED).when(SILENT).then_nothing()
    given(DISTRICT_DECIDER, OPENED, UNDECIDED).when(replace(SILENT, grounds="再申")).then_refuses(DisputedAlready)


def test_what_it_recommends_and_has_not_sent_in_its_time_goes_to_the_city() -> None:
    history = (*READY, RECOMMENDED)
    given(DISTRICT_DECIDER, *history).when(SILENT).then(UNSENT)
    sent = replace(SILENT, silence=Silence(OVER, sent=True))
    given(DISTRICT_DECIDER, *history).when(sent).then_refuses(DeclineNotUpheld)


def test_what_is_with_its_applicant_or_in_a_round_without_it_does_not() -> None:
    given(DISTRICT_DECIDER, *READY, SENT_BACK).when(SILENT).then_refuses(DeclineNotUpheld)
    given(DISTRICT_DECIDER, OPENED).when(replace(SILENT, silence=None)).then_refuses(DeclineNotUpheld)
    asks_nothing = replace(terms(), corrections=replace(terms().corrections, silence_escalates=False))
    assert silence_of(asks_nothing, [(AT, OPENED)], []) is None


def test_the_city_decides_it_as_it_decides_a_decline() -> None:
    history = (*READY, UNDECIDED)
    given(DISTRICT_DECIDER, *history).when(ADMIT).then(ADMITTED)
    for command in (RECOMMEND, DECLINE):
        given(DISTRICT_DECIDER, *history).when(command).then_refuses(ReviewAlreadyDecided)
    given(DISTRICT_DECIDER, *history).when(JUDGE).then_refuses(NotPermitted)


def test_the_citys_officer_checks_what_a_silent_district_did_not() -> None:
    check = CheckCompliance("app-1", 1, CHECKED.items, OFFICER, AT, listed=None, final=False)
    given(DISTRICT_DECIDER, OPENED, UNDECIDED).when(check).then(CHECKED)
    given(DISTRICT_DECIDER, OPENED, UNDECIDED).when(replace(check, by=CLERK)).then(CHECKED)
    given(DISTRICT_DECIDER, OPENED).when(check).then_refuses(NotPermitted)


def test_two_of_the_city_waive_what_a_silent_district_did_not() -> None:
    """Its officer judges the ground and proposes, its leader, another account, grants (C2.1.7, C5.3)."""
    history = (waivers.FAILED, MATCHED, UNDECIDED)
    judgement = replace(JUDGE, rule="R16", rationale=waivers.GROUND.rationale, grounds=frozenset({"R16"}), by=OFFICER)
    given(DISTRICT_DECIDER, *history).when(judgement).then(waivers.GROUND)
    given(DISTRICT_DECIDER, *history).when(replace(judgement, by=CLERK)).then_refuses(NotPermitted)
    given(DISTRICT_DECIDER, waivers.FAILED).when(judgement).then_refuses(NotPermitted)
    given(DISTRICT_DECIDER, *history).when(replace(JUDGE, by=OFFICER)).then_refuses(NothingToJudge)
    propose = replace(waivers.PROPOSE, by=OFFICER)
    proposed = replace(waivers.PROPOSED, officer=OFFICER.id)
    given(DISTRICT_DECIDER, *history, waivers.GROUND).when(propose).then(proposed)
    given(DISTRICT_DECIDER, *history, waivers.GROUND).when(replace(propose, by=LEADER)).then_refuses(NotPermitted)
    grant = replace(waivers.GRANT, by=LEADER)
    granted = replace(waivers.GRANTED, officers=(OFFICER.id, LEADER.id))
    waived = (*history, waivers.GROUND, proposed)
    given(DISTRICT_DECIDER, *waived).when(grant).then(granted)
    given(DISTRICT_DECIDER, *waived).when(replace(grant, by=replace(LEADER, id=OFFICER.id))).then_refuses(
        SecondOfficerIsTheFirst
    )
    given(DISTRICT_DECIDER, *waived).when(replace(waivers.GRANT, by=HEAD)).then_refuses(NotPermitted)
    given(DISTRICT_DECIDER, *waived).when(replace(grant, by=OFFICER)).then_refuses(NotPermitted)


def test_a_decline_that_came_too_late_goes_to_the_city_at_once() -> None:
    """The district's answer is owed no second time (C5.3)."""
    late = replace(SILENT, declined=Against(OVER, 5))
    given(DISTRICT_DECIDER, *READY, DECLINED).when(late).then(UNDECIDED)
    in_time = Against(Instant("2017-09-30T15:59:59.000Z"), 5)
    given(DISTRICT_DECIDER, *READY, DECLINED).when(replace(late, declined=in_time)).then_refuses(DeclineNotUpheld)
    given(DISTRICT_DECIDER, *READY, DECLINED).when(replace(late, silence=None)).then_refuses(DeclineNotUpheld)
    after = replace(late, at=Instant("2017-11-01T00:00:00.000Z"))
    given(DISTRICT_DECIDER, *READY, DECLINED).when(after).then_refuses(TimeToDisputeIsOver)
    given(DISTRICT_DECIDER, *READY, DECLINED, UNDECIDED).when(ADMIT).then(ADMITTED)


@pytest.mark.parametrize(
    ("review", "batch", "since"),
    [
        ([(AT, OPENED)], [], "2017-09-30T16:00:00.000Z"),
        ([(Instant("2017-10-02T02:00:00.000Z"), OPENED)], [], "2017-10-07T16:00:00.000Z"),
        ([(AT, OPENED), (Instant("2017-10-02T02:00:00.000Z"), REOPENED)], [], "2017-10-07T16:00:00.000Z"),
        (
            [(AT, OPENED), (AT, SENT_BACK), (Instant("2017-10-12T02:00:00.000Z"), replace(OPENED, version=2))],
            [],
            "2017-10-17T16:00:00.000Z",
        ),
        (
            [(AT, OPENED)],
            [(Instant("2017-10-09T02:00:00.000Z"), BatchReopened(round="2017", district=HERE, authority="3号"))],
            "2017-10-14T16:00:00.000Z",
        ),
    ],
    ids=["in time", "come late", "opened again", "corrected late, after a suspension", "its list opened again"],
)
def test_when_the_districts_time_is_over(
    review: list[tuple[Instant, Event]], batch: list[tuple[Instant, Event]], since: str
) -> None:
    assert silence_of(terms(), review, batch) == Silence(Instant(since), sent=False)
    unlisted = replace(terms(), batches=replace(terms().batches, required=False))
    assert silence_of(unlisted, review, batch) == Silence(Instant(since), sent=True)
