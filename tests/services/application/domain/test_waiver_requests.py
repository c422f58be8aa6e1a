"""Asking for a waiver: of failed rules that may be waived, on the ground of recognition; it grants nothing (C2.1.7)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.editing import ApplicationIsWithdrawn, ApplicationNotStarted, OrganizationIsSuspended
from services.application.domain.states import ApplicationEvent, Submitted
from services.application.domain.waivers import (
    NoGroundForAWaiver,
    NoRuleNamed,
    RequestWaiver,
    RuleDidNotFail,
    RuleIsNeverWaived,
)
from shared.contracts.application import ApplicationSubmitted, WaiverRequested
from shared.contracts.form import Honour
from shared.kernel.actor import Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.application.domain.filed import DRAFT, FORM_1, FORM_2, START, SUBMIT, TERMS, attached, saved
from tests.services.application.domain.test_lapse_and_extension import WITHDRAWN
from tests.services.people import FILER, FOREIGN_FILER, LATER, all_but

HONOUR = Honour(level="municipal", issuer="市经信委", date="2016-05-01")
POOR = (
    *DRAFT,
    saved(replace(FORM_1, capital="50000", honours=(HONOUR,)), 2),
    saved(replace(FORM_2, premises=()), 2),
    attached(8),
)
"""Recognised, with little capital and no premises."""
FILED_POOR = (*POOR, *given(APPLICATION_DECIDER, *POOR).when(SUBMIT).events())
ASK = RequestWaiver("app-1", ("R3", "R8"), "服务成效明显", (), TERMS, FILER, LATER, applicant=None, final=False)
ASKED = WaiverRequested(application="app-1", rules=("R3", "R8"), ground="服务成效明显", evidence=())


@pytest.mark.parametrize("history", [POOR, FILED_POOR], ids=["draft", "submitted"])
def test_a_request_is_made_once(history: tuple[ApplicationEvent, ...]) -> None:
    given(APPLICATION_DECIDER, *history).when(ASK).then(ASKED)
    given(APPLICATION_DECIDER, *history, ASKED).when(ASK).then_nothing()


def test_a_request_grants_nothing() -> None:
    state = APPLICATION_DECIDER.fold([*FILED_POOR, ASKED])
    assert isinstance(state, Submitted)
    assert isinstance(state.last.filed, ApplicationSubmitted)
    assert state.last.filed.failed == ("R3", "R8")
    _, submitted = given(APPLICATION_DECIDER, *POOR, ASKED).when(SUBMIT).events()
    assert submitted == FILED_POOR[-1]


@pytest.mark.parametrize("history", [POOR, FILED_POOR], ids=["draft", "submitted"])
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"rules": ()}, NoRuleNamed),
        ({"rules": ("R3", "R3")}, NoRuleNamed),
        ({"rules": ("R2",)}, RuleDidNotFail),
        ({"rules": ("R3", "R1")}, RuleIsNeverWaived),
        ({"rules": ("R10",)}, RuleIsNeverWaived),
        ({"rules": ("R99",)}, RuleIsNeverWaived),
        ({"terms": replace(TERMS, non_waivable=("R3",))}, RuleIsNeverWaived),
    ],
)
def test_what_is_no_request(
    history: tuple[ApplicationEvent, ...], change: dict[str, Any], refusal: type[Refusal]
) -> None:
    given(APPLICATION_DECIDER, *history).when(replace(ASK, **change)).then_refuses(refusal)


def test_recognition_is_the_ground() -> None:
    unknown = (*POOR, saved(replace(FORM_1, capital="50000"), 3))
    refusal = given(APPLICATION_DECIDER, *unknown).when(ASK).then_refuses(NoGroundForAWaiver)
    assert (refusal.rule, refusal.clause) == ("R16", "C2.1.7")
    trade = (*POOR, saved(replace(FORM_1, capital="50000", honours=(replace(HONOUR, level="industry"),)), 3))
    given(APPLICATION_DECIDER, *trade).when(ASK).then_refuses(NoGroundForAWaiver)


def test_who_asks_and_when() -> None:
    for by in (*all_but(Role.FILER), FOREIGN_FILER):
        given(APPLICATION_DECIDER, *FILED_POOR).when(replace(ASK, by=by)).then_refuses(NotPermitted)
    given(APPLICATION_DECIDER).when(ASK).then_refuses(ApplicationNotStarted)
    given(APPLICATION_DECIDER, *FILED_POOR, WITHDRAWN).when(ASK).then_refuses(ApplicationIsWithdrawn)


@pytest.mark.parametrize("history", [POOR, FILED_POOR], ids=["draft", "submitted"])
def test_a_suspended_organization_asks_for_nothing(history: tuple[ApplicationEvent, ...]) -> None:
    """Who may file nothing asks for no waiver either (C2.1.7, C5.2)."""
    barred = replace(ASK, applicant=replace(START.applicant, barred="涉嫌造假"))
    given(APPLICATION_DECIDER, *history).when(barred).then_refuses(OrganizationIsSuspended)
    given(APPLICATION_DECIDER, *history).when(replace(ASK, applicant=START.applicant)).then(ASKED)
