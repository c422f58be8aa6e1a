"""Questions that share a statement, each with an answer of its own."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.eventstore.gather import AT_ONCE_MAX, QUESTIONS_MAX, Gather

pytestmark = pytest.mark.asyncio


class Refused(Exception):
    """What the statement says about a bad key."""


class Answers:
    """Knows the length of every key that starts with `a`, refuses `bad`, and loses its connection over `lost`."""

    def __init__(self) -> None:
        self.statements: list[list[str]] = []
        self.under_way = 0

    async def ask(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.statements.append(list(keys))
        self.under_way += 1
        assert self.under_way <= AT_ONCE_MAX
        await asyncio.sleep(0.01)
        self.under_way -= 1
        if "bad" in keys:
            raise Refused
        if "lost" in keys:
            raise ConnectionResetError
        return {key: len(key) for key in keys if key.startswith("a")}


async def test_everybody_gets_the_own_answer_from_few_statements() -> None:
    answers = Answers()
    gather = Gather(answers.ask)
    keys = ["a" * n for n in range(1, 301)]
    assert await asyncio.gather(*map(gather, keys)) == list(range(1, 301))
    assert len(answers.statements) < 10
    assert max(map(len, answers.statements)) <= QUESTIONS_MAX
    assert await gather("unknown") is None


async def test_nobody_fails_for_anothers_question() -> None:
    gather = Gather(Answers().ask)
    first = asyncio.ensure_future(gather("a"))
    found = await asyncio.gather(*map(gather, ("aa", "bad", "aaa")), return_exceptions=True)
    assert await first == 1
    assert [found[0], found[2]] == [2, 3]
    assert isinstance(found[1], Refused)


async def test_a_lost_connection_fails_those_who_asked_on_it_and_no_later_question() -> None:
    gather = Gather(Answers().ask)
    found = await asyncio.gather(gather("lost"), gather("a"), return_exceptions=True)
    assert isinstance(found[0], ConnectionResetError)
    assert await gather("a") == 1


async def test_whoever_is_cancelled_takes_nobody_along() -> None:
    gather = Gather(Answers().ask)
    impatient, patient = asyncio.ensure_future(gather("a")), asyncio.ensure_future(gather("a"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 1
    assert impatient.cancelled()


async def test_an_answer_is_never_older_than_its_question() -> None:
    value = 0

    async def ask(keys: Sequence[str]) -> Mapping[str, int]:
        read = value
        await asyncio.sleep(0.01)
        return dict.fromkeys(keys, read)

    gather = Gather(ask)
    early = asyncio.ensure_future(gather("a"))
    await asyncio.sleep(0.005)
    value = 1
    assert await gather("a") == 1
    assert await early == 0
