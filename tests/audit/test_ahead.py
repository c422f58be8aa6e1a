"""A log that was dated ahead by a wrong clock: what its service's word for that is worth, and what it is not."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from audit.ahead import happened_by
from audit.case import Case
from audit.conduct import examine
from audit.explain import explain
from audit.passed_over import passed_over
from audit.record import Contradiction, Incomplete, Record
from audit.replay import replay
from shared.contracts import access, application, registration
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.topics import ACCESS
from shared.kernel.actor import Role, system
from shared.kernel.instants import Instant, local_text, plus_seconds
from tests.audit.street import ROUND, Street
from tests.audit.test_antedated import moved
from tests.audit.test_replay import log

AHEAD_SECONDS = 1800
YEARS_SECONDS = 10 * 365 * 86_400
REASON = "a wrong time server"
Said = Callable[[Instant], Instant]


@pytest.fixture
def events(street: Street) -> list[Recorded]:
    """An honest log."""
    return log(street)


def right(dated: Instant) -> Instant:
    """What an honest service passes over."""
    return dated


def ahead(
    events: list[Recorded], place: int, seconds: int = AHEAD_SECONDS, *, say: Said | None = right
) -> list[Recorded]:
    """The log of which one event, and what follows from it in any service, was dated ahead.

    `say` makes the date that its service passes over right behind it out of the wrong one; None says nothing.
    """
    wrong, at = moved(events[place], seconds), Instant(events[place].envelope.time)
    found = follow([*events[:place], wrong, *events[place + 1 :]], wrong)
    return found if say is None else said(found, place, at, say(Instant(wrong.envelope.time)))


def said(events: list[Recorded], place: int, at: Instant, dated: Instant) -> list[Recorded]:
    """The log in which the service of an event says right behind it, at an instant, that it passes over a date."""
    behind = events[place]
    actor, event = system(behind.service), access.ClockPassedOver(dated=dated, reason=REASON)
    stream = Stream(ACCESS[behind.service], actor.id, actor.id)
    (word,) = Street(at=at, rehearsal=False).write(behind.service, stream, [event], actor)
    word = replace(word, envelope=replace(word.envelope, sequence=f"{behind.position + 1:020d}"))
    return [*events[: place + 1], word, *(later(one, behind.service) for one in events[place + 1 :])]


def later(one: Recorded, service: str) -> Recorded:
    """The event one place further on, where it is of the service in whose log something was put before it."""
    if one.service != service:
        return one
    return replace(one, envelope=replace(one.envelope, sequence=f"{one.position + 1:020d}"))


def follow(events: list[Recorded], cause: Recorded) -> list[Recorded]:
    """The events, of which those that follow from one have its date."""
    for number, one in enumerate(events):
        if one.envelope.causationid == cause.envelope.id:
            after = replace(one, envelope=replace(one.envelope, time=cause.envelope.time))
            events = follow([*events[:number], after, *events[number + 1 :]], after)
    return events


def of_people(events: list[Recorded], service: str) -> list[int]:
    """Where people acted in a service."""
    return [n for n, one in enumerate(events) if one.service == service and one.envelope.actorrole != Role.SYSTEM]


def followed_at_once(events: list[Recorded], service: str) -> int:
    """Where somebody acted in a service, of whom the next acted at the same instant."""
    acts = of_people(events, service)
    return next(n for n, after in pairwise(acts) if events[n].envelope.time == events[after].envelope.time)


def examined(events: list[Recorded]) -> None:
    """What replay does first."""
    examine(Record.of(events, None))


@pytest.mark.parametrize("service", ["application", "review"])
def test_what_was_dated_ahead_is_none_once_its_service_says_so(events: list[Recorded], service: str) -> None:
    place = followed_at_once(events, service)
    with pytest.raises(Contradiction, match="dated before what people had done"):
        examined(ahead(events, place, say=None))
    examined(ahead(events, place))


@pytest.mark.parametrize("seconds", [1, -1])
def test_only_a_date_that_stands_before_it_is_passed_over(events: list[Recorded], seconds: int) -> None:
    place = followed_at_once(events, "application")
    with pytest.raises(Contradiction, match="nothing before it in its log has the date"):
        examined(ahead(events, place, say=lambda dated: plus_seconds(dated, seconds)))


def test_no_date_is_passed_over_that_had_come(events: list[Recorded]) -> None:
    place = max(of_people(events, "registration"))
    at = Instant(events[place].envelope.time)
    with pytest.raises(Contradiction, match="it passes over a date that had come"):
        examined(said(events, place, at, at))


def test_another_services_word_excuses_nothing(events: list[Recorded]) -> None:
    found = ahead(events, followed_at_once(events, "application"), say=None)
    place = max(of_people(found, "review"))
    dated = Instant(found[place].envelope.time)
    with pytest.raises(Contradiction, match="dated before what people had done"):
        examined(said(found, place, plus_seconds(dated, -1), dated))


def test_nothing_is_set_back_behind_it(events: list[Recorded]) -> None:
    """Who sets a clock back later is found as ever."""
    place = followed_at_once(events, "application")
    found = ahead(events, place)
    after = next(n for n in of_people(found, "application") if n > place + 1)
    found[after] = moved(found[after], -86_400)
    with pytest.raises(Contradiction, match="dated before what people had done"):
        examined(found)


def opened(events: list[Recorded], role: Role) -> int:
    """Where an account of this role was opened."""
    return next(
        n
        for n, one in enumerate(events)
        if isinstance(one.event, registration.AccountOpened) and one.event.role == role
    )


@pytest.mark.parametrize("must_change", [False, True])
def test_an_account_that_was_opened_ahead_may_act_when_the_clock_is_right(
    events: list[Recorded], *, must_change: bool
) -> None:
    place = opened(events, Role.CITY_LEADER)
    leader = events[place].event
    assert isinstance(leader, registration.AccountOpened)
    if must_change:
        changed = registration.PasswordChanged(account=leader.account, credential=leader.credential, generation=1)
        by = replace(events[place].envelope, id="changed", actorid=leader.account, actorrole=Role.CITY_LEADER)
        by = replace(by, sequence=f"{events[place].position + 1:020d}")
        events[place] = replace(events[place], event=replace(leader, must_change=True))
        events = [
            *events[: place + 1],
            replace(events[place], envelope=by, event=changed),
            *map(_later, events[place + 1 :]),
        ]
        place += 1
    with pytest.raises(Contradiction, match=r"could not sign in before|dated before what people had done"):
        examined(ahead(events, place, YEARS_SECONDS, say=None))
    examined(ahead(events, place, YEARS_SECONDS))


def _later(one: Recorded) -> Recorded:
    return later(one, "registration")


def closed(events: list[Recorded], filer: str, at: Instant) -> list[Recorded]:
    """The log at whose end of registration the filer's account is closed."""
    place = max(of_people(events, "registration"))
    last = events[place]
    envelope = replace(
        last.envelope, id="closed", time=at, sequence=f"{last.position + 1:020d}", stream=f"account-{filer}"
    )
    envelope = replace(envelope, partitionkey=filer, causationid=None)
    event = registration.AccountClosed(account=filer, ground="调离岗位")
    return [*events[: place + 1], replace(last, envelope=envelope, event=event), *map(_later, events[place + 1 :])]


def test_who_acted_before_the_account_was_closed_did_though_its_service_was_dated_ahead(events: list[Recorded]) -> None:
    place = max(of_people(events, "application"))
    filer = events[place].envelope.actorid
    at = plus_seconds(Instant(max(one.envelope.time for one in events)), 60)
    examined(closed(ahead(events, place, YEARS_SECONDS), filer, at))
    with pytest.raises(Contradiction, match="account was closed before"):
        examined(closed(ahead(events, place, YEARS_SECONDS, say=None), filer, at))


def test_whose_account_was_closed_ahead_of_time_acts_no_more_once_that_is_passed_over(events: list[Recorded]) -> None:
    last = max(of_people(events, "application"))
    filer, at = events[last].envelope.actorid, Instant(events[last].envelope.time)
    found = closed(events, filer, plus_seconds(at, -3600))
    place = next(n for n, one in enumerate(found) if isinstance(one.event, registration.AccountClosed))
    with pytest.raises(Contradiction, match="account was closed before"):
        examined(ahead(found, place, 86_400))


def test_what_follows_from_it_in_another_service_had_happened_too(events: list[Recorded]) -> None:
    causes = {one.envelope.causationid for one in events if one.service == "review"}
    place = next(n for n in of_people(events, "application") if events[n].envelope.id in causes)
    at, found = Instant(events[place].envelope.time), ahead(events, place)
    record = Record.of(found, None)
    followed = [one for one in record.by_id.values() if one.envelope.causationid == events[place].envelope.id]
    assert {one.service for one in followed} >= {"review"}
    assert {record.happened(one) for one in followed} == {at}
    assert {one.envelope.id for one in followed} <= Record.of(found, at).by_id.keys()
    in_time = [one.envelope.id for one in record.in_time()]
    assert in_time.index(events[place].envelope.id) < next(
        n for n, one in enumerate(record.in_time()) if record.happened(one) > at
    )


def test_so_had_what_follows_from_that_in_whatever_order_the_logs_are_read(events: list[Recorded]) -> None:
    first = max(of_people(events, "publication"))
    at, dated = Instant(events[first].envelope.time), plus_seconds(Instant(events[first].envelope.time), AHEAD_SECONDS)
    found = ahead(events, first)
    for service, cause in (("application", events[first].envelope.id), ("registration", "of-application")):
        place = max(of_people(found, service))
        envelope = replace(found[place].envelope, id=f"of-{service}", time=dated, causationid=cause)
        found[place] = replace(found[place], envelope=envelope)
    happened = happened_by(found)
    assert (happened["of-application"], happened["of-registration"]) == (at, at)


def test_of_two_that_pass_it_over_the_earlier_says_until_when(events: list[Recorded]) -> None:
    place = max(of_people(events, "publication"))
    at, dated = Instant(events[place].envelope.time), plus_seconds(Instant(events[place].envelope.time), AHEAD_SECONDS)
    found = said(ahead(events, place), place + 1, plus_seconds(at, 60), dated)
    assert happened_by(found)[events[place].envelope.id] == at


def test_of_services_that_were_dated_ahead_together_each_knew_what_it_says(events: list[Recorded]) -> None:
    """Clocks of one machine: who began before the suspension did so, though both dates are passed over afterwards."""
    start = next(n for n, one in enumerate(events) if isinstance(one.event, application.ApplicationStarted))
    at, begun = Instant(events[start].envelope.time), moved(events[start], AHEAD_SECONDS)
    assert isinstance(begun.event, application.ApplicationStarted)
    organization = begun.event.organization
    record = Record.of(suspended(ahead(events, start), organization, plus_seconds(at, 3)), None)
    afterwards = replace(begun, envelope=replace(begun.envelope, id="afterwards", time=plus_seconds(at, 60)))
    assert Case(record, begun).barred(organization) is None
    assert Case(record, afterwards).barred(organization) is not None


def suspended(events: list[Recorded], organization: str, at: Instant) -> list[Recorded]:
    """The log at whose end of registration somebody suspended it at that instant, which was dated ahead as well."""
    place = max(n for n, one in enumerate(events) if one.service == "registration")
    last, dated = events[place], plus_seconds(at, AHEAD_SECONDS)
    event = registration.OrganizationSuspended(organization=organization, ground="investigation")
    envelope = replace(
        last.envelope, id="suspended", time=dated, sequence=f"{last.position + 1:020d}", causationid=None
    )
    found = [*events[: place + 1], replace(last, envelope=envelope, event=event), *map(_later, events[place + 1 :])]
    return said(found, place + 1, plus_seconds(at, 1), dated)


def test_what_is_dated_later_than_it_passes_over_is_not_excused(events: list[Recorded]) -> None:
    place = followed_at_once(events, "application")
    assert events[place].envelope.id in happened_by(ahead(events, place))
    assert events[place].envelope.id not in happened_by(ahead(events, place, say=lambda dated: plus_seconds(dated, -1)))


def test_nobodys_word_for_it_is_taken_unless_an_auditor_believes_it(events: list[Recorded]) -> None:
    last = max(of_people(events, "registration"))
    found = ahead(events, last)
    with pytest.raises(Incomplete, match=f"registration says that it was dated ahead, .*{REASON}; .*--believe-clocks"):
        replay(found, ROUND)
    done = replay(found, ROUND, believing_clocks=True)
    (told,) = done.passed_over
    assert (told.service, told.at, told.heard) == ("registration", events[last].envelope.time, "")
    explained = explain(found, done.applications[0].application)
    assert explained is not None
    assert explained.passed_over == [told]


def test_what_others_had_dated_later_by_then_is_told_beside_it(events: list[Recorded]) -> None:
    place = max(n for n, one in enumerate(events) if one.service == "review")
    dates = {one.envelope.id: one.envelope.time for one in events if one.service != "review"}
    heard = max(dates.get(one.envelope.causationid or "", "") for one in events if one.service == "review")
    act = max(of_people(events, "review"))
    set_back = plus_seconds(min(Instant(heard), Instant(events[act].envelope.time)), -3600)
    forged = said(events, place, set_back, Instant(events[act].envelope.time))
    record = Record.of(forged, None)
    (told,) = passed_over(record)
    assert told.heard == heard
    assert told.told.endswith("; but by then it had heard what another dated " + local_text(Instant(heard)))
