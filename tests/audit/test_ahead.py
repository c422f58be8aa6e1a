"""A log that was dated ahead by a wrong clock stays provable once its service says so, and excuses nothing else."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from audit.conduct import examine
from audit.record import Contradiction, Record
from audit.replay import replay
from shared.contracts import access, registration
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.topics import ACCESS
from shared.kernel.actor import Role, system
from shared.kernel.instants import Instant, plus_seconds
from tests.audit.street import ROUND, Street
from tests.audit.test_antedated import moved
from tests.audit.test_replay import log

AHEAD_SECONDS = 1800
REASON = "a wrong time server"


@pytest.fixture
def events(street: Street) -> list[Recorded]:
    """An honest log."""
    return log(street)


def dated_ahead(
    events: list[Recorded],
    place: int,
    *,
    say: Callable[[Instant], Instant] | None = lambda end: end,
) -> list[Recorded]:
    """The log of which one event, and what follows from it in any service, was dated ahead.

    `say` makes what its service says of that right behind it out of the wrong date; None says nothing.
    """
    wrong, right = moved(events[place], AHEAD_SECONDS), Instant(events[place].envelope.time)
    found = follow([*events[:place], wrong, *events[place + 1 :]], wrong)
    if say is None:
        return found
    said = passed_over(wrong, right, say(Instant(wrong.envelope.time)))
    return [*found[: place + 1], said, *map(later, found[place + 1 :])]


def follow(events: list[Recorded], cause: Recorded) -> list[Recorded]:
    """The events, of which those that follow from one have its date."""
    for number, one in enumerate(events):
        if one.envelope.causationid == cause.envelope.id:
            after = replace(one, envelope=replace(one.envelope, time=cause.envelope.time))
            events = follow([*events[:number], after, *events[number + 1 :]], after)
    return events


def passed_over(behind: Recorded, at: Instant, dated: Instant) -> Recorded:
    """What the service says, right behind that event."""
    actor, service = system(behind.service), behind.service
    street = Street(at=at, rehearsal=False)
    event = access.ClockPassedOver(dated=dated, reason=REASON)
    (said,) = street.write(service, Stream(ACCESS[service], actor.id, actor.id), [event], actor)
    return replace(said, envelope=replace(said.envelope, sequence=f"{behind.position + 1:020d}"))


def later(one: Recorded) -> Recorded:
    """The event one place further on in its log; in the others' it does no harm."""
    return replace(one, envelope=replace(one.envelope, sequence=f"{one.position + 1:020d}"))


def of_people(events: list[Recorded], service: str) -> list[int]:
    """Where people acted in a service."""
    return [n for n, one in enumerate(events) if one.service == service and one.envelope.actorrole != Role.SYSTEM]


def examined(events: list[Recorded]) -> None:
    """What replay does first."""
    examine(Record.of(events, None))


def followed_at_once(events: list[Recorded], service: str) -> int:
    """Where somebody acted in a service, of whom the next acted at the same instant."""
    acts = of_people(events, service)
    return next(n for n, after in pairwise(acts) if events[n].envelope.time == events[after].envelope.time)


@pytest.mark.parametrize("service", ["application", "review"])
def test_what_was_dated_ahead_is_none_once_its_service_says_so(events: list[Recorded], service: str) -> None:
    place = followed_at_once(events, service)
    with pytest.raises(Contradiction, match="dated before what people had done"):
        examined(dated_ahead(events, place, say=None))
    examined(dated_ahead(events, place))


def test_an_account_that_was_opened_ahead_may_act_when_the_clock_is_right(events: list[Recorded]) -> None:
    leader = next(n for n, one in enumerate(events) if _opens(one, Role.CITY_LEADER))
    first = next(one.envelope.time for one in events if one.envelope.actorid == _account(events[leader]))
    seconds = 10 * 365 * 86_400
    ahead = [moved(one, seconds) if n == leader else one for n, one in enumerate(events)]
    with pytest.raises(Contradiction, match="could not sign in before"):
        examined(ahead)
    said = passed_over(ahead[leader], Instant(events[leader].envelope.time), Instant(ahead[leader].envelope.time))
    assert said.envelope.time <= first
    examined([*ahead[: leader + 1], said, *map(later, ahead[leader + 1 :])])


def _opens(one: Recorded, role: Role) -> bool:
    return isinstance(one.event, registration.AccountOpened) and one.event.role == role


def _account(one: Recorded) -> str:
    assert isinstance(one.event, registration.AccountOpened)
    return one.event.account


def test_what_is_dated_later_than_was_passed_over_is_not_excused(events: list[Recorded]) -> None:
    place = followed_at_once(events, "application")
    with pytest.raises(Contradiction, match="dated before what people had done"):
        examined(dated_ahead(events, place, say=lambda end: plus_seconds(end, -1)))


def test_another_services_word_excuses_nothing(events: list[Recorded]) -> None:
    place = followed_at_once(events, "application")
    ahead = dated_ahead(events, place, say=None)
    end = Instant(ahead[place].envelope.time)
    other = next(one for one in reversed(events) if one.service == "review")
    with pytest.raises(Contradiction, match="dated before what people had done"):
        examined([*ahead, passed_over(other, Instant(other.envelope.time), end)])


def test_what_follows_from_it_in_another_service_had_happened_too(events: list[Recorded]) -> None:
    causes = {one.envelope.causationid for one in events if one.service == "review"}
    place = next(n for n in of_people(events, "application") if events[n].envelope.id in causes)
    at = Instant(events[place].envelope.time)
    record = Record.of(dated_ahead(events, place), None)
    followed = [one for one in record.by_id.values() if one.envelope.causationid == events[place].envelope.id]
    assert {one.service for one in followed} >= {"review"}
    assert {record.happened(one) for one in followed} == {at} < {one.envelope.time for one in followed} | {at}
    assert {one.envelope.id for one in followed} <= Record.of(dated_ahead(events, place), at).by_id.keys()


def test_a_replay_tells_of_it(events: list[Recorded]) -> None:
    last = max(of_people(events, "registration"))
    done = replay(dated_ahead(events, last), ROUND)
    (told,) = done.passed_over
    assert (told.service, told.at, told.reason) == ("registration", events[last].envelope.time, REASON)
    assert told.heard == ""


def test_what_others_had_dated_later_by_then_is_told_beside_it(events: list[Recorded]) -> None:
    behind = [one for one in events if one.service == "review"][-1]
    dates = {one.envelope.id: one.envelope.time for one in events if one.service != "review"}
    heard = max(dates.get(one.envelope.causationid or "", "") for one in events if one.service == "review")
    set_back = plus_seconds(Instant(heard), -3600)
    said = passed_over(behind, set_back, plus_seconds(set_back, 1))
    (told,) = replay([*events, said], ROUND).passed_over
    assert told.heard == heard
