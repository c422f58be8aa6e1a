"""The press: a bounded number at once, a bounded number waiting."""

import asyncio
import threading

import pytest

from shared.documents.press import Press, PressBusy

SECONDS_MAX = 5.0


class Slow:
    """Documents that are made when somebody says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.running, self.most = 0, 0
        self._lock = threading.Lock()

    def __call__(self) -> bytes:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        assert self.go.wait(SECONDS_MAX)
        with self._lock:
            self.running -= 1
        return b"made"


async def test_only_so_many_are_made_at_once_and_the_others_wait_their_turn() -> None:
    press, slow = Press(at_once=2, waiting_max=3), Slow()
    asked = [asyncio.create_task(press.make(slow)) for _ in range(5)]
    await asyncio.sleep(0.05)
    with pytest.raises(PressBusy):
        await press.make(slow)
    slow.go.set()
    assert await asyncio.gather(*asked) == [b"made"] * 5
    assert slow.most == 2


async def test_a_document_that_fails_leaves_its_place() -> None:
    press = Press(at_once=1, waiting_max=0)

    def broken() -> bytes:
        raise ValueError("no such template")

    for _ in range(3):
        with pytest.raises(ValueError, match="no such template"):
            await press.make(broken)
    assert await press.make(lambda: b"made") == b"made"
