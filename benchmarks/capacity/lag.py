"""How far relays and inboxes are behind while a year is lived, by their own metrics."""

import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.home import Home

ANSWER_SECONDS_MAX = 2.0
RELAY_EVENTS, RELAY_SECONDS = "nianlun_relay_lag_events", "nianlun_relay_lag_seconds"
INBOX_EVENTS = "nianlun_inbox_lag_events"


@dataclass(slots=True)
class Lag:
    """The most that was seen of one service at one look."""

    looks: int = 0
    """At how many moments a service answered."""
    relay_events: int = 0
    relay_seconds: float = 0.0
    inbox_events: int = 0
    """Of all its partitions together."""

    def look(self, home: Home) -> None:
        """Ask every service of a stack that is up; who does not answer now is asked next time."""
        with suppress(OSError, ValueError, KeyError, httpx.TransportError):
            for service in json.loads(home.run.read_text())["services"].values():
                answer = httpx.get(f"{service['url']}/metrics", timeout=ANSWER_SECONDS_MAX, trust_env=False)
                self._take(answer.text)

    def _take(self, text: str) -> None:
        sums: dict[str, float] = defaultdict(float)
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                sums[sample.name] += sample.value
        self.looks += 1
        self.relay_events = max(self.relay_events, int(sums[RELAY_EVENTS]))
        self.relay_seconds = max(self.relay_seconds, sums[RELAY_SECONDS])
        self.inbox_events = max(self.inbox_events, int(sums[INBOX_EVENTS]))
