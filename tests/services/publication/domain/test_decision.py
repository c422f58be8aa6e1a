"""The list from its proposal over objections to its approval and publication (C5.4)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.approval import ApproveList, NoticeNotOver, ProposerMayNotApprove
from services.publication.domain.decision import DECISION_DECIDER, Command
from services.publication.domain.proposal import AnotherListIsProposed, NothingIsRanked, PanelNotRanked
from services.publication.domain.states import DecisionEvent, ListNotProposed
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    LeftOut,
    ListApproved,
    NoticePublished,
    OrganizationApproved,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, LEADER, OFFICER, all_but, role_of
from tests.services.publication.domain import drafted
from tests.services.publication.domain.proposed import (
    PANELS,
    QUOTAS,
    RANKINGS,
    SUBMISSIONS,
    panel,
    quota,
    ranking,
    submission,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

PROPOSE = replace(drafted.PROPOSE, panels=PANELS, rankings=RANKINGS, submissions=SUBMISSIONS, quotas=QUOTAS)
OTHER = replace(PROPOSE, quotas=(quota("information", 1),))
(PROPOSED,) = given(DECISION_DECIDER).when(PROPOSE).events()
assert isinstance(PROPOSED, ApprovalListProposed)
NOTICE = NoticePublished(
    round="2017",
    list_hash=PROPOSED.list_hash,
    rows=PROPOSED.rows,
    start="2017-11-01",
    end="2017-11-08",
    working_days=5,
)
OVER = Instant("2017-11-08T16:00:00.000Z")
ONE = "information-1"
APPROVE = replace(drafted.APPROVE, notices=(NOTICE,), rankings=frozenset(RANKINGS), quotas=QUOTAS)
APPROVED = given(DECISION_DECIDER, PROPOSED).when(APPROVE).events()


def test_a_proposal_says_whom_it_leaves_out_since_the_organization_may_not_act() -> None:
    """With the place that it would have had; who withdrew is not left out but gone (C5.4)."""
    barred = frozenset({f"org-{ONE}"})
    (proposed,) = given(DECISION_DECIDER).when(replace(PROPOSE, barred=barred)).events()
    assert isinstance(proposed, ApprovalListProposed)
    assert proposed.left_out == (LeftOut(application=ONE, organization=f"org-{ONE}", group="information", rank=1),)
    assert ONE not in {row.application for row in proposed.rows}
    (gone,) = given(DECISION_DECIDER).when(replace(PROPOSE, barred=barred, withdrawn=frozenset({ONE}))).events()
    assert isinstance(gone, ApprovalListProposed)
    assert gone.left_out == ()


def test_the_officer_proposes_with_the_rankings_it_rests_on() -> None:
    assert isinstance(PROPOSED, ApprovalListProposed)
    assert (PROPOSED.rankings, PROPOSED.proposer) == (("r-1", "r-2"), OFFICER.id)
    assert [row.application for row in PROPOSED.not_selected] == ["information-3"]


@pytest.mark.parametrize("length", [1, 2])
def test_a_proposal_is_not_replaced(length: int) -> None:
    history = (PROPOSED, *APPROVED)[:length]
    given(DECISION_DECIDER, *history).when(PROPOSE).then_nothing()
    given(DECISION_DECIDER, *history).when(OTHER).then_refuses(AnotherListIsProposed)


def test_nothing_ranked_is_nothing_proposed() -> None:
    given(DECISION_DECIDER).when(replace(PROPOSE, rankings={})).then_refuses(NothingIsRanked)


def test_no_list_leaves_out_the_group_of_a_panel_that_has_not_ranked() -> None:
    late = replace(PROPOSE, panels=(*PANELS, panel("training"), panel("financing")))
    refusal = given(DECISION_DECIDER).when(late).then_refuses(PanelNotRanked)
    assert refusal.detail == "without a ranking: financing, training"


def test_the_leader_approves_and_every_application_hears() -> None:
    assert isinstance(PROPOSED, ApprovalListProposed)
    approval, *each = APPROVED
    assert isinstance(approval, ListApproved)
    assert (approval.approver, approval.list_hash) == (LEADER.id, PROPOSED.list_hash)
    approved = [one for one in each if isinstance(one, OrganizationApproved)]
    assert tuple(one.application for one in approved) == approval.applications
    assert {(one.valid_from, one.valid_to, one.list_hash) for one in approved} == {
        ("2017-12-01", "2018-11-30", PROPOSED.list_hash)
    }
    assert each[len(approved) :] == [
        ApplicationRejected(
            application="information-3",
            organization="org-information-3",
            round="2017",
            stage="ranking",
            codes=("NOT_SELECTED",),
        )
    ]


def test_every_application_has_an_end_where_the_round_says_so() -> None:
    """What never reached the experts ends at the district, unless it was withdrawn (C5.3, C5.4)."""
    others = [submission(one) for one in ("declined", "open", "unranked", "withdrawn")]
    more = replace(
        APPROVE,
        submissions={**SUBMISSIONS, **{one.application: one for one in others}},
        declined=frozenset({"declined", "information-1"}),
        withdrawn=frozenset({"withdrawn"}),
        unranked=(others[2],),
    )
    for ends_all, expected in (
        (False, [("information-3", "ranking", ("NOT_SELECTED",)), ("unranked", "ranking", ("LEFT_UNRANKED",))]),
        (
            True,
            [
                ("information-3", "ranking", ("NOT_SELECTED",)),
                ("unranked", "experts", ("LEFT_UNRANKED",)),
                ("declined", "district", ("DISTRICT_DECLINED",)),
                ("open", "district", ("DISTRICT_UNDECIDED",)),
            ],
        ),
    ):
        events = given(DECISION_DECIDER, PROPOSED).when(replace(more, ends_all=ends_all)).events()
        rejected = [one for one in events if isinstance(one, ApplicationRejected)]
        assert [(one.application, one.stage, one.codes) for one in rejected] == expected


def test_what_a_district_took_back_ends_there_though_it_was_ranked() -> None:
    """Ranked, then declined by its district, left out of the proposal: it ends at the district and nowhere else."""
    gone = replace(
        APPROVE,
        submissions={**SUBMISSIONS, "back": submission("back")},
        ranked=(*RANKINGS.values(), ranking("information", 9)),
        withdrawn=frozenset({"back", "information-9"}),
        taken_back=frozenset({"back", "information-9"}),
        declined=frozenset({"back"}),
        ends_all=True,
    )
    known = replace(gone, submissions={**gone.submissions, "information-9": submission("information-9")})
    events = given(DECISION_DECIDER, PROPOSED).when(known).events()
    rejected = [one for one in events if isinstance(one, ApplicationRejected)]
    assert [(one.application, one.stage, one.codes) for one in rejected[1:]] == [
        ("back", "district", ("DISTRICT_DECLINED",)),
        ("information-9", "district", ("DISTRICT_UNDECIDED",)),
    ]


def test_a_list_is_approved_once() -> None:
    given(DECISION_DECIDER, PROPOSED, *APPROVED).when(APPROVE).then_nothing()
    given(DECISION_DECIDER, PROPOSED, APPROVED[0]).when(replace(APPROVE, notices=())).then_nothing()


def test_without_a_proposal_there_is_nothing_to_approve() -> None:
    assert given(DECISION_DECIDER).when(APPROVE).then_refuses(ListNotProposed).field == "round"


@pytest.mark.parametrize(
    "command",
    [
        replace(APPROVE, notices=()),
        replace(APPROVE, notices=(replace(NOTICE, list_hash="0" * 64),)),
        replace(APPROVE, at=Instant("2017-11-08T15:59:59.999Z")),
        replace(APPROVE, notices=(replace(NOTICE, end="2017-11-09"),)),
    ],
)
def test_approval_waits_for_the_end_of_this_lists_notice(command: ApproveList) -> None:
    given(DECISION_DECIDER, PROPOSED).when(command).then_refuses(NoticeNotOver)


def test_two_people_decide() -> None:
    both = replace(LEADER, id=OFFICER.id)
    given(DECISION_DECIDER, PROPOSED).when(replace(APPROVE, by=both)).then_refuses(ProposerMayNotApprove)


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_officer_proposes(by: Actor) -> None:
    assert given(DECISION_DECIDER).when(replace(PROPOSE, by=by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_the_leader_approves(by: Actor) -> None:
    for history in ((), (PROPOSED,), (PROPOSED, *APPROVED)):
        asked = given(DECISION_DECIDER, *history).when(replace(APPROVE, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"


COMMANDS: list[Command] = [
    PROPOSE,
    OTHER,
    replace(PROPOSE, rankings={}),
    APPROVE,
    replace(APPROVE, at=AT),
    replace(APPROVE, notices=()),
    replace(APPROVE, by=replace(LEADER, id=OFFICER.id)),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_any_script(script: list[Command]) -> None:
    kinds = [type(event) for event in live(DECISION_DECIDER, script)]
    assert kinds.count(ApprovalListProposed) <= 1
    assert kinds.count(ListApproved) <= 1
    assert kinds[:2] in ([], [ApprovalListProposed], [ApprovalListProposed, ListApproved])


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in (PROPOSED, APPROVED[0], APPROVED[1], APPROVED[-1])))))
def test_any_history(history: list[DecisionEvent]) -> None:
    evolves_from_anything(DECISION_DECIDER, history)


@pytest.mark.parametrize(("start", "refusal"), [("2017-11-08", NoticeNotOver), ("2017-11-09", None)])
def test_a_row_that_a_later_notice_cut_short_was_not_on_notice_for_a_whole_one(
    start: str, refusal: type[NoticeNotOver] | None
) -> None:
    """Taken off the list and put back after the later notice: nobody could object to it in the meantime (C5.4)."""
    without = replace(NOTICE, rows=NOTICE.rows[1:], start=start, end="2017-11-16")
    command = replace(APPROVE, notices=(NOTICE, without), at=Instant("2017-11-17T01:00:00.000Z"))
    asked = given(DECISION_DECIDER, PROPOSED).when(command)
    if refusal is None:
        assert asked.events()
    else:
        asked.then_refuses(refusal)
