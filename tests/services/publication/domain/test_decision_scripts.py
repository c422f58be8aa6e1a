"""Random scripts on the decision, against what must hold of every list (C5.4)."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.approval import ApproveList
from services.publication.domain.correction import ProposeCorrection
from services.publication.domain.correction_approval import ApproveCorrection
from services.publication.domain.decision import DECISION_DECIDER, Command
from services.publication.domain.listing import group_of, list_hash
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice, of_corrections
from services.publication.domain.objection_decisions import DecideObjection
from services.publication.domain.objections import FileObjection
from services.publication.domain.promotion import PromoteNextInLine, WithdrawRow
from services.publication.domain.proposal import ProposeList
from services.publication.domain.states import Approved, Decision, DecisionEvent, NotProposed, Proposed
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListCorrected,
    ListCorrectionProposed,
    ListPublished,
    NextInLinePromoted,
    NoticePublished,
    ObjectionDismissed,
    ObjectionFiled,
    ObjectionInadmissible,
    ObjectionUpheld,
    OrganizationApproved,
    RowWithdrawn,
)
from shared.kernel.instants import Instant, local_date, plus_seconds
from shared.kernel.refusal import Refusal
from tests.services.people import LEADER, OFFICER, PUBLISHER
from tests.services.publication.domain.drafted import (
    APPROVE,
    APPROVE_CORRECTION,
    CORRECT,
    DISMISS,
    FILE,
    FIRST,
    FOURTH,
    PROMOTE,
    PROPOSE,
    QUOTAS,
    RANKINGS,
    REJECT,
    SECOND,
    SINK,
    THIRD,
    UPHOLD,
)
from tests.services.publication.domain.proposed import ranking
from tests.services.publication.domain.test_notice import CALENDAR
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

DECIDED = (ObjectionInadmissible, ObjectionDismissed, ObjectionUpheld)
APPLICANTS = (FIRST, SECOND, THIRD, FOURTH)
NEWER = {"r-1": RANKINGS["r-1"], "r-3": ranking("information", 1, 2, 3)}
START = Instant("2017-11-01T01:00:00.000Z")
DAY_SECONDS = 86_400
ONWARDS: tuple[Any, ...] = ("a day later", *("five days later",) * 3, "notice", *("list",) * 4)
STEPS: tuple[Any, ...] = (
    *ONWARDS,
    "ranked again",
    PROPOSE,
    *(replace(FILE, application=one, objection=f"o-{one}") for one in APPLICANTS),
    *(replace(command, objection=f"o-{one}") for one in APPLICANTS for command in (UPHOLD, SINK, DISMISS, REJECT)),
    *(WithdrawRow("2017", one) for one in APPLICANTS),
    *(replace(PROMOTE, application=one) for one in APPLICANTS),
    *(APPROVE,) * 3,
    replace(APPROVE, by=replace(LEADER, id=OFFICER.id)),
    *(CORRECT,) * 5,
    replace(CORRECT, add=(FOURTH,), remove=()),
    replace(CORRECT, add=(), remove=(FIRST,)),
    *(APPROVE_CORRECTION,) * 4,
    replace(APPROVE_CORRECTION, by=replace(LEADER, id=OFFICER.id)),
)


class Office:
    """A decision and its notice, lived through day by day; facts are those of the moment, as the door reads them."""

    def __init__(self) -> None:
        self.at, self.rankings = START, RANKINGS
        self.decision: Decision = NotProposed()
        self.history: list[tuple[Instant, DecisionEvent | NoticePublished | ListPublished]] = []
        self.public: list[Any] = []

    def step(self, step: Any) -> None:
        match step:
            case "a day later" | "five days later":
                self.at = plus_seconds(self.at, DAY_SECONDS * (1 if step == "a day later" else 5))
            case "ranked again":
                self.rankings = NEWER
            case "notice":
                self._publish(PublishNotice("2017", self.decision, CALENDAR, PUBLISHER, self.at, corrections=True))
            case "list":
                self._publish(PublishList("2017", self.decision, "/", PUBLISHER, self.at))
            case _:
                self._decide(self._now(step))

    def _now(self, command: Command) -> Command:
        return self._of_a_correction(command) or self._of_the_list(command)

    def _of_a_correction(self, command: Command) -> Command | None:
        lists = [one for one in self.public if isinstance(one, ListPublished)]
        match command:
            case ProposeCorrection():
                published = lists[-1].list_hash if lists else None
                known = tuple(self.rankings.values())
                return replace(command, published=published, rankings=known, at=self.at, appeals={})
            case ApproveCorrection():
                return replace(command, notices=of_corrections(NOTICE_DECIDER.fold(self.public)), at=self.at)
            case _:
                return None

    def _of_the_list(self, command: Command) -> Command:
        notices = tuple(one for one in self.public if isinstance(one, NoticePublished))
        match command:
            case ProposeList() | PromoteNextInLine():
                return replace(command, rankings=self.rankings, at=self.at)
            case FileObjection():
                return replace(command, notices=notices, at=self.at)
            case ApproveList():
                return replace(command, notices=notices, rankings=frozenset(self.rankings), at=self.at)
            case DecideObjection():
                return replace(command, at=self.at)
            case _:
                return command

    def _decide(self, command: Command) -> None:
        try:
            events = DECISION_DECIDER.decide(self.decision, command)
        except Refusal:
            return
        for event in events:
            self.decision = DECISION_DECIDER.evolve(self.decision, event)
            self.history.append((self.at, event))
        assert list(DECISION_DECIDER.decide(self.decision, command)) == []

    def _publish(self, command: Any) -> None:
        try:
            events = NOTICE_DECIDER.decide(NOTICE_DECIDER.fold(self.public), command)
        except Refusal:
            return
        self.public += events
        self.history += [(self.at, event) for event in events]


@settings(max_examples=300)
@given_any(st.lists(st.sampled_from(STEPS), min_size=30, max_size=50))
def test_what_holds_of_every_list(script: list[Any]) -> None:
    office = Office()
    for step in (PROPOSE, "notice", *script):
        office.step(step)
        _holds_now(office.decision)
    _holds_of_the_past(office)


def _holds_now(decision: Decision) -> None:
    """The hash is that of the rows; nobody is on it twice; no group has more rows than places, or who left."""
    if isinstance(decision, NotProposed):
        return
    assert decision.list_hash == list_hash("2017", decision.rows)
    listed = [row.application for row in decision.rows]
    assert len(set(listed)) == len(listed)
    if isinstance(decision, Proposed):
        places = {quota.group: quota.places for quota in QUOTAS}
        assert all(count <= places[group] for group, count in Counter(map(group_of, decision.rows)).items())
        assert not decision.gone & set(listed)
        assert not {one.application for one in decision.line} & (decision.gone | set(listed))


def _holds_of_the_past(office: Office) -> None:
    """Approval: once, by another person, with no open objection, each row shown for a whole notice before."""
    for number, (at, event) in enumerate(office.history):
        past = [one for _, one in office.history[:number]]
        if isinstance(event, ListApproved | ListCorrected):
            proposals = [one for one in past if isinstance(one, ApprovalListProposed | ListCorrectionProposed)]
            assert event.approver != proposals[-1].proposer
        if isinstance(event, ListApproved) or (isinstance(event, ListCorrected) and event.added):
            opened = {one.objection for one in past if isinstance(one, ObjectionFiled)}
            assert opened == {one.objection for one in past if isinstance(one, DECIDED)}
            over = [one for one in past if isinstance(one, NoticePublished) and one.end < local_date(at)]
            listed = event.applications if isinstance(event, ListApproved) else event.added
            assert set(listed) <= {row.application for one in over for row in one.rows}
            assert isinstance(event, ListApproved) or over[-1].list_hash == event.list_hash
    kinds = Counter(type(event) for _, event in office.history)
    assert kinds[ListApproved] <= 1
    assert kinds[ListPublished] <= kinds[ListApproved] + kinds[ListCorrected]
    if isinstance(office.decision, Approved):
        _everybody_hears(office)


def _everybody_hears(office: Office) -> None:
    """Each applicant's last word is what the list says, and whoever withdrew heard none."""
    last: dict[str, type] = {}
    withdrawn = {event.application for _, event in office.history if isinstance(event, RowWithdrawn)}
    for _, event in office.history:
        if isinstance(event, OrganizationApproved | ApplicationRejected):
            again = isinstance(event, ApplicationRejected) and event.stage == "objection"
            assert again or last.get(event.application) is not type(event), "nobody is told the same twice"
            last[event.application] = type(event)
    assert isinstance(office.decision, Approved)
    listed = {row.application for row in office.decision.rows}
    assert {one for one, kind in last.items() if kind is OrganizationApproved} == listed
    assert not withdrawn & {one for one, kind in last.items() if kind is ApplicationRejected}


SAME_FACTS: list[Command] = [step for step in STEPS if not isinstance(step, str)]


@settings(max_examples=100)
@given_any(st.lists(st.sampled_from(SAME_FACTS), max_size=20))
def test_a_retry_decides_nothing(script: list[Command]) -> None:
    live(DECISION_DECIDER, [PROPOSE, *script])


KINDS = (
    ApprovalListProposed,
    ObjectionFiled,
    ObjectionInadmissible,
    ObjectionDismissed,
    ObjectionUpheld,
    RowWithdrawn,
    NextInLinePromoted,
    ListApproved,
    ListCorrectionProposed,
    ListCorrected,
)


@settings(max_examples=100)
@given_any(st.lists(st.one_of(*(made(kind) for kind in KINDS)), max_size=12))
def test_any_history(history: list[DecisionEvent]) -> None:
    evolves_from_anything(DECISION_DECIDER, history)
