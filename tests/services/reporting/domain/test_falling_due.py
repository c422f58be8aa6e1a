"""What the clock brings: a reminder, then overdue, then a default; each once and never early (C3.1)."""

from dataclasses import replace

import pytest

from services.reporting.domain.evolution import ObligationEvent
from services.reporting.domain.falling_due import DeclareDefault, NoteOverdue, SendReminder
from services.reporting.domain.obligation import OBLIGATION_DECIDER, Command
from shared.kernel.instants import Instant, plus_seconds
from shared.testing.scenario import given
from tests.services.reporting.domain.owing import (
    ACCEPTED,
    CREATED,
    DEFAULT_AT,
    DEFAULTED,
    DUE,
    EARLY_RETURN_DUE,
    FILED,
    LAST,
    LIFTED,
    OBLIGATION,
    OVERDUE,
    REMINDED,
    REMINDED_AT,
    RETURN_DUE,
    RETURNED,
)

REMIND = SendReminder(OBLIGATION, 7, REMINDED_AT)
NOTE = NoteOverdue(OBLIGATION, 10, DUE)
DEFAULT = DeclareDefault(OBLIGATION, DEFAULT_AT)


def moment_before(at: Instant) -> Instant:
    return plus_seconds(at, -1)


def test_a_reminder_comes_once_and_before_it_is_due() -> None:
    given(OBLIGATION_DECIDER, CREATED).when(REMIND).then(REMINDED)
    given(OBLIGATION_DECIDER, CREATED).when(replace(REMIND, at=LAST)).then(REMINDED)
    given(OBLIGATION_DECIDER, CREATED, REMINDED).when(REMIND).then_nothing()
    for at in (moment_before(REMINDED_AT), DUE):
        given(OBLIGATION_DECIDER, CREATED).when(replace(REMIND, at=at)).then_nothing()


@pytest.mark.parametrize("history", [(), (REMINDED,)])
def test_it_is_overdue_from_the_due_instant_on(history: tuple[ObligationEvent, ...]) -> None:
    given(OBLIGATION_DECIDER, CREATED, *history).when(NOTE).then(OVERDUE)
    given(OBLIGATION_DECIDER, CREATED, *history).when(replace(NOTE, at=LAST)).then_nothing()


def test_a_return_that_runs_out_is_overdue_by_its_own_due_time() -> None:
    history = (CREATED, FILED, RETURNED)
    given(OBLIGATION_DECIDER, *history).when(NOTE).then_nothing()
    at = replace(NOTE, at=RETURN_DUE)
    given(OBLIGATION_DECIDER, *history).when(at).then(replace(OVERDUE, due=RETURN_DUE))


def test_what_was_filed_early_and_returned_is_never_overdue_before_it_was_due_at_all() -> None:
    """C3.1: who files early is no worse off than who files nothing."""
    history = (CREATED, FILED, replace(RETURNED, due=EARLY_RETURN_DUE))
    for at in (EARLY_RETURN_DUE, LAST):
        given(OBLIGATION_DECIDER, *history).when(replace(NOTE, at=at)).then_nothing()
    given(OBLIGATION_DECIDER, *history).when(NOTE).then(OVERDUE)


def test_a_default_follows_when_the_days_of_grace_are_over() -> None:
    given(OBLIGATION_DECIDER, CREATED, OVERDUE).when(DEFAULT).then(DEFAULTED)
    early = replace(DEFAULT, at=moment_before(DEFAULT_AT))
    given(OBLIGATION_DECIDER, CREATED, OVERDUE).when(early).then_nothing()
    given(OBLIGATION_DECIDER, CREATED).when(DEFAULT).then_nothing()


def test_the_days_of_grace_are_those_that_were_given_when_it_was_overdue() -> None:
    longer = replace(OVERDUE, days=20)
    given(OBLIGATION_DECIDER, CREATED, longer).when(DEFAULT).then_nothing()
    at = replace(DEFAULT, at=plus_seconds(DUE, 20 * 86_400))
    given(OBLIGATION_DECIDER, CREATED, longer).when(at).then(DEFAULTED)


@pytest.mark.parametrize("command", [REMIND, NOTE, DEFAULT])
@pytest.mark.parametrize("history", [(FILED,), (FILED, ACCEPTED), (OVERDUE, DEFAULTED), (LIFTED,)])
def test_the_clock_brings_nothing_to_what_is_filed_or_settled(
    history: tuple[ObligationEvent, ...], command: Command
) -> None:
    given(OBLIGATION_DECIDER, CREATED, *history).when(command).then_nothing()
    given(OBLIGATION_DECIDER).when(command).then_nothing()
