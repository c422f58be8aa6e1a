"""Deadlines: drafts that lapse, extensions that cover them, and the two other ends of an application (C5.2, R19)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.application import APPLICATION_DECIDER, ApplicationAlreadyStarted
from services.application.domain.editing import (
    ApplicationHasLapsed,
    ApplicationIsDecided,
    ApplicationIsWithdrawn,
    ApplicationNotStarted,
    OrganizationIsSuspended,
)
from services.application.domain.lapse import LapseApplication
from services.application.domain.paper import ExportPdf
from services.application.domain.states import ApplicationEvent, Draft
from services.application.domain.submission import RoundTakesNoMore, SubmissionTooLate
from services.application.domain.terms import RoundTerms
from services.application.domain.withdrawal import WithdrawApplication
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DeadlineExtended,
    EligibilityEvaluated,
    LateSubmissionAdmitted,
    LateSubmissionRefused,
)
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.application.domain.filed import (
    DEADLINE,
    DRAFT,
    FILED,
    FORM_3,
    LAST,
    PAPER,
    START,
    STARTED,
    SUBMIT,
    TERMS,
    attaching,
    saved,
    saving,
)
from tests.services.people import ELSEWHERE, FILER, FOREIGN_FILER, HERE, ORGANIZATION, SYSTEM, all_but

LATER = Instant("2017-09-22T09:00:00.000Z")
LAPSE = LapseApplication("app-1", TERMS, SYSTEM, DEADLINE, applicant=None)
LAPSED = ApplicationLapsed(
    application="app-1", organization=ORGANIZATION, round="2017", what="draft", deadline=DEADLINE
)
WITHDRAW = WithdrawApplication("app-1", "业务调整", settled=False, by=FILER, at=LAST)
WITHDRAWN = ApplicationWithdrawn(application="app-1", organization=ORGANIZATION, round="2017", reason="业务调整")


def extended(scope: str, target: str | None, new: str = LATER) -> RoundTerms:
    one = DeadlineExtended(
        round="2017", scope=scope, target=target, old=DEADLINE, new=new, reason="台风", authority_document="1号"
    )
    return replace(TERMS, extensions=(one,))


def test_a_draft_lapses_at_its_deadline_once() -> None:
    given(APPLICATION_DECIDER, *DRAFT).when(LAPSE).then(LAPSED)
    given(APPLICATION_DECIDER, *DRAFT, LAPSED).when(LAPSE).then_nothing()
    given(APPLICATION_DECIDER, *DRAFT).when(replace(LAPSE, at=LAST)).then_nothing()
    given(APPLICATION_DECIDER, *FILED).when(LAPSE).then_nothing()
    given(APPLICATION_DECIDER).when(LAPSE).then_refuses(ApplicationNotStarted)


def test_a_draft_with_more_time_lapses_later() -> None:
    terms = extended("district", HERE)
    given(APPLICATION_DECIDER, *DRAFT).when(replace(LAPSE, terms=terms)).then_nothing()
    late = replace(LAPSE, terms=terms, at=LATER)
    given(APPLICATION_DECIDER, *DRAFT).when(late).then(replace(LAPSED, deadline=LATER))


def test_only_the_clock_lapses() -> None:
    for by in all_but(Role.SYSTEM):
        given(APPLICATION_DECIDER, *DRAFT).when(replace(LAPSE, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("command", [saving(FORM_3, 1), attaching(8)], ids=lambda one: type(one).__name__)
def test_a_lapsed_draft_goes_on_within_an_extension_alone(command: Any) -> None:
    changed = replace(command, at=plus_seconds(DEADLINE, 60))
    if hasattr(changed, "table"):
        changed = replace(changed, table=replace(FORM_3, smes_served=300))
    history = (*DRAFT, LAPSED)
    given(APPLICATION_DECIDER, *history).when(replace(changed, terms=TERMS)).then_refuses(ApplicationHasLapsed)
    covered = replace(changed, terms=extended("application", "app-1"))
    assert len(given(APPLICATION_DECIDER, *history).when(covered).events()) == 1
    over = replace(covered, at=LATER)
    given(APPLICATION_DECIDER, *history).when(over).then_refuses(ApplicationHasLapsed)


@pytest.mark.parametrize("history", [DRAFT, (*DRAFT, LAPSED)], ids=["draft", "lapsed"])
@pytest.mark.parametrize(("scope", "target"), [("round", None), ("district", HERE), ("application", "app-1")])
def test_a_late_submission_is_admitted_by_an_extension_that_covers_it(
    history: tuple[ApplicationEvent, ...], scope: str, target: str | None
) -> None:
    command = replace(SUBMIT, at=DEADLINE, terms=extended(scope, target))
    admitted, evaluated, submitted = given(APPLICATION_DECIDER, *history).when(command).events()
    assert admitted == LateSubmissionAdmitted(
        application="app-1", received_at=DEADLINE, deadline=DEADLINE, extended_to=LATER, authority_document="1号"
    )
    assert isinstance(submitted, ApplicationSubmitted)
    assert isinstance(evaluated, EligibilityEvaluated)
    (rule,) = [one for one in evaluated.results if one.rule == "R19"]
    assert (rule.outcome, rule.threshold) == ("PASS", LATER)


@pytest.mark.parametrize(
    ("scope", "target", "at", "deadline"),
    [
        ("district", ELSEWHERE, DEADLINE, DEADLINE),
        ("application", "app-2", DEADLINE, DEADLINE),
        ("round", None, LATER, LATER),
        ("district", HERE, LATER, LATER),
    ],
)
def test_it_is_refused_where_none_covers_it(scope: str, target: str | None, at: Instant, deadline: str) -> None:
    command = replace(SUBMIT, at=at, terms=extended(scope, target))
    refusal = given(APPLICATION_DECIDER, *DRAFT, LAPSED).when(command).then_refuses(SubmissionTooLate)
    assert refusal.record == (LateSubmissionRefused(application="app-1", received_at=at, deadline=deadline),)


def test_the_last_of_several_extensions_holds() -> None:
    both = replace(TERMS, extensions=extended("round", None, "2017-09-21T00:00:00.000Z").extensions)
    both = replace(both, extensions=(*both.extensions, *extended("district", HERE).extensions))
    command = replace(SUBMIT, at=plus_seconds(LATER, -1), terms=both)
    assert len(given(APPLICATION_DECIDER, *DRAFT).when(command).events()) == 3


def test_received_in_time_is_in_time_although_the_clock_was_first() -> None:
    evaluated, submitted = given(APPLICATION_DECIDER, *DRAFT, LAPSED).when(SUBMIT).events()
    assert isinstance(evaluated, EligibilityEvaluated)
    assert isinstance(submitted, ApplicationSubmitted)


def test_in_time_nothing_is_admitted_although_there_is_an_extension() -> None:
    command = replace(SUBMIT, terms=extended("round", None))
    assert len(given(APPLICATION_DECIDER, *DRAFT).when(command).events()) == 2


def test_a_closed_round_takes_nothing_whatever_was_extended() -> None:
    closed = replace(extended("round", None), closed=True)
    given(APPLICATION_DECIDER, *DRAFT).when(replace(SUBMIT, terms=closed)).then_refuses(RoundTakesNoMore)


@pytest.mark.parametrize("history", [DRAFT[:1], DRAFT, FILED])
def test_an_application_is_taken_back_once(history: tuple[ApplicationEvent, ...]) -> None:
    given(APPLICATION_DECIDER, *history).when(WITHDRAW).then(WITHDRAWN)
    given(APPLICATION_DECIDER, *history, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_what_is_withdrawn_is_over() -> None:
    over = (*FILED, WITHDRAWN)
    export = ExportPdf("app-1", 1, "a" * 64, "b" * 64, FILER, LAST)
    for command in (SUBMIT, saving(FORM_3, 1), attaching(8), PAPER, START, export):
        given(APPLICATION_DECIDER, *over).when(command).then_refuses(ApplicationIsWithdrawn)
    given(APPLICATION_DECIDER, *over).when(LAPSE).then_nothing()


@pytest.mark.parametrize("history", [DRAFT[:1], DRAFT], ids=["begun", "filled in"])
def test_a_withdrawn_draft_is_begun_anew_with_nothing_in_it(history: tuple[ApplicationEvent, ...]) -> None:
    """One live application of an organization and round: what was taken back before it was filed is none (C2.2.2)."""
    other = replace(START, kind="comprehensive", category=())
    (begun,) = given(APPLICATION_DECIDER).when(other).events()
    assert isinstance(begun, ApplicationStarted)
    given(APPLICATION_DECIDER, *history, WITHDRAWN).when(other).then(begun)
    given(APPLICATION_DECIDER, *history, WITHDRAWN, begun).when(other).then_nothing()
    given(APPLICATION_DECIDER, *history, WITHDRAWN, begun).when(START).then_refuses(ApplicationAlreadyStarted)
    assert APPLICATION_DECIDER.fold([*history, WITHDRAWN, begun]) == Draft(begun)
    barred = replace(other, applicant=replace(START.applicant, barred="涉嫌造假"))
    given(APPLICATION_DECIDER, *history, WITHDRAWN).when(barred).then_refuses(OrganizationIsSuspended)
    filed = APPLICATION_DECIDER.fold([*FILED, WITHDRAWN])
    assert APPLICATION_DECIDER.evolve(filed, begun) is filed


def test_what_is_decided_or_lapsed_is_not_taken_back() -> None:
    given(APPLICATION_DECIDER, *FILED).when(replace(WITHDRAW, settled=True)).then_refuses(ApplicationIsDecided)
    given(APPLICATION_DECIDER, *DRAFT, LAPSED).when(WITHDRAW).then_refuses(ApplicationHasLapsed)
    given(APPLICATION_DECIDER).when(WITHDRAW).then_refuses(ApplicationNotStarted)


def test_only_its_own_filer_takes_it_back() -> None:
    for by in (*all_but(Role.FILER), FOREIGN_FILER):
        given(APPLICATION_DECIDER, *FILED).when(replace(WITHDRAW, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("command", [saving(FORM_3, 1), attaching(8), SUBMIT], ids=lambda one: type(one).__name__)
def test_a_suspended_organization_files_nothing(command: Any) -> None:
    applicant = replace(START.applicant, barred="涉嫌造假")
    asked = given(APPLICATION_DECIDER, *DRAFT).when(replace(command, applicant=applicant))
    assert asked.then_refuses(OrganizationIsSuspended).field == "organization"
    given(APPLICATION_DECIDER).when(replace(START, applicant=applicant)).then_refuses(OrganizationIsSuspended)
    given(APPLICATION_DECIDER, STARTED).when(saving(FORM_3)).then(saved(FORM_3))
