"""How an event is declared: a frozen dataclass with an explicit type name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar, dataclass_transform

from shared.contracts.category import Category
from shared.kernel.actor import Role


class Event:
    """The base of every event; a subclass is declared with `@event(CATEGORY, ROLE)`."""

    __slots__ = ()
    TYPE: ClassVar[str]
    CATEGORY: ClassVar[Category | None]
    BY: ClassVar[frozenset[Role]]
    """The roles in which it is done; empty where anyone's attempt is recorded."""


class Earlier(Event):
    """The base of a version that a later one superseded: stored bytes of it are read as what they mean now."""

    __slots__ = ()

    def upcast(self) -> Event:
        """The same in the version that follows."""
        raise NotImplementedError


EventClass = TypeVar("EventClass", bound=type[Event])
ValueT = TypeVar("ValueT")

REGISTRY: dict[str, type[Event]] = {}
"""Every event that is recorded, by its stored type name; filled when the modules of this package are imported."""
EARLIER: dict[str, type[Earlier]] = {}
"""Every version that was superseded, by its stored type name."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(category: Category, *by: Role, version: int = 1) -> Callable[[EventClass], EventClass]:
    """Declare an event of `category`, done by these roles; its type is `nianlun.<service>.<Name>.v<version>`."""
    return _declare(category.service, category, frozenset(by), version)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event_of_every_service(*by: Role, version: int = 1) -> Callable[[EventClass], EventClass]:
    """Declare an event that each service records in a log of its own; its type is `nianlun.<Name>.v<version>`."""
    return _declare(None, None, frozenset(by), version)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[ValueT]) -> type[ValueT]:
    """Declare a part of an event: a frozen dataclass with keyword fields."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def _declare(
    service: str | None, category: Category | None, by: frozenset[Role], version: int
) -> Callable[[EventClass], EventClass]:
    def declare(cls: EventClass) -> EventClass:
        declared: EventClass = dataclass(frozen=True, slots=True, kw_only=True)(cls)  # type: ignore[assignment]
        base = cls.__name__.removesuffix(f"V{version}")
        declared.TYPE = ".".join(part for part in ("nianlun", service, base, f"v{version}") if part)
        declared.CATEGORY = category
        declared.BY = by
        if declared.TYPE in REGISTRY or declared.TYPE in EARLIER:
            raise ValueError(f"{declared.TYPE} is declared twice")
        if issubclass(declared, Earlier):
            EARLIER[declared.TYPE] = declared
        else:
            REGISTRY[declared.TYPE] = declared
        return declared

    return declare
