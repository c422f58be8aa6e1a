"""The round's amendments move, add and remove what is still open of what it asks for (C3.1, C3.5)."""

from dataclasses import replace

import pytest

from services.reporting.domain.calendar import AMENDED, RescheduleObligation, calendar, changes
from services.reporting.domain.evolution import ObligationEvent
from services.reporting.domain.falling_due import LiftObligation
from services.reporting.domain.obligation import OBLIGATION_DECIDER, CreateObligation
from services.reporting.domain.reactions import following
from services.reporting.domain.states import Due, Returned
from shared.contracts.application import PolicyAmended
from shared.contracts.round import ObligationTerm
from shared.contracts.sourced import Moment
from shared.kernel.instants import Instant, plus_seconds
from shared.testing.scenario import given
from tests.services.application.domain.filed import PARAMETERS
from tests.services.reporting.domain.owing import (
    ACCEPTED,
    AGREEMENT,
    CREATED,
    DAY,
    DEFAULTED,
    DUE,
    FILED,
    LAST,
    LATER,
    LIFTED,
    OBLIGATION,
    OVERDUE,
    PLANNED,
    REMINDED,
    RESCHEDULED,
    RETURN_DUE,
    RETURNED,
)

MOVE = RescheduleObligation(OBLIGATION, LATER, RESCHEDULED.authority, LAST, LAST)
PLAN, *OTHERS = PARAMETERS.obligations
POSTPONED = replace(PLAN, due=Moment(value="2018-02-28T16:00:00.000Z", source="design"))
EXTRA = ObligationTerm(
    kind="case", year=2018, period="extra", due=Moment(value="2018-08-31T16:00:00.000Z", source="C3.5"), source="C3.5"
)
AT = Instant("2018-01-10T02:00:00.000Z")


def earlier(due: Instant, not_before: Instant) -> RescheduleObligation:
    return replace(MOVE, term=replace(LATER, due=Moment(value=due, source="design")), not_before=not_before)


def amended(*terms: ObligationTerm, effective_from: Instant = AT) -> PolicyAmended:
    return PolicyAmended(
        round="2017",
        parameters=replace(PARAMETERS, obligations=terms),
        old_hash="p" * 64,
        new_hash="n" * 64,
        rule_set_hash="r" * 64,
        rubric_hash="b" * 64,
        effective_from=effective_from,
        reason="顺延",
        authority_document=RESCHEDULED.authority,
    )


@pytest.mark.parametrize("history", [(), (REMINDED,), (OVERDUE,), (FILED, RETURNED), (FILED, RETURNED, OVERDUE)])
def test_what_is_open_moves_once(history: tuple[ObligationEvent, ...]) -> None:
    """An official letter gives more time to whoever still owes it (C3.1)."""
    given(OBLIGATION_DECIDER, CREATED, *history).when(MOVE).then(RESCHEDULED)
    given(OBLIGATION_DECIDER, CREATED, *history, RESCHEDULED).when(MOVE).then_nothing()
    state = OBLIGATION_DECIDER.fold([CREATED, *history, RESCHEDULED])
    assert isinstance(state, Returned if FILED in history else Due)
    assert state.course.creation.due == LATER.due.value


@pytest.mark.parametrize("history", [(FILED,), (FILED, ACCEPTED), (OVERDUE, DEFAULTED), (LIFTED,)])
def test_what_is_settled_does_not_move(history: tuple[ObligationEvent, ...]) -> None:
    given(OBLIGATION_DECIDER, CREATED, *history).when(MOVE).then_nothing()
    assert OBLIGATION_DECIDER.evolve(state := OBLIGATION_DECIDER.fold([CREATED, *history]), RESCHEDULED) is state
    given(OBLIGATION_DECIDER).when(MOVE).then_nothing()


def test_nothing_is_brought_forward_to_before_the_amendment_and_its_effect() -> None:
    sooner, effect = plus_seconds(DUE, -9 * DAY), plus_seconds(DUE, -5 * DAY)
    moved = replace(RESCHEDULED, new=sooner)
    given(OBLIGATION_DECIDER, CREATED).when(earlier(sooner, plus_seconds(sooner, -DAY))).then(moved)
    given(OBLIGATION_DECIDER, CREATED).when(earlier(sooner, effect)).then(replace(moved, new=effect))
    given(OBLIGATION_DECIDER, CREATED).when(earlier(sooner, plus_seconds(DUE, DAY))).then_nothing()
    given(OBLIGATION_DECIDER, CREATED, OVERDUE).when(earlier(sooner, effect)).then_nothing()


def test_what_is_overdue_is_open_again_only_where_its_new_time_lies_ahead() -> None:
    at = Instant(LATER.due.value)
    given(OBLIGATION_DECIDER, CREATED, OVERDUE).when(replace(MOVE, at=at)).then_nothing()
    given(OBLIGATION_DECIDER, CREATED, OVERDUE).when(replace(MOVE, at=plus_seconds(at, -1))).then(RESCHEDULED)


def test_when_it_may_be_filed_moves_with_it() -> None:
    opens = replace(MOVE, term=replace(LATER, opens_at=Moment(value=RETURN_DUE, source="design")))
    given(OBLIGATION_DECIDER, CREATED).when(opens).then(moved := replace(RESCHEDULED, opens_at=RETURN_DUE))
    given(OBLIGATION_DECIDER, CREATED, moved).when(MOVE).then(replace(RESCHEDULED, old=LATER.due.value))


def test_an_amendment_is_followed_by_what_it_changes_alone() -> None:
    """A task is added, one moved, one removed; the others stay (C3.5)."""
    one = amended(POSTPONED, *OTHERS[:-1], EXTRA)
    changed = changes(PLANNED, (), one, "comprehensive")
    commands = following(AGREEMENT, one, changed, AT)
    assert {command.term for command in commands if isinstance(command, CreateObligation)} == {POSTPONED, EXTRA}
    assert {command.term for command in commands if isinstance(command, RescheduleObligation)} == {POSTPONED, EXTRA}
    (lift,) = (command for command in commands if isinstance(command, LiftObligation))
    given(OBLIGATION_DECIDER, CREATED).when(replace(lift, obligation=OBLIGATION)).then(replace(LIFTED, ground=AMENDED))
    assert not following(AGREEMENT, one, changes(PLANNED, (one,), one, "comprehensive"), AT)


def test_a_task_of_one_kind_is_asked_of_that_kind() -> None:
    only = replace(EXTRA, only="comprehensive")
    one = amended(*PARAMETERS.obligations, only)
    assert list(changes(PLANNED, (), one, "comprehensive").set.values()) == [only]
    assert not changes(PLANNED, (), one, "professional").set


def test_what_is_added_after_it_was_due_is_not_owed() -> None:
    one = amended(*PARAMETERS.obligations, EXTRA)
    changed, late = changes(PLANNED, (), one, "professional"), Instant(EXTRA.due.value)
    assert not any(isinstance(command, CreateObligation) for command in following(AGREEMENT, one, changed, late))


def test_an_amendment_of_something_else_takes_nothing_back_that_was_announced() -> None:
    announced = amended(POSTPONED, *OTHERS, effective_from=Instant("2018-03-01T00:00:00.000Z"))
    another = amended(*PARAMETERS.obligations, EXTRA)
    assert calendar(PLANNED, (announced, another), "comprehensive") == (POSTPONED, *OTHERS, EXTRA)
    assert calendar(PLANNED, (), "comprehensive") == PARAMETERS.obligations
