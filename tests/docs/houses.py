"""What a service's code says it decides, as the table that its README shows."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_args

from shared.contracts.access import (
    AccessRefused,
    ClockPassedOver,
    ParkedRecordDiscarded,
    PersonalDataErased,
    RecordRead,
)
from shared.contracts.event import Event
from shared.contracts.topics import ACCESS, ERASURE, consumed_by
from shared.vault.erasure import EraseSubject


def table(service: str) -> str:
    """Aggregate by aggregate: its commands, its events and their topics; then what the service reads."""
    rows = ["| aggregate | commands | events | topics |", "|---|---|---|---|"]
    reactions = _reactions(service)
    for module in _aggregates(service):
        events: tuple[type[Event], ...] = _members(next(_events(module)))
        topics = dict.fromkeys(f"`{one.CATEGORY.topic}`" for one in events if one.CATEGORY)
        commands = [_said(command, reactions) for command in _members(module.Command)]
        named = f"`domain/{module.__name__.rpartition('.')[2]}.py`"
        rows.append(_row(named, commands, [one.__name__ for one in events], list(topics)))
    access = [one.__name__ for one in (AccessRefused, RecordRead, ParkedRecordDiscarded, ClockPassedOver)]
    rows.append(_row("every one", ["–"], access, [f"`{ACCESS[service].topic}`"]))
    rows.append(
        _row("every one", [EraseSubject.__name__], [PersonalDataErased.__name__], [f"`{ERASURE[service].topic}`"])
    )
    reads = ", ".join(f"`{topic}`" for topic in consumed_by(service)) or "nothing"
    return "\n".join([*rows, "", f"It reads {reads}.", ""])


def _row(*cells: str | list[str]) -> str:
    return f"| {' | '.join(cell if isinstance(cell, str) else ', '.join(cell) for cell in cells)} |"


def _aggregates(service: str) -> Iterator[ModuleType]:
    """The modules of its domain that say which commands they take."""
    domain = import_module(f"services.{service}.domain")
    for found in iter_modules(domain.__path__, f"{domain.__name__}."):
        module = import_module(found.name)
        if hasattr(module, "Command"):
            yield module


def _events(module: ModuleType) -> Iterator[Any]:
    return (alias for name, alias in vars(module).items() if name.endswith("Event") and _is_alias(alias))


def _is_alias(alias: object) -> bool:
    return alias is not Event and all(isinstance(one, type) and issubclass(one, Event) for one in _members(alias))


def _members(alias: Any) -> tuple[Any, ...]:
    """The arms of a union, or the one class that an alias stands for."""
    return get_args(alias) or (alias,)


def _reactions(service: str) -> set[str]:
    """The commands that nobody sends: they follow from a foreign event."""
    try:
        return set(vars(import_module(f"services.{service}.domain.reactions")))
    except ModuleNotFoundError:
        return set()


def _said(command: type, reactions: set[str]) -> str:
    return f"{command.__name__} (reaction)" if command.__name__ in reactions else command.__name__
