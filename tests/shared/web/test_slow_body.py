"""A body that does not come to an end in time is given up: a command is dated by its arrival."""

import asyncio
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from shared.web import entrance


async def passed(*parts: dict[str, Any]) -> list[Any]:
    """What the application is given of a body that comes in these parts, and then no more."""
    waiting = [*parts]

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    async def send(_message: Any) -> None:
        raise AssertionError("nothing is answered here")

    passage = entrance._Passage({"type": "http", "method": "POST"}, receive, send)
    return [await passage.receive() for _ in range(2)]


async def test_a_body_that_stops_coming_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "BODY_SECONDS_MAX", 0.01)
    with pytest.raises(HTTPException) as caught:
        await passed({"type": "http.request", "body": b"{", "more_body": True})
    assert caught.value.status_code == 408


async def test_who_has_sent_it_all_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "BODY_SECONDS_MAX", 0.01)
    whole = {"type": "http.request", "body": b"{}"}
    gone = {"type": "http.disconnect"}
    assert await passed(whole, gone) == [whole, gone]
