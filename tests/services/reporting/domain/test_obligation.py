"""What is owed: created by the agreement, filed in versions, never twice (C3.1)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.reporting.domain.calendar import AMENDED, RescheduleObligation, calendar
from services.reporting.domain.evolution import ObligationEvent
from services.reporting.domain.falling_due import (
    EXPIRED,
    REMOVED,
    REVOKED,
    DeclareDefault,
    LiftObligation,
    NoteOverdue,
    SendReminder,
)
from services.reporting.domain.filing import FileServicePlan, NothingIsCorrected
from services.reporting.domain.obligation import (
    OBLIGATION_DECIDER,
    AnotherKindIsOwed,
    Command,
    NoLongerOwed,
    ObligationNotOwed,
    ReportAlreadyFiled,
    ReportIsDefaulted,
    ReportTooEarly,
    ReportVersionIsNotNext,
)
from services.reporting.domain.reactions import lifted, obligations_of
from services.reporting.domain.rectifying import rectify_until
from services.reporting.domain.returns import AcceptReport, ReportAlreadyAccepted, ReturnReport
from services.reporting.domain.states import Filed
from shared.contracts.obligations import obligation_id
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalExpired,
    ApprovalRevoked,
    RectificationItem,
    RectificationOrdered,
)
from shared.contracts.reporting import (
    ObligationCreated,
    ObligationLifted,
    ObligationRescheduled,
    PlanTargets,
    ReminderSent,
    ReportAccepted,
    ReportDefaulted,
    ReportOverdue,
    ReportReturned,
    ServiceReportFiled,
)
from shared.contracts.sourced import Moment
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import FOREIGN_FILER, OFFICER, ORGANIZATION, all_but
from tests.services.reporting.domain.owing import (
    ACCEPTED,
    AGREEMENT,
    CREATE,
    CREATED,
    DEFAULT_AT,
    DEFAULTED,
    DUE,
    EARLY_RETURN_DUE,
    FILE,
    FILED,
    ITEMS,
    LAST,
    LATER,
    LIFTED,
    METRICS,
    OBLIGATION,
    OVERDUE,
    PLANNED,
    REMINDED,
    REMINDED_AT,
    RETURN_DUE,
    RETURNED,
    TERM,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

SIGNED_AT = Instant("2017-12-01T02:00:00.000Z")
AGAIN = replace(FILE, version=2, metrics=replace(METRICS, calls=510), at=plus_seconds(RETURN_DUE, -1))


def test_a_signed_agreement_makes_due_what_the_round_asks_of_this_kind() -> None:
    """Only comprehensive organizations owe policy digests and difficulties (C3.1, C3.3)."""
    comprehensive, professional = (
        obligations_of(AGREEMENT, calendar(PLANNED, (), kind), SIGNED_AT, lenient=False)
        for kind in ("comprehensive", "professional")
    )
    assert [one.term for one in comprehensive] == list(PARAMETERS.obligations)
    assert {one.term.kind for one in comprehensive} - {one.term.kind for one in professional} == {
        "policy_digest",
        "difficulties",
    }
    given(OBLIGATION_DECIDER).when(CREATE).then(CREATED)
    for history in ((), (FILED,), (FILED, RETURNED), (OVERDUE, DEFAULTED), (replace(LIFTED, ground=EXPIRED),)):
        given(OBLIGATION_DECIDER, CREATED, *history).when(CREATE).then_nothing()
    given(OBLIGATION_DECIDER, CREATED, LIFTED).when(CREATE).then(CREATED)
    for ground in (REMOVED, AMENDED):
        given(OBLIGATION_DECIDER, CREATED, replace(LIFTED, ground=ground)).when(CREATE).then(CREATED)


def test_what_was_due_before_the_agreement_is_not_owed() -> None:
    terms, first_due = PARAMETERS.obligations, Instant(PARAMETERS.obligations[0].due.value)
    late = obligations_of(AGREEMENT, terms, first_due, lenient=False)
    assert [one.term for one in late] == list(terms[1:])
    assert len(obligations_of(AGREEMENT, terms, Instant("2030-01-01T00:00:00.000Z"), lenient=True)) == 8


def test_a_period_is_part_of_what_is_owed() -> None:
    quarter = replace(CREATE, term=replace(TERM, period="Q1"))
    owed = replace(CREATED, obligation=obligation_id("app-1", "report", 2017, "Q1"), period="Q1")
    given(OBLIGATION_DECIDER).when(quarter).then(owed)


def test_nothing_is_reported_before_it_happened() -> None:
    """C3.1: by a round that says from when on; what it has said of one obligation stays with it."""
    opens = replace(TERM, opens_at=Moment(value=LAST, source="design"))
    owed = replace(CREATED, opens_at=LAST)
    given(OBLIGATION_DECIDER).when(replace(CREATE, term=opens)).then(owed)
    early = replace(FILE, at=plus_seconds(LAST, -1))
    assert given(OBLIGATION_DECIDER, owed).when(early).then_refuses(ReportTooEarly).clause == "C3.1"
    given(OBLIGATION_DECIDER, owed).when(FILE).then(FILED)
    given(OBLIGATION_DECIDER, owed, FILED).when(early).then_nothing()
    given(OBLIGATION_DECIDER, CREATED).when(early).then(replace(FILED, received_at=early.at))


def test_an_obligation_is_one_of_application_kind_year_and_period() -> None:
    parts = [(a, k, y, p) for a in ("app-1", "app-2") for k in ("report", "plan") for y in (1, 2) for p in (None, "Q1")]
    assert len({obligation_id(*one) for one in parts}) == len(parts)


def test_a_report_is_filed_once() -> None:
    given(OBLIGATION_DECIDER, CREATED).when(FILE).then(FILED)
    given(OBLIGATION_DECIDER, CREATED, REMINDED).when(FILE).then(FILED)
    for history in ((FILED,), (FILED, ACCEPTED), (FILED, RETURNED)):
        given(OBLIGATION_DECIDER, CREATED, *history).when(replace(FILE, at=DUE)).then_nothing()


OTHERS = [replace(FILE, version=2), replace(FILE, evidence=()), replace(FILE, metrics=replace(METRICS, calls=1))]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize(
    ("history", "refusal"),
    [
        ((FILED,), ReportAlreadyFiled),
        ((FILED, ACCEPTED), ReportAlreadyAccepted),
        ((OVERDUE, DEFAULTED), ReportIsDefaulted),
        ((LIFTED,), NoLongerOwed),
    ],
)
def test_what_is_settled_is_not_filed_otherwise(
    history: tuple[ObligationEvent, ...], refusal: type[Refusal], other: Command
) -> None:
    given(OBLIGATION_DECIDER, CREATED, *history).when(other).then_refuses(refusal)


def test_late_is_from_the_due_instant_on_and_is_taken_within_the_days_of_grace() -> None:
    late = replace(FILED, received_at=DUE, late=True)
    given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, at=DUE)).then(late)
    last = plus_seconds(DEFAULT_AT, -1)
    for history in ((CREATED,), (CREATED, OVERDUE)):
        asked = given(OBLIGATION_DECIDER, *history)
        asked.when(replace(FILE, at=last)).then(replace(late, received_at=last))
        asked.when(replace(FILE, at=DEFAULT_AT)).then_refuses(ReportIsDefaulted)


def test_a_round_without_an_assessment_takes_it_at_any_time() -> None:
    at = Instant("2030-01-01T00:00:00.000Z")
    taken = replace(FILED, received_at=at, late=True)
    given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, at=at, grace_days=None)).then(taken)


def test_a_correction_is_late_by_the_return_s_own_due_time() -> None:
    corrected = replace(FILED, version=2, metrics=AGAIN.metrics, received_at=AGAIN.at)
    given(OBLIGATION_DECIDER, CREATED, FILED, RETURNED).when(AGAIN).then(corrected)
    late = replace(corrected, received_at=RETURN_DUE, late=True)
    given(OBLIGATION_DECIDER, CREATED, FILED, RETURNED).when(replace(AGAIN, at=RETURN_DUE)).then(late)


def test_a_correction_of_what_was_filed_early_is_late_only_after_it_was_due_at_all() -> None:
    """C3.1: an early return takes nothing of the time that the round gives."""
    history = (CREATED, FILED, replace(RETURNED, due=EARLY_RETURN_DUE))
    for at, late in ((EARLY_RETURN_DUE, False), (LAST, False), (DUE, True)):
        corrected = replace(FILED, version=2, metrics=AGAIN.metrics, received_at=at, late=late)
        given(OBLIGATION_DECIDER, *history).when(replace(AGAIN, at=at)).then(corrected)
    last = plus_seconds(DEFAULT_AT, -1)
    given(OBLIGATION_DECIDER, *history, OVERDUE).when(replace(AGAIN, at=last)).then(
        replace(FILED, version=2, metrics=AGAIN.metrics, received_at=last, late=True)
    )
    given(OBLIGATION_DECIDER, *history, OVERDUE).when(replace(AGAIN, at=DEFAULT_AT)).then_refuses(ReportIsDefaulted)


def test_what_was_returned_comes_back_only_with_something_changed() -> None:
    """C3.1: by a round that says so; a report that was never returned is compared with nothing."""
    unchanged = replace(AGAIN, metrics=METRICS, changed=True)
    for history in ((FILED, RETURNED), (FILED, RETURNED, replace(OVERDUE, due=RETURN_DUE))):
        asked = given(OBLIGATION_DECIDER, CREATED, *history)
        assert asked.when(unchanged).then_refuses(NothingIsCorrected).clause == "C3.1"
        asked.when(replace(unchanged, changed=False)).then(replace(FILED, version=2, received_at=AGAIN.at))
    given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, changed=True)).then(FILED)


@pytest.mark.parametrize("version", [0, 2, -1])
def test_versions_count_from_one(version: int) -> None:
    asked = given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, version=version))
    assert asked.then_refuses(ReportVersionIsNotNext).field == "version"


@pytest.mark.parametrize("version", [1, 3])
def test_a_correction_is_the_next_version(version: int) -> None:
    asked = given(OBLIGATION_DECIDER, CREATED, FILED, RETURNED).when(replace(AGAIN, version=version))
    assert asked.then_refuses(ReportVersionIsNotNext).field == "version"


def test_a_plan_is_no_report() -> None:
    targets = PlanTargets(activities=1, smes_served=1, public_benefit_share="1/10")
    plan = FileServicePlan(
        obligation=OBLIGATION,
        version=1,
        targets=targets,
        by=FILE.by,
        at=LAST,
        grace_days=None,
        rectify_until=None,
        changed=False,
    )
    assert given(OBLIGATION_DECIDER, CREATED).when(plan).then_refuses(AnotherKindIsOwed).field == "obligation"


def test_what_is_not_owed_is_not_filed() -> None:
    for command in (FILE, AcceptReport(OBLIGATION, 1, OFFICER, LAST)):
        assert given(OBLIGATION_DECIDER).when(command).then_refuses(ObligationNotOwed).field == "obligation"


@pytest.mark.parametrize("history", [(CREATED,), (CREATED, FILED), (CREATED, OVERDUE), (CREATED, LIFTED)])
def test_only_the_organizations_filer_reports(history: tuple[ObligationEvent, ...]) -> None:
    for by in all_but(Role.FILER):
        asked = given(OBLIGATION_DECIDER, *history).when(replace(FILE, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"
    foreign = given(OBLIGATION_DECIDER, *history).when(replace(FILE, by=FOREIGN_FILER))
    assert foreign.then_refuses(NotPermitted).field == "organization"


ENDED_AT = Instant("2018-01-15T02:00:00.000Z")
_ENDED = {"application": "app-1", "organization": "org-1", "round": "2017"}
REVOCATION = ApprovalRevoked(ground="弄虚作假", document_number="沪经信企〔2018〕1号", **_ENDED)
EXPIRY = ApprovalExpired(valid_to="2018-01-14", **_ENDED)


def test_the_end_of_an_approval_lifts_everything_that_the_round_ever_asked_for() -> None:
    twice = (*PARAMETERS.obligations, *PARAMETERS.obligations)
    commands = lifted(REVOCATION, twice, ENDED_AT)
    assert {one.obligation for one in commands} == {
        obligation_id("app-1", term.kind, term.year, term.period) for term in PARAMETERS.obligations
    }
    assert len(commands) == len(PARAMETERS.obligations)
    assert {one.ground for one in commands} == {REVOKED}
    assert {one.ground for one in lifted(EXPIRY, twice, ENDED_AT)} == {EXPIRED}
    removal = ApplicationRejected(stage="correction", codes=("LIST_CORRECTED",), **_ENDED)
    assert {one.ground for one in lifted(removal, twice, ENDED_AT)} == {REMOVED}


@pytest.mark.parametrize("history", [(), (REMINDED,), (OVERDUE,), (FILED, RETURNED)])
def test_a_revocation_lifts_what_is_open(history: tuple[ObligationEvent, ...]) -> None:
    revoke = LiftObligation(OBLIGATION, REVOKED, DEFAULT_AT)
    given(OBLIGATION_DECIDER, CREATED, *history).when(revoke).then(LIFTED)


def test_an_expiry_lifts_only_what_would_be_due_after_it() -> None:
    lifted_ = replace(LIFTED, ground=EXPIRED)
    given(OBLIGATION_DECIDER, CREATED).when(LiftObligation(OBLIGATION, EXPIRED, LAST)).then(lifted_)
    for history in ((), (OVERDUE,)):
        at = LiftObligation(OBLIGATION, EXPIRED, DUE)
        given(OBLIGATION_DECIDER, CREATED, *history).when(at).then_nothing()


@pytest.mark.parametrize("history", [(FILED,), (FILED, ACCEPTED), (OVERDUE, DEFAULTED), (LIFTED,)])
def test_what_is_settled_stays(history: tuple[ObligationEvent, ...]) -> None:
    given(OBLIGATION_DECIDER, CREATED, *history).when(LiftObligation(OBLIGATION, REVOKED, LAST)).then_nothing()
    given(OBLIGATION_DECIDER).when(LiftObligation(OBLIGATION, REVOKED, LAST)).then_nothing()


COMMANDS: list[Command] = [
    CREATE,
    FILE,
    replace(FILE, at=DUE),
    replace(FILE, version=2),
    replace(FILE, evidence=()),
    replace(FILE, by=FOREIGN_FILER),
    AGAIN,
    ReturnReport(OBLIGATION, 1, ITEMS, None, RETURN_DUE, OFFICER, DUE),
    ReturnReport(OBLIGATION, 1, ITEMS, EARLY_RETURN_DUE, RETURN_DUE, OFFICER, SIGNED_AT),
    NoteOverdue(OBLIGATION, 10, EARLY_RETURN_DUE),
    ReturnReport(OBLIGATION, 2, ITEMS, None, RETURN_DUE, OFFICER, DUE),
    AcceptReport(OBLIGATION, 1, OFFICER, DUE),
    AcceptReport(OBLIGATION, 2, OFFICER, DUE),
    SendReminder(OBLIGATION, 7, REMINDED_AT),
    NoteOverdue(OBLIGATION, 10, DUE),
    NoteOverdue(OBLIGATION, 10, RETURN_DUE),
    DeclareDefault(OBLIGATION, DEFAULT_AT),
    DeclareDefault(OBLIGATION, plus_seconds(RETURN_DUE, 10 * 86_400)),
    LiftObligation(OBLIGATION, EXPIRED, LAST),
    RescheduleObligation(OBLIGATION, LATER, "5号", LAST, LAST),
    RescheduleObligation(OBLIGATION, LATER, "5号", DUE, DUE),
]


def holds(history: list[ObligationEvent]) -> None:
    """What is true of every obligation, whatever was asked."""
    kinds = [type(event) for event in history]
    assert kinds[:1] in ([], [ObligationCreated])
    assert kinds.count(ObligationCreated) <= 1
    versions = [event.version for event in history if isinstance(event, ServiceReportFiled)]
    assert versions == list(range(1, len(versions) + 1)), "versions count from 1 without a gap"
    for before, after in pairwise(history):
        if isinstance(after, ReportReturned | ReportAccepted):
            assert isinstance(before, ServiceReportFiled)
            assert before.version == after.version
        if isinstance(after, ReportOverdue):
            assert after.due >= DUE, "nothing is overdue before it is due"
        if isinstance(after, ReportDefaulted):
            assert isinstance(before, ReportOverdue), "nobody defaults without having been overdue"
    for last in (ReportAccepted, ReportDefaulted, ObligationLifted):
        assert kinds.count(last) <= 1
        assert last not in kinds[:-1], "what is settled stays"
    assert kinds.count(ReminderSent) <= 1 + kinds.count(ObligationRescheduled)


@settings(max_examples=150)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=14))
def test_any_script(script: list[Command]) -> None:
    holds(live(OBLIGATION_DECIDER, [CREATE, *script]))
    holds(live(OBLIGATION_DECIDER, script))


EVENTS = (ObligationCreated, ServiceReportFiled, ReportReturned, ReportAccepted, ReminderSent, ReportOverdue)


@settings(max_examples=60)
@given_any(
    st.lists(st.one_of([made(kind) for kind in (*EVENTS, ReportDefaulted, ObligationLifted, ObligationRescheduled)]))
)
def test_any_history(history: list[ObligationEvent]) -> None:
    evolves_from_anything(OBLIGATION_DECIDER, history)


def test_a_default_is_taken_again_until_an_order_ends() -> None:
    """It is late, and stays a default in the year's assessment (C3.1, C3.6)."""
    history, until = (CREATED, OVERDUE, DEFAULTED), Instant(plus_seconds(DEFAULT_AT, 30 * 86_400))
    made_up = replace(FILE, at=plus_seconds(until, -1), rectify_until=until)
    given(OBLIGATION_DECIDER, *history).when(made_up).then(replace(FILED, received_at=made_up.at, late=True))
    for command in (replace(made_up, at=until), replace(made_up, rectify_until=None)):
        given(OBLIGATION_DECIDER, *history).when(command).then_refuses(ReportIsDefaulted)
    state = OBLIGATION_DECIDER.fold([*history, FILED])
    assert isinstance(state, Filed)
    assert state.course.defaults == (DEFAULTED,)


@pytest.mark.parametrize(("what", "due"), [("report.2017", "b"), ("plan.2017", None), ("report.2018", None)])
def test_an_order_opens_what_it_names(what: str, due: str | None) -> None:
    orders = [
        RectificationOrdered(
            application="app-1",
            organization=ORGANIZATION,
            round="2017",
            items=(RectificationItem(what="premises", note="sign"), RectificationItem(what=what, note="not filed")),
            due=end,
        )
        for end in ("a", "b")
    ]
    assert rectify_until(orders, CREATED) == due
    assert rectify_until((), CREATED) is None


@pytest.mark.parametrize(
    ("what", "named"),
    [("report.2017", True), ("report.2017.Q1", True), ("2017年第一季度服务情况报告", True), ("report.2017.Q2", False)],
)
def test_an_order_for_one_of_several_in_a_year_opens_that_one(what: str, named: bool) -> None:  # noqa: FBT001
    """By its code or as people call it; the year alone means all of them (C3.1)."""
    order = RectificationOrdered(
        application="app-1",
        organization=ORGANIZATION,
        round="2017",
        items=(RectificationItem(what=what, note="未报送"),),
        due="a",
    )
    assert (rectify_until([order], replace(CREATED, period="Q1")) == "a") is named
