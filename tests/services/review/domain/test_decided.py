"""What publication has decided no longer moves in its district, until an appeal is remitted there (C5.4)."""

from dataclasses import replace

import pytest

from services.review.domain.checks import OpenDistrictReview
from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER, PersonsCommand
from services.review.domain.scoring_states import ApplicationIsDecided
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import FOREIGN_CLERK, SYSTEM, actor
from tests.services.review.domain.test_checks import CHECK, CHECKED, REOPENED, RESUBMISSION
from tests.services.review.domain.test_district_review import (
    DECLINE,
    DECLINED,
    JUDGE,
    MATCHED,
    OPENED,
    PASS,
    READY,
    RECOMMEND,
    RECOMMENDED,
)
from tests.services.review.domain.test_reconsideration import (
    ADMIT,
    ADMITTED,
    ESCALATE,
    ESCALATED,
    REOPEN,
    REQUEST,
    REQUESTED,
    UPHELD,
    UPHOLD,
)
from tests.services.review.domain.test_returns import REMIT, REMITTED, RETURN, SENT_BACK
from tests.services.review.domain.test_waivers import FAILED, GRANT, GRANTED, GROUND, PROPOSE, PROPOSED, REFUSE

ASKED = (*READY, DECLINED, REQUESTED)
MOVING: list[tuple[tuple[DistrictEvent, ...], PersonsCommand, DistrictEvent]] = [
    ((OPENED,), CHECK, CHECKED),
    ((OPENED, MATCHED), JUDGE, PASS),
    ((FAILED, MATCHED, GROUND), PROPOSE, PROPOSED),
    ((FAILED, MATCHED, GROUND, PROPOSED), GRANT, GRANTED),
    (READY, RETURN, SENT_BACK),
    (READY, RECOMMEND, RECOMMENDED),
    (READY, DECLINE, DECLINED),
    ((*READY, DECLINED), REQUEST, REQUESTED),
    (ASKED, UPHOLD, UPHELD),
    ((*ASKED, UPHELD), ESCALATE, ESCALATED),
    ((*ASKED, UPHELD, ESCALATED), ADMIT, ADMITTED),
]


@pytest.mark.parametrize(("history", "command", "event"), MOVING)
def test_what_is_decided_no_longer_moves(
    history: tuple[DistrictEvent, ...], command: PersonsCommand, event: DistrictEvent
) -> None:
    """Each would be done as long as nothing is decided; what was done before is still only repeated (C5.4)."""
    late = replace(command, final=True)
    given(DISTRICT_DECIDER, *history).when(command).then(event)
    given(DISTRICT_DECIDER, *history).when(late).then_refuses(ApplicationIsDecided)
    given(DISTRICT_DECIDER, *history, event).when(late).then_nothing()


@pytest.mark.parametrize("command", [RETURN, DECLINE, replace(RECOMMEND, order=3), REOPEN, ESCALATE, REFUSE, REQUEST])
def test_it_is_said_of_whatever_else_would_refuse_it(command: PersonsCommand) -> None:
    """Whether it stood recommended, declined or nowhere, its officers read one reason (C5.4)."""
    for history in ((OPENED,), (*READY, RECOMMENDED), (*READY, DECLINED, REQUESTED, UPHELD)):
        given(DISTRICT_DECIDER, *history).when(replace(command, final=True)).then_refuses(ApplicationIsDecided)


@pytest.mark.parametrize("by", [FOREIGN_CLERK, actor(Role.FILER), SYSTEM])
def test_who_has_no_right_is_told_that_first(by: Actor) -> None:
    given(DISTRICT_DECIDER, *READY).when(replace(RETURN, by=by, final=True)).then_refuses(NotPermitted)


def test_a_remit_opens_it_again_and_what_others_filed_in_time_is_heard() -> None:
    given(DISTRICT_DECIDER, *READY, RECOMMENDED).when(REMIT).then(REMITTED)
    given(DISTRICT_DECIDER, *READY, RECOMMENDED, REMITTED).when(DECLINE).then(DECLINED)
    given(DISTRICT_DECIDER, *READY, SENT_BACK).when(OpenDistrictReview(RESUBMISSION)).then(REOPENED)
