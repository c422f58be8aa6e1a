"""Every role by every command: who may give it, for whose district and for whose organization."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_args

from shared.contracts.topics import SERVICES
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.vault.erasure import EraseSubject
from tests.rights.recorder import Example, command_name
from tests.services.people import ELSEWHERE, HERE, ORGANIZATION, STRANGERS

ROLES = tuple(Role)
EVERY_SERVICE = "every service"
"""Where a command is given that each service decides in the same way, on a vault of its own."""


class Cell(StrEnum):
    """What one role may do with one command."""

    REFUSED = "–"
    ALLOWED = "✓"
    DISTRICT = "district"
    """In its own district only."""
    ORGANIZATION = "organization"
    """For its own organization only."""
    ITSELF = "itself"
    """Only the very account that it concerns: the expert who was drawn or assigned."""


@dataclass(frozen=True, slots=True)
class Row:
    """One command and what each role may do with it."""

    service: str
    aggregate: str
    command: str
    cells: dict[Role, Cell]


class OtherwiseRefused(AssertionError):
    """Somebody without the right was refused for another reason than the right: it is asked too late."""


def place(example: Example) -> tuple[str, str, str]:
    """Service, aggregate and command."""
    _, service, *_, aggregate = example.decider.decide.__module__.split(".")
    return EVERY_SERVICE if service == "vault" else service, aggregate, command_name(example.command)


def by_command(examples: Iterable[Example]) -> dict[tuple[str, str, str], list[Example]]:
    """The examples of each command, in the order of the street."""
    found: dict[tuple[str, str, str], list[Example]] = defaultdict(list)
    for example in examples:
        found[place(example)].append(example)
    return dict(sorted(found.items()))


def rows(examples: Iterable[Example]) -> list[Row]:
    """The whole matrix."""
    return [Row(*named, {role: cell(mine, role) for role in ROLES}) for named, mine in by_command(examples).items()]


def cell(examples: Sequence[Example], role: Role) -> Cell:
    """What `role` may do with the command of these examples."""
    for example in examples:
        right = own(example, role)
        if not may(example, right):
            continue
        if not may(example, replace(right, district=ELSEWHERE)):
            return Cell.DISTRICT
        if not may(example, replace(right, organization=STRANGERS)):
            return Cell.ORGANIZATION
        return Cell.ALLOWED if may(example, replace(right, id="somebody-else")) else Cell.ITSELF
    return Cell.REFUSED


def own(example: Example, role: Role) -> Actor:
    """Somebody in `role` who is of the right district and organization, and is the one who gave it if that role did."""
    by: Actor | None = example.command.by
    if by is not None and by.role is role:
        return by
    district = by.district if by and by.district else HERE
    return Actor(f"some-{role.value}", role, district, (by and by.organization) or ORGANIZATION)


def others(example: Example, role: Role) -> Iterator[Actor]:
    """People in `role` of every district and organization, their own and foreign ones."""
    right = own(example, role)
    for district in (right.district, ELSEWHERE):
        for organization in (right.organization, STRANGERS):
            yield replace(right, district=district, organization=organization)


def may(example: Example, by: Actor) -> bool:
    """Whether the command is decided for this actor; a refusal that is not of rights is raised as a mistake."""
    state = example.decider.fold(example.history)
    try:
        decided = example.decider.decide(state, replace(example.command, by=by))
    except NotPermitted:
        return False
    except Refusal as refusal:
        raise OtherwiseRefused(f"{by.role} with {command_name(example.command)}: {type(refusal).__name__}") from refusal
    return bool(decided)


def fits(cell_: Cell, example: Example, by: Actor) -> bool:
    """Whether a cell lets this actor give the command of the example."""
    right = own(example, by.role)
    if cell_ is Cell.DISTRICT:
        return by.district == right.district
    if cell_ is Cell.ORGANIZATION:
        return by.organization == right.organization
    return cell_ is not Cell.REFUSED


def commands() -> Iterator[tuple[str, str, str]]:
    """Service, aggregate and name of every command that a person gives."""
    for service in SERVICES:
        domain = import_module(f"services.{service}.domain")
        for found in iter_modules(domain.__path__, f"{domain.__name__}."):
            module = import_module(found.name)
            for command in _members(getattr(module, "Command", None)):
                if "by" in getattr(command, "__dataclass_fields__", {}):
                    yield service, found.name.rpartition(".")[2], command.__name__
    yield EVERY_SERVICE, "erasure", EraseSubject.__name__


def _members(alias: Any) -> tuple[Any, ...]:
    return get_args(alias) or (alias,)
