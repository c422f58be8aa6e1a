"""The decider: three pure parts that make an aggregate (after Chassaing)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

StateT = TypeVar("StateT")
CommandT = TypeVar("CommandT")
EventT = TypeVar("EventT")


@dataclass(frozen=True, slots=True)
class Decider(Generic[StateT, CommandT, EventT]):
    """`decide` refuses or tells what happened; `evolve` never refuses, logs or decides.

    A retry of a command that already happened decides the empty sequence.
    """

    initial: StateT
    decide: Callable[[StateT, CommandT], Sequence[EventT]]
    evolve: Callable[[StateT, EventT], StateT]

    def fold(self, events: Iterable[EventT], state: StateT | None = None) -> StateT:
        """The state after `events`, starting from `state` or from the beginning."""
        return reduce(self.evolve, events, self.initial if state is None else state)
