"""Given events, when a command comes, then events or a refusal: how every decision is tested."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import pytest

from shared.kernel.decider import Decider
from shared.kernel.refusal import Refusal

StateT = TypeVar("StateT")
CommandT = TypeVar("CommandT")
EventT = TypeVar("EventT")
RefusalT = TypeVar("RefusalT", bound=Refusal)


@dataclass(frozen=True, slots=True)
class Scenario(Generic[StateT, CommandT, EventT]):
    """A decider, what happened, and the command that comes."""

    decider: Decider[StateT, CommandT, EventT]
    history: tuple[EventT, ...]
    command: CommandT | None = None

    def when(self, command: CommandT) -> "Scenario[StateT, CommandT, EventT]":
        """The command that comes."""
        return replace(self, command=command)

    def events(self) -> Sequence[EventT]:
        """What is decided; a retry of the same command is expected to decide nothing more."""
        assert self.command is not None, "when(...) names the command"
        state = self.decider.fold(self.history)
        decided = self.decider.decide(state, self.command)
        assert list(self.decider.decide(self.decider.fold(decided, state), self.command)) == []
        return decided

    def then(self, *expected: EventT) -> None:
        """Exactly these events."""
        assert tuple(self.events()) == expected

    def then_nothing(self) -> None:
        """No event: what the command asks for happened before."""
        self.then()

    def then_refuses(self, refusal: type[RefusalT]) -> RefusalT:
        """A refusal of this type and no other; returned, so that its rule, clause and record can be looked at."""
        assert self.command is not None, "when(...) names the command"
        with pytest.raises(refusal) as caught:
            self.decider.decide(self.decider.fold(self.history), self.command)
        assert caught.type is refusal
        return caught.value


def given(decider: Decider[StateT, CommandT, EventT], *history: EventT) -> Scenario[StateT, CommandT, EventT]:
    """What happened before."""
    return Scenario(decider, history)
