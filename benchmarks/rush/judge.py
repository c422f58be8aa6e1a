"""The judge: the log says who is in; what each organization was told has to agree with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.events import events_of
from audit.verify import Proven
from benchmarks.figure import expect
from benchmarks.rush.wire import Answer
from deploy.local.home import Home
from nianlun.log import examined
from shared.contracts.application import ApplicationSubmitted, LateSubmissionRefused
from shared.contracts.event import Event
from shared.kernel.instants import Instant, to_datetime

ACCEPTED = 200


@dataclass(frozen=True, slots=True)
class Rushed:
    """One organization's last act: its application and the answer to its submission."""

    application: str
    answer: Answer


class Unjust(Exception):
    """Somebody in time is not in, or somebody late is, or was told otherwise than the log says."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who is in and who is not, and how long at most a request waited to be received."""

    accepted: int
    late: int
    waited_seconds_max: float


def judge(home: Home, rushed: Sequence[Rushed], deadline: datetime) -> Judgement:
    """Compare every answer with the log; raise `Unjust`."""
    with examined(home.root, None, None) as (verdict, partitions):
        if not isinstance(verdict, Proven):
            raise Unjust(f"the log is not proven: {verdict}")
        events = [one.event for one in events_of(partitions)]
    received = {one.application: _at(one.received_at) for one in events if isinstance(one, ApplicationSubmitted)}
    refused = {one.application: _at(one.received_at) for one in events if isinstance(one, LateSubmissionRefused)}
    waited = [_one(one, received, refused, deadline) for one in rushed]
    mine = {one.application for one in rushed}
    accepted = sum(one.answer.status == ACCEPTED for one in rushed)
    expect("submissions of the rush in the log", len(received.keys() & mine), accepted)
    _once(events)
    return Judgement(accepted, len(rushed) - accepted, max(waited))


def _one(one: Rushed, received: dict[str, datetime], refused: dict[str, datetime], deadline: datetime) -> float:
    """Seconds from sending to being received; raise `Unjust` where the deadline was not what decided."""
    inside = one.answer.status == ACCEPTED
    at = (received if inside else refused).get(one.application)
    if at is None:
        raise Unjust(f"{one.application} was told {one.answer.status} {one.answer.body!r} and the log does not say so")
    if inside != (at < deadline):
        raise Unjust(f"{one.application} was received at {at} and {'accepted' if inside else 'refused'}")
    return at.timestamp() - one.answer.sent


def _once(events: Sequence[Event]) -> None:
    submitted = [one.application for one in events if isinstance(one, ApplicationSubmitted)]
    expect("applications that are submitted once", len(set(submitted)), len(submitted))


def _at(text: str) -> datetime:
    return to_datetime(Instant(text))
