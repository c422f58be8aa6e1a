"""Events of every declared type, made from the types of their fields."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from shared.auditlog.canonical import INTEGER_MAX
from shared.contracts import codec
from shared.contracts.event import REGISTRY, Event

ANY_INTEGER = st.integers(-INTEGER_MAX, INTEGER_MAX)
ANY_TEXT = st.text(max_size=8)
assert codec.MODULES, "importing the codec declares every event"


def made(event: type[Any]) -> st.SearchStrategy[Any]:
    """Any event, or part of an event, of this type."""
    hint: Any = event
    return _strategy(hint)


def any_event() -> st.SearchStrategy[Event]:
    return st.sampled_from(sorted(REGISTRY)).flatmap(lambda name: made(REGISTRY[name]))


@cache
def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: ANY_TEXT,
        bool: st.booleans(),
        int: ANY_INTEGER,
        NoneType: st.none(),
    }
    if hint in simple:
        return simple[hint]
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*(_strategy(arm) for arm in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(_strategy(get_args(hint)[0]), max_size=3).map(tuple)
    assert isinstance(hint, type), f"no way to make a {hint}"
    assert is_dataclass(hint), f"no way to make a {hint}"
    hints = get_type_hints(hint)
    return st.builds(hint, **{one.name: _strategy(hints[one.name]) for one in fields(hint)})
