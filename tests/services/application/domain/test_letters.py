"""Letters that move the filing deadline: how far they reach, and what a later one takes back (C5.2, R19)."""

from dataclasses import replace

import pytest

from services.application.domain.extensions import (
    ExtensionGivesNoTime,
    ExtensionReachesTooFar,
    LetterLeavesTooLittleTime,
    NothingWaitsForTime,
)
from services.application.domain.round import ROUND_DECIDER
from services.application.domain.round_states import Closed, Open, RoundIsClosed, terms_at
from services.application.domain.terms import RoundTerms
from shared.contracts.application import DeadlineExtended, RoundArchived, RoundOpened, RoundPlanned
from shared.kernel.instants import Instant, plus_seconds
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.application.domain.filed import PARAMETERS
from tests.services.application.domain.test_round import (
    CLOSE,
    CLOSED,
    EXTEND,
    EXTENDED,
    LATE,
    OPENED,
    PLAN,
    planned,
    said,
)
from tests.services.people import HERE

DEADLINE = Instant("2017-09-20T09:00:00.000Z")
DAYS = 10
LAST = Instant("2017-09-30T16:00:00.000Z")
"""The end of the tenth day after the deadline in Shanghai."""


SHORTER = replace(EXTEND, at=LATE, reason="更正函1号", authority_document="函2号")
CORRECTED = replace(EXTENDED, old=LAST, reason="更正函1号", authority_document="函2号")


def opened(days: int | None = DAYS) -> tuple[RoundPlanned, RoundOpened]:
    """A round whose letters reach so many days, or one that does not say."""
    extensions = UNASKED.extensions if days is None else replace(PARAMETERS.extensions, days_max=days)
    return planned(said(PLAN, replace(PARAMETERS, extensions=extensions))), OPENED


def terms(*letters: DeadlineExtended) -> RoundTerms:
    state = ROUND_DECIDER.fold([*opened(), *letters])
    assert isinstance(state, Open)
    return terms_at(state, LATE)


@pytest.mark.parametrize(("scope", "target"), [("round", None), ("district", HERE), ("application", "app-1")])
def test_a_wrong_year_is_refused_whatever_the_letter_is_for(scope: str, target: str | None) -> None:
    typed = replace(EXTEND, scope=scope, target=target, district=HERE, new=Instant("2018-09-25T09:00:00.000Z"))
    refusal = given(ROUND_DECIDER, *opened()).when(typed).then_refuses(ExtensionReachesTooFar)
    assert (refusal.field, "2017-10-01 00:00:00.000" in (refusal.detail_zh or "")) == ("new", True)
    assert len(given(ROUND_DECIDER, *opened()).when(replace(typed, new=LAST)).events()) == 1
    given(ROUND_DECIDER, *opened()).when(replace(typed, new=plus_seconds(LAST, 1))).then_refuses(ExtensionReachesTooFar)
    assert len(given(ROUND_DECIDER, *opened(None)).when(typed).events()) == 1


def test_a_correction_that_was_due_later_is_given_its_days_from_then() -> None:
    due = Instant("2017-10-09T16:00:00.000Z")
    one = replace(EXTEND, scope="application", target="app-1", district=HERE, returned_until=due)
    reached = Instant("2017-10-20T16:00:00.000Z")
    assert len(given(ROUND_DECIDER, *opened()).when(replace(one, new=reached)).events()) == 1
    beyond = replace(one, new=plus_seconds(reached, 1))
    given(ROUND_DECIDER, *opened()).when(beyond).then_refuses(ExtensionReachesTooFar)


def test_a_later_letter_for_the_same_takes_back_what_the_earlier_gave() -> None:
    """The list of the district no longer waits for it, and the round can be closed (C5.3)."""
    mistaken = replace(EXTENDED, new=LAST)
    given(ROUND_DECIDER, *opened(), mistaken).when(SHORTER).then(CORRECTED)
    assert terms(mistaken).deadline_of(HERE, "app-1") == LAST
    assert terms(mistaken, CORRECTED).deadline_of(HERE, "app-1") == EXTENDED.new
    assert terms(mistaken, CORRECTED).ends_at == EXTENDED.new
    over = replace(CLOSE, at=Instant(EXTENDED.new))
    assert len(given(ROUND_DECIDER, *opened(), mistaken, CORRECTED).when(over).events()) == 1
    given(ROUND_DECIDER, *opened(), mistaken, CORRECTED).when(SHORTER).then_nothing()


def test_what_is_taken_back_leaves_other_letters_as_they_are() -> None:
    whole = replace(EXTENDED, scope="round", target=None, new="2017-09-25T09:00:00.000Z")
    mistaken = replace(EXTENDED, new=LAST)
    assert terms(whole, mistaken, CORRECTED).deadline_of(HERE, "app-1") == whole.new


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(plus_seconds(LATE, -1), id="before now, when something may have been accepted"),
        pytest.param(LATE, id="now"),
        pytest.param(plus_seconds(DEADLINE, -1), id="before the round's own deadline"),
    ],
)
def test_nothing_that_was_accepted_becomes_late(new: Instant) -> None:
    shorter = replace(SHORTER, new=new)
    mistaken = replace(EXTENDED, new=LAST)
    given(ROUND_DECIDER, *opened(), mistaken).when(shorter).then_refuses(ExtensionGivesNoTime)


def test_a_letter_is_taken_back_altogether_before_the_deadline() -> None:
    mistaken = replace(EXTENDED, new=LAST)
    none = replace(SHORTER, at=EXTEND.at, new=DEADLINE)
    (corrected,) = given(ROUND_DECIDER, *opened(), mistaken).when(none).events()
    assert isinstance(corrected, DeadlineExtended)
    assert terms(mistaken, corrected).deadline_of(HERE, "app-1") == DEADLINE


def test_a_filed_application_s_letter_can_be_taken_back() -> None:
    """It is submitted, and the round waits for the time that the letter gave it."""
    one = replace(EXTENDED, scope="application", target="app-1", new=LAST)
    shorter = replace(SHORTER, scope="application", target="app-1", district=HERE, filed=True)
    assert len(given(ROUND_DECIDER, *opened(), one).when(shorter).events()) == 1


@pytest.mark.parametrize("days", [DAYS, None])
def test_only_a_letter_for_the_same_is_taken_back_and_only_where_the_round_says_so(days: int | None) -> None:
    other = replace(EXTENDED, scope="round", target=None, new=LAST)
    same = replace(EXTENDED, new=LAST)
    given(ROUND_DECIDER, *opened(days), other).when(SHORTER).then_refuses(ExtensionGivesNoTime)
    given(ROUND_DECIDER, *opened(None), same).when(SHORTER).then_refuses(ExtensionGivesNoTime)


def test_a_letter_that_another_took_the_place_of_is_given_anew() -> None:
    """The receipt says that it happened, and it did (C5.2)."""
    first = replace(EXTEND, new=plus_seconds(LAST, -86_400))
    (given_first,) = given(ROUND_DECIDER, *opened()).when(first).events()
    assert isinstance(given_first, DeadlineExtended)
    longer = replace(given_first, old=given_first.new, new=LAST, authority_document="函2号")
    given(ROUND_DECIDER, *opened(), given_first).when(first).then_nothing()
    given(ROUND_DECIDER, *opened(), given_first, longer).when(first).then(replace(given_first, old=LAST))


RETURNED = replace(
    EXTEND, scope="application", target="app-1", district=HERE, returned_until=Instant(EXTENDED.new), new=LAST
)


def test_what_was_returned_is_given_more_time_after_the_closing() -> None:
    """An official letter for one applicant is carried out whenever its return runs, or ran out (C5.2, C5.3)."""
    (event,) = given(ROUND_DECIDER, *opened(), CLOSED).when(RETURNED).events()
    assert isinstance(event, DeadlineExtended)
    assert (event.scope, event.target, event.new) == ("application", "app-1", LAST)
    state = ROUND_DECIDER.fold([*opened(), CLOSED, event])
    assert isinstance(state, Closed)
    assert terms_at(state, LATE).deadline_of(HERE, "app-1") == LAST
    given(ROUND_DECIDER, *opened(), CLOSED, event).when(RETURNED).then_nothing()
    archived = RoundArchived(round="2017", heads=())
    given(ROUND_DECIDER, *opened(), CLOSED, archived).when(RETURNED).then_refuses(RoundIsClosed)


def test_nobody_else_is_given_more_time_after_the_closing() -> None:
    given(ROUND_DECIDER, *opened(), CLOSED).when(replace(RETURNED, final=True)).then_refuses(NothingWaitsForTime)
    beyond = replace(RETURNED, new=Instant("2018-09-25T09:00:00.000Z"))
    given(ROUND_DECIDER, *opened(), CLOSED).when(beyond).then_refuses(ExtensionReachesTooFar)
    given(ROUND_DECIDER, *opened(), CLOSED).when(replace(RETURNED, returned_until=None)).then_refuses(RoundIsClosed)


def test_a_letter_that_takes_time_back_leaves_the_days_that_the_round_says() -> None:
    """Whoever relied on the earlier one is told in time; a round that asks for none takes it at once (C5.2)."""
    mistaken, soon = replace(EXTENDED, new=LAST), replace(SHORTER, at=plus_seconds(SHORTER.new, -86_399))
    refusal = given(ROUND_DECIDER, *opened(), mistaken).when(soon).then_refuses(LetterLeavesTooLittleTime)
    assert (refusal.field, "至少留出1天" in refusal.detail_zh) == ("new", True)
    in_time = replace(soon, at=plus_seconds(SHORTER.new, -86_400))
    assert given(ROUND_DECIDER, *opened(), mistaken).when(in_time).events()
    unasked = replace(
        PARAMETERS.extensions, days_max=DAYS, shortening_notice_days=UNASKED.extensions.shortening_notice_days
    )
    silent = planned(said(PLAN, replace(PARAMETERS, extensions=unasked))), OPENED
    assert given(ROUND_DECIDER, *silent, mistaken).when(soon).events()
