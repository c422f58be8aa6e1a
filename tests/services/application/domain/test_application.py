"""An application from its draft to its submission: who begins it, what is saved, what paper is matched by (C5.2)."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.application.domain.application import (
    APPLICATION_DECIDER,
    ApplicationAlreadyStarted,
    Command,
    OrganizationNotCertified,
    RoundNotOpen,
    SaveForm,
    StartApplication,
)
from services.application.domain.editing import ApplicationNotStarted, VersionIsSubmitted
from services.application.domain.form import (
    Form,
    FormContradictsItself,
    FormNamesAnotherOrganization,
    FormSavedMeanwhile,
    snapshot_hash,
)
from services.application.domain.paper import (
    PaperBeforeSubmission,
    PaperDiffers,
    PaperIsAnotherVersion,
    PaperReceivedAlready,
)
from services.application.domain.states import ApplicationEvent
from services.application.domain.submission import (
    ApplicationAlreadySubmitted,
    FormIncomplete,
    NotEligible,
    SubmissionTooLate,
    SubmitApplication,
)
from shared.auditlog.canonical import hash_of
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    FormSaved,
    LateSubmissionRefused,
    PaperReceived,
)
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.round import Rule
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.application.domain.filed import (
    APPLICANT,
    DEADLINE,
    DRAFT,
    EVALUATED,
    FILED,
    FORM_1,
    FORM_2,
    FORM_3,
    FORM_4,
    LAST,
    MATERIALS,
    OTHER_PAPER,
    PAPER,
    PARAMETERS,
    START,
    STARTED,
    SUBMIT,
    SUBMITTED,
    TABLES,
    TABLES_SAVED,
    TERMS,
    attaching,
    saved,
    saving,
)
from tests.services.people import (
    FOREIGN_FILER,
    FOREIGN_RECEIPT,
    HERE,
    LATER,
    OFFICER,
    ORGANIZATION,
    actor,
    all_but,
    role_of,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

ASKED_BY_FILERS: list[StartApplication | SaveForm | SubmitApplication] = [START, saving(FORM_1), SUBMIT]
JUDGED = ("R4", "R5", "R9")
"""What a person judges of every application."""
LATE = LateSubmissionRefused(application="app-1", received_at=DEADLINE, deadline=DEADLINE)


def received(paper: object = PAPER) -> PaperReceived:
    assert paper in (PAPER, OTHER_PAPER)
    one = PAPER if paper == PAPER else OTHER_PAPER
    return PaperReceived(
        application="app-1",
        organization=ORGANIZATION,
        district=HERE,
        round="2017",
        version=1,
        snapshot_hash=one.snapshot_hash,
        copies=3,
        received_at=LATER,
        matches=one == PAPER,
    )


def test_a_certified_organization_starts_in_an_open_round() -> None:
    expected = ApplicationStarted(
        application="app-1",
        organization=ORGANIZATION,
        uscc=APPLICANT.uscc,
        organization_name=APPLICANT.name,
        legal_form="enterprise",
        district=HERE,
        round="2017",
        kind="professional",
        category=("information",),
    )
    given(APPLICATION_DECIDER).when(START).then(expected)


def test_an_organization_that_is_not_certified_does_not_start() -> None:
    asked = given(APPLICATION_DECIDER).when(replace(START, applicant=replace(APPLICANT, certified=False)))
    assert asked.then_refuses(OrganizationNotCertified).field == "organization"


def test_no_application_starts_in_a_round_that_is_not_open() -> None:
    asked = given(APPLICATION_DECIDER).when(replace(START, terms=replace(TERMS, open=False)))
    assert asked.then_refuses(RoundNotOpen).field == "round"


@pytest.mark.parametrize("history", [DRAFT[:1], DRAFT, FILED])
def test_one_application_an_organization_and_round(history: tuple[ApplicationEvent, ...]) -> None:
    given(APPLICATION_DECIDER, *history).when(START).then_nothing()
    other = replace(START, kind="comprehensive", category=())
    assert given(APPLICATION_DECIDER, *history).when(other).then_refuses(ApplicationAlreadyStarted).rule == "R14"
    closed = replace(START, terms=replace(TERMS, open=False), applicant=replace(APPLICANT, certified=False))
    given(APPLICATION_DECIDER, *history).when(closed).then_nothing()


@pytest.mark.parametrize("by", all_but(Role.FILER), ids=role_of)
@pytest.mark.parametrize("command", ASKED_BY_FILERS, ids=lambda command: type(command).__name__)
def test_only_a_filer_files(command: StartApplication | SaveForm | SubmitApplication, by: Actor) -> None:
    asked = given(APPLICATION_DECIDER, *DRAFT).when(replace(command, by=by))
    assert asked.then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("history", [DRAFT, FILED])
@pytest.mark.parametrize("command", ASKED_BY_FILERS, ids=lambda command: type(command).__name__)
def test_no_filer_files_for_another_organization(
    command: StartApplication | SaveForm | SubmitApplication, history: tuple[ApplicationEvent, ...]
) -> None:
    for by in (FOREIGN_FILER, actor(Role.FILER)):
        asked = given(APPLICATION_DECIDER, *history).when(replace(command, by=by))
        assert asked.then_refuses(NotPermitted).field == "organization"


@pytest.mark.parametrize("command", [saving(FORM_1), SUBMIT, PAPER], ids=lambda command: type(command).__name__)
def test_what_did_not_start_is_unknown(command: Command) -> None:
    assert given(APPLICATION_DECIDER).when(command).then_refuses(ApplicationNotStarted).field == "application"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table).__name__)
def test_a_table_is_saved(table: T1 | T2 | T3 | T4) -> None:
    given(APPLICATION_DECIDER, STARTED).when(saving(table)).then(saved(table))
    given(APPLICATION_DECIDER, *DRAFT).when(saving(table)).then_nothing()
    given(APPLICATION_DECIDER, *DRAFT).when(saving(table, 7)).then_nothing()
    assert APPLICATION_DECIDER.fold(TABLES_SAVED) == APPLICATION_DECIDER.fold([STARTED, *reversed(TABLES_SAVED[1:])])


def test_a_table_is_saved_over_what_was_read() -> None:
    changed = replace(FORM_3, smes_served=200)
    given(APPLICATION_DECIDER, *DRAFT).when(saving(changed, 1)).then(saved(changed, 2))
    for stale in (0, 2):
        refusal = given(APPLICATION_DECIDER, *DRAFT).when(saving(changed, stale)).then_refuses(FormSavedMeanwhile)
        assert refusal.field == "revision"


def test_the_form_names_the_organization_that_applies() -> None:
    refusal = (
        given(APPLICATION_DECIDER, STARTED)
        .when(saving(replace(FORM_1, uscc="91330100799655058B")))
        .then_refuses(FormNamesAnotherOrganization)
    )
    assert (refusal.field, refusal.clause) == ("t1.uscc", "C2.1.1")


@pytest.mark.parametrize(
    ("claim", "field"),
    [
        (replace(FORM_1, legal_form="social_organization"), "t1.legal_form"),
        (replace(FORM_1, district="310151"), "t1.district"),
        (replace(FORM_1, org_name="别家"), "t1.org_name"),
    ],
)
def test_the_form_claims_nothing_that_was_certified_otherwise(claim: T1, field: str) -> None:
    refusal = given(APPLICATION_DECIDER, STARTED).when(saving(claim)).then_refuses(FormNamesAnotherOrganization)
    assert refusal.field == field


@pytest.mark.parametrize(
    ("table", "field", "clause"),
    [
        (replace(FORM_2, roster=(*FORM_2.roster[:9], FORM_2.roster[3])), "t2.roster.9.person_key", "C2.1.2"),
        (replace(FORM_2, staff_total=9), "t2.staff_total", "C2.1.2"),
        (replace(FORM_3, satisfied=11), "t3.satisfied", "C2.1.3"),
        (replace(FORM_3, volume_public="96.01"), "t3.volume_total", "C2.1.3"),
    ],
)
def test_a_table_does_not_contradict_itself(table: T2 | T3, field: str, clause: str) -> None:
    refusal = given(APPLICATION_DECIDER, STARTED).when(saving(table)).then_refuses(FormContradictsItself)
    assert (refusal.field, refusal.clause) == (field, clause)


@pytest.mark.parametrize(
    "table",
    [
        replace(FORM_2, roster=(*FORM_2.roster, replace(FORM_2.roster[0], person_key="P10", fulltime=False))),
        replace(FORM_3, satisfied=10),
        replace(FORM_3, volume_public="96"),
    ],
)
def test_the_whole_may_be_its_parts(table: T2 | T3) -> None:
    given(APPLICATION_DECIDER, STARTED).when(saving(table)).then(saved(table))


@pytest.mark.parametrize("table", [*TABLES, replace(FORM_3, smes_served=200)])
def test_a_submitted_version_never_changes(table: T1 | T2 | T3 | T4) -> None:
    given(APPLICATION_DECIDER, *FILED).when(saving(table, 1)).then_refuses(VersionIsSubmitted)


def test_the_last_millisecond_is_in_time() -> None:
    assert isinstance(SUBMITTED, ApplicationSubmitted)
    assert (SUBMITTED.received_at, SUBMITTED.overall, SUBMITTED.version) == (LAST, "CONDITIONAL", 1)
    assert (SUBMITTED.failed, SUBMITTED.to_judge) == ((), ("R4", "R5", "R9"))
    assert (SUBMITTED.kind, SUBMITTED.category) == ("professional", "information")
    given(APPLICATION_DECIDER, *DRAFT).when(SUBMIT).then(EVALUATED, SUBMITTED)


@pytest.mark.parametrize(
    ("category", "clause"),
    [
        ("information", "C2.2.2.a"),
        ("technology_quality", "C2.2.2.b"),
        ("entrepreneurship", "C2.2.2.c"),
        ("talent_training", "C2.2.2.d"),
        ("investment_financing", "C2.2.2.e"),
        ("market_development", "C2.2.2.f"),
        ("management_consulting", "C2.2.2.g"),
    ],
)
def test_each_open_category_is_applied_in(category: str, clause: str) -> None:
    """C2.2.2.a, C2.2.2.b, C2.2.2.c, C2.2.2.d, C2.2.2.e, C2.2.2.f, C2.2.2.g: begun and filed under its own name."""
    assert [(one.code, one.open) for one in PARAMETERS.categories if one.source == clause] == [(category, True)]
    (started,) = given(APPLICATION_DECIDER).when(replace(START, category=(category,))).events()
    assert isinstance(started, ApplicationStarted)
    assert started.category == (category,)
    form = saved(replace(FORM_1, category=(category,)))
    evaluated, submitted = given(APPLICATION_DECIDER, started, form, *DRAFT[2:]).when(SUBMIT).events()
    assert isinstance(evaluated, EligibilityEvaluated)
    assert isinstance(submitted, ApplicationSubmitted)
    assert (evaluated.overall, submitted.category) == ("CONDITIONAL", category)


@pytest.mark.parametrize("at", [DEADLINE, plus_seconds(DEADLINE, 1), LATER.replace("2017", "2018")])
def test_from_the_deadline_on_it_is_late_and_the_attempt_is_kept_once(at: Instant) -> None:
    late = LateSubmissionRefused(application="app-1", received_at=at, deadline=DEADLINE)
    refusal = given(APPLICATION_DECIDER, *DRAFT).when(replace(SUBMIT, at=at)).then_refuses(SubmissionTooLate)
    assert (refusal.rule, refusal.clause, refusal.record) == ("R19", "C5.2", (late,))
    again = given(APPLICATION_DECIDER, *DRAFT, late).when(replace(SUBMIT, at=at))
    assert again.then_refuses(SubmissionTooLate).record == ()


def test_the_deadline_is_the_rounds() -> None:
    extended = replace(SUBMIT, at=DEADLINE, terms=replace(TERMS, deadline=plus_seconds(DEADLINE, 60)))
    assert len(given(APPLICATION_DECIDER, *DRAFT).when(extended).events()) == 2
    assert len(given(APPLICATION_DECIDER, *DRAFT, LATE).when(extended).events()) == 2


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_a_missing_table_stops_the_submission_and_the_evaluation_is_kept_once(missing: int) -> None:
    history = (*DRAFT[:missing], *DRAFT[missing + 1 :])
    refusal = given(APPLICATION_DECIDER, *history).when(SUBMIT).then_refuses(FormIncomplete)
    assert (refusal.field, refusal.detail) == (f"t{missing}", f"not saved: T{missing}")
    assert refusal.detail_zh == f"尚未保存：表{'一二三四'[missing - 1]}"
    (evaluated,) = refusal.record
    assert isinstance(evaluated, EligibilityEvaluated)
    assert evaluated.overall == "INELIGIBLE"
    assert [result.rule for result in evaluated.results] == [rule.id for rule in TERMS.rules]
    again = given(APPLICATION_DECIDER, *history, evaluated).when(SUBMIT)
    assert again.then_refuses(FormIncomplete).record == ()


@pytest.mark.parametrize(
    ("changed", "rule", "clause"),
    [
        (replace(FORM_1, under_investigation=True), "R13", "C2.1.6"),
        (replace(FORM_1, category=()), "R14", "C2.2.2"),
        (replace(FORM_1, category=("legal",)), "R15", "C2.2.2.h"),
        (replace(FORM_1, legal_form="branch"), "R1", "C2.1.1"),
    ],
)
def test_nothing_helps_where_a_hard_rule_fails(changed: T1, rule: str, clause: str) -> None:
    submit = replace(SUBMIT, applicant=replace(START.applicant, legal_form=changed.legal_form))
    refusal = given(APPLICATION_DECIDER, *DRAFT, saved(changed, 2)).when(submit).then_refuses(NotEligible)
    assert (refusal.rule, refusal.clause) == (rule, clause)


@pytest.mark.parametrize(
    ("changed", "failed", "to_judge"),
    [
        (replace(FORM_1, capital="99999.99"), ("R3",), JUDGED),
        (replace(FORM_2, premises=()), ("R8",), JUDGED),
        (replace(FORM_3, smes_served=99), (), (*JUDGED, "R10")),
        (replace(FORM_3, smes_served=99, surveyed=0, satisfied=0), ("R11",), (*JUDGED, "R10")),
        (replace(FORM_4, partners=()), ("R17",), JUDGED),
    ],
)
def test_a_failure_that_can_be_waived_stays_visible(
    changed: T1 | T2 | T3 | T4, failed: tuple[str, ...], to_judge: tuple[str, ...]
) -> None:
    _, submitted = given(APPLICATION_DECIDER, *DRAFT, saved(changed, 2)).when(SUBMIT).events()
    assert isinstance(submitted, ApplicationSubmitted)
    assert (submitted.overall, submitted.failed, submitted.to_judge) == ("CONDITIONAL", failed, to_judge)


def test_the_rules_are_the_rounds() -> None:
    strict: tuple[Rule, ...] = tuple(replace(rule, kind="hard") for rule in TERMS.rules if rule.id == "R3")
    strict = tuple(replace(rule, threshold="3000000") for rule in strict)
    asked = given(APPLICATION_DECIDER, *DRAFT).when(replace(SUBMIT, terms=replace(TERMS, rules=strict)))
    assert asked.then_refuses(NotEligible).rule == "R3"


@pytest.mark.parametrize("table", [FORM_1, FORM_2, FORM_3, FORM_4], ids=lambda table: type(table).__name__)
def test_the_snapshot_and_the_inputs_cover_every_table(table: T1 | T2 | T3 | T4) -> None:
    changes: dict[type, dict[str, object]] = {
        T1: {"reg_address": "中山路2号"},
        T2: {"staff_total": 11},
        T3: {"clients_total": 121},
        T4: {"plan_done": "完成"},
    }
    changed = replace(table, **changes[type(table)])  # type: ignore[arg-type]  # each table's own field
    evaluated, submitted = given(APPLICATION_DECIDER, *DRAFT, saved(changed, 2)).when(SUBMIT).events()
    assert isinstance(evaluated, EligibilityEvaluated)
    assert isinstance(EVALUATED, EligibilityEvaluated)
    assert isinstance(submitted, ApplicationSubmitted)
    assert isinstance(SUBMITTED, ApplicationSubmitted)
    assert evaluated.inputs_hash != EVALUATED.inputs_hash
    assert submitted.snapshot_hash != SUBMITTED.snapshot_hash


def test_a_second_submission_is_a_retry_or_refused() -> None:
    given(APPLICATION_DECIDER, *FILED).when(SUBMIT).then_nothing()
    for at in (plus_seconds(LAST, -1), DEADLINE):
        again = given(APPLICATION_DECIDER, *FILED).when(replace(SUBMIT, at=at))
        again.then_refuses(ApplicationAlreadySubmitted)


def test_paper_matches_by_version_and_hash() -> None:
    given(APPLICATION_DECIDER, *FILED).when(PAPER).then(received())


def test_paper_that_is_another_is_refused_and_that_it_came_stays_once() -> None:
    refusal = given(APPLICATION_DECIDER, *FILED).when(OTHER_PAPER).then_refuses(PaperDiffers)
    assert (refusal.field, refusal.record) == ("snapshot_hash", (received(OTHER_PAPER),))
    again = given(APPLICATION_DECIDER, *FILED, received(OTHER_PAPER)).when(OTHER_PAPER)
    assert again.then_refuses(PaperDiffers).record == ()
    unknown = given(APPLICATION_DECIDER, *FILED).when(replace(PAPER, version=2)).then_refuses(PaperIsAnotherVersion)
    assert "submitted is version 1" in unknown.detail


def test_paper_that_matched_is_received_once() -> None:
    given(APPLICATION_DECIDER, *FILED, received()).when(PAPER).then_nothing()
    for other in (OTHER_PAPER, replace(PAPER, copies=4)):
        given(APPLICATION_DECIDER, *FILED, received()).when(other).then_refuses(PaperReceivedAlready)


def test_paper_that_did_not_match_is_brought_again() -> None:
    given(APPLICATION_DECIDER, *FILED, received(OTHER_PAPER)).when(PAPER).then(received())


def test_the_citys_officer_takes_the_paper_of_what_a_silent_district_left() -> None:
    """While it is before the city for that, and never else (C5.3)."""
    officers = replace(PAPER, by=OFFICER, silent=True)
    given(APPLICATION_DECIDER, *FILED).when(officers).then(received())
    given(APPLICATION_DECIDER, *FILED).when(replace(officers, silent=False)).then_refuses(NotPermitted)
    given(APPLICATION_DECIDER, *FILED).when(replace(PAPER, silent=True)).then(received())
    given(APPLICATION_DECIDER, *FILED).when(replace(officers, by=FOREIGN_RECEIPT)).then_refuses(NotPermitted)


def test_no_paper_before_the_submission() -> None:
    assert given(APPLICATION_DECIDER, *DRAFT).when(PAPER).then_refuses(PaperBeforeSubmission).clause == "C5.2"


@pytest.mark.parametrize("history", [DRAFT, FILED])
def test_paper_is_received_by_the_clerk_of_its_district(history: tuple[ApplicationEvent, ...]) -> None:
    for by in all_but(Role.RECEIPT_CLERK):
        asked = given(APPLICATION_DECIDER, *history).when(replace(PAPER, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"
    foreign = given(APPLICATION_DECIDER, *history).when(replace(PAPER, by=FOREIGN_RECEIPT))
    assert foreign.then_refuses(NotPermitted).field == "district"


COMMANDS: list[Command] = [
    START,
    replace(START, kind="comprehensive", category=()),
    *(saving(table, revision) for table in TABLES for revision in (0, 1)),
    saving(replace(FORM_3, smes_served=99), 1),
    saving(replace(FORM_1, under_investigation=True), 0),
    SUBMIT,
    replace(SUBMIT, at=DEADLINE),
    replace(SUBMIT, by=FOREIGN_FILER),
    PAPER,
    OTHER_PAPER,
    replace(PAPER, by=FOREIGN_RECEIPT),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=20), st.booleans())
def test_any_script(script: list[Command], prepared: bool) -> None:  # noqa: FBT001 - hypothesis says which
    start: list[Command] = [START, *(saving(table) for table in TABLES)] if prepared else []
    start += [attaching(number) for number in MATERIALS] if prepared else []
    history = live(APPLICATION_DECIDER, [*start, *script])
    kinds = [type(event) for event in history]
    assert kinds.count(ApplicationStarted) <= 1
    assert kinds.count(ApplicationSubmitted) <= 1
    if ApplicationSubmitted in kinds:
        assert FormSaved not in kinds[kinds.index(ApplicationSubmitted) :]


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in (*FILED[:2], *FILED[-2:], LATE, received())))))
def test_any_history(history: list[ApplicationEvent]) -> None:
    evolves_from_anything(APPLICATION_DECIDER, history)


def test_what_is_empty_in_a_form_is_not_in_its_hash() -> None:
    said = {name: value for name, value in asdict(FORM_1).items() if value not in (None, ())}
    assert "honours" not in said
    assert snapshot_hash(Form(t1=FORM_1)) == hash_of({"t1": said})
