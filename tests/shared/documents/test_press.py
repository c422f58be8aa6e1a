"""The press: a bounded number at once, a bounded number waiting."""

import asyncio
import threading
from dataclasses import replace
from functools import partial

import pytest

from shared.documents.application import application_pdf
from shared.documents.press import Press, PressBusy
from tests.shared.documents import papers
from tests.shared.documents.opened import texts

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


async def test_documents_that_are_made_at_once_are_each_their_own() -> None:
    press, paper = Press(at_once=4), papers.application_paper(3)
    names = [f"上海第{number}服务中心" for number in range(12)]
    asked = [replace(paper, t1=replace(paper.t1, org_name=name)) for name in names]
    made = await asyncio.gather(*[press.make(partial(application_pdf, one)) for one in asked])
    assert [name in texts(pdf)[0] for name, pdf in zip(names, made, strict=True)] == [True] * 12
