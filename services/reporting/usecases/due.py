"""What falls due in reporting: reminders, what is overdue, defaults (C3.1)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

from services.reporting.domain.falling_due import ByTheClock, DeclareDefault, NoteOverdue, SendReminder
from services.reporting.usecases.handle import handle
from services.reporting.usecases.policy import policies_of
from services.reporting.usecases.project import AGENDA, ROUNDS, agenda_key
from shared.contracts.round import Assessment
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import CommandReused, EventStore, StreamConflict
from shared.kernel.instants import Instant, plus_days
from shared.runtime.timekeeper import due_context

ROUNDS_MAX = 1000
PAGE = 500


@dataclass(frozen=True, slots=True)
class Fallen:
    """A command of the clock, and the instant at which it fell due."""

    command: ByTheClock
    entry: Document


async def fall_due(store: EventStore, reads: Reads, now: Instant) -> None:
    """Remind of what is due soon, note what is overdue, and declare what was not filed in the days of grace."""
    for doc in await reads.find(ROUNDS, limit=ROUNDS_MAX):
        policies = await policies_of(reads, str(doc["round"]))
        assert policies is not None, "it was there a moment ago, and no round is removed"
        terms = policies.at(now).parameters.assessment
        if terms.rubric:
            async for fallen in _fallen(reads, policies.plan.round, terms, policies.since(now), now):
                await _carry_out(store, fallen)


async def _carry_out(store: EventStore, fallen: Fallen) -> None:
    """Command it, unless somebody else was first: the read model is a moment old."""
    command, entry = fallen.command, fallen.entry
    what = (type(command).__name__, command.obligation, str(entry["due_now"]), str(entry["version"]))
    context = due_context("reporting", command.at, str(entry["round"]), *what)
    with suppress(CommandReused, StreamConflict):
        await handle(store, command, context, organization=str(entry["organization"]))


async def _fallen(reads: Reads, round_id: str, terms: Assessment, since: str, now: Instant) -> AsyncIterator[Fallen]:
    """What fell due, in the order of its due instants; what lies further ahead than a reminder is not looked at."""
    after = agenda_key(round_id, "", "")
    while page := await reads.find(AGENDA, {"round": round_id}, after=after, limit=PAGE):
        for entry in page:
            if plus_days(_due(entry), -terms.reminder_days.value) > now:
                return
            for command in what_fell_due(entry, terms, since, now):
                yield Fallen(command, entry)
        after = agenda_key(round_id, _due(page[-1]), str(page[-1]["obligation"]))


def what_fell_due(entry: Document, terms: Assessment, since: str, now: Instant) -> Iterator[ByTheClock]:
    """What an open obligation has run into, in order; its instant is never before the policy's or its own beginning."""
    obligation, due, floor = str(entry["obligation"]), _due(entry), max(since, str(entry.get("since", "")))

    def fell(days: int) -> Instant | None:
        at = Instant(max(floor, plus_days(due, days)))
        return at if at <= now else None

    overdue, grace = fell(0), int(str(entry.get("grace_days", terms.default_days.value)))
    if overdue and entry["state"] != "OVERDUE":
        yield NoteOverdue(obligation, terms.default_days.value, overdue)
    if overdue and (default := fell(grace)):
        yield DeclareDefault(obligation, default)
    reminder = fell(-terms.reminder_days.value)
    if reminder and not overdue and entry["state"] == "DUE" and not entry.get("reminded"):
        yield SendReminder(obligation, terms.reminder_days.value, reminder)


def _due(entry: Document) -> Instant:
    return Instant(str(entry["due_now"]))
