"""What holds for every decider, whatever is asked of it in whatever order."""

from collections.abc import Iterable
from typing import TypeVar, cast

import pytest

from shared.kernel.decider import Decider
from shared.kernel.refusal import Refusal

StateT = TypeVar("StateT")
CommandT = TypeVar("CommandT")
EventT = TypeVar("EventT")


def live(decider: Decider[StateT, CommandT, EventT], script: Iterable[CommandT]) -> list[EventT]:
    """Live through `script`, each command twice; return what happened.

    A retry decides nothing, a repeated refusal is the same and records nothing more, nothing but a refusal
    is ever raised, and folding the history at once gives the state that was reached event by event.
    """
    state, history = decider.initial, list[EventT]()
    for command in script:
        events = _asked_twice(decider, state, command)
        for event in events:
            state = decider.evolve(state, event)
        history += events
        assert decider.fold(history) == state
    return history


def _asked_twice(decider: Decider[StateT, CommandT, EventT], state: StateT, command: CommandT) -> list[EventT]:
    try:
        decided = list(decider.decide(state, command))
    except Refusal as answer:
        refusal = answer
    else:
        assert list(decider.decide(state, command)) == decided, "a decision is a function of state and command"
        assert list(decider.decide(decider.fold(decided, state), command)) == []
        return decided
    recorded = cast("list[EventT]", list(refusal.record))
    with pytest.raises(Refusal) as again:
        decider.decide(decider.fold(recorded, state), command)
    assert (again.type, again.value.detail, again.value.record) == (type(refusal), refusal.detail, ())
    return recorded


def evolves_from_anything(decider: Decider[StateT, CommandT, EventT], events: Iterable[EventT]) -> None:
    """`evolve` takes any event in any state, is pure, and folds the same in one go as in two."""
    history = list(events)
    middle = len(history) // 2
    assert decider.fold(history[middle:], decider.fold(history[:middle])) == decider.fold(history)
