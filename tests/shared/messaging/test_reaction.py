"""A reaction belongs to the moment of its cause, however late the inbox catches up."""

from collections.abc import Sequence

from shared.contracts.access import AccessRefused
from shared.contracts.envelope import Recorded
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.transact import Target
from shared.kernel.decider import Decider
from shared.kernel.ids import named
from shared.messaging.reaction import react_with
from tests.shared.eventstore.examples import NOON, append, happened, stream, write

ECHO: Decider[int, str, AccessRefused] = Decider(
    0, lambda heard, why: [] if heard else [happened(why)], lambda heard, _: heard + 1
)


async def recorded(name: str) -> Recorded:
    store = MemoryEventStore("application", rehearsal=True)
    await store.append(append(write(name, 0)))
    (cause,) = await store.load(stream(name).name)
    return cause


async def nothing_yet(_stream: str) -> Sequence[Recorded]:
    return ()


async def test_a_reaction_carries_the_time_of_its_cause() -> None:
    cause = await recorded("a")
    (made,) = await react_with(nothing_yet, "review", cause, Target(ECHO, stream("b")), "heard")
    assert made.context.at == cause.envelope.time == NOON
    assert made.context.causation_id == cause.envelope.id
    assert made.context.correlation_id == cause.envelope.correlationid
    assert made.context.actor.id == "system-review"


async def test_the_same_cause_makes_the_same_command_again() -> None:
    cause = await recorded("a")
    target = Target(ECHO, stream("b"))
    first, second = [await react_with(nothing_yet, "review", cause, target, "heard") for _ in range(2)]
    assert first == second
    assert first[0].context.command_id == named("reaction", cause.envelope.id, "str", stream("b").name)


async def test_one_cause_leads_to_the_same_command_on_several_streams() -> None:
    cause = await recorded("a")
    targets = [Target(ECHO, stream(name)) for name in ("b", "c")]
    made = [one for target in targets for one in await react_with(nothing_yet, "review", cause, target, "heard")]
    assert len({one.context.command_id for one in made}) == len(targets)


async def test_what_happened_already_is_not_appended_again() -> None:
    cause = await recorded("a")

    async def heard_before(_stream: str) -> Sequence[Recorded]:
        return (cause,)

    assert await react_with(heard_before, "review", cause, Target(ECHO, stream("b")), "heard") == ()
