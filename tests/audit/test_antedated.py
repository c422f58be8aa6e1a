"""Nobody is put into office after the fact, and nothing is antedated: replay names the event (C5.2).

Each forgery rewrites the envelope of an event of an honest log, as whoever owns the machine and makes every hash anew
could, or appends one as whoever sets its clock back.
"""

from dataclasses import replace

import pytest

from audit.commands import decide_again
from audit.conduct import examine
from audit.record import Contradiction, Record
from audit.times import CLOCKS_SECONDS_MAX, FILE_SECONDS_MAX, in_their_time
from shared.contracts import application, publication, registration, review
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.kernel.actor import ANYBODY, Role
from shared.kernel.instants import Instant, plus_seconds
from tests.audit.street import Street
from tests.audit.test_replay import log

DAY_SECONDS = 86_400
ANTEDATED: dict[str, tuple[type[Event], int]] = {
    "a recommendation before its submission": (review.DistrictRecommended, -7),
    "a score before its assignment": (review.ExpertScored, -30),
    "a score after the ranking": (review.ExpertScored, 30),
    "a conflict answered after the score": (review.ConflictDeclared, 30),
    "a panel after its scores": (review.PanelConstituted, 30),
    "a list published before its approval": (publication.ListPublished, -30),
    "a submission before its draft": (application.ApplicationSubmitted, -30),
    "an organization certified before it asked": (registration.OrganizationCertified, -30),
}


def moved(one: Recorded, seconds: int) -> Recorded:
    """The event with another time."""
    envelope = replace(one.envelope, time=plus_seconds(Instant(one.envelope.time), seconds))
    return replace(one, envelope=envelope)


def examined(events: list[Recorded]) -> None:
    """What replay does first."""
    examine(Record.of(events, None))


@pytest.mark.parametrize("name", ANTEDATED)
def test_what_people_did_is_not_dated_otherwise(street: Street, name: str) -> None:
    kind, days = ANTEDATED[name]
    events = log(street)
    place = [number for number, one in enumerate(events) if isinstance(one.event, kind)][-1 if days < 0 else 0]
    events[place] = moved(events[place], days * DAY_SECONDS)
    with pytest.raises(Contradiction):
        examined(events)


@pytest.mark.parametrize(("seconds", "found"), [(CLOCKS_SECONDS_MAX, False), (CLOCKS_SECONDS_MAX + 1, True)])
def test_what_is_appended_with_the_clock_set_back_is_named(street: Street, seconds: int, *, found: bool) -> None:
    appended_is_named(street, review.ScoringClosed, seconds, found=found)


@pytest.mark.parametrize(("seconds", "found"), [(FILE_SECONDS_MAX, False), (FILE_SECONDS_MAX + 1, True)])
def test_what_came_with_a_file_may_have_come_for_longer(street: Street, seconds: int, *, found: bool) -> None:
    appended_is_named(street, application.AttachmentAdded, seconds, found=found)


def appended_is_named(street: Street, kind: type[Event], seconds: int, *, found: bool) -> None:
    """Whether an event of a kind is named that is appended so much earlier than the last that somebody did there."""
    events = log(street)
    one = next(one for one in events if isinstance(one.event, kind))
    own = [other for other in events if other.service == one.service]
    last = max(other.envelope.time for other in own if other.envelope.actorrole != Role.SYSTEM)
    time, sequence = plus_seconds(Instant(last), -seconds), f"{own[-1].position + 1:020d}"
    appended = replace(one, envelope=replace(one.envelope, id="appended", time=time, sequence=sequence))
    record = Record.of([*events, appended], None)
    if not found:
        in_their_time(record)
        return
    with pytest.raises(Contradiction, match="dated before") as caught:
        in_their_time(record)
    assert caught.value.recorded is appended


def opened(events: list[Recorded], role: Role) -> int:
    """Where the account of somebody in a role was opened."""
    return next(
        number
        for number, one in enumerate(events)
        if isinstance(one.event, registration.AccountOpened) and one.event.role == role
    )


OPENERS: dict[str, tuple[Role, Role, str]] = {
    "a leader by itself": (Role.CITY_LEADER, Role.CITY_LEADER, ""),
    "a leader by nobody": (Role.CITY_LEADER, Role.FILER, ANYBODY.id),
    "an administrator by itself": (Role.ADMINISTRATOR, Role.ADMINISTRATOR, ""),
    "an administrator by nobody": (Role.ADMINISTRATOR, Role.FILER, ANYBODY.id),
    "a filer by a nobody who is an administrator": (Role.FILER, Role.ADMINISTRATOR, ANYBODY.id),
}


@pytest.mark.parametrize("name", OPENERS)
def test_whoever_may_not_opens_no_account(street: Street, name: str) -> None:
    role, opener, account = OPENERS[name]
    events = log(street)
    place = opened(events, role)
    own = events[place].event
    assert isinstance(own, registration.AccountOpened)
    envelope = replace(events[place].envelope, actorid=account or own.account, actorrole=opener.value)
    disproved(events, replace(events[place], envelope=envelope), place)


def test_a_filer_opens_nobody_into_office(street: Street) -> None:
    events = log(street)
    filer = events[opened(events, Role.FILER)].event
    assert isinstance(filer, registration.AccountOpened)
    for role in (Role.CITY_LEADER, Role.PLATFORM_VERIFIER, Role.ADMINISTRATOR):
        place = opened(events, role)
        envelope = replace(events[place].envelope, actorid=filer.account, actorrole=Role.FILER.value)
        disproved(events, replace(events[place], envelope=envelope), place)


def disproved(events: list[Recorded], forged: Recorded, place: int) -> None:
    """Replay names the event, by who did it or by what was decided."""
    record = Record.of([*events[:place], forged, *events[place + 1 :]], None)
    with pytest.raises(Contradiction) as caught:
        both(record, forged)
    assert caught.value.recorded is forged


def both(record: Record, forged: Recorded) -> None:
    """What replay does."""
    decide_again(record, forged)
    examine(record)


def test_who_opens_its_own_account_has_no_password_of_anothers(street: Street) -> None:
    events = log(street)
    place = opened(events, Role.FILER)
    own = events[place].event
    assert isinstance(own, registration.AccountOpened)
    disproved(events, replace(events[place], event=replace(own, must_change=True)), place)


@pytest.mark.parametrize("role", [Role.CITY_LEADER, Role.EXPERT, Role.PLATFORM_VERIFIER])
def test_nobody_acts_before_the_account_was_opened(street: Street, role: Role) -> None:
    events = log(street)
    place = opened(events, role)
    events[place] = moved(events[place], 365 * DAY_SECONDS)
    with pytest.raises(Contradiction, match="could not sign in before"):
        examined(events)


def test_nobody_acts_with_a_password_that_had_to_be_changed_first(street: Street) -> None:
    events = log(street)
    place = opened(events, Role.CITY_LEADER)
    own = events[place].event
    assert isinstance(own, registration.AccountOpened)
    events[place] = replace(events[place], event=replace(own, must_change=True))
    with pytest.raises(Contradiction, match="could not sign in before"):
        examined(events)
