"""The rules by what the round says, and each of them against its predicate, whatever is filed (C2, C4, C5.2)."""

from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.application.domain.rules.notes import notes
from services.application.domain.rules.unsaid import EARLIER_MATERIALS
from shared.contracts.form import Penalty, Person, Premises
from shared.contracts.vocabulary import EDUCATION
from shared.contracts.vocabulary import TITLES as TITLES_OF_STAFF
from shared.kernel.instants import to_datetime
from tests.rounds.unasked import UNASKED
from tests.services.application.domain.filings import (
    ASKED,
    DEADLINE,
    HONOUR,
    LEVELS,
    LICENCE,
    ROUND,
    RULES,
    filing,
    outcome,
    person,
    said,
    staff,
)


def test_levels_are_the_rounds() -> None:
    """From which degree, title and recognition on something counts is data (C2.1.2, C2.1.7)."""
    higher = replace(LEVELS, education="bachelor", title="senior", recognition="municipal")
    college = filing(roster=staff(7, 10))
    assert outcome("R7", college) == "PASS"
    assert outcome("R7", replace(college, levels=higher)) == "FAIL"
    titled = tuple(person(number, education="none", title="intermediate") for number in range(10))
    assert outcome("R7", replace(filing(roster=titled), levels=higher)) == "FAIL"
    assert outcome("R7", replace(filing(roster=titled), levels=replace(higher, title="junior"))) == "PASS"
    honoured = filing(honours=(HONOUR,))
    assert said("R16", honoured)[0] == "JUDGE"
    assert said("R16", replace(honoured, levels=higher))[0] == "FAIL"


def test_a_round_may_count_only_who_meets_both() -> None:
    """不得重复计算 is counted as the round says (C2.1.2)."""
    both = replace(LEVELS, counting="intersection")
    mixed = (*(person(number, title="senior") for number in range(7)), *staff(0, 10)[7:])
    assert outcome("R7", replace(filing(roster=mixed), levels=both)) == "PASS"
    assert outcome("R7", replace(filing(roster=staff(10, 10)), levels=both)) == "FAIL"


def test_a_round_without_levels_and_materials_means_what_it_meant() -> None:
    """What earlier rounds left unsaid is in one place."""
    assert (LEVELS.education, LEVELS.title, LEVELS.recognition) == (
        UNASKED.levels.education,
        UNASKED.levels.title,
        UNASKED.levels.recognition,
    )
    assert [(one.number, one.required) for one in ASKED] == [(one.number, one.required) for one in EARLIER_MATERIALS]


def test_recognition_that_is_dated_later_is_none_yet() -> None:
    assert said("R16", filing(honours=(replace(HONOUR, date="2017-09-15"),)))[0] == "JUDGE"
    assert said("R16", filing(honours=(replace(HONOUR, date="2017-09-16"),)))[0] == "FAIL"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, "PASS"),
        ("2017-09-15", "2017-09-15", "PASS"),
        ("2017-09-16", None, "FAIL"),
        (None, "2017-09-14", "FAIL"),
        ("2015-01-01", "2018-01-01", "PASS"),
    ],
)
def test_a_partner_counts_while_its_agreement_runs(first: str | None, last: str | None, expected: str) -> None:
    """Partner agreements that ended or have not begun as of the filing do not count (C2.1.5)."""
    t4 = filing().t4
    assert t4 is not None
    partners = (*t4.partners[:2], replace(t4.partners[2], valid_from=first, valid_to=last))
    assert outcome("R17", filing(partners=partners)) == expected


def test_an_organization_does_not_gather_itself() -> None:
    t1, t4 = filing().t1, filing().t4
    assert t1 is not None
    assert t4 is not None
    partners = (*t4.partners[:2], replace(t4.partners[2], uscc=t1.uscc))
    assert outcome("R17", filing(partners=partners)) == "FAIL"


def test_a_law_firm_applies_under_another_category() -> None:
    """律师事务所除外 (C2.1.1), and the legal category is closed (C2.2.2.h)."""
    firm = filing(legal_form="law_firm", category=("management_consulting",))
    assert [outcome(rule, firm) for rule in ("R1", "R14", "R15")] == ["PASS"] * 3
    legal = filing(legal_form="law_firm", category=("legal",))
    assert [outcome(rule, legal) for rule in ("R1", "R14", "R15")] == ["PASS", "PASS", "FAIL"]


def test_when_it_operates_counts_and_not_when_it_was_established() -> None:
    young = filing(established_on="2010-01-01", operating_since="2017-01-01")
    assert outcome("R2", young) == "FAIL"
    assert "R2" not in notes(young, ROUND.rules)
    odd = filing(established_on="2017-01-01", operating_since="2010-01-01")
    assert outcome("R2", odd) == "PASS"
    assert "established" in notes(odd, ROUND.rules)["R2"][1]


@pytest.mark.parametrize(("surveyed", "satisfied"), [(10, 11), (0, 5)])
def test_more_satisfied_than_surveyed_is_not_satisfied(surveyed: int, satisfied: int) -> None:
    assert outcome("R11", filing(surveyed=surveyed, satisfied=satisfied)) == "FAIL"


def test_more_favoured_than_served_is_no_share() -> None:
    assert outcome("R12", filing(volume_total="10", volume_public="6", volume_lowfee="6")) == "FAIL"


def test_a_warning_where_counting_both_would_come_out_otherwise() -> None:
    """Union passes and intersection would fail: the message says so (C2.1.2)."""
    rules = [RULES["R7"]]
    zh, en = notes(filing(roster=staff(7, 10)), rules)["R7"]
    assert "0/10" in zh
    assert "0/10" in en
    both = tuple(person(number, title="senior") for number in range(10))
    assert "R7" not in notes(filing(roster=both), rules)
    assert "R7" not in notes(filing(roster=staff(6, 10)), rules)
    assert "R7" not in notes(filing(roster=()), rules)
    counted = replace(filing(roster=both), levels=replace(LEVELS, counting="intersection"))
    assert "R7" not in notes(counted, rules)


def test_what_was_not_counted_is_said() -> None:
    t4 = filing().t4
    assert t4 is not None
    filed = filing(
        premises=(Premises(address="旧", area="90", tenure="lease", lease_to="2017-09-14"),),
        penalties=(Penalty(date="2017-09-16", authority="市场监管", doc_no="1"),),
        honours=(replace(HONOUR, date="2018-01-01"),),
        partners=(*t4.partners, t4.partners[0]),
    )
    assert set(notes(filed, ROUND.rules)) == {"R7", "R8", "R13", "R16", "R17"}
    assert notes(replace(filing(), t1=None, t2=None, t3=None, t4=None), ROUND.rules) == {}


PEOPLE = st.lists(
    st.builds(
        Person,
        person_key=st.sampled_from([f"P{number}" for number in range(20)]),
        fulltime=st.booleans(),
        professional=st.booleans(),
        education=st.sampled_from(EDUCATION),
        title_level=st.sampled_from(TITLES_OF_STAFF),
    ),
    max_size=25,
    unique_by=lambda one: one.person_key,
).map(tuple)


@given(PEOPLE)
def test_the_ratio_is_inclusion_and_exclusion(roster: tuple[Person, ...]) -> None:
    """10·(n_edu + n_title - n_both) ≥ 7·n_fulltime, and nothing without full-time staff (C2.1.2)."""
    fulltime = [one for one in roster if one.fulltime]
    counted = [one for one in fulltime if one.professional]
    edu = {one.person_key for one in counted if EDUCATION.index(one.education) >= EDUCATION.index("college")}
    titled = {one.person_key for one in counted if one.title_level in {"intermediate", "senior"}}
    holds = bool(fulltime) and 10 * (len(edu) + len(titled) - len(edu & titled)) >= 7 * len(fulltime)
    assert outcome("R7", filing(roster=roster)) == ("PASS" if holds else "FAIL")
    assert outcome("R6", filing(roster=roster)) == ("PASS" if len(fulltime) >= 10 else "FAIL")


@given(st.lists(st.integers(0, 90_000), max_size=6))
def test_areas_add_up_exactly(thousandths: list[int]) -> None:
    """Σ area ≥ 80 ㎡, without a float (C2.1.2)."""
    premises = tuple(
        Premises(address="楼", area=f"{one // 1000}.{one % 1000:03d}", tenure="own") for one in thousandths
    )
    assert outcome("R8", filing(premises=premises)) == ("PASS" if sum(thousandths) >= 80_000 else "FAIL")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_satisfaction_is_compared_by_multiplication(surveyed: int, satisfied: int) -> None:
    """surveyed > 0 and 100·satisfied ≥ 80·surveyed (C2.1.3)."""
    holds = 0 < surveyed >= satisfied and 100 * satisfied >= 80 * surveyed
    assert outcome("R11", filing(surveyed=surveyed, satisfied=satisfied)) == ("PASS" if holds else "FAIL")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_favoured_share_is_compared_by_multiplication(total: int, public: int, lowfee: int) -> None:
    """10·(public + lowfee) ≥ total (C2.1.3)."""
    filed = filing(volume_total=str(total), volume_public=str(public), volume_lowfee=str(lowfee))
    holds = 0 < total >= public + lowfee and 10 * (public + lowfee) >= total
    assert outcome("R12", filed) == ("PASS" if holds else "FAIL")


DAYS = st.dates(date(2012, 1, 1), date(2022, 12, 31))


@given(DAYS, DAYS)
def test_a_penalty_counts_for_three_years_to_the_day(filed_on: date, penalized: date) -> None:
    """No penalty in (as_of - 3 years, as_of] (C2.1.6)."""
    leap = filed_on.month == 2 and filed_on.day == 29
    after = filed_on.replace(year=filed_on.year - 3, day=28 if leap else filed_on.day)
    filed = filing(
        at=f"{filed_on}T12:00:00+08:00",
        penalties=(Penalty(date=penalized.isoformat(), authority="市场监管", doc_no="1"),),
    )
    assert outcome("R13", filed) == ("FAIL" if after < penalized <= filed_on else "PASS")


@given(DAYS, DAYS)
def test_a_year_of_operation_is_a_year_to_the_day(filed_on: date, since: date) -> None:
    """as_of ≥ operating_since + 1 year; a start on 29 February is a year old on the 28th (C2.1.1)."""
    leap = since.month == 2 and since.day == 29
    from_on = since.replace(year=since.year + 1, day=28 if leap else since.day)
    filed = filing(at=f"{filed_on}T00:00:00+08:00", operating_since=since.isoformat())
    assert outcome("R2", filed) == ("PASS" if filed_on >= from_on else "FAIL")


@given(st.sets(st.integers(1, 9)), st.booleans(), st.booleans())
def test_materials_four_and_eight_where_held(present: set[int], qualified: bool, honoured: bool) -> None:  # noqa: FBT001
    """Materials 1 to 9 are there, 4 and 8 only where something is held (C4.4, C4.8)."""
    filed = filing(qualifications=(LICENCE,) * qualified, honours=(HONOUR,) * honoured)
    wanted = {2, 3, 5, 6, 7, 9} | ({4} if qualified else set())
    wanted |= {8} if honoured else set()
    expected = "PASS" if wanted <= present else "MISSING"
    assert said("R18", replace(filed, materials=frozenset(present)))[0] == expected


@given(st.integers(-(10**9), 10**9), st.integers(-12, 14))
def test_an_instant_is_the_same_in_any_offset(milliseconds: int, hours: int) -> None:
    """received_at < the deadline, compared as instants (C5.2)."""
    deadline = to_datetime(DEADLINE)
    at = (deadline + timedelta(milliseconds=milliseconds)).astimezone(timezone(timedelta(hours=hours)))
    assert outcome("R19", filing(at=at.isoformat())) == ("PASS" if milliseconds < 0 else "FAIL")
