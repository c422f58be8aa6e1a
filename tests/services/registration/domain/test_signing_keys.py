from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.registration.domain.signing_keys import KEY_RING_DECIDER, PublishSigningKey
from shared.contracts.registration import SigningKeyPublished
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import ADMINISTRATOR, AT, actor, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

FIRST = PublishSigningKey("k1", "x1", ADMINISTRATOR, AT)
PUBLISHED = SigningKeyPublished(kid="k1", algorithm="EdDSA", public_key="x1", not_before=AT)


@pytest.mark.parametrize("by", [ADMINISTRATOR, actor(Role.SYSTEM)], ids=role_of)
def test_the_first_key_supersedes_none(by: Actor) -> None:
    given(KEY_RING_DECIDER).when(replace(FIRST, by=by)).then(PUBLISHED)


def test_the_next_key_supersedes_the_last() -> None:
    second = replace(PUBLISHED, kid="k2", supersedes="k1")
    given(KEY_RING_DECIDER, PUBLISHED).when(replace(FIRST, kid="k2")).then(second)
    third = replace(PUBLISHED, kid="k3", supersedes="k2")
    given(KEY_RING_DECIDER, PUBLISHED, second).when(replace(FIRST, kid="k3")).then(third)


def test_a_key_is_published_once() -> None:
    given(KEY_RING_DECIDER, PUBLISHED, replace(PUBLISHED, kid="k2")).when(FIRST).then_nothing()


@pytest.mark.parametrize("by", all_but(Role.ADMINISTRATOR, Role.SYSTEM), ids=role_of)
def test_no_other_role_publishes(by: Actor) -> None:
    assert given(KEY_RING_DECIDER).when(replace(FIRST, by=by)).then_refuses(NotPermitted).field == "role"


@given_any(st.lists(st.sampled_from([replace(FIRST, kid=f"k{number}") for number in range(6)]), max_size=20))
def test_any_script(script: list[PublishSigningKey]) -> None:
    history = live(KEY_RING_DECIDER, script)
    assert [event.supersedes for event in history] == [None, *(event.kid for event in history)][: len(history)]
    assert {event.kid for event in history} == {command.kid for command in script}


@given_any(st.lists(made(SigningKeyPublished)))
def test_any_history(history: list[SigningKeyPublished]) -> None:
    evolves_from_anything(KEY_RING_DECIDER, history)
