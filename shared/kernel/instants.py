"""Instants and dates as fixed-width text, so that text order is time order and no float or time zone slips in."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NewType

Instant = NewType("Instant", str)
"""UTC, milliseconds: `2017-09-20T09:00:00.000Z`. Two instants compare as text."""

LocalDate = NewType("LocalDate", str)
"""A calendar day in Asia/Shanghai: `2017-09-20`. Two dates compare as text."""

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept UTC+08:00 without daylight saving since 1991; rounds start in 2017."""


YEAR_MIN, YEAR_MAX = 1800, 2199
"""Years that a round can name; within them every instant has four digits of year in any offset."""


_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)


class NotAnInstant(ValueError):
    """The text is not an ISO 8601 instant with an offset."""


def instant(text: str) -> Instant:
    """Read any ISO 8601 instant that carries an offset; raise `NotAnInstant` otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAnInstant(text) from error
    if moment.tzinfo is None or not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise NotAnInstant(text)
    return from_datetime(moment)


def from_datetime(moment: datetime) -> Instant:
    """Truncate an aware datetime to milliseconds UTC."""
    utc = moment.astimezone(UTC)
    return Instant(f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z")


def to_datetime(at: Instant) -> datetime:
    """The same moment as an aware datetime in UTC."""
    return datetime.fromisoformat(at)


def local_date(at: Instant) -> LocalDate:
    """The calendar day on which `at` falls in Asia/Shanghai."""
    return LocalDate(to_datetime(at).astimezone(SHANGHAI).date().isoformat())


def local_text(at: Instant) -> str:
    """`at` as people in Shanghai read it: `2017-09-20 17:00:00.000`."""
    return to_datetime(at).astimezone(SHANGHAI).isoformat(sep=" ", timespec="milliseconds")[:23]


def told_locally(text: str) -> str:
    """A text with each instant in it as people in Shanghai read it, milliseconds only where there are some."""
    return _INSTANT.sub(lambda found: locally(found[0]), text)


def locally(text: str) -> str:
    """An instant as `told_locally` tells it; a text that is none stays."""
    try:
        return local_text(instant(text)).removesuffix(".000")
    except NotAnInstant:
        return text


def plus_seconds(at: Instant, seconds: int) -> Instant:
    """`at` moved by whole seconds."""
    return from_datetime(to_datetime(at) + timedelta(seconds=seconds))


def just_before(at: Instant) -> Instant:
    """The last instant before `at`, a millisecond earlier."""
    return from_datetime(to_datetime(at) - timedelta(milliseconds=1))


def plus_days(at: Instant, days: int) -> Instant:
    """`at` moved by days of 24 hours: China keeps no daylight saving time."""
    return from_datetime(to_datetime(at) + timedelta(days=days))


def later_by(at: Instant, since: Instant, until: Instant) -> Instant:
    """`at` moved by the time from `since` to `until`."""
    return from_datetime(to_datetime(at) + (to_datetime(until) - to_datetime(since)))


def plus_years(day: LocalDate, years: int) -> LocalDate:
    """The same day `years` later (earlier when negative); 29 February becomes 28 February in a common year."""
    start = date.fromisoformat(day)
    try:
        return LocalDate(start.replace(year=start.year + years).isoformat())
    except ValueError:
        return LocalDate(start.replace(year=start.year + years, day=28).isoformat())


def end_of_day(day: LocalDate) -> Instant:
    """The first instant after `day` in Asia/Shanghai: "9月30日前" runs to the end of that day."""
    return from_datetime(datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), SHANGHAI))


def last_of(text: str) -> Instant:
    """The last instant of a day in Shanghai, to the millisecond, or the instant itself; raise `NotAnInstant`."""
    if "T" in text:
        return instant(text)
    try:
        return from_datetime(to_datetime(end_of_day(LocalDate(text))) - timedelta(milliseconds=1))
    except ValueError as error:
        raise NotAnInstant(text) from error


def end_of_day_after(at: Instant, days: int) -> Instant:
    """The first instant after the day in Shanghai that lies so many days after `at`."""
    day = to_datetime(at).astimezone(SHANGHAI).date() + timedelta(days=days)
    return end_of_day(LocalDate(day.isoformat()))


def days_left(due: Instant, now: Instant) -> int:
    """Whole days in Asia/Shanghai until the last one that is before `due`; less than none once that is over."""
    last = date.fromisoformat(local_date(plus_seconds(due, -1)))
    return (last - date.fromisoformat(local_date(now))).days


def plus_working_days(day: LocalDate, days: int, *, holidays: frozenset[str], workdays: frozenset[str]) -> LocalDate:
    """The day that lies `days` working days after `day`; `workdays` are weekend days worked (调休)."""
    current, left = date.fromisoformat(day), days
    while left > 0:
        current += timedelta(days=1)
        text = current.isoformat()
        if text in workdays or (current.weekday() < 5 and text not in holidays):  # noqa: PLR2004 - Monday to Friday
            left -= 1
    return LocalDate(current.isoformat())
