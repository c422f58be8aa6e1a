"""What happens on the made-up street: eight organizations, two groups, one late, one declined, short of places."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from rehearsal.cast import Part, organizations
from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.port import Append, Context, Write
from shared.kernel.ids import named
from tests.audit.street import ROUND, Street, parameters
from tests.town.life import OFFICER, Life
from tests.town.town import Town

GROUPS = ("comprehensive", "information")
CAST = 8


def lived() -> Street:
    """The whole round."""
    with TemporaryDirectory() as folder:
        town = Town(Path(folder))
        asyncio.run(live(town))
        return Street.of(asyncio.run(town.events()))


def refused() -> AccessRefused:
    """A refusal whose reason needs every kind of escape."""
    return AccessRefused(command="OpenRound", stream="round-2017", reason='He said "no"\n\t\\ \x01 年轮')


async def live(town: Town) -> None:
    """The same on a street that goes on afterwards."""
    await town.begin()
    await _leave_a_refusal(town)
    life = Life(town, parameters())
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    cast = [one for one in organizations() if one.group in GROUPS and one.part is Part.ORDINARY][:CAST]
    for organization in cast:
        await life.register(organization)
    await town.at("2017-09-01T09:00:00+08:00")
    for one in life.applicants:
        await life.fill_in(one)
    await _submit(life)
    await _review(life)
    await _judge_and_publish(life)


async def _leave_a_refusal(town: Town) -> None:
    await town.bearer(OFFICER)
    stream, identity = Stream(ACCESS["registration"], OFFICER.id, OFFICER.id), named("command", "refused")
    context = Context(identity, OFFICER, town.clock.now(), correlation_id=identity, round=ROUND)
    await town.houses["registration"].store.append(Append((Write(stream, None, (refused(),)),), context))
    await town.settle()


async def _submit(life: Life) -> None:
    """All but the first are in time; it comes at the deadline itself."""
    late, *others = life.applicants
    await life.town.at("2017-09-20T16:59:59.999+08:00")
    for one in others:
        await life.submit(one)
    await life.town.at("2017-09-20T17:00:00+08:00")
    assert (
        await life.town.refused(late.filer, "application", f"/applications/{late.application}/submission")
        == "submission-too-late"
    )
    await life.town.at("2017-09-21T09:00:00+08:00")
    for one in others:
        await life.receive(one)


async def _review(life: Life) -> None:
    """The first of those in time is declined, the others are recommended."""
    await life.town.at("2017-09-25T09:00:00+08:00")
    _, declined, *others = life.applicants
    await life.decline(declined)
    for one in others:
        await life.judge(one)
        await life.recommend(one)
    await life.send_lists()


async def _judge_and_publish(life: Life) -> None:
    town = life.town
    await town.at("2017-10-10T09:00:00+08:00")
    await life.constitute(GROUPS)
    for one in life.applicants[2:]:
        await life.score(one)
    await town.at("2017-10-16T09:00:00+08:00")
    for group in GROUPS:
        await life.rank(group)
    await town.at("2017-10-20T09:00:00+08:00")
    await life.propose()
    await town.at("2017-10-31T09:00:00+08:00")
    rows = await life.approve()
    await town.at("2017-11-06T10:00:00+08:00")
    await life.sign(life.of(rows[0]["application"]))
