"""An order to erase is the administrator's, and is recorded once."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from shared.contracts.access import PersonalDataErased
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from shared.vault.erasure import ERASURE_DECIDER, EraseSubject, SubjectUnknown
from tests.services.people import ADMINISTRATOR, AT, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

ERASE = EraseSubject("organization-1", "市网信办", "沪网信〔2018〕7号", "法定代表人与联系人", 2, ADMINISTRATOR, AT)
ERASED = PersonalDataErased(
    subject="organization-1",
    authority="市网信办",
    document_number="沪网信〔2018〕7号",
    scope="法定代表人与联系人",
    values=2,
)


def test_an_administrator_carries_out_an_order() -> None:
    given(ERASURE_DECIDER).when(ERASE).then(ERASED)


def test_the_same_order_again_is_nothing_new() -> None:
    given(ERASURE_DECIDER, ERASED).when(replace(ERASE, values=0)).then_nothing()


def test_whoever_is_unknown_is_not_erased_and_a_second_order_on_the_erased_is_carried_out() -> None:
    given(ERASURE_DECIDER).when(replace(ERASE, values=0)).then_refuses(SubjectUnknown)
    second = replace(ERASE, document_number="沪网信〔2018〕8号", values=0)
    assert len(given(ERASURE_DECIDER, ERASED).when(second).events()) == 1


@pytest.mark.parametrize("member", ["authority", "document_number", "scope"])
def test_another_order_is_carried_out_too(member: str) -> None:
    other = replace(ERASE, **{member: "另一份"})  # type: ignore[arg-type]  # each of them is text
    assert len(given(ERASURE_DECIDER, ERASED).when(other).events()) == 1


@pytest.mark.parametrize("by", all_but(Role.ADMINISTRATOR), ids=role_of)
def test_nobody_else_erases(by: Actor) -> None:
    assert given(ERASURE_DECIDER).when(replace(ERASE, by=by)).then_refuses(NotPermitted).field == "role"


@given_any(st.lists(st.sampled_from([ERASE, replace(ERASE, scope="全部"), replace(ERASE, by=ADMINISTRATOR, values=0)])))
def test_any_script(script: list[EraseSubject]) -> None:
    history = live(ERASURE_DECIDER, script)
    orders = [(one.authority, one.document_number, one.scope) for one in history]
    assert len(set(orders)) == len(orders)


@given_any(st.lists(made(PersonalDataErased)))
def test_any_history(history: list[PersonalDataErased]) -> None:
    evolves_from_anything(ERASURE_DECIDER, history)
