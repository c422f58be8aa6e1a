"""Appeals against a rejection (C5.4)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.appeal import (
    APPEAL_DECIDER,
    AppealEvent,
    Command,
    DecideAppeal,
    FileAppeal,
)
from services.publication.domain.appeal_states import (
    AppealAlreadyDecided,
    AppealAlreadyFiled,
    AppealNotFiled,
    AppealTooLate,
    ApproverMayNotDecideTheAppeal,
    NeverWithTheExperts,
    NoAppealsInThisRound,
    NothingToAppealAgainst,
    NothingToReverse,
    PromoterMayNotDecideTheAppeal,
    RevokedIsNotReversed,
)
from services.publication.domain.rejection import Rejection
from services.publication.domain.states import OutcomeUnclear
from shared.contracts.publication import AppealDecided, AppealFiled
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, end_of_day_after
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import FILER, FOREIGN_FILER, LEADER, ORGANIZATION, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

REJECTED_AT = Instant("2017-11-09T01:00:00.000Z")
UNTIL = Instant("2017-11-24T16:00:00.000Z")
LAST = Instant("2017-11-24T15:59:59.999Z")
REJECTION = Rejection("app-1", ORGANIZATION, "2017", REJECTED_AT, UNTIL)
FILE = FileAppeal("app-1", REJECTION, "请求复核", FILER, LAST, evidence=())
FILED = AppealFiled(application="app-1", organization=ORGANIZATION, round="2017", grounds="请求复核", received_at=LAST)
REMIT = DecideAppeal(
    "app-1",
    "remit",
    "experts",
    "退回重评",
    LEADER,
    UNTIL,
    rejected_at=None,
    rejected_by=None,
    displaced_by=frozenset(),
    since=None,
    can_join=True,
    only_ranked=False,
    revoked=False,
)
REMITTED = AppealDecided(
    application="app-1", organization=ORGANIZATION, round="2017", outcome="remit", stage="experts", reason="退回重评"
)
UPHOLD = replace(REMIT, outcome="uphold", stage=None)
LATER = replace(REJECTION, at=Instant("2017-12-20T01:00:00.000Z"), until=Instant("2018-01-04T16:00:00.000Z"))


def test_the_time_for_it_runs_to_the_end_of_the_last_day() -> None:
    assert end_of_day_after(REJECTED_AT, 15) == UNTIL
    assert end_of_day_after(Instant("2017-11-08T16:00:00.000Z"), 15) == UNTIL
    given(APPEAL_DECIDER).when(FILE).then(FILED)
    given(APPEAL_DECIDER).when(replace(FILE, at=UNTIL)).then_refuses(AppealTooLate)


def test_an_applicant_appeals_once_against_one_rejection() -> None:
    for history in ((FILED,), (FILED, REMITTED)):
        given(APPEAL_DECIDER, *history).when(FILE).then_nothing()
        given(APPEAL_DECIDER, *history).when(replace(FILE, at=UNTIL)).then_nothing()
        given(APPEAL_DECIDER, *history).when(replace(FILE, grounds="另有理由")).then_refuses(AppealAlreadyFiled)


def test_evidence_is_named_by_the_appeal_and_belongs_to_it() -> None:
    """C5.4: what else is shown would be another appeal."""
    shown = ("e0" * 32,)
    given(APPEAL_DECIDER).when(replace(FILE, evidence=shown)).then(replace(FILED, evidence=shown))
    given(APPEAL_DECIDER, FILED).when(replace(FILE, evidence=shown)).then_refuses(AppealAlreadyFiled)


def test_a_later_rejection_is_another_one() -> None:
    again = replace(FILE, rejection=LATER, at=Instant("2017-12-21T01:00:00.000Z"))
    given(APPEAL_DECIDER, FILED, REMITTED).when(again).then(replace(FILED, received_at=again.at))


def test_only_a_rejection_is_appealed_against_and_only_where_the_round_knows_appeals() -> None:
    assert given(APPEAL_DECIDER).when(replace(FILE, rejection=None)).then_refuses(NothingToAppealAgainst).field
    old = replace(FILE, rejection=replace(REJECTION, until=None))
    given(APPEAL_DECIDER).when(old).then_refuses(NoAppealsInThisRound)


def test_the_leader_decides_once_and_names_a_stage_only_to_remit() -> None:
    given(APPEAL_DECIDER, FILED).when(REMIT).then(REMITTED)
    given(APPEAL_DECIDER, FILED, REMITTED).when(REMIT).then_nothing()
    given(APPEAL_DECIDER, FILED, REMITTED).when(UPHOLD).then_refuses(AppealAlreadyDecided)
    given(APPEAL_DECIDER).when(REMIT).then_refuses(AppealNotFiled)
    for outcome in ("uphold", "reverse"):
        (decided,) = given(APPEAL_DECIDER, FILED).when(replace(UPHOLD, outcome=outcome)).events()
        assert decided == replace(REMITTED, outcome=outcome, stage=None)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(REMIT, outcome="perhaps"), "outcome"),
        (replace(REMIT, stage=None), "stage"),
        (replace(REMIT, stage="office"), "stage"),
        (replace(UPHOLD, stage="district"), "stage"),
        (replace(UPHOLD, outcome="reverse", stage="experts"), "stage"),
    ],
)
def test_wrong_decisions(command: DecideAppeal, field: str) -> None:
    assert given(APPEAL_DECIDER, FILED).when(command).then_refuses(OutcomeUnclear).field == field


@pytest.mark.parametrize("by", [*all_but(Role.FILER), FOREIGN_FILER], ids=role_of)
def test_only_the_applicant_appeals(by: Actor) -> None:
    given(APPEAL_DECIDER).when(replace(FILE, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_the_leader_decides(by: Actor) -> None:
    given(APPEAL_DECIDER, FILED).when(replace(REMIT, by=by)).then_refuses(NotPermitted)


def test_a_stage_that_was_never_reached_is_not_done_again() -> None:
    """Who ended at the district was never with the experts (C5.3, C5.4)."""
    ended = replace(REMIT, rejected_at="district")
    assert given(APPEAL_DECIDER, FILED).when(ended).then_refuses(NeverWithTheExperts).field == "stage"
    given(APPEAL_DECIDER, FILED).when(replace(ended, stage="district")).then(replace(REMITTED, stage="district"))
    given(APPEAL_DECIDER, FILED).when(replace(REMIT, rejected_at="ranking")).then(REMITTED)


REVERSE = replace(REMIT, outcome="reverse", stage=None)
REVERSED = replace(REMITTED, outcome="reverse", stage=None)
UNRANKED = replace(REMIT, can_join=False, since=REJECTED_AT)


def test_a_reversal_takes_a_ranking_where_the_round_has_it_so() -> None:
    """What no ranking holds is remitted; nothing could carry the reversal out (C5.4)."""
    unranked = replace(REVERSE, can_join=False, only_ranked=True)
    assert given(APPEAL_DECIDER, FILED).when(unranked).then_refuses(NothingToReverse).field == "outcome"
    for allowed in (replace(unranked, can_join=True), replace(unranked, only_ranked=False)):
        given(APPEAL_DECIDER, FILED).when(allowed).then(REVERSED)
    given(APPEAL_DECIDER, FILED).when(replace(unranked, outcome="uphold")).then(replace(REVERSED, outcome="uphold"))


def test_a_reversal_that_no_correction_can_carry_out_is_remitted_after_all() -> None:
    """It does not wait for ever; every other decision stands (C5.4)."""
    given(APPEAL_DECIDER, FILED, REVERSED).when(UNRANKED).then(REMITTED)
    given(APPEAL_DECIDER, FILED, REVERSED, REMITTED).when(UNRANKED).then_nothing()
    own = replace(UNRANKED, rejected_by=LEADER.id)
    given(APPEAL_DECIDER, FILED, REVERSED).when(own).then_refuses(ApproverMayNotDecideTheAppeal)
    later = replace(UNRANKED, since=UNTIL)
    for standing in (later, replace(UNRANKED, since=None), replace(UNRANKED, can_join=True)):
        given(APPEAL_DECIDER, FILED, REVERSED).when(standing).then_refuses(AppealAlreadyDecided)
    upheld = replace(REVERSED, outcome="uphold")
    given(APPEAL_DECIDER, FILED, upheld).when(UNRANKED).then_refuses(AppealAlreadyDecided)
    given(APPEAL_DECIDER, FILED, REVERSED).when(replace(UPHOLD, can_join=False)).then_refuses(AppealAlreadyDecided)


def test_no_reversal_puts_a_revoked_approval_back_and_one_that_did_is_decided_anew() -> None:
    """No correction adds whose approval was revoked; the appeal finds an end all the same (C5.4)."""
    revoked = replace(REVERSE, revoked=True, since=REJECTED_AT)
    refusal = given(APPEAL_DECIDER, FILED).when(revoked).then_refuses(RevokedIsNotReversed)
    assert (refusal.field, refusal.detail) == ("outcome", "uphold the rejection, or remit it to a stage")
    given(APPEAL_DECIDER, FILED, REVERSED).when(revoked).then_nothing()
    upheld, remit = replace(revoked, outcome="uphold"), replace(REMIT, revoked=True, since=REJECTED_AT)
    for history in ((FILED,), (FILED, REVERSED)):
        given(APPEAL_DECIDER, *history).when(upheld).then(replace(REVERSED, outcome="uphold"))
        given(APPEAL_DECIDER, *history).when(remit).then(REMITTED)
    for standing in (replace(upheld, since=UNTIL), replace(upheld, since=None), replace(upheld, revoked=False)):
        given(APPEAL_DECIDER, FILED, REVERSED).when(standing).then_refuses(AppealAlreadyDecided)
    ended = replace(REVERSED, outcome="uphold")
    given(APPEAL_DECIDER, FILED, ended).when(remit).then_refuses(AppealAlreadyDecided)


COMMANDS: list[Command] = [
    FILE,
    replace(FILE, at=UNTIL),
    replace(FILE, grounds="另有理由"),
    replace(FILE, rejection=None),
    replace(FILE, rejection=LATER, at=LATER.at),
    replace(FILE, by=FOREIGN_FILER),
    REMIT,
    UPHOLD,
    replace(UPHOLD, outcome="reverse"),
    replace(UPHOLD, stage="district"),
]


@settings(max_examples=100)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_any_script(script: list[Command]) -> None:
    """Appeals and decisions alternate, each against a later rejection, and only a remit names a stage."""
    history = live(APPEAL_DECIDER, script)
    filed = [event for event in history if isinstance(event, AppealFiled)]
    assert [type(event) for event in history] == [AppealFiled, AppealDecided] * (len(history) // 2) + [AppealFiled] * (
        len(history) % 2
    )
    assert sorted({one.received_at for one in filed}) == [one.received_at for one in filed]
    for event in history:
        if isinstance(event, AppealDecided):
            assert (event.outcome == "remit") == (event.stage is not None)


@settings(max_examples=60)
@given_any(st.lists(st.one_of(made(AppealFiled), made(AppealDecided))))
def test_any_history(history: list[AppealEvent]) -> None:
    evolves_from_anything(APPEAL_DECIDER, history)


def test_who_approved_the_rejection_does_not_decide_the_appeal_against_it() -> None:
    """Where the round has it so; a decision that is put again stays one (C5.4)."""
    own = replace(REMIT, rejected_by=LEADER.id)
    given(APPEAL_DECIDER, FILED).when(own).then_refuses(ApproverMayNotDecideTheAppeal)
    given(APPEAL_DECIDER, FILED).when(replace(REMIT, rejected_by="somebody")).then(REMITTED)
    given(APPEAL_DECIDER, FILED, REMITTED).when(own).then_nothing()


def test_who_promoted_another_in_its_place_does_not_decide_its_appeal() -> None:
    """Where the round has it so (C5.4)."""
    own = replace(REMIT, displaced_by=frozenset({LEADER.id}))
    given(APPEAL_DECIDER, FILED).when(own).then_refuses(PromoterMayNotDecideTheAppeal)
    given(APPEAL_DECIDER, FILED).when(replace(own, displaced_by=frozenset({"somebody"}))).then(REMITTED)
    given(APPEAL_DECIDER, FILED, REMITTED).when(own).then_nothing()
    anew = replace(UNRANKED, displaced_by=frozenset({LEADER.id}))
    given(APPEAL_DECIDER, FILED, REVERSED).when(anew).then_refuses(PromoterMayNotDecideTheAppeal)
