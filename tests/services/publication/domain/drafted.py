"""A list on notice with two people in line below it, and what may be asked of it, as publication's tests use them."""

from dataclasses import replace

from services.publication.domain.approval import ApproveList
from services.publication.domain.correction import ProposeCorrection
from services.publication.domain.correction_approval import ApproveCorrection
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.objection_decisions import DecideObjection
from services.publication.domain.objections import FileObjection
from services.publication.domain.promotion import PromoteNextInLine
from services.publication.domain.proposal import ProposeList
from services.publication.domain.states import Approved, DecisionEvent, Proposed
from shared.contracts.publication import ApprovalListProposed, NoticePublished, ObjectionFiled
from shared.kernel.actor import ANYBODY
from shared.kernel.instants import Instant
from tests.services.people import AT, LEADER, OFFICER
from tests.services.publication.domain.proposed import panel, quota, ranking, submission

RANKINGS = {"r-1": ranking("comprehensive", 1), "r-2": ranking("information", 1, 2, 3, 4)}
QUOTAS = (quota("comprehensive", 2), quota("information", 2))
SUBMISSIONS = {one.application: submission(one.application) for group in RANKINGS.values() for one in group.rows}
PANELS = (panel("information"), panel("comprehensive"))
PROPOSE = ProposeList(
    "2017",
    PANELS,
    RANKINGS,
    SUBMISSIONS,
    QUOTAS,
    OFFICER,
    AT,
    ties=(),
    withdrawn=frozenset(),
    recommended=frozenset(),
    unranked=(),
    barred=frozenset(),
    open_lists=frozenset(),
    versions={},
    quotas_before=None,
)
DURING, OVER = Instant("2017-11-03T02:00:00.000Z"), Instant("2017-11-08T16:00:00.000Z")
FIRST, SECOND, THIRD, FOURTH = (f"information-{place}" for place in range(1, 5))
(PROPOSED,) = DECISION_DECIDER.decide(DECISION_DECIDER.initial, PROPOSE)
assert isinstance(PROPOSED, ApprovalListProposed)


def state_of(*history: DecisionEvent) -> Proposed:
    state = DECISION_DECIDER.fold(history)
    assert isinstance(state, Proposed)
    return state


def approved_of(*history: DecisionEvent) -> Approved:
    state = DECISION_DECIDER.fold(history)
    assert isinstance(state, Approved)
    return state


def noticed(*history: DecisionEvent, start: str = "2017-11-01", end: str = "2017-11-08") -> NoticePublished:
    """The notice of the list as it is after `history`."""
    state = state_of(*history)
    return NoticePublished(
        round="2017", list_hash=state.list_hash, rows=state.rows, start=start, end=end, working_days=5
    )


NOTICE = noticed(PROPOSED)
FILE = FileObjection(
    round="2017",
    objection="o-1",
    application=SECOND,
    objector="a" * 64,
    contact="b" * 64,
    grounds="场地与申报不符",
    evidence=("e" * 64,),
    notices=(NOTICE,),
    by=ANYBODY,
    at=DURING,
)
FILED = ObjectionFiled(
    round="2017",
    objection="o-1",
    application=SECOND,
    objector="a" * 64,
    contact="b" * 64,
    grounds="场地与申报不符",
    evidence=("e" * 64,),
    received_at=DURING,
)
UPHOLD = DecideObjection(
    round="2017",
    objection="o-1",
    outcome="upheld",
    reason="经核查属实",
    effect="remove",
    rank=None,
    ranked=4,
    by_another=False,
    by=OFFICER,
    at=DURING,
)
SINK = replace(UPHOLD, reason="得分有误", effect="rerank", rank=4)
DISMISS = replace(UPHOLD, outcome="dismissed", reason="经核查不实", effect=None)
REJECT = replace(DISMISS, outcome="inadmissible", reason="未提供证据")
PROMOTE = PromoteNextInLine(
    "2017",
    THIRD,
    "依次递补",
    RANKINGS,
    SUBMISSIONS,
    QUOTAS,
    frozenset(),
    LEADER,
    DURING,
    ties=(),
    promoter=None,
    barred=None,
    versions={},
)
APPROVE = ApproveList(
    "2017",
    (NOTICE,),
    "2017-12-01",
    "2018-11-30",
    LEADER,
    OVER,
    rankings=frozenset(RANKINGS),
    withdrawn=frozenset(),
    unranked=(),
    recommended=frozenset(),
    list_hash=None,
    submissions={},
    ranked=(),
    barred=frozenset(),
    open_lists=frozenset(),
    taken_back=frozenset(),
    ends_all=False,
    declined=frozenset(),
    versions={},
    quotas=QUOTAS,
    ties=(),
    free_places_reasoned=False,
    left_free={},
)
(REMOVED,) = DECISION_DECIDER.decide(state_of(PROPOSED, FILED), UPHOLD)
(SUNK,) = DECISION_DECIDER.decide(state_of(PROPOSED, FILED), SINK)
(PROMOTED,) = DECISION_DECIDER.decide(state_of(PROPOSED, FILED, REMOVED), PROMOTE)
LISTED = DECISION_DECIDER.decide(state_of(PROPOSED), APPROVE)
STANDS = approved_of(PROPOSED, *LISTED)
CORRECT = ProposeCorrection(
    round="2017",
    add=(THIRD,),
    remove=(SECOND,),
    reason="依申诉决定",
    document_number="沪经信企〔2017〕633号",
    published=STANDS.list_hash,
    rankings=tuple(RANKINGS.values()),
    submissions=SUBMISSIONS,
    withdrawn=frozenset(),
    by=OFFICER,
    at=OVER,
    recommended=frozenset({*SUBMISSIONS, "nobody"}),
    appeals={},
    grounds=None,
    tells=False,
)
APPROVE_CORRECTION = ApproveCorrection(
    "2017",
    "2017-12-01",
    "2018-11-30",
    LEADER,
    OVER,
    withdrawn=frozenset(),
    recommended=frozenset({*SUBMISSIONS, "nobody"}),
    list_hash=None,
    grounds=None,
    beyond_quota=False,
    promoters_aside=False,
    notices=None,
)
(TO_CORRECT,) = DECISION_DECIDER.decide(STANDS, CORRECT)
