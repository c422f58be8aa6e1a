"""Instants, days in Shanghai and working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.instants import (
    Instant,
    LocalDate,
    NotAnInstant,
    end_of_day,
    from_datetime,
    instant,
    just_before,
    last_of,
    local_date,
    local_text,
    plus_seconds,
    plus_working_days,
    plus_years,
    to_datetime,
    told_locally,
)

SINCE = datetime(1992, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=40_000)).map(lambda later: SINCE + later)
DAYS = st.dates(date(1992, 1, 1), date(2100, 1, 1)).map(lambda day: LocalDate(day.isoformat()))
GOLDEN_WEEK = frozenset(f"2017-10-0{day}" for day in range(2, 7))
SATURDAY = frozenset({"2017-09-30"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-09-20T17:00:00+08:00", "2017-09-20T09:00:00.000Z"),
        ("2017-09-20T09:00:00Z", "2017-09-20T09:00:00.000Z"),
        ("2017-09-20T16:59:59.999999+08:00", "2017-09-20T08:59:59.999Z"),
        ("2017-12-31T20:00:00-05:00", "2018-01-01T01:00:00.000Z"),
    ],
)
def test_an_instant_is_utc_with_milliseconds(text: str, expected: str) -> None:
    assert instant(text) == expected


@pytest.mark.parametrize(
    "text", ["2017-09-20T17:00:00", "2017-09-20", "", "now", "2017-02-29T00:00:00Z", "17:00+08:00"]
)
def test_an_instant_needs_an_offset(text: str) -> None:
    with pytest.raises(NotAnInstant):
        instant(text)


@given(MOMENTS, MOMENTS)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    left, right = from_datetime(one), from_datetime(other)
    assert (left < right) == (to_datetime(left) < to_datetime(right))
    assert timedelta(0) <= one - to_datetime(left) < timedelta(milliseconds=1)
    assert instant(left) == left
    assert len(left) == 24


@given(MOMENTS, st.integers(-(10**7), 10**7))
def test_seconds_there_and_back(moment: datetime, seconds: int) -> None:
    at = from_datetime(moment)
    assert plus_seconds(plus_seconds(at, seconds), -seconds) == at
    assert plus_seconds(at, -1) < just_before(at) < at
    assert (plus_seconds(at, seconds) > at) == (seconds > 0)


@pytest.mark.parametrize(
    ("at", "day", "text"),
    [
        ("2017-09-20T15:59:59.999Z", "2017-09-20", "2017-09-20 23:59:59.999"),
        ("2017-09-20T16:00:00.000Z", "2017-09-21", "2017-09-21 00:00:00.000"),
        ("2017-12-31T16:00:00.000Z", "2018-01-01", "2018-01-01 00:00:00.000"),
    ],
)
def test_the_day_is_shanghais(at: str, day: str, text: str) -> None:
    assert local_date(Instant(at)) == day
    assert local_text(Instant(at)) == text


@given(DAYS)
def test_a_day_ends_with_its_last_instant(day: LocalDate) -> None:
    end = end_of_day(day)
    assert local_date(plus_seconds(end, -1)) == day
    assert local_date(end) == (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def test_before_the_30th_of_september_runs_to_its_end() -> None:
    assert end_of_day(LocalDate("2017-09-30")) == "2017-09-30T16:00:00.000Z"


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        ("2016-02-29", 1, "2017-02-28"),
        ("2016-02-29", 4, "2020-02-29"),
        ("2016-02-29", -3, "2013-02-28"),
        ("2015-02-28", 1, "2016-02-28"),
        ("2017-09-20", -3, "2014-09-20"),
    ],
)
def test_years_later(day: str, years: int, expected: str) -> None:
    assert plus_years(LocalDate(day), years) == expected


@given(DAYS, DAYS, st.integers(0, 50))
def test_years_keep_the_order_of_days(one: LocalDate, other: LocalDate, years: int) -> None:
    if one <= other:
        assert plus_years(one, years) <= plus_years(other, years)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2017-09-29", 0, "2017-09-29"),
        ("2017-09-29", 1, "2017-09-30"),
        ("2017-09-29", 2, "2017-10-09"),
        ("2017-09-30", 1, "2017-10-09"),
        ("2017-10-06", 1, "2017-10-09"),
        ("2017-11-03", 1, "2017-11-06"),
    ],
)
def test_the_30th_of_september_2017_was_a_working_saturday(day: str, days: int, expected: str) -> None:
    assert plus_working_days(LocalDate(day), days, holidays=GOLDEN_WEEK, workdays=SATURDAY) == expected


def test_without_the_calendar_it_was_none() -> None:
    assert plus_working_days(LocalDate("2017-09-29"), 1, holidays=frozenset(), workdays=frozenset()) == "2017-10-02"


@given(DAYS, st.integers(1, 30))
def test_working_days_are_counted_one_by_one(day: LocalDate, days: int) -> None:
    step = plus_working_days(day, 1, holidays=GOLDEN_WEEK, workdays=SATURDAY)
    assert step > day
    assert plus_working_days(step, days - 1, holidays=GOLDEN_WEEK, workdays=SATURDAY) == plus_working_days(
        day, days, holidays=GOLDEN_WEEK, workdays=SATURDAY
    )


def test_as_of_a_day_is_its_last_instant_in_shanghai() -> None:
    assert last_of("2018-06-01") == "2018-06-01T15:59:59.999Z"
    assert last_of("2018-06-01T12:00:00+08:00") == "2018-06-01T04:00:00.000Z"
    with pytest.raises(NotAnInstant):
        last_of("2018-06-01T12:00:00")


def test_instants_in_a_text_are_told_in_shanghai_s_time() -> None:
    assert told_locally("after 2017-09-20T09:00:00.000Z") == "after 2017-09-20 17:00:00"
    assert told_locally("2017-09-20T16:00:00.001Z，2017-09-20") == "2017-09-21 00:00:00.001，2017-09-20"
    assert told_locally("2017-13-40T09:00:00.000Z") == "2017-13-40T09:00:00.000Z"
