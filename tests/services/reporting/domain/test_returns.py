"""What the office does with a filing: it accepts it or sends it back (C3.1)."""

from dataclasses import replace

import pytest

from services.reporting.domain.evolution import ObligationEvent
from services.reporting.domain.obligation import OBLIGATION_DECIDER, Command
from services.reporting.domain.returns import (
    AcceptReport,
    AnotherVersionIsFiled,
    NothingFiledToDecideOn,
    NothingToCorrect,
    ReportAlreadyAccepted,
    ReturnDueNotAllowed,
    ReturnReport,
    latest_return,
)
from shared.contracts.correction import ItemToCorrect
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.rounds.unasked import without
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import OFFICER, all_but
from tests.services.reporting.domain.owing import (
    ACCEPTED,
    CREATED,
    DEFAULTED,
    FILED,
    ITEMS,
    LIFTED,
    OBLIGATION,
    OVERDUE,
    RETURN_DUE,
    RETURNED,
)

AT = Instant("2018-02-07T02:00:00.000Z")
RETURN = ReturnReport(OBLIGATION, 1, ITEMS, None, RETURN_DUE, OFFICER, AT)
ACCEPT = AcceptReport(OBLIGATION, 1, OFFICER, AT)
SECOND = replace(FILED, version=2)


def test_what_is_filed_goes_back_with_the_items_until_the_end_of_the_round_s_days() -> None:
    assert latest_return(PARAMETERS, AT) == RETURN_DUE, "five days, to the end of the day in Shanghai"
    given(OBLIGATION_DECIDER, CREATED, FILED).when(RETURN).then(RETURNED)
    given(OBLIGATION_DECIDER, CREATED, FILED, RETURNED).when(RETURN).then_nothing()
    given(OBLIGATION_DECIDER, CREATED, FILED, RETURNED, SECOND).when(RETURN).then_nothing()


def test_an_officer_may_ask_for_it_earlier() -> None:
    earlier = Instant("2018-02-09T10:00:00.000Z")
    given(OBLIGATION_DECIDER, CREATED, FILED).when(replace(RETURN, due=earlier)).then(replace(RETURNED, due=earlier))


def test_a_round_that_gives_no_days_needs_a_due_time() -> None:
    assert latest_return(without(PARAMETERS, "corrections"), AT) is None
    silent = replace(RETURN, latest=None)
    given(OBLIGATION_DECIDER, CREATED, FILED).when(silent).then_refuses(ReturnDueNotAllowed)
    due = Instant("2018-03-01T00:00:00.000Z")
    given(OBLIGATION_DECIDER, CREATED, FILED).when(replace(silent, due=due)).then(replace(RETURNED, due=due))


@pytest.mark.parametrize("due", ["2018-02-07T02:00:00.000Z", "2018-02-06T00:00:00.000Z", "2018-02-12T16:00:00.001Z"])
def test_the_correction_is_due_ahead_and_within_the_round_s_days(due: str) -> None:
    asked = given(OBLIGATION_DECIDER, CREATED, FILED).when(replace(RETURN, due=Instant(due)))
    assert asked.then_refuses(ReturnDueNotAllowed).field == "due"


def test_a_return_says_what_is_wrong() -> None:
    asked = given(OBLIGATION_DECIDER, CREATED, FILED).when(replace(RETURN, items=()))
    assert asked.then_refuses(NothingToCorrect).field == "items"


def test_another_return_of_a_returned_version_is_none() -> None:
    other = replace(RETURN, items=(ItemToCorrect(path="evidence", code="MISSING", note=""),))
    given(OBLIGATION_DECIDER, CREATED, FILED, RETURNED).when(other).then_refuses(NothingFiledToDecideOn)


def test_what_is_filed_is_accepted() -> None:
    given(OBLIGATION_DECIDER, CREATED, FILED).when(ACCEPT).then(ACCEPTED)
    given(OBLIGATION_DECIDER, CREATED, FILED, ACCEPTED).when(ACCEPT).then_nothing()
    second = replace(ACCEPT, version=2)
    history = (CREATED, FILED, RETURNED, SECOND)
    given(OBLIGATION_DECIDER, *history).when(second).then(replace(ACCEPTED, version=2))


def test_what_is_accepted_stays() -> None:
    given(OBLIGATION_DECIDER, CREATED, FILED, ACCEPTED).when(RETURN).then_refuses(ReportAlreadyAccepted)
    other = replace(ACCEPT, version=2)
    given(OBLIGATION_DECIDER, CREATED, FILED, ACCEPTED).when(other).then_refuses(ReportAlreadyAccepted)


@pytest.mark.parametrize("command", [RETURN, ACCEPT])
@pytest.mark.parametrize("history", [(), (OVERDUE,), (OVERDUE, DEFAULTED), (LIFTED,)])
def test_nothing_is_decided_on_what_was_not_filed(history: tuple[ObligationEvent, ...], command: Command) -> None:
    given(OBLIGATION_DECIDER, CREATED, *history).when(command).then_refuses(NothingFiledToDecideOn)


@pytest.mark.parametrize("command", [replace(RETURN, version=2), replace(ACCEPT, version=2)])
def test_the_office_decides_on_the_version_that_is_filed(command: Command) -> None:
    asked = given(OBLIGATION_DECIDER, CREATED, FILED).when(command)
    assert asked.then_refuses(AnotherVersionIsFiled).field == "version"


@pytest.mark.parametrize("command", [RETURN, ACCEPT])
def test_only_the_city_s_officer_decides_on_it(command: ReturnReport | AcceptReport) -> None:
    for by in all_but(Role.CITY_OFFICER):
        asked = given(OBLIGATION_DECIDER, CREATED, FILED).when(replace(command, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"
