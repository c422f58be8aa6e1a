"""When people did it: what each did is later than its account, and no log of a service goes back in time."""

from collections.abc import Iterable, Mapping

from audit.record import Contradiction, Record
from shared.contracts.access import ClockPassedOver
from shared.contracts.application import AttachmentAdded
from shared.contracts.envelope import Recorded
from shared.contracts.registration import AccountOpened, PasswordChanged
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_seconds

CLOCKS_SECONDS_MAX = 60
"""By how much two clocks differ, and how long a command waits between its arrival and the log."""
FILE_SECONDS_MAX = 720
"""The same for what is dated by the arrival of a file, which may take ten minutes to come and one to be scanned."""
BEFORE_ALL, NEVER = Instant("0001-01-01T00:00:00.000Z"), Instant("9999-12-31T23:59:59.999Z")


def in_their_time(record: Record) -> None:
    """Raise `Contradiction` at what somebody did who could not sign in yet, and at what was antedated.

    A reaction is dated by its cause, what falls due by its instant: they alone may be older than what is before them.
    Where a wrong date is passed over, the log of that service begins to be in order anew.
    """
    began = _began(record)
    latest: dict[str, Instant] = {}
    for recorded in _of_people(record):
        at, service = Instant(recorded.envelope.time), recorded.service
        if isinstance(recorded.event, ClockPassedOver):
            _was_dated(record, recorded, recorded.event)
            latest[service] = at
            continue
        if not isinstance(recorded.event, PasswordChanged):
            _after_it_began(recorded, began)
        back = FILE_SECONDS_MAX if isinstance(recorded.event, AttachmentAdded) else CLOCKS_SECONDS_MAX
        if plus_seconds(at, back) < latest.get(service, at):
            raise Contradiction(recorded, "it is dated before what people had done by then in its service's log")
        latest[service] = max(at, latest.get(service, at))


def _of_people(record: Record) -> Iterable[Recorded]:
    """What people did, and which dates they had passed over, each service's in the order of its log."""
    return (
        one
        for one in record.by_id.values()
        if one.envelope.actorrole != Role.SYSTEM or isinstance(one.event, ClockPassedOver)
    )


def _was_dated(record: Record, recorded: Recorded, event: ClockPassedOver) -> None:
    """What is passed over stands before it, by the service's own clock, and lies after it in time."""
    own = (one for one in record.before(recorded) if not one.envelope.causationid)
    if not any(one.envelope.time == event.dated for one in own):
        raise Contradiction(recorded, "nothing before it in its log has the date that it passes over")
    if event.dated <= recorded.envelope.time:
        raise Contradiction(recorded, "it passes over a date that had come")


def _began(record: Record) -> Mapping[str, Instant]:
    """By account from when on somebody could sign in with it: opened, and the opener's password changed."""
    changed: dict[str, Instant] = {}
    for one, password in record.all(PasswordChanged):
        changed.setdefault(password.account, _not_before(record, one))
    return {
        opened.account: changed.get(opened.account, NEVER) if opened.must_change else _not_before(record, one)
        for one, opened in record.all(AccountOpened)
    }


def _not_before(record: Record, recorded: Recorded) -> Instant:
    """Before which the event did not happen; of what was dated ahead nobody knows that."""
    return BEFORE_ALL if record.dated_ahead(recorded) else Instant(recorded.envelope.time)


def _after_it_began(recorded: Recorded, began: Mapping[str, Instant]) -> None:
    envelope = recorded.envelope
    since = began.get(envelope.actorid)
    if since is not None and plus_seconds(Instant(envelope.time), CLOCKS_SECONDS_MAX) < since:
        raise Contradiction(recorded, "its actor could not sign in before")
