"""Objections under a real name, while the notice runs (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.approval import NoticeNotOver
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.listing import list_hash
from services.publication.domain.objection_decisions import (
    ApplicationNotOnTheList,
    DecideObjection,
    ObjectionAlreadyDecided,
    ObjectionUnknown,
    ProposerDecidesNoObjection,
    RankNotLower,
    RankOutsideTheGroup,
)
from services.publication.domain.objections import (
    OPEN_MAX_OF_AN_APPLICATION,
    FileObjection,
    NoticeNotRunning,
    ObjectionsOpen,
    TooManyObjections,
)
from services.publication.domain.states import DecisionEvent, ListNotProposed, OutcomeUnclear
from shared.contracts.publication import (
    ApplicationRejected,
    ListApproved,
    ObjectionDismissed,
    ObjectionInadmissible,
    ObjectionUpheld,
    RowWithdrawn,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import FILER, OFFICER, all_but, role_of
from tests.services.publication.domain.drafted import (
    APPROVE,
    DISMISS,
    DURING,
    FILE,
    FILED,
    FIRST,
    LISTED,
    NOTICE,
    PROPOSE,
    PROPOSED,
    RANKINGS,
    REJECT,
    REMOVED,
    SECOND,
    SINK,
    SUNK,
    THIRD,
    UPHOLD,
    state_of,
)
from tests.services.publication.domain.proposed import quota, ranking


def names(*history: DecisionEvent) -> list[tuple[str, int]]:
    return [(row.application, row.rank) for row in state_of(*history).rows if row.category == "information"]


def test_anybody_objects_while_the_notice_runs() -> None:
    """The real name and the contact are commitments; the event names no person (C5.4)."""
    given(DECISION_DECIDER, PROPOSED).when(FILE).then(FILED)
    given(DECISION_DECIDER, PROPOSED).when(replace(FILE, by=FILER)).then(FILED)
    given(DECISION_DECIDER, PROPOSED, FILED).when(FILE).then_nothing()
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(FILE).then_nothing()


@pytest.mark.parametrize(
    "at", ["2017-10-31T16:00:00.000Z", "2017-11-08T15:59:59.999Z"], ids=["its first instant", "its last"]
)
def test_the_notice_runs_from_the_beginning_of_its_first_day_to_the_end_of_its_last(at: str) -> None:
    moment = Instant(at)
    given(DECISION_DECIDER, PROPOSED).when(replace(FILE, at=moment)).then(replace(FILED, received_at=moment))


@pytest.mark.parametrize(
    "command",
    [
        replace(FILE, at=Instant("2017-10-31T15:59:59.999Z")),
        replace(FILE, at=Instant("2017-11-08T16:00:00.000Z")),
        replace(FILE, notices=()),
        replace(FILE, application=THIRD),
        replace(FILE, application="nobody"),
    ],
    ids=["before", "after", "no notice", "below the cut", "unknown"],
)
def test_no_objection_outside_the_notice(command: FileObjection) -> None:
    refused = given(DECISION_DECIDER, PROPOSED).when(command).then_refuses(NoticeNotRunning)
    assert refused.field == "application"
    assert refused.detail_zh


def test_an_objection_to_a_final_list_comes_too_late() -> None:
    late = replace(FILE, at=APPROVE.at)
    given(DECISION_DECIDER, PROPOSED, *LISTED).when(late).then_refuses(NoticeNotRunning)
    still_running = replace(FILE, notices=(NOTICE, replace(NOTICE, end="2017-12-01")), at=APPROVE.at)
    given(DECISION_DECIDER, PROPOSED, *LISTED).when(still_running).then_refuses(NoticeNotRunning)


def test_nothing_proposed_is_nothing_to_object_to() -> None:
    given(DECISION_DECIDER).when(FILE).then_refuses(ListNotProposed)
    given(DECISION_DECIDER).when(DISMISS).then_refuses(ListNotProposed)


def test_nobody_floods_the_office() -> None:
    """Open objections to one application are bounded; those that were decided do not count."""
    many = [replace(FILED, objection=f"o-{number}") for number in range(OPEN_MAX_OF_AN_APPLICATION)]
    another = replace(FILE, objection="o-more")
    given(DECISION_DECIDER, PROPOSED, *many).when(another).then_refuses(TooManyObjections)
    given(DECISION_DECIDER, PROPOSED, *many).when(replace(another, application=FIRST)).events()
    decided = ObjectionDismissed(round="2017", objection="o-0", reason="不实")
    given(DECISION_DECIDER, PROPOSED, *many, decided).when(another).events()


@pytest.mark.parametrize("by", all_but(Role.FILER), ids=role_of)
def test_nobody_objects_in_office(by: Actor) -> None:
    given(DECISION_DECIDER, PROPOSED).when(replace(FILE, by=by)).then_refuses(NotPermitted)


def test_the_officer_decides_once() -> None:
    dismissed = ObjectionDismissed(round="2017", objection="o-1", reason="经核查不实")
    inadmissible = ObjectionInadmissible(round="2017", objection="o-1", reason="未提供证据")
    for command, event in ((DISMISS, dismissed), (REJECT, inadmissible), (UPHOLD, REMOVED), (SINK, SUNK)):
        given(DECISION_DECIDER, PROPOSED, FILED).when(command).then(event)
        given(DECISION_DECIDER, PROPOSED, FILED, event).when(command).then_nothing()
        other = replace(command, reason="另有理由")
        given(DECISION_DECIDER, PROPOSED, FILED, event).when(other).then_refuses(ObjectionAlreadyDecided)
    given(DECISION_DECIDER, PROPOSED, FILED, dismissed).when(REJECT).then_refuses(ObjectionAlreadyDecided)
    given(DECISION_DECIDER, PROPOSED, FILED, dismissed, *LISTED).when(DISMISS).then_nothing()


def test_an_objection_that_is_upheld_takes_the_row_and_leaves_its_place_free() -> None:
    assert isinstance(REMOVED, ObjectionUpheld)
    left = state_of(PROPOSED, FILED, REMOVED)
    assert names(PROPOSED, FILED, REMOVED) == [(FIRST, 1)]
    assert REMOVED.list_hash == left.list_hash == list_hash("2017", left.rows)
    assert [one.application for one in left.line] == [THIRD, "information-4"]


def test_an_objection_that_is_upheld_may_lower_a_rank() -> None:
    first = replace(FILE, application=FIRST, objection="o-2")
    (filed,) = given(DECISION_DECIDER, PROPOSED).when(first).events()
    (fell,) = given(DECISION_DECIDER, PROPOSED, filed).when(replace(SINK, objection="o-2", rank=2)).events()
    assert names(PROPOSED, filed, fell) == [(SECOND, 1), (FIRST, 2)]


def test_beyond_the_cut_it_leaves_the_list_and_waits_in_line_at_its_new_rank() -> None:
    fallen = state_of(PROPOSED, FILED, SUNK)
    assert names(PROPOSED, FILED, SUNK) == [(FIRST, 1)]
    waiting = fallen.ranks_below({FIRST, SECOND, THIRD, "information-4"})
    assert waiting == {THIRD: 2, "information-4": 3, SECOND: 4}


def test_who_falls_among_equals_comes_behind_them() -> None:
    equals = {**RANKINGS, "r-2": ranking("information", 1, 2, 2, 4)}
    three = (quota("comprehensive", 2), quota("information", 3))
    (proposed,) = given(DECISION_DECIDER).when(replace(PROPOSE, rankings=equals, quotas=three)).events()
    first = replace(FILED, application=FIRST)
    (fell,) = given(DECISION_DECIDER, proposed, first).when(replace(SINK, rank=2)).events()
    assert names(proposed, first, fell) == [(SECOND, 1), (THIRD, 1), (FIRST, 3)]


@pytest.mark.parametrize("rank", [1, 2])
def test_nobody_rises_by_an_objection(rank: int) -> None:
    given(DECISION_DECIDER, PROPOSED, FILED).when(replace(SINK, rank=rank)).then_refuses(RankNotLower)


def test_who_left_the_list_meanwhile_has_no_rank_to_lower_but_may_be_removed_for_good() -> None:
    gone = RowWithdrawn(round="2017", application=SECOND, list_hash=list_hash("2017", ()))
    given(DECISION_DECIDER, PROPOSED, FILED, gone).when(SINK).then_refuses(ApplicationNotOnTheList)
    given(DECISION_DECIDER, PROPOSED, FILED, gone).when(UPHOLD).events()
    again = replace(FILED, objection="o-2")
    (removed,) = given(DECISION_DECIDER, PROPOSED, FILED, again, SUNK).when(replace(UPHOLD, objection="o-2")).events()
    assert SECOND not in {one.application for one in state_of(PROPOSED, FILED, again, SUNK, removed).line}


WRONG: list[tuple[DecideObjection, type[Refusal], str]] = [
    (replace(UPHOLD, outcome="maybe"), OutcomeUnclear, "outcome"),
    (replace(UPHOLD, effect=None), OutcomeUnclear, "effect"),
    (replace(UPHOLD, effect="raise"), OutcomeUnclear, "effect"),
    (replace(UPHOLD, rank=3), OutcomeUnclear, "rank"),
    (replace(SINK, rank=None), OutcomeUnclear, "rank"),
    (replace(DISMISS, effect="remove"), OutcomeUnclear, "effect"),
    (replace(DISMISS, rank=3), OutcomeUnclear, "rank"),
    (replace(DISMISS, objection="o-9"), ObjectionUnknown, "objection"),
]


@pytest.mark.parametrize(("command", "refusal", "field"), WRONG)
def test_wrong_decisions(command: DecideObjection, refusal: type[Refusal], field: str) -> None:
    assert given(DECISION_DECIDER, PROPOSED, FILED).when(command).then_refuses(refusal).field == field


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_officer_decides(by: Actor) -> None:
    given(DECISION_DECIDER, PROPOSED, FILED).when(replace(DISMISS, by=by)).then_refuses(NotPermitted)
    assert role_of(OFFICER) == DISMISS.by.role


def test_no_list_is_approved_with_an_open_objection() -> None:
    given(DECISION_DECIDER, PROPOSED, FILED).when(APPROVE).then_refuses(ObjectionsOpen)
    given(DECISION_DECIDER, PROPOSED, FILED).when(replace(APPROVE, at=DURING)).then_refuses(ObjectionsOpen)
    dismissed = ObjectionDismissed(round="2017", objection="o-1", reason="经核查不实")
    given(DECISION_DECIDER, PROPOSED, FILED, dismissed).when(APPROVE).then(*LISTED)
    given(DECISION_DECIDER, PROPOSED, FILED, dismissed).when(replace(APPROVE, at=DURING)).then_refuses(NoticeNotOver)


def test_whoever_was_removed_is_rejected_for_the_objection_and_the_rest_is_approved_as_it_was_shown() -> None:
    listed, *each = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(APPROVE).events()
    assert isinstance(listed, ListApproved)
    assert listed.applications == ("comprehensive-1", FIRST)
    rejected = {one.application: (one.stage, *one.codes) for one in each if isinstance(one, ApplicationRejected)}
    assert rejected == {
        THIRD: ("ranking", "NOT_SELECTED"),
        "information-4": ("ranking", "NOT_SELECTED"),
        SECOND: ("objection", "OBJECTION_UPHELD"),
    }
    assert NOTICE.list_hash != listed.list_hash


@pytest.mark.parametrize(
    ("decided", "again"),
    [
        (REMOVED, replace(SINK, reason=UPHOLD.reason)),
        (SUNK, replace(SINK, rank=3)),
        (SUNK, replace(UPHOLD, reason=SINK.reason)),
        (REMOVED, replace(UPHOLD, reason="另一理由")),
        (REMOVED, replace(DISMISS, reason=UPHOLD.reason)),
    ],
    ids=["another effect", "another rank", "no rank", "another reason", "another outcome"],
)
def test_an_objection_is_decided_once_with_its_effect_and_rank(decided: DecisionEvent, again: DecideObjection) -> None:
    """Whoever corrects himself does not read success (C5.4)."""
    given(DECISION_DECIDER, PROPOSED, FILED, decided).when(again).then_refuses(ObjectionAlreadyDecided)


def test_whoever_proposed_decides_no_objection_where_the_round_says_so() -> None:
    """Two people; of a correction whoever proposed that (C5.4)."""
    for command in (UPHOLD, SINK, DISMISS, REJECT):
        asked = replace(command, by_another=True)
        given(DECISION_DECIDER, PROPOSED, FILED).when(asked).then_refuses(ProposerDecidesNoObjection)
        other = Actor("second-officer", Role.CITY_OFFICER)
        assert given(DECISION_DECIDER, PROPOSED, FILED).when(replace(asked, by=other)).events()


def test_nobody_falls_to_a_rank_that_the_group_does_not_have() -> None:
    """The last rank is the number of those ranked (C5.4)."""
    low = replace(SINK, rank=5)
    assert given(DECISION_DECIDER, PROPOSED, FILED).when(low).then_refuses(RankOutsideTheGroup).detail_zh == (
        "该类别排名共4名"
    )
    assert given(DECISION_DECIDER, PROPOSED, FILED).when(replace(low, ranked=5)).events()
