"""Every role by every command, for own and foreign districts and organizations: allowed, or refused and recorded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.topics import ACCESS, ERASURE, SERVICES
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.transact import Target, transact
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require
from tests.rights.matrix import (
    EVERY_SERVICE,
    ROLES,
    Cell,
    OtherwiseRefused,
    by_command,
    cell,
    commands,
    fits,
    may,
    others,
    own,
    place,
    rows,
)
from tests.rights.page import PAGE, page
from tests.rights.recorder import SECONDS_MAX, Example
from tests.services.people import AT, ELSEWHERE, FILER, OFFICER, STRANGERS

pytestmark = pytest.mark.timeout(2 * SECONDS_MAX)
OF_A_DISTRICT = {Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK}
OF_AN_ORGANIZATION = {Role.FILER, Role.LEGAL_REPRESENTATIVE}
OF_ANYBODY = {"OpenAccount": "who has no organization yet", "FileObjection": "anybody objects, under a real name"}
"""What is done for no organization of one's own."""
OF_ONESELF = ("ChangePassword", "CloseAccount")
"""What everybody does with the account that one has, and nobody but the administrator with another's."""
OFFICE_WITHOUT_ACTS = (Role.DISCIPLINE_AUDITOR,)
"""They read everything and write nothing."""


def test_every_command_that_a_person_gives_has_a_row(examples: list[Example]) -> None:
    shown = {(service, aggregate, name.split(" ")[0]) for service, aggregate, name in by_command(examples)}
    assert sorted(set(commands()) - shown) == []


def test_the_page_is_what_the_deciders_do(examples: list[Example]) -> None:
    assert PAGE.read_text() == page(examples), "make rights writes it anew"


def test_every_cell_holds_for_every_example(examples: list[Example]) -> None:
    """Allowed ones are decided; all others are refused for want of the right, and for nothing else."""
    for mine in by_command(examples).values():
        cells = {role: cell(mine, role) for role in ROLES}
        asked = ((example, by) for example in mine for role in ROLES for by in others(example, role))
        for example, by in asked:
            assert not may(example, by) or fits(cells[by.role], example, by), (place(example), by)


def test_who_may_is_who_the_event_says_does_it(examples: list[Example]) -> None:
    """The catalogue's roles, which a replay holds every event to, are those of the deciders."""
    for (_, _, name), mine in by_command(examples).items():
        allowed = {role for role in ROLES if cell(mine, role) is not Cell.REFUSED}
        said = {role for example in mine for role in example.decided[0].BY}
        assert allowed <= said | {Role.SYSTEM}, name
        given = {example.command.by.role for example in mine if example.command.by}
        assert given <= allowed, name


def test_nobody_acts_in_a_foreign_district_or_for_a_foreign_organization(examples: list[Example]) -> None:
    for row in rows(examples):
        for role, one in row.cells.items():
            if role in OF_A_DISTRICT:
                assert one in (Cell.REFUSED, Cell.DISTRICT, Cell.ITSELF), (row.command, role)
            if role in OF_AN_ORGANIZATION and row.command.split(" ")[0] not in OF_ANYBODY:
                assert one in (Cell.REFUSED, Cell.ORGANIZATION, Cell.ITSELF), (row.command, role)


def test_the_discipline_auditor_writes_nothing(examples: list[Example]) -> None:
    for row in rows(examples):
        may_do = Cell.ITSELF if row.command in OF_ONESELF else Cell.REFUSED
        assert {row.cells[role] for role in OFFICE_WITHOUT_ACTS} == {may_do}, row.command


def intruders(mine: list[Example]) -> Iterator[tuple[Example, Actor]]:
    """Of one command an actor of every role that may not, and of every place that is not theirs."""
    example = mine[0]
    for role in ROLES:
        one, right = cell(mine, role), own(example, role)
        wrong = {
            Cell.REFUSED: right,
            Cell.DISTRICT: replace(right, district=ELSEWHERE),
            Cell.ORGANIZATION: replace(right, organization=STRANGERS),
            Cell.ITSELF: replace(right, id="somebody-else"),
        }
        if one in wrong:
            yield example, wrong[one]


async def test_whoever_may_not_leaves_a_trace_and_nothing_else(examples: list[Example]) -> None:
    for mine in by_command(examples).values():
        for example, by in intruders(mine):
            house, _, _ = place(example)
            for service in SERVICES if house == EVERY_SERVICE else (house,):
                await _refused(service, example, by)


async def _refused(service: str, example: Example, by: Actor) -> None:
    store, target = MemoryEventStore(service, rehearsal=True), _target(service, example)
    if example.history:
        before = Context(named("before"), OFFICER, AT, named("before"))
        await store.append(Append((Write(target.stream, 0, example.history),), before))
    context = Context(named("try", by.id), by, Instant(AT), named("try"))
    with pytest.raises(NotPermitted):
        await transact(store, target, replace(example.command, by=by), context)
    assert len(await store.load(target.stream.name)) == len(example.history)
    (trace,) = await store.load(Stream(ACCESS[service], by.id, by.id).name)
    assert isinstance(trace.event, AccessRefused)
    assert (trace.event.command, trace.event.stream) == (type(example.command).__name__, target.stream.name)


def _target(service: str, example: Example) -> Target[Any, Any, Any]:
    category = example.decided[0].CATEGORY or ERASURE[service]
    return Target(example.decider, Stream(category, "one", "key"))


@dataclass(frozen=True, slots=True)
class Ask:
    """A command whose decider may look at other things first."""

    by: Actor
    late: bool = True


class TooLate(Refusal):
    """Another reason."""


def _careless(_state: None, command: Ask) -> list[Event]:
    if command.late:
        raise TooLate
    require(command.by, Role.FILER)
    return [AccessRefused(command="Ask", stream="s", reason="r")]


def test_a_decider_that_asks_for_the_right_too_late_is_caught() -> None:
    decider: Decider[Any, Any, Any] = Decider(None, _careless, lambda state, _: state)
    example = Example(decider, (), Ask(FILER), ())
    with pytest.raises(OtherwiseRefused):
        may(example, OFFICER)


def test_a_decider_that_forgets_the_organization_is_caught() -> None:
    decider: Decider[Any, Any, Any] = Decider(None, _careless, lambda state, _: state)
    assert cell([Example(decider, (), Ask(FILER, late=False), ())], Role.FILER) is Cell.ALLOWED
