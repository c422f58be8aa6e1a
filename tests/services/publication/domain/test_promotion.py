"""Free places: withdrawn rows, and the next in line (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.approval import NoticeNotOver, PromoterMayNotApprove, WithdrawnRowOnTheList
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.listing import SubmissionUnknown, list_hash
from services.publication.domain.promotion import (
    BarredIsNotPromoted,
    ListIsApproved,
    NoPlaceIsFree,
    NotInLine,
    NotTheNextInLine,
    PromoteNextInLine,
    RankingSuperseded,
    WithdrawRow,
)
from services.publication.domain.proposal import (
    AnotherListIsProposed,
    AnotherVersionRanked,
    GroupWithoutPanel,
    RecommendedButNotRanked,
)
from services.publication.domain.states import DecisionEvent, ListNotProposed
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    NextInLinePromoted,
    RowWithdrawn,
)
from shared.contracts.review import TieResolved
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import all_but, role_of
from tests.services.publication.domain.drafted import (
    APPROVE,
    FILED,
    FIRST,
    FOURTH,
    LISTED,
    NOTICE,
    PROMOTE,
    PROMOTED,
    PROPOSE,
    PROPOSED,
    QUOTAS,
    RANKINGS,
    REMOVED,
    SECOND,
    SUNK,
    THIRD,
    noticed,
    state_of,
)
from tests.services.publication.domain.proposed import quota, ranking

WITHDRAW = WithdrawRow("2017", SECOND)
(WITHDRAWN,) = given(DECISION_DECIDER, PROPOSED).when(WITHDRAW).events()
AGAIN = {"r-1": RANKINGS["r-1"], "r-3": ranking("information", 1, 2, 3)}
PROPOSE_AGAIN = replace(PROPOSE, rankings=AGAIN)


def names(*history: DecisionEvent) -> list[str]:
    return [row.application for row in state_of(*history).rows if row.category == "information"]


def test_a_withdrawn_row_leaves_the_list() -> None:
    assert isinstance(WITHDRAWN, RowWithdrawn)
    left = state_of(PROPOSED, WITHDRAWN)
    assert names(PROPOSED, WITHDRAWN) == [FIRST]
    assert WITHDRAWN.list_hash == list_hash("2017", left.rows)
    assert [one.application for one in left.line] == [THIRD, FOURTH]
    given(DECISION_DECIDER, PROPOSED, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_who_waits_below_the_cut_withdraws_too() -> None:
    (gone,) = given(DECISION_DECIDER, PROPOSED).when(WithdrawRow("2017", THIRD)).events()
    assert [one.application for one in state_of(PROPOSED, gone).line] == [FOURTH]
    approved = given(DECISION_DECIDER, PROPOSED, gone).when(APPROVE).events()
    assert THIRD not in {one.application for one in approved if isinstance(one, ApplicationRejected)}


@pytest.mark.parametrize("history", [(), (PROPOSED, *LISTED)], ids=["no list", "a final list"])
def test_a_withdrawal_touches_only_a_list_that_waits(history: tuple[DecisionEvent, ...]) -> None:
    given(DECISION_DECIDER, *history).when(WITHDRAW).then_nothing()
    given(DECISION_DECIDER, PROPOSED).when(WithdrawRow("2017", "nobody")).then_nothing()


def test_the_leader_promotes_the_next_in_line() -> None:
    assert isinstance(PROMOTED, NextInLinePromoted)
    assert (PROMOTED.row.application, PROMOTED.row.rank) == (THIRD, 3)
    assert names(PROPOSED, FILED, REMOVED, PROMOTED) == [FIRST, THIRD]
    assert PROMOTED.list_hash == state_of(PROPOSED, FILED, REMOVED, PROMOTED).list_hash
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED, PROMOTED).when(PROMOTE).then_nothing()
    given(DECISION_DECIDER, PROPOSED, WITHDRAWN).when(PROMOTE).events()


def test_who_passed_a_fallen_row_is_promoted_at_its_new_rank() -> None:
    (promoted,) = given(DECISION_DECIDER, PROPOSED, FILED, SUNK).when(PROMOTE).events()
    assert isinstance(promoted, NextInLinePromoted)
    assert promoted.row.rank == 2
    for other in (FOURTH, SECOND):
        asked = given(DECISION_DECIDER, PROPOSED, FILED, SUNK).when(replace(PROMOTE, application=other))
        asked.then_refuses(NotTheNextInLine)


def test_equals_are_promoted_only_when_there_are_places_for_all() -> None:
    tied = {**RANKINGS, "r-2": ranking("information", 1, 2, 3, 3)}
    (proposed,) = given(DECISION_DECIDER).when(replace(PROPOSE, rankings=tied)).events()
    gone = replace(WITHDRAWN, application=FIRST) if isinstance(WITHDRAWN, RowWithdrawn) else WITHDRAWN
    one = replace(PROMOTE, rankings=tied)
    given(DECISION_DECIDER, proposed, WITHDRAWN).when(one).then_refuses(NotTheNextInLine)
    given(DECISION_DECIDER, proposed, WITHDRAWN, gone).when(one).events()


def test_a_vote_since_the_proposal_says_which_of_the_equals_is_next() -> None:
    tied = {**RANKINGS, "r-2": ranking("information", 1, 2, 3, 3)}
    (proposed,) = given(DECISION_DECIDER).when(replace(PROPOSE, rankings=tied)).events()
    vote = TieResolved(
        panel="p-information",
        round="2017",
        group="information",
        tie_group=1,
        order=(FOURTH, THIRD),
        basis="vote",
        voters=(),
    )
    one = replace(PROMOTE, rankings=tied, ties=(vote,))
    given(DECISION_DECIDER, proposed, WITHDRAWN).when(one).then_refuses(NotTheNextInLine)
    winner = replace(one, application=FOURTH)
    (promoted,) = given(DECISION_DECIDER, proposed, WITHDRAWN).when(winner).events()
    assert isinstance(promoted, NextInLinePromoted)
    assert (promoted.row.application, promoted.row.rank) == (FOURTH, 3)
    given(DECISION_DECIDER, proposed, WITHDRAWN, promoted).when(winner).then_nothing()
    gone = replace(WITHDRAWN, application=FIRST) if isinstance(WITHDRAWN, RowWithdrawn) else WITHDRAWN
    (last,) = given(DECISION_DECIDER, proposed, WITHDRAWN, promoted, gone).when(one).events()
    assert isinstance(last, NextInLinePromoted)
    assert (last.row.application, last.row.rank) == (THIRD, 4)


def test_whoever_promoted_does_not_approve() -> None:
    """Two people decide who takes a free place; a list that earlier releases promoted onto names nobody (C5.4)."""
    named = replace(PROMOTE, promoter=PROMOTE.by.id)
    (promoted,) = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(named).events()
    history = (PROPOSED, FILED, REMOVED, promoted)
    second = noticed(*history, start="2017-11-09", end="2017-11-16")
    approve = replace(APPROVE, notices=(second,), at=Instant("2017-11-16T16:00:00.000Z"))
    given(DECISION_DECIDER, *history).when(approve).then_refuses(PromoterMayNotApprove)
    given(DECISION_DECIDER, *history).when(replace(approve, by=replace(APPROVE.by, id="deputy"))).events()
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED, PROMOTED).when(approve).events()
    (again,) = given(DECISION_DECIDER, *history).when(PROPOSE_AGAIN).events()
    shown = noticed(*history, again, start="2017-11-09", end="2017-11-16")
    given(DECISION_DECIDER, *history, again).when(
        replace(approve, rankings=frozenset(AGAIN), notices=(shown,))
    ).events()


def test_who_was_removed_and_withdraws_is_not_rejected() -> None:
    (gone,) = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(WITHDRAW).events()
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED, gone).when(WITHDRAW).then_nothing()
    approved = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED, gone).when(APPROVE).events()
    assert SECOND not in {one.application for one in approved if isinstance(one, ApplicationRejected)}


def test_whom_no_ranking_holds_by_a_panels_decision_is_rejected_with_the_others() -> None:
    left = replace(PROPOSE.submissions[FIRST], application="information-9")
    approve = replace(APPROVE, unranked=(left, PROPOSE.submissions[THIRD]))
    approved = given(DECISION_DECIDER, PROPOSED).when(approve).events()
    assert approved[:-1] == list(LISTED)
    last = approved[-1]
    assert isinstance(last, ApplicationRejected)
    assert (last.application, last.stage, last.codes) == ("information-9", "ranking", ("LEFT_UNRANKED",))
    withdrawn = replace(approve, withdrawn=frozenset({"information-9"}))
    given(DECISION_DECIDER, PROPOSED).when(withdrawn).then(*LISTED)


def test_no_list_forgets_somebody_who_was_recommended_after_the_group_was_ranked() -> None:
    """Not when it is proposed, and not when it is approved; its panel's decision leaves it out (C5.4)."""
    late = replace(PROPOSE.submissions[FIRST], application="information-9")
    everybody = frozenset({FIRST, "information-9"})
    known = replace(PROPOSE, submissions={**PROPOSE.submissions, "information-9": late}, recommended=everybody)
    given(DECISION_DECIDER).when(known).then_refuses(RecommendedButNotRanked)
    given(DECISION_DECIDER).when(replace(known, unranked=(late,))).then(PROPOSED)
    approve = replace(APPROVE, recommended=everybody)
    given(DECISION_DECIDER, PROPOSED).when(approve).then_refuses(RecommendedButNotRanked)
    given(DECISION_DECIDER, PROPOSED).when(replace(approve, unranked=(late,))).events()
    given(DECISION_DECIDER, PROPOSED).when(replace(approve, withdrawn=frozenset({"information-9"}))).then(*LISTED)


WRONG: list[tuple[PromoteNextInLine, type[Refusal]]] = [
    (replace(PROMOTE, application=FOURTH), NotTheNextInLine),
    (replace(PROMOTE, application=SECOND), NotInLine),
    (replace(PROMOTE, application="nobody"), NotInLine),
    (replace(PROMOTE, withdrawn=frozenset({THIRD})), NotInLine),
    (replace(PROMOTE, quotas=(quota("information", 1),)), NoPlaceIsFree),
    (replace(PROMOTE, quotas=()), NoPlaceIsFree),
    (replace(PROMOTE, rankings=AGAIN), RankingSuperseded),
    (replace(PROMOTE, submissions={}), SubmissionUnknown),
]


@pytest.mark.parametrize(("command", "refusal"), WRONG)
def test_wrong_promotions(command: PromoteNextInLine, refusal: type[Refusal]) -> None:
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(command).then_refuses(refusal)


def test_nobody_is_promoted_without_a_free_place_or_a_draft() -> None:
    given(DECISION_DECIDER, PROPOSED).when(PROMOTE).then_refuses(NoPlaceIsFree)
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED, PROMOTED).when(replace(PROMOTE, application=FOURTH)).then_refuses(
        NoPlaceIsFree
    )
    given(DECISION_DECIDER).when(PROMOTE).then_refuses(ListNotProposed)
    given(DECISION_DECIDER, PROPOSED, *LISTED).when(PROMOTE).then_refuses(ListIsApproved)
    given(DECISION_DECIDER, PROPOSED, *LISTED).when(replace(PROMOTE, application=FIRST)).then_refuses(ListIsApproved)


def test_a_promotion_that_is_put_again_is_the_same_in_every_member() -> None:
    """Also once the list is approved; another reason or another account's word is no retry (C5.4)."""
    draft = (PROPOSED, FILED, REMOVED, PROMOTED)
    second = noticed(*draft, start="2017-11-09", end="2017-11-16")
    approve = replace(APPROVE, notices=(NOTICE, second), at=Instant("2017-11-16T16:00:00.000Z"))
    final = (*draft, *given(DECISION_DECIDER, *draft).when(approve).events())
    for history, refusal in ((draft, NotInLine), (final, ListIsApproved)):
        given(DECISION_DECIDER, *history).when(PROMOTE).then_nothing()
        given(DECISION_DECIDER, *history).when(replace(PROMOTE, reason="另一理由")).then_refuses(refusal)
        given(DECISION_DECIDER, *history).when(replace(PROMOTE, promoter="somebody")).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_the_leader_promotes(by: Actor) -> None:
    asked = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(replace(PROMOTE, by=by))
    asked.then_refuses(NotPermitted)


def test_a_promoted_row_is_approved_only_after_a_notice_of_its_own() -> None:
    """The first notice did not show it; the second has to run its whole period (C5.4)."""
    history = (PROPOSED, FILED, REMOVED, PROMOTED)
    given(DECISION_DECIDER, *history).when(APPROVE).then_refuses(NoticeNotOver)
    second = noticed(*history, start="2017-11-09", end="2017-11-16")
    both = replace(APPROVE, notices=(NOTICE, second))
    given(DECISION_DECIDER, *history).when(both).then_refuses(NoticeNotOver)
    approved = given(DECISION_DECIDER, *history).when(replace(both, at=Instant("2017-11-16T16:00:00.000Z"))).events()
    assert isinstance(approved[0], ListApproved)
    assert approved[0].applications == ("comprehensive-1", FIRST, THIRD)


def test_a_proposal_is_replaced_when_a_ranking_was_superseded() -> None:
    (second,) = given(DECISION_DECIDER, PROPOSED).when(PROPOSE_AGAIN).events()
    assert isinstance(second, ApprovalListProposed)
    assert second.rankings == ("r-1", "r-3")
    given(DECISION_DECIDER, PROPOSED, second).when(PROPOSE_AGAIN).then_nothing()
    other = replace(PROPOSE, quotas=(quota("information", 1),))
    given(DECISION_DECIDER, PROPOSED).when(other).then_refuses(AnotherListIsProposed)
    given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(PROPOSE).then_nothing()
    given(DECISION_DECIDER, PROPOSED, *LISTED).when(PROPOSE_AGAIN).then_refuses(AnotherListIsProposed)


def test_a_replaced_proposal_goes_on_notice_again() -> None:
    better = replace(PROPOSE, rankings={**AGAIN, "r-3": replace(AGAIN["r-3"], rows=AGAIN["r-3"].rows[1:])})
    (second,) = given(DECISION_DECIDER, PROPOSED).when(better).events()
    anew = replace(APPROVE, rankings=frozenset(AGAIN))
    given(DECISION_DECIDER, PROPOSED, second).when(anew).then_refuses(NoticeNotOver)
    shown = noticed(PROPOSED, second, start="2017-11-09", end="2017-11-16")
    later = replace(anew, notices=(NOTICE, shown), at=Instant("2017-11-16T16:00:00.000Z"))
    given(DECISION_DECIDER, PROPOSED, second).when(later).events()


def test_what_an_objection_decided_holds_for_every_later_proposal() -> None:
    (removed_for_good,) = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(PROPOSE_AGAIN).events()
    assert names(PROPOSED, FILED, REMOVED, removed_for_good) == [FIRST, THIRD]
    (sunk_for_good,) = given(DECISION_DECIDER, PROPOSED, FILED, SUNK).when(PROPOSE_AGAIN).events()
    assert names(PROPOSED, FILED, SUNK, sunk_for_good) == [FIRST, THIRD]
    assert [one.application for one in state_of(PROPOSED, FILED, SUNK, sunk_for_good).line] == [SECOND]


def test_no_list_is_approved_on_a_superseded_ranking_or_with_a_withdrawn_row() -> None:
    known = replace(APPROVE, rankings=frozenset(RANKINGS))
    given(DECISION_DECIDER, PROPOSED).when(known).then(*LISTED)
    given(DECISION_DECIDER, PROPOSED).when(replace(known, rankings=frozenset(AGAIN))).then_refuses(RankingSuperseded)
    late = replace(known, withdrawn=frozenset({SECOND}))
    given(DECISION_DECIDER, PROPOSED).when(late).then_refuses(WithdrawnRowOnTheList)
    (second,) = given(DECISION_DECIDER, PROPOSED).when(replace(PROPOSE, withdrawn=late.withdrawn)).events()
    assert names(PROPOSED, second) == [FIRST, THIRD]


def test_no_list_leaves_out_a_group_that_has_no_panel() -> None:
    """A recommended application waits for a panel; a withdrawn one does not (C5.4)."""
    alone = replace(PROPOSE.submissions[FIRST], application="legal-1", category="legal")
    left_out = replace(
        PROPOSE, submissions={**PROPOSE.submissions, "legal-1": alone}, recommended=frozenset({FIRST, "legal-1"})
    )
    refusal = given(DECISION_DECIDER).when(left_out).then_refuses(GroupWithoutPanel)
    assert refusal.detail == "without a panel: legal"
    given(DECISION_DECIDER).when(replace(left_out, withdrawn=frozenset({"legal-1"}))).then(PROPOSED)
    unheard = replace(PROPOSE, recommended=frozenset({"legal-2"}))
    given(DECISION_DECIDER).when(unheard).then_refuses(SubmissionUnknown)
    assert PROPOSE.quotas == QUOTAS


def test_who_may_not_act_is_passed_over_with_a_trace_and_never_promoted() -> None:
    """A free place does not wait for who is suspended or closed; the event names them (C5.2, C5.4)."""
    free, fourth = (PROPOSED, FILED, REMOVED), replace(PROMOTE, application=FOURTH)
    given(DECISION_DECIDER, *free).when(fourth).then_refuses(NotTheNextInLine)
    barred = frozenset({f"org-{THIRD}"})
    refused = given(DECISION_DECIDER, *free).when(replace(PROMOTE, barred=barred)).then_refuses(BarredIsNotPromoted)
    assert (refused.field, refused.clause) == ("application", "C5.2")
    (promoted,) = given(DECISION_DECIDER, *free).when(replace(fourth, barred=barred)).events()
    assert isinstance(promoted, NextInLinePromoted)
    assert (promoted.row.application, promoted.row.rank, promoted.passed_over) == (FOURTH, 4, (THIRD,))
    behind = replace(PROMOTE, barred=frozenset({f"org-{FOURTH}"}))
    (nobody,) = given(DECISION_DECIDER, *free).when(behind).events()
    assert isinstance(nobody, NextInLinePromoted)
    assert nobody.passed_over == ()
    assert isinstance(PROMOTED, NextInLinePromoted)
    assert PROMOTED.passed_over is None


def test_a_ranking_of_another_version_than_is_recommended_is_stale() -> None:
    """No expert saw what is recommended now: nothing is proposed, promoted or approved before it is ranked (C5.4)."""
    stands, moved = ({FOURTH: version} for version in (1, 2))
    given(DECISION_DECIDER).when(replace(PROPOSE, versions=moved)).then_refuses(AnotherVersionRanked)
    given(DECISION_DECIDER).when(replace(PROPOSE, versions=stands)).then(PROPOSED)
    free = given(DECISION_DECIDER, PROPOSED, FILED, REMOVED)
    free.when(replace(PROMOTE, versions=moved)).then_refuses(AnotherVersionRanked)
    free.when(replace(PROMOTE, versions=stands)).then(PROMOTED)
    approve = replace(APPROVE, ranked=tuple(RANKINGS.values()), submissions=PROPOSE.submissions)
    given(DECISION_DECIDER, PROPOSED).when(replace(approve, versions=moved)).then_refuses(AnotherVersionRanked)
    given(DECISION_DECIDER, PROPOSED).when(replace(approve, versions=stands)).then(*LISTED)


def test_amended_quotas_count_for_proposals_as_they_do_for_promotions() -> None:
    """More places by an official letter while the list waits: it is proposed anew, or the next is promoted (C5.4)."""
    more = (quota("comprehensive", 2), quota("information", 3))
    given(DECISION_DECIDER, PROPOSED).when(replace(PROMOTE, quotas=more)).events()
    (again,) = given(DECISION_DECIDER, PROPOSED).when(replace(PROPOSE, quotas=more, quotas_before=QUOTAS)).events()
    assert isinstance(again, ApprovalListProposed)
    assert [row.application for row in again.rows if row.category == "information"] == [FIRST, SECOND, THIRD]
    unchanged = replace(PROPOSE, quotas=more, quotas_before=more)
    given(DECISION_DECIDER, PROPOSED).when(unchanged).then_refuses(AnotherListIsProposed)
