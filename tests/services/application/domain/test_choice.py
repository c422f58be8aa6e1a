"""What an organization may name as its kind and category, at the start and in T1 (C1.a, C1.b, C2.2.2)."""

from dataclasses import replace

import pytest

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.choice import CategoryUnknown, KindAndCategoryDiffer, group_of
from services.application.domain.form import FormContradictsItself
from services.application.domain.submission import NotEligible
from services.application.domain.terms import terms_of
from shared.contracts.application import ApplicationStarted
from shared.testing.scenario import given
from tests.rounds.unasked import without
from tests.services.application.domain.filed import (
    DRAFT,
    FORM_1,
    FORM_4,
    PARAMETERS,
    START,
    STARTED,
    SUBMIT,
    TERMS,
    saved,
    saving,
)

EARLIER = terms_of(without(PARAMETERS, "choice"))
"""A round that was planned before anybody asked."""


def test_a_code_that_the_round_does_not_know_begins_nothing() -> None:
    nonsense = replace(START, category=("consulting",))
    refusal = given(APPLICATION_DECIDER).when(nonsense).then_refuses(CategoryUnknown)
    assert (refusal.rule, refusal.clause, refusal.field) == ("R14", "C2.2.2", "category.0")
    assert refusal.detail == f"consulting is no category; open in 2017: {', '.join(TERMS.open_categories)}"
    assert "legal" not in refusal.detail


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("comprehensive", ("information",)),
        ("professional", ()),
        ("professional", ("information", "entrepreneurship")),
        ("professional", ("information", "information")),
    ],
)
def test_kind_and_category_go_together_from_the_start(kind: str, category: tuple[str, ...]) -> None:
    differing = replace(START, kind=kind, category=category)
    refusal = given(APPLICATION_DECIDER).when(differing).then_refuses(KindAndCategoryDiffer)
    assert (refusal.rule, refusal.clause, refusal.field) == ("R14", "C2.2.2", "category")
    assert "open in 2017: information" in refusal.detail


@pytest.mark.parametrize(("kind", "category"), [("comprehensive", ()), ("professional", ("legal",))])
def test_what_the_round_knows_begins_though_it_is_closed_this_year(kind: str, category: tuple[str, ...]) -> None:
    """C2.2.2.h: a closed category is refused by R15 when it is filed, so a law firm may still name another in T1."""
    (started,) = given(APPLICATION_DECIDER).when(replace(START, kind=kind, category=category)).events()
    assert isinstance(started, ApplicationStarted)
    assert (started.kind, started.category) == (kind, category)


def test_t1_names_no_code_that_the_round_does_not_know() -> None:
    save = replace(saving(replace(FORM_1, category=("information", "consulting"))), terms=TERMS)
    refusal = given(APPLICATION_DECIDER, STARTED).when(save).then_refuses(CategoryUnknown)
    assert (refusal.rule, refusal.field) == ("R14", "t1.category.1")


def test_t1_may_still_name_two_categories_until_it_is_filed() -> None:
    save = replace(saving(replace(FORM_1, category=("information", "legal"))), terms=TERMS)
    assert len(given(APPLICATION_DECIDER, STARTED).when(save).events()) == 1


def test_a_round_that_does_not_ask_takes_what_it_took() -> None:
    begun = replace(START, kind="comprehensive", category=("consulting",), terms=EARLIER)
    assert len(given(APPLICATION_DECIDER).when(begun).events()) == 1
    save = replace(saving(replace(FORM_1, category=("consulting",))), terms=EARLIER)
    assert len(given(APPLICATION_DECIDER, STARTED).when(save).events()) == 1


@pytest.mark.parametrize("share", ["9/5", "101/100"])
def test_a_share_of_more_than_all_service_is_not_saved(share: str) -> None:
    planned = replace(FORM_4, plan=replace(FORM_4.plan, public_share=share))
    refusal = given(APPLICATION_DECIDER, STARTED).when(saving(planned)).then_refuses(FormContradictsItself)
    assert (refusal.clause, refusal.field) == ("C4.1", "t4.plan.public_share")


def test_all_service_may_be_for_the_public_benefit() -> None:
    planned = replace(FORM_4, plan=replace(FORM_4.plan, public_share="5/5"))
    assert len(given(APPLICATION_DECIDER, STARTED).when(saving(planned)).events()) == 1


def test_the_group_goes_by_the_kind() -> None:
    assert group_of("comprehensive", ("information",)) == "comprehensive"
    assert group_of("professional", ("information", "legal")) == "information"
    assert group_of("professional", ()) == ""


def test_a_closed_category_is_refused_by_its_name() -> None:
    """An official reads 法律服务类, not the code that stands in the form (C2.2.2.h)."""
    closed = replace(FORM_1, category=("legal",))
    refusal = given(APPLICATION_DECIDER, *DRAFT, saved(closed, 2)).when(SUBMIT).then_refuses(NotEligible)
    assert refusal.rule == "R15"
    assert "法律服务类" in (refusal.detail_zh or "")
    assert "legal" not in (refusal.detail_zh or "")
