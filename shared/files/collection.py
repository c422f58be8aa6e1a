"""Orphans: bytes that no event names and that are old enough; what an event names is never deleted (C4).

A run first moves an orphan aside; only a later run deletes it, when it has lain there for `grace` and is not named yet.
An upload that put the same bytes meanwhile has them under their own name; and one that put them just before they were
moved is named by the time of the later run, which copies them back and leaves what lies aside: another run, on what it
knew before, may be moving them again. This holds while an upload needs less than `grace` from its bytes to its event;
a deposit, which may wait for longer, is made young again before its event (`Deposits.renew`).
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.files.deposits import DEPOSITS, deposited
from shared.files.kept import CONDEMNED, KEPT, place
from shared.files.objects import Entry, Objects
from shared.files.uploads import IDLE_MAX, UPLOADS

_STAMP = "%Y%m%dT%H%M%S%fZ"

Named = Callable[[Collection[str]], Awaitable[Collection[str]]]
"""Which of these hashes some event names, as of a log that is read after the call began."""


@dataclass(slots=True)
class Findings:
    """What a run found, or did."""

    condemned: list[Entry] = field(default_factory=list)
    """Named by no event and old: moved aside."""
    deleted: list[Entry] = field(default_factory=list)
    """Moved aside long ago, and still not named."""
    restored: list[Entry] = field(default_factory=list)
    """Moved aside and named after all: copied back."""
    abandoned: list[Entry] = field(default_factory=list)
    """Parts of uploads that nobody went on with, and what was declared of files that are gone."""


async def survey(objects: Objects, named: Named, grace: timedelta) -> Findings:
    """What a run would do now."""
    now = await objects.now()
    oldest = now - grace
    declared = [one for one in await _all(objects, DEPOSITS) if one.modified < oldest]
    kept = await _all(objects, KEPT)
    old = [one for one in kept if one.modified < oldest]
    aside = await _all(objects, CONDEMNED)
    present = {_hash(one) for one in kept}
    anywhere = present | {_hash(one) for one in aside}
    names = await named({*(_hash(one) for one in old), *(_hash(one) for one in aside)})
    return Findings(
        condemned=[one for one in old if _hash(one) not in names],
        deleted=[one for one in aside if _hash(one) not in names and _since(one) < oldest],
        restored=[one for one in aside if _hash(one) in names and _hash(one) not in present],
        abandoned=[
            *await _abandoned(objects, now - IDLE_MAX),
            *(one for one in declared if deposited(one.name) not in anywhere),
        ],
    )


async def collect(objects: Objects, named: Named, grace: timedelta) -> Findings:
    """Do it."""
    found = await survey(objects, named, grace)
    for one in found.restored:
        await objects.copy(one.name, place(_hash(one)))
    for one in (*found.deleted, *found.abandoned):
        await objects.delete(one.name)
    for one in found.condemned:
        stamp = (await objects.now()).strftime(_STAMP)
        await objects.move(one.name, f"{CONDEMNED}/{_hash(one)}/{stamp}")
    return found


async def _all(objects: Objects, prefix: str) -> list[Entry]:
    return [entry async for page in objects.entries(prefix) for entry in page]


async def _abandoned(objects: Objects, oldest: datetime) -> list[Entry]:
    uploads = dict[str, list[Entry]]()
    for entry in await _all(objects, UPLOADS):
        uploads.setdefault("/".join(entry.name.split("/")[:3]), []).append(entry)
    return [entry for parts in uploads.values() if max(one.modified for one in parts) < oldest for entry in parts]


def _hash(entry: Entry) -> str:
    return entry.name.split("/")[2 if entry.name.startswith(f"{KEPT}/") else 1]


def _since(entry: Entry) -> datetime:
    return datetime.strptime(entry.name.rpartition("/")[2], _STAMP).replace(tzinfo=UTC)
