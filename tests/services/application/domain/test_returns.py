"""What the district sends back: only the named items change, and the next version comes in time (C5.3)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.attachments import RemoveAttachment
from services.application.domain.changes import diff_hash, differences
from services.application.domain.editing import ApplicationHasLapsed, OnlyNamedItemsMayChange, OrganizationIsSuspended
from services.application.domain.lapse import LapseApplication
from services.application.domain.paper import (
    ExportPdf,
    PaperDiffers,
    PaperIsAnotherVersion,
    PaperWhileReturned,
    ReceivePaper,
)
from services.application.domain.reactions import reaction
from services.application.domain.returns import NothingIsCorrected, TakeReturn
from services.application.domain.states import ApplicationEvent, Submitted, form_of
from services.application.domain.submission import ApplicationAlreadySubmitted, NotEligible, StatementNotAttached
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationReturned,
    AttachmentAdded,
    AttachmentRemoved,
    EligibilityEvaluated,
    LateSubmissionAdmitted,
    PdfExported,
)
from shared.contracts.correction import ItemToCorrect
from shared.contracts.form import Premises
from shared.contracts.review import DistrictReviewReturned
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.application.domain.filed import (
    DRAFT,
    FILED,
    FORM_2,
    FORM_3,
    FORM_4,
    PAPER,
    PARAMETERS,
    START,
    SUBMIT,
    SUBMITTED,
    TERMS,
    attached,
    attaching,
    saved,
    saving,
)
from tests.services.application.domain.test_lapse_and_extension import extended
from tests.services.people import CLERK, FILER, FOREIGN_FILER, HERE, ORGANIZATION, SYSTEM, all_but

DUE = Instant("2017-09-26T16:00:00.000Z")
IN_TIME = Instant("2017-09-26T15:59:59.999Z")
ITEMS = (
    ItemToCorrect(path="t2.premises", code="LEASE", note="租期不足"),
    ItemToCorrect(path="materials.6", code="UNREADABLE", note="不清晰"),
)
BACK = DistrictReviewReturned(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    district=HERE,
    version=1,
    items=ITEMS,
    due=DUE,
)
TAKE = TakeReturn(BACK)
RETURNED = ApplicationReturned(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    version=1,
    stage="district",
    items=ITEMS,
    due=DUE,
)
AGAIN = replace(SUBMIT, at=IN_TIME)
LARGER = replace(FORM_2, premises=(Premises(address="楼", area="100", tenure="own"),))
CORRECTED = saved(LARGER, 2)
SENT_BACK = (*FILED, RETURNED)
EVALUATED_2, RESUBMITTED = given(APPLICATION_DECIDER, *SENT_BACK, CORRECTED).when(AGAIN).events()
assert isinstance(EVALUATED_2, EligibilityEvaluated)
assert isinstance(RESUBMITTED, ApplicationResubmitted)
SECOND: tuple[ApplicationEvent, ...] = (*SENT_BACK, CORRECTED, EVALUATED_2, RESUBMITTED)


def test_the_districts_return_becomes_the_applications() -> None:
    assert reaction(BACK) == TAKE
    given(APPLICATION_DECIDER, *FILED).when(TAKE).then(RETURNED)
    given(APPLICATION_DECIDER, *SENT_BACK).when(TAKE).then_nothing()


@pytest.mark.parametrize("history", [(), DRAFT, SECOND])
def test_a_version_that_does_not_count_is_not_returned(history: tuple[ApplicationEvent, ...]) -> None:
    given(APPLICATION_DECIDER, *history).when(TAKE).then_nothing()


def test_a_named_item_changes() -> None:
    given(APPLICATION_DECIDER, *SENT_BACK).when(saving(LARGER, 1)).then(CORRECTED)
    given(APPLICATION_DECIDER, *SENT_BACK, CORRECTED).when(saving(FORM_2, 2)).then(saved(FORM_2, 3))
    other = attaching(6, "0" * 64)
    (added,) = given(APPLICATION_DECIDER, *SENT_BACK).when(other).events()
    assert isinstance(added, AttachmentAdded)
    removal = RemoveAttachment("app-1", 6, "6f" * 32, TERMS, FILER, IN_TIME, applicant=None, final=False)
    (removed,) = given(APPLICATION_DECIDER, *SENT_BACK, added).when(removal).events()
    assert isinstance(removed, AttachmentRemoved)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (saving(replace(LARGER, staff_total=11), 1), "t2.staff_total"),
        (saving(replace(FORM_3, smes_served=200), 1), "t3.smes_served"),
        (saving(replace(FORM_2, roster=FORM_2.roster[1:]), 1), "t2.roster"),
        (
            saving(replace(FORM_2, roster=(replace(FORM_2.roster[0], education="doctor"), *FORM_2.roster[1:])), 1),
            "t2.roster.0.education",
        ),
        (attaching(7, "0" * 64), "materials.7"),
        (RemoveAttachment("app-1", 3, "3f" * 32, TERMS, FILER, IN_TIME, applicant=None, final=False), "materials.3"),
    ],
)
def test_nothing_else_changes(command: Any, field: str) -> None:
    refusal = given(APPLICATION_DECIDER, *SENT_BACK).when(command).then_refuses(OnlyNamedItemsMayChange)
    assert refusal.field == field


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("t2", True),
        ("t2.premises", True),
        ("t2.premises.0", True),
        ("t2.premises.0.area", True),
        ("t2.premises.0.address", False),
        ("t2.prem", False),
        ("t3", False),
    ],
)
def test_an_item_is_a_place_or_a_whole(path: str, allowed: bool) -> None:  # noqa: FBT001 - the table says which
    back = replace(RETURNED, items=(ItemToCorrect(path=path, code="X", note=""),))
    asked = given(APPLICATION_DECIDER, *FILED, back).when(saving(LARGER, 1))
    if allowed:
        asked.then(CORRECTED)
    else:
        asked.then_refuses(OnlyNamedItemsMayChange)


def test_the_correction_is_the_next_version_and_says_what_changed() -> None:
    assert isinstance(RESUBMITTED, ApplicationResubmitted)
    assert (RESUBMITTED.version, RESUBMITTED.changed) == (2, ("t2.premises.0.area",))
    assert isinstance(EVALUATED_2, EligibilityEvaluated)
    assert EVALUATED_2.version == 2
    before, after = (form_of(APPLICATION_DECIDER.fold(history)) for history in (FILED, SECOND))
    assert RESUBMITTED.diff_hash == diff_hash(differences(before, after))
    assert RESUBMITTED.snapshot_hash != SUBMITTED.snapshot_hash  # type: ignore[union-attr]
    given(APPLICATION_DECIDER, *SECOND).when(AGAIN).then_nothing()
    later = replace(AGAIN, at=DUE)
    given(APPLICATION_DECIDER, *SECOND).when(later).then_refuses(ApplicationAlreadySubmitted)


def test_a_first_version_stays_what_it_was() -> None:
    state = APPLICATION_DECIDER.fold(SECOND)
    assert isinstance(state, Submitted)
    first = APPLICATION_DECIDER.fold(FILED)
    assert isinstance(first, Submitted)
    assert state.versions[0] == first.versions[0]
    assert [one.filed.version for one in state.versions] == [1, 2]


def test_what_is_not_corrected_is_no_next_version() -> None:
    """What is returned is a table, a member or a material: filed again it differs (C5.3)."""
    given(APPLICATION_DECIDER, *SENT_BACK).when(AGAIN).then_refuses(NothingIsCorrected)


def test_the_deadline_of_a_correction_is_its_due_instant() -> None:
    assert isinstance(EVALUATED_2, EligibilityEvaluated)
    (deadline,) = [one for one in EVALUATED_2.results if one.rule == "R19"]
    assert (deadline.outcome, deadline.threshold) == ("PASS", DUE)
    for at in (DUE, plus_seconds(DUE, 1)):
        asked = given(APPLICATION_DECIDER, *SENT_BACK, CORRECTED).when(replace(SUBMIT, at=at))
        asked.then_refuses(ApplicationHasLapsed)
        given(APPLICATION_DECIDER, *SENT_BACK).when(replace(saving(LARGER, 1), at=at)).then_refuses(
            ApplicationHasLapsed
        )


def test_a_correction_that_fails_a_hard_rule_is_refused_and_kept_once() -> None:
    removal = AttachmentRemoved(application="app-1", material=6, sha256="6f" * 32)
    refusal = given(APPLICATION_DECIDER, *SENT_BACK, removal).when(AGAIN).then_refuses(NotEligible)
    assert refusal.rule == "R18"
    (evaluated,) = refusal.record
    assert isinstance(evaluated, EligibilityEvaluated)
    assert evaluated.version == 2
    again = given(APPLICATION_DECIDER, *SENT_BACK, removal, evaluated).when(AGAIN)
    assert again.then_refuses(NotEligible).record == ()


def test_only_the_organizations_filer_corrects() -> None:
    for by in all_but(Role.FILER):
        given(APPLICATION_DECIDER, *SENT_BACK).when(replace(AGAIN, by=by)).then_refuses(NotPermitted)
        given(APPLICATION_DECIDER, *SENT_BACK).when(replace(saving(LARGER, 1), by=by)).then_refuses(NotPermitted)
    given(APPLICATION_DECIDER, *SENT_BACK).when(replace(AGAIN, by=FOREIGN_FILER)).then_refuses(NotPermitted)
    suspended = replace(AGAIN, applicant=replace(START.applicant, barred="调查期间暂停"))
    given(APPLICATION_DECIDER, *SENT_BACK).when(suspended).then_refuses(OrganizationIsSuspended)


def test_a_return_that_runs_out_lapses_at_its_due_instant() -> None:
    lapsed = ApplicationLapsed(
        application="app-1", organization=ORGANIZATION, round="2017", what="return", deadline=DUE
    )
    given(APPLICATION_DECIDER, *SENT_BACK).when(
        LapseApplication("app-1", TERMS, SYSTEM, IN_TIME, applicant=None)
    ).then_nothing()
    given(APPLICATION_DECIDER, *SENT_BACK).when(LapseApplication("app-1", TERMS, SYSTEM, DUE, applicant=None)).then(
        lapsed
    )
    over = (*SENT_BACK, lapsed)
    for command in (AGAIN, START, saving(LARGER, 1), attaching(6, "0" * 64)):
        given(APPLICATION_DECIDER, *over).when(replace(command, at=DUE)).then_refuses(ApplicationHasLapsed)
    given(APPLICATION_DECIDER, *over).when(TAKE).then_nothing()
    given(APPLICATION_DECIDER, *over).when(PAPER).then_refuses(PaperWhileReturned)


OVER = ApplicationLapsed(application="app-1", organization=ORGANIZATION, round="2017", what="return", deadline=DUE)
MORE = Instant("2017-10-05T09:00:00.000Z")


@pytest.mark.parametrize(("scope", "target"), [("round", None), ("district", HERE), ("application", "app-1")])
@pytest.mark.parametrize("history", [SENT_BACK, (*SENT_BACK, OVER)], ids=["returned", "lapsed"])
def test_a_return_that_ran_out_goes_on_within_an_extension(
    history: tuple[ApplicationEvent, ...], scope: str, target: str | None
) -> None:
    """What was returned is corrected within an extension that covers it, and that it was late is said (C5.2, C5.3)."""
    terms = extended(scope, target, MORE)
    saving_larger = replace(saving(LARGER, 1), at=DUE, terms=terms)
    given(APPLICATION_DECIDER, *history).when(saving_larger).then(CORRECTED)
    given(APPLICATION_DECIDER, *history).when(replace(saving_larger, terms=TERMS)).then_refuses(ApplicationHasLapsed)
    given(APPLICATION_DECIDER, *history).when(replace(saving_larger, at=MORE)).then_refuses(ApplicationHasLapsed)
    other = replace(saving(replace(FORM_3, smes_served=300), 1), at=DUE, terms=terms)
    given(APPLICATION_DECIDER, *history).when(other).then_refuses(OnlyNamedItemsMayChange)
    late = replace(AGAIN, at=DUE, terms=terms)
    done = given(APPLICATION_DECIDER, *history, CORRECTED).when(late).events()
    admitted, evaluated, resubmitted = done
    assert admitted == LateSubmissionAdmitted(
        application="app-1", received_at=DUE, deadline=DUE, extended_to=MORE, authority_document="1号"
    )
    assert isinstance(evaluated, EligibilityEvaluated)
    (rule,) = [one for one in evaluated.results if one.rule == "R19"]
    assert (rule.outcome, rule.threshold) == ("PASS", MORE)
    assert isinstance(resubmitted, ApplicationResubmitted)
    state = APPLICATION_DECIDER.fold([*history, CORRECTED, *done])
    assert isinstance(state, Submitted)
    assert state.last.filed == resubmitted
    given(APPLICATION_DECIDER, *history, CORRECTED).when(replace(late, at=MORE)).then_refuses(ApplicationHasLapsed)
    given(APPLICATION_DECIDER, *history, CORRECTED, *done).when(late).then_nothing()


def test_an_extension_for_others_helps_no_return() -> None:
    late = replace(AGAIN, at=DUE, terms=extended("application", "app-2", MORE))
    given(APPLICATION_DECIDER, *SENT_BACK, CORRECTED, OVER).when(late).then_refuses(ApplicationHasLapsed)


def test_what_came_in_time_is_in_time_although_the_clock_was_first() -> None:
    given(APPLICATION_DECIDER, *SENT_BACK, CORRECTED, OVER).when(AGAIN).then(EVALUATED_2, RESUBMITTED)


def test_where_the_round_says_so_a_return_runs_until_the_deadline_with_its_extensions() -> None:
    """No return ends before the application's own deadline (C5.2, C5.3)."""
    terms = extended("application", "app-1", MORE)
    lapse = LapseApplication("app-1", terms, SYSTEM, DUE, applicant=None)
    assert terms.not_before_deadline
    given(APPLICATION_DECIDER, *SENT_BACK).when(lapse).then_nothing()
    given(APPLICATION_DECIDER, *SENT_BACK).when(replace(lapse, at=MORE)).then(replace(OVER, deadline=MORE))
    silent = replace(lapse, terms=replace(terms, not_before_deadline=False))
    given(APPLICATION_DECIDER, *SENT_BACK).when(silent).then(OVER)


def test_the_paper_comes_with_the_version_that_counts() -> None:
    assert isinstance(RESUBMITTED, ApplicationResubmitted)
    given(APPLICATION_DECIDER, *SENT_BACK).when(PAPER).then_refuses(PaperWhileReturned)
    old = given(APPLICATION_DECIDER, *SECOND).when(PAPER).then_refuses(PaperIsAnotherVersion)
    assert "the paper is version 1, submitted is version 2; changed since: t2.premises.0.area" in old.detail
    assert old.detail_zh == "纸质材料为第1版，网上提交的是第2版；此后修改：表二经营服务场所第1行面积"
    assert len(old.record) == 1
    new = ReceivePaper("app-1", 2, RESUBMITTED.snapshot_hash, 2, PAPER.by, DUE, silent=False, final=False)
    (received,) = given(APPLICATION_DECIDER, *SECOND).when(new).events()
    assert received.matches  # type: ignore[union-attr]


def test_the_digits_that_a_page_prints_suffice() -> None:
    """Who has no scanner types version and sixteen digits (C5.1, C5.2)."""
    digits = PAPER.snapshot_hash[:16]
    (received,) = given(APPLICATION_DECIDER, *FILED).when(PAPER).events()
    given(APPLICATION_DECIDER, *FILED).when(replace(PAPER, snapshot_hash=digits)).then(received)
    for wrong in (digits[:15], "0" * 16):
        given(APPLICATION_DECIDER, *FILED).when(replace(PAPER, snapshot_hash=wrong)).then_refuses(PaperDiffers)


def test_every_version_may_be_printed() -> None:
    for version in (1, 2):
        command = ExportPdf("app-1", version, "a" * 64, "b" * 64, CLERK, DUE)
        made = PdfExported(application="app-1", version=version, pdf_sha256="a" * 64, template_hash="b" * 64)
        given(APPLICATION_DECIDER, *SECOND).when(command).then(made)


def test_differences_are_the_smallest_places() -> None:
    one = form_of(APPLICATION_DECIDER.fold(DRAFT))
    other = form_of(APPLICATION_DECIDER.fold([*DRAFT, attached(7, "0" * 64), saved(replace(FORM_2, roster=()), 2)]))
    assert [found.path for found in differences(one, other)] == ["materials.7", "t2.roster"]
    assert differences(one, one) == ()


@pytest.mark.parametrize("commitment", ["2f" * 32, "c" * 64])
def test_a_next_version_names_the_statement_that_is_attached(commitment: str) -> None:
    """What R18 asks for is the signed one (C4.9); rounds that name no material for it took any hash."""
    history = (*SENT_BACK, saved(replace(FORM_4, commitment=commitment), 2))
    given(APPLICATION_DECIDER, *history).when(AGAIN).then_refuses(StatementNotAttached)
    for earlier in (UNASKED.evidence, replace(PARAMETERS.evidence, statement=0)):
        command = replace(AGAIN, terms=replace(TERMS, evidence=earlier))
        assert given(APPLICATION_DECIDER, *history).when(command).events()
