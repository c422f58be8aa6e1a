"""People who open accounts at a door, one after another, and hold every receipt against it afterwards."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

import httpx

CALLERS = 4
PAUSE_SECONDS = 0.05
THINK_SECONDS = 0.2
"""Between one's commands: every receipt is asked for again in the end."""
PATIENCE_SECONDS = 60.0
PASSWORD = "a-long-enough-password"  # pragma: allowlist secret
TRY_AGAIN = frozenset({429, 503})


@dataclass(slots=True)
class Load:
    """So many callers on registration's door; one who is not answered asks again under the same key."""

    url: str
    name: str
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _callers: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._callers = [threading.Thread(target=self._call, args=(n,)) for n in range(CALLERS)]
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for caller in self._callers:
            caller.join()

    def more(self, receipts: int = 20) -> None:
        """Wait until so many more were acknowledged."""
        enough, deadline = len(self.receipts) + receipts, time.monotonic() + PATIENCE_SECONDS
        while len(self.receipts) < enough:
            assert time.monotonic() < deadline, self.wrong or "commands are not answered any more"
            time.sleep(PAUSE_SECONDS)

    def forgotten(self) -> list[str]:
        """Whose command, sent again under its key, is not answered with the very receipt that was given."""
        with httpx.Client(trust_env=False, timeout=10.0) as client, ThreadPoolExecutor(CALLERS) as callers:
            again = callers.map(lambda name: self._open(client, name), self.receipts)
            return [name for name, now in zip(self.receipts, again, strict=True) if now != self.receipts[name]]

    def _call(self, caller: int) -> None:
        with httpx.Client(trust_env=False, timeout=10.0) as client:
            number = 0
            while not self._over.is_set():
                number += 1
                name = f"{self.name}-{caller}-{number}"
                receipt = self._open(client, name)
                if receipt is None:
                    return
                self.receipts[name] = receipt
                self._over.wait(THINK_SECONDS)

    def _open(self, client: httpx.Client, name: str) -> dict[str, Any] | None:
        headers = {"Idempotency-Key": str(uuid5(NAMESPACE_URL, name))}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                body = {"username": name, "password": PASSWORD}
                answer = client.post(f"{self.url}/accounts", json=body, headers=headers)
            except httpx.TransportError:
                time.sleep(PAUSE_SECONDS)
                continue
            if answer.is_success:
                receipt: dict[str, Any] = answer.json()
                return receipt
            if answer.status_code not in TRY_AGAIN:
                self.wrong.append(f"{name}: {answer.status_code} {answer.text}")
                return None
            time.sleep(PAUSE_SECONDS)
        self.wrong.append(f"{name}: no answer in {PATIENCE_SECONDS:g} s")
        return None
