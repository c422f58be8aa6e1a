"""The keys that tokens are verified with: published once, and retired one by one."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.registration.domain.signing_keys import (
    KEY_RING_DECIDER,
    Command,
    KeyEvent,
    PublishSigningKey,
    RetireSigningKey,
    SigningKeyInUse,
    SigningKeyUnknown,
)
from shared.contracts.registration import SigningKeyPublished, SigningKeyRetired
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import ADMINISTRATOR, AT, actor, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

FIRST = PublishSigningKey("k1", "x1", ADMINISTRATOR, AT)
RETIRE = RetireSigningKey("k1", "密钥泄露", ADMINISTRATOR, AT)
RETIRED = SigningKeyRetired(kid="k1", ground="密钥泄露")
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


def test_a_key_that_leaked_is_retired_once_another_one_signs() -> None:
    second = replace(PUBLISHED, kid="k2", supersedes="k1")
    given(KEY_RING_DECIDER, PUBLISHED).when(RETIRE).then_refuses(SigningKeyInUse)
    given(KEY_RING_DECIDER, PUBLISHED, second).when(RETIRE).then(RETIRED)
    given(KEY_RING_DECIDER, PUBLISHED, second, RETIRED).when(RETIRE).then_nothing()


def test_a_key_that_nobody_published_is_not_retired() -> None:
    given(KEY_RING_DECIDER, PUBLISHED).when(replace(RETIRE, kid="k9")).then_refuses(SigningKeyUnknown)


@pytest.mark.parametrize("by", all_but(Role.ADMINISTRATOR), ids=role_of)
def test_no_other_role_retires(by: Actor) -> None:
    given(KEY_RING_DECIDER, PUBLISHED).when(replace(RETIRE, by=by)).then_refuses(NotPermitted)


COMMANDS = [replace(command, kid=f"k{number}") for number in range(6) for command in (FIRST, RETIRE)]


@given_any(st.lists(st.sampled_from(COMMANDS), max_size=20))
def test_each_key_is_published_and_retired_once_and_one_always_signs(script: list[Command]) -> None:
    history = live(KEY_RING_DECIDER, script)
    published = [event for event in history if isinstance(event, SigningKeyPublished)]
    retired = [event.kid for event in history if isinstance(event, SigningKeyRetired)]
    assert [event.supersedes for event in published] == [None, *(event.kid for event in published)][: len(published)]
    assert {event.kid for event in published} == {one.kid for one in script if isinstance(one, PublishSigningKey)}
    assert len(set(retired)) == len(retired)
    assert not published or published[-1].kid not in retired


@given_any(st.lists(st.one_of(made(SigningKeyPublished), made(SigningKeyRetired))))
def test_any_history(history: list[KeyEvent]) -> None:
    evolves_from_anything(KEY_RING_DECIDER, history)
