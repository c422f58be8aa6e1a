"""A remit that led to no place on the list is closed by the leader, once its time is over (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.correction import RejectionStands
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.remit import (
    CloseRemit,
    EscalationUndecided,
    NothingRemitted,
    Redone,
    RemitAlreadyClosed,
    RemitLedElsewhere,
    RemitUnderWay,
)
from shared.contracts.publication import ApplicationRejected, RemitClosed
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import LEADER, ORGANIZATION, all_but, role_of
from tests.services.publication.domain.drafted import CORRECT, FIRST, LISTED, PROPOSED, THIRD, TO_CORRECT

FINAL = (PROPOSED, *LISTED)
UNTIL = Instant("2017-12-20T16:00:00.000Z")
RANKED = Redone(declined=False, recommended=True, ranked=True, left_unranked=False, withdrawn=False, escalated=False)
CLOSE = CloseRemit("2017", THIRD, ORGANIZATION, "remit-1", UNTIL, RANKED, "名次未变", LEADER, UNTIL)
CLOSED, ENDED = given(DECISION_DECIDER, *FINAL).when(CLOSE).events()


@pytest.mark.parametrize(
    ("redone", "stage", "code"),
    [
        (RANKED, "experts", "NOT_SELECTED"),
        (replace(RANKED, left_unranked=True), "experts", "LEFT_UNRANKED"),
        (replace(RANKED, recommended=False), "district", "DISTRICT_UNDECIDED"),
        (replace(RANKED, recommended=False, declined=True), "district", "DISTRICT_DECLINED"),
    ],
)
def test_the_application_ends_again_where_it_stands_now(redone: Redone, stage: str, code: str) -> None:
    closed, ended = given(DECISION_DECIDER, *FINAL).when(replace(CLOSE, redone=redone)).events()
    assert isinstance(closed, RemitClosed)
    assert isinstance(ended, ApplicationRejected)
    assert (ended.application, ended.stage, ended.codes) == (THIRD, stage, (code,))
    assert (closed.appeal, closed.stage, closed.codes) == ("remit-1", stage, (code,))


WRONG: list[tuple[CloseRemit, type[Refusal]]] = [
    (replace(CLOSE, appeal=None), NothingRemitted),
    (replace(CLOSE, at=Instant("2017-12-20T15:59:59.999Z")), RemitUnderWay),
    (replace(CLOSE, redone=replace(RANKED, ranked=False)), RemitUnderWay),
    (replace(CLOSE, redone=replace(RANKED, withdrawn=True)), RemitLedElsewhere),
    (replace(CLOSE, redone=replace(RANKED, recommended=False, escalated=True)), EscalationUndecided),
    (replace(CLOSE, application=FIRST), RemitLedElsewhere),
]


@pytest.mark.parametrize(("command", "refusal"), WRONG)
def test_what_is_not_closed(command: CloseRemit, refusal: type[Refusal]) -> None:
    given(DECISION_DECIDER, *FINAL).when(command).then_refuses(refusal)


def test_who_waits_to_join_the_list_is_not_ended() -> None:
    given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(CLOSE).then_refuses(RemitLedElsewhere)
    given(DECISION_DECIDER, PROPOSED).when(CLOSE).then_refuses(NothingRemitted)


def test_a_remit_is_closed_once_and_the_next_one_anew() -> None:
    given(DECISION_DECIDER, *FINAL, CLOSED).when(CLOSE).then_nothing()
    given(DECISION_DECIDER, *FINAL, CLOSED).when(replace(CLOSE, reason="其他")).then_refuses(RemitAlreadyClosed)
    again = given(DECISION_DECIDER, *FINAL, CLOSED).when(replace(CLOSE, appeal="remit-2")).events()
    assert again[1:] == [ENDED]


def test_without_a_time_of_the_round_the_leader_says_when() -> None:
    untimed = replace(CLOSE, until=None, at=Instant("2017-12-01T00:00:00.000Z"))
    given(DECISION_DECIDER, *FINAL).when(untimed).then(CLOSED, ENDED)


def test_what_was_closed_joins_no_list_by_a_correction() -> None:
    ended = replace(CORRECT, appeals={THIRD: "closed"})
    given(DECISION_DECIDER, *FINAL, CLOSED).when(ended).then_refuses(RejectionStands)


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_the_leader_closes_a_remit(by: Actor) -> None:
    given(DECISION_DECIDER, *FINAL).when(replace(CLOSE, by=by)).then_refuses(NotPermitted)
