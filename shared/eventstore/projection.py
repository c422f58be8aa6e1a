"""Projections: read models that are built together, each with its own cursor and without a look at the others'."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Document, Documents

Project: TypeAlias = Callable[[Documents, Recorded], Awaitable[None]]


class ViewOfAnother(Exception):
    """A projection asked for a view that it does not build: it could no longer be built anew by itself."""

    def __init__(self, projection: str, view: str) -> None:
        super().__init__(f"projection {projection} does not build the view {view}")


@dataclass(frozen=True, slots=True)
class Projection:
    """The views that it builds, and what an event changes in them."""

    name: str
    """Names its cursor for ever."""
    views: frozenset[str]
    project: Project

    async def apply(self, documents: Documents, recorded: Recorded) -> None:
        """Move its views by one event; raises `ViewOfAnother` before any other view is touched."""
        await self.project(_Own(self, documents), recorded)


async def apply_all(projections: Sequence[Projection], documents: Documents, recorded: Recorded) -> None:
    """Move the views of every projection by one event."""
    for projection in projections:
        await projection.apply(documents, recorded)


@dataclass(frozen=True, slots=True)
class _Own:
    projection: Projection
    documents: Documents

    async def get(self, view: str, key: str) -> Document | None:
        return await self._of(view).get(view, key)

    async def find(
        self, view: str, where: Mapping[str, str | int | bool] | None = None, *, after: str = "", limit: int = 1000
    ) -> Sequence[Document]:
        return await self._of(view).find(view, where, after=after, limit=limit)

    async def put(self, view: str, key: str, doc: Document) -> None:
        await self._of(view).put(view, key, doc)

    async def remove(self, view: str, key: str) -> None:
        await self._of(view).remove(view, key)

    def _of(self, view: str) -> Documents:
        if view not in self.projection.views:
            raise ViewOfAnother(self.projection.name, view)
        return self.documents
