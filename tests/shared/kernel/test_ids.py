"""Ids are those that any other implementation of RFC 9562 makes."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import NIANLUN, event_id, named

PARTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4)


@given(st.text(st.characters(exclude_categories=["Cs"])), PARTS)
def test_a_name_is_the_uuid5_of_its_parts(kind: str, parts: list[str]) -> None:
    made = named(kind, *parts)
    assert made == str(uuid5(NIANLUN, "\x1f".join((kind, *parts))))
    assert UUID(made).version == 5


def test_an_events_id_follows_from_its_command_and_its_place_in_it() -> None:
    command = named("command", "one")
    assert event_id(command, 0) == str(uuid5(NIANLUN, f"event\x1f{command}\x1f0"))
    assert event_id(command, 0) != event_id(command, 1)
