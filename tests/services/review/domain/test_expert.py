"""The pool of experts: who is enrolled in it by whom, and what enrols one anew (C5.4)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.expert import EXPERT_DECIDER, EnrolExpert, SecretaryIsNoExpert
from shared.contracts.review import ExpertEnrolled
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, SECRETARY, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

ENROL = EnrolExpert("e-1", "E" * 18, ("information",), SECRETARY, AT)
ENROLLED = ExpertEnrolled(expert="e-1", employer_uscc="E" * 18, specialties=("information",))


def test_the_secretary_enrols_once() -> None:
    given(EXPERT_DECIDER).when(ENROL).then(ENROLLED)
    given(EXPERT_DECIDER, ENROLLED).when(ENROL).then_nothing()


@pytest.mark.parametrize("other", [replace(ENROL, employer_uscc="F" * 18), replace(ENROL, specialties=())])
def test_other_data_supersede(other: EnrolExpert) -> None:
    (now,) = given(EXPERT_DECIDER, ENROLLED).when(other).events()
    assert (now.employer_uscc, now.specialties) == (other.employer_uscc, other.specialties)
    given(EXPERT_DECIDER, ENROLLED, now).when(other).then_nothing()


@pytest.mark.parametrize("by", all_but(Role.PANEL_SECRETARY), ids=role_of)
def test_only_the_secretary_enrols(by: Actor) -> None:
    assert given(EXPERT_DECIDER).when(replace(ENROL, by=by)).then_refuses(NotPermitted).field == "role"


def test_a_secretary_enrols_nobody_but_others() -> None:
    herself = replace(ENROL, expert=SECRETARY.id)
    assert given(EXPERT_DECIDER).when(herself).then_refuses(SecretaryIsNoExpert).field == "expert"


@settings(max_examples=30)
@given_any(st.lists(st.sampled_from([ENROL, replace(ENROL, specialties=("legal",))]), max_size=8))
def test_any_script(script: list[EnrolExpert]) -> None:
    changes = sum(before != after for before, after in pairwise(script))
    assert len(live(EXPERT_DECIDER, script)) == (changes + 1 if script else 0)


@settings(max_examples=30)
@given_any(st.lists(made(ExpertEnrolled)))
def test_any_history(history: list[ExpertEnrolled]) -> None:
    evolves_from_anything(EXPERT_DECIDER, history)
