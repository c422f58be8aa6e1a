"""Corrections of a published list, by two people (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.correction import (
    AlreadyOnTheList,
    ApplicationNotRanked,
    CorrectionChangesNothing,
    DistrictDoesNotRecommend,
    ListNotPublished,
    NotOnThePublishedList,
    ProposeCorrection,
    RejectionStands,
)
from services.publication.domain.correction_approval import (
    CorrectionBeyondTheQuota,
    CorrectionNotProposed,
    PromoterMayNotApproveTheCorrection,
    ProposerMayNotApproveTheCorrection,
)
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.grounds import Grounds
from services.publication.domain.listing import list_hash
from services.publication.domain.states import AnotherListWasSeen, DecisionEvent
from shared.contracts.publication import (
    ApplicationRejected,
    GroupPlaces,
    ListCorrected,
    ListCorrectionProposed,
    NextInLinePromoted,
    OrganizationApproved,
    RankCorrected,
    RankMoved,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import LEADER, OFFICER, all_but, role_of
from tests.services.publication.domain.drafted import (
    APPROVE,
    APPROVE_CORRECTION,
    CORRECT,
    FILED,
    FIRST,
    FOURTH,
    LISTED,
    NOTICE,
    PROMOTED,
    PROPOSED,
    QUOTAS,
    REMOVED,
    SECOND,
    STANDS,
    SUBMISSIONS,
    THIRD,
    TO_CORRECT,
    approved_of,
    noticed,
)

FINAL = (PROPOSED, *LISTED)
DONE = given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(APPROVE_CORRECTION).events()


def test_the_officer_proposes_another_list_in_the_published_ones_place() -> None:
    assert isinstance(TO_CORRECT, ListCorrectionProposed)
    assert TO_CORRECT.supersedes == STANDS.list_hash
    assert [row.application for row in TO_CORRECT.rows] == ["comprehensive-1", FIRST, THIRD]
    assert TO_CORRECT.list_hash == list_hash("2017", TO_CORRECT.rows)
    given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(CORRECT).then_nothing()


def test_a_correction_that_waits_is_replaced() -> None:
    only = replace(CORRECT, remove=())
    (second,) = given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(only).events()
    corrected, *each = given(DECISION_DECIDER, *FINAL, TO_CORRECT, second).when(APPROVE_CORRECTION).events()
    assert isinstance(corrected, ListCorrected)
    assert (corrected.added, corrected.removed) == ((THIRD,), ())
    assert len(each) == 1


def test_the_leader_approves_it_and_whom_it_touches_hears() -> None:
    corrected, approved, rejected = DONE
    assert isinstance(TO_CORRECT, ListCorrectionProposed)
    assert isinstance(corrected, ListCorrected)
    assert isinstance(approved, OrganizationApproved)
    assert isinstance(rejected, ApplicationRejected)
    assert (corrected.approver, corrected.added, corrected.removed) == (LEADER.id, (THIRD,), (SECOND,))
    assert (approved.application, approved.list_hash) == (THIRD, TO_CORRECT.list_hash)
    assert (approved.valid_from, approved.valid_to) == ("2017-12-01", "2018-11-30")
    assert (rejected.application, rejected.stage, rejected.codes) == (SECOND, "correction", ("LIST_CORRECTED",))
    after = approved_of(*FINAL, TO_CORRECT, *DONE)
    assert (after.rows, after.list_hash) == (TO_CORRECT.rows, TO_CORRECT.list_hash)
    given(DECISION_DECIDER, *FINAL, TO_CORRECT, *DONE).when(APPROVE_CORRECTION).then_nothing()
    given(DECISION_DECIDER, *FINAL, TO_CORRECT, *DONE).when(CORRECT).then_nothing()


def test_the_next_correction_waits_until_the_last_one_is_public() -> None:
    assert isinstance(TO_CORRECT, ListCorrectionProposed)
    back = replace(CORRECT, add=(SECOND,), remove=(THIRD,))
    given(DECISION_DECIDER, *FINAL, TO_CORRECT, *DONE).when(back).then_refuses(ListNotPublished)
    public = replace(back, published=TO_CORRECT.list_hash)
    (again,) = given(DECISION_DECIDER, *FINAL, TO_CORRECT, *DONE).when(public).events()
    assert isinstance(again, ListCorrectionProposed)
    assert again.list_hash == STANDS.list_hash


def test_who_promoted_another_in_its_place_does_not_approve_that_it_comes_back() -> None:
    """Where the round has it so; whoever has lost nothing by a promotion is approved by anybody (C5.4)."""
    deputy = replace(LEADER, id="the-deputy")
    assert isinstance(PROMOTED, NextInLinePromoted)
    promoted = replace(PROMOTED, promoter=LEADER.id)
    waited = (PROPOSED, FILED, REMOVED, promoted)
    listed = given(DECISION_DECIDER, *waited).when(replace(APPROVE, notices=(noticed(*waited),), by=deputy)).events()
    stands = approved_of(*waited, *listed)
    assert stands.displacers(SECOND) == {LEADER.id}
    assert stands.displacers(FOURTH) == stands.displacers("comprehensive-1") == frozenset()
    passed = replace(promoted, passed_over=(FOURTH,))
    assert approved_of(PROPOSED, FILED, REMOVED, passed, *listed).displacers(FOURTH) == {LEADER.id}
    back = replace(CORRECT, add=(SECOND,), remove=(THIRD,), published=stands.list_hash, appeals={SECOND: "reverse"})
    (pending,) = given(DECISION_DECIDER, *waited, *listed).when(back).events()
    own = replace(APPROVE_CORRECTION, promoters_aside=True)
    given(DECISION_DECIDER, *waited, *listed, pending).when(own).then_refuses(PromoterMayNotApproveTheCorrection)
    for allowed in (replace(own, by=deputy), replace(own, promoters_aside=False)):
        assert given(DECISION_DECIDER, *waited, *listed, pending).when(allowed).events()


WRONG: list[tuple[ProposeCorrection, type[Refusal], str]] = [
    (replace(CORRECT, add=(), remove=()), CorrectionChangesNothing, "add"),
    (replace(CORRECT, add=(THIRD, THIRD)), CorrectionChangesNothing, "add"),
    (replace(CORRECT, add=(SECOND,), remove=(SECOND,)), CorrectionChangesNothing, "add"),
    (replace(CORRECT, add=(FIRST,)), AlreadyOnTheList, "add"),
    (replace(CORRECT, remove=(THIRD,), add=()), NotOnThePublishedList, "remove"),
    (replace(CORRECT, add=("nobody",)), ApplicationNotRanked, "add"),
    (replace(CORRECT, withdrawn=frozenset({THIRD})), ApplicationNotRanked, "add"),
    (replace(CORRECT, published=None), ListNotPublished, "round"),
    (replace(CORRECT, published="0" * 64), ListNotPublished, "round"),
]


@pytest.mark.parametrize(("command", "refusal", "field"), WRONG)
def test_wrong_corrections(command: ProposeCorrection, refusal: type[Refusal], field: str) -> None:
    assert given(DECISION_DECIDER, *FINAL).when(command).then_refuses(refusal).field == field


def test_nobody_joins_whom_the_district_does_not_recommend_or_who_withdrew_meanwhile() -> None:
    """Also when it was so only after the correction was proposed (C5.4)."""
    nobody, both = frozenset[str](), frozenset({THIRD})
    final, proposed = given(DECISION_DECIDER, *FINAL), given(DECISION_DECIDER, *FINAL, TO_CORRECT)
    assert final.when(replace(CORRECT, recommended=nobody)).then_refuses(DistrictDoesNotRecommend).field == "add"
    given(DECISION_DECIDER, *FINAL).when(replace(CORRECT, recommended=both)).then(TO_CORRECT)
    proposed.when(replace(APPROVE_CORRECTION, recommended=nobody)).then_refuses(DistrictDoesNotRecommend)
    proposed.when(replace(APPROVE_CORRECTION, withdrawn=both)).then_refuses(ApplicationNotRanked)
    proposed.when(replace(APPROVE_CORRECTION, recommended=both)).then(*DONE)


def test_what_an_objection_or_an_appeal_decided_is_not_given_by_a_correction() -> None:
    """Whom an objection removed joins by an appeal only, and whose appeal was upheld not at all (C5.4)."""
    final = (PROPOSED, FILED, REMOVED, *given(DECISION_DECIDER, PROPOSED, FILED, REMOVED).when(APPROVE).events())
    published = approved_of(*final).list_hash
    back = replace(CORRECT, add=(SECOND,), remove=(), published=published, appeals={})
    assert given(DECISION_DECIDER, *final).when(back).then_refuses(RejectionStands).field == "add"
    for outcome in ("reverse", "remit"):
        given(DECISION_DECIDER, *final).when(replace(back, appeals={SECOND: outcome})).events()
    lost = replace(back, add=(THIRD,), appeals={THIRD: "uphold"})
    given(DECISION_DECIDER, *final).when(lost).then_refuses(RejectionStands)
    given(DECISION_DECIDER, *final).when(replace(lost, appeals={})).events()


def test_what_is_approved_is_what_was_read() -> None:
    assert isinstance(TO_CORRECT, ListCorrectionProposed)
    other, same = (replace(APPROVE_CORRECTION, list_hash=one) for one in ("0" * 64, TO_CORRECT.list_hash))
    asked = given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(other)
    assert asked.then_refuses(AnotherListWasSeen).field == "list_hash"
    given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(same).then(*DONE)
    given(DECISION_DECIDER, PROPOSED).when(replace(APPROVE, list_hash="0" * 64)).then_refuses(AnotherListWasSeen)
    given(DECISION_DECIDER, PROPOSED).when(replace(APPROVE, list_hash=NOTICE.list_hash)).then(*LISTED)


@pytest.mark.parametrize("history", [(), (PROPOSED,)], ids=["no list", "a draft"])
def test_what_is_not_final_is_not_corrected(history: tuple[DecisionEvent, ...]) -> None:
    given(DECISION_DECIDER, *history).when(CORRECT).then_refuses(ListNotPublished)
    given(DECISION_DECIDER, *history).when(APPROVE_CORRECTION).then_refuses(CorrectionNotProposed)
    given(DECISION_DECIDER, *FINAL).when(APPROVE_CORRECTION).then_refuses(CorrectionNotProposed)


def test_two_people_correct() -> None:
    both = replace(LEADER, id=OFFICER.id)
    asked = given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(replace(APPROVE_CORRECTION, by=both))
    asked.then_refuses(ProposerMayNotApproveTheCorrection)


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_officer_proposes_a_correction(by: Actor) -> None:
    given(DECISION_DECIDER, *FINAL).when(replace(CORRECT, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_the_leader_approves_a_correction(by: Actor) -> None:
    asked = given(DECISION_DECIDER, *FINAL, TO_CORRECT).when(replace(APPROVE_CORRECTION, by=by))
    asked.then_refuses(NotPermitted)


def ranked_first() -> ProposeCorrection:
    """The third joins, whom its panel ranks first since its appeal was remitted; the second leaves."""
    (ranking,) = [one for one in CORRECT.rankings if any(row.application == THIRD for row in one.rows)]
    first = [replace(row, rank=1 if row.application == THIRD else row.rank + 1) for row in ranking.rows]
    again = replace(ranking, rows=tuple(sorted(first, key=lambda row: row.rank)))
    others = tuple(one for one in CORRECT.rankings if one != ranking)
    return replace(CORRECT, rankings=(*others, again))


def told(command: ProposeCorrection) -> ProposeCorrection:
    """The same correction, which tells what it does to ranks and quotas."""
    grounds = Grounds(
        rankings=command.rankings,
        ties=(),
        quotas=QUOTAS,
        versions=dict.fromkeys(SUBMISSIONS, 1),
        withdrawn=frozenset(),
        barred=frozenset(),
        revoked=frozenset(),
        appeals={THIRD: "remit"},
        ranked_again=frozenset({THIRD}),
        valid_to="2018-11-30",
    )
    return replace(command, grounds=grounds, tells=True)


def test_a_correction_tells_whose_rank_it_moves_and_each_of_them_hears() -> None:
    """Ranks never move in silence: who stays is told the rank before and after, and why (C5.4)."""
    (proposed,) = given(DECISION_DECIDER, *FINAL).when(told(ranked_first())).events()
    assert isinstance(proposed, ListCorrectionProposed)
    assert proposed.grounds == ("appeal_remitted",)
    assert proposed.moved == (RankMoved(application=FIRST, rank_before=1, rank=2),)
    assert proposed.places == (GroupPlaces(group="information", places=2, listed=2),)
    corrected, *each = given(DECISION_DECIDER, *FINAL, proposed).when(APPROVE_CORRECTION).events()
    assert isinstance(corrected, ListCorrected)
    assert corrected.beyond_quota == ()
    assert [type(one) for one in each] == [OrganizationApproved, ApplicationRejected, RankCorrected]
    moved = each[-1]
    assert isinstance(moved, RankCorrected)
    assert (moved.application, moved.rank_before, moved.rank) == (FIRST, 1, 2)
    assert (moved.reason, moved.document_number) == (CORRECT.reason, CORRECT.document_number)


def test_more_than_the_quota_is_the_leaders_own_decision() -> None:
    """It is asked for, and said in the event; without it the correction waits (C5.4)."""
    more = replace(told(ranked_first()), remove=())
    (proposed,) = given(DECISION_DECIDER, *FINAL).when(more).events()
    assert isinstance(proposed, ListCorrectionProposed)
    assert proposed.places == (GroupPlaces(group="information", places=2, listed=3),)
    waiting = given(DECISION_DECIDER, *FINAL, proposed)
    assert waiting.when(APPROVE_CORRECTION).then_refuses(CorrectionBeyondTheQuota).field == "beyond_quota"
    corrected, *_ = waiting.when(replace(APPROVE_CORRECTION, beyond_quota=True)).events()
    assert isinstance(corrected, ListCorrected)
    assert corrected.beyond_quota == ("information",)


def test_a_correction_that_is_put_again_is_the_same_in_every_member() -> None:
    """Another reason or document is another correction, whatever it adds and removes (C5.4)."""
    done = given(DECISION_DECIDER, *FINAL, TO_CORRECT, *DONE)
    done.when(CORRECT).then_nothing()
    done.when(replace(CORRECT, reason="另一理由")).then_refuses(ListNotPublished)
    done.when(replace(CORRECT, document_number="另一文号")).then_refuses(ListNotPublished)
    done.when(replace(APPROVE_CORRECTION, list_hash="0" * 64)).then_refuses(AnotherListWasSeen)


def test_who_is_passed_by_somebody_added_has_the_rank_of_the_last_ranking() -> None:
    (proposed,) = given(DECISION_DECIDER, *FINAL).when(ranked_first()).events()
    assert isinstance(proposed, ListCorrectionProposed)
    ranks = [(row.application, row.rank) for row in proposed.rows]
    assert ranks == [("comprehensive-1", 1), (THIRD, 1), (FIRST, 2)]
