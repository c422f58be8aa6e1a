"""What a refusal says, and who is let in."""

import pytest

from shared.kernel.actor import ROLE_NAMES, Actor, Role, system
from shared.kernel.ids import application_id, event_id, named, organization_id
from shared.kernel.refusal import Circle, NotPermitted, Refusal, admit, require

CLERK = Actor("a-1", Role.DISTRICT_CLERK, district="310101", organization="org-1")


def test_a_right_is_role_district_and_organization() -> None:
    require(CLERK, Role.DISTRICT_LEADER, Role.DISTRICT_CLERK, district="310101", organization="org-1")


@pytest.mark.parametrize(
    ("roles", "district", "organization", "field"),
    [
        ((), None, None, "role"),
        ((Role.DISTRICT_LEADER,), "310101", "org-1", "role"),
        ((Role.DISTRICT_CLERK,), "310115", "org-1", "district"),
        ((Role.DISTRICT_CLERK,), "310101", "org-2", "organization"),
    ],
)
def test_what_is_missing_is_named(
    roles: tuple[Role, ...], district: str | None, organization: str | None, field: str
) -> None:
    with pytest.raises(NotPermitted) as caught:
        require(CLERK, *roles, district=district, organization=organization)
    assert caught.value.field == field


def test_an_actor_of_nowhere_belongs_to_nothing() -> None:
    for wanted in ({"district": "310101"}, {"organization": "org-1"}):
        with pytest.raises(NotPermitted):
            require(system("review"), Role.SYSTEM, **wanted)


def test_a_refusal_says_its_own_or_what_it_was_told() -> None:
    plain, told = Refusal(), Refusal("so", field="f", rule="R1", clause="C2", record=["event"])
    assert (plain.detail, plain.field, plain.rule, plain.clause, plain.record) == (Refusal.title, None, None, None, ())
    assert (str(told), told.field, told.rule, told.clause, told.record) == ("so", "f", "R1", "C2", ("event",))


CITY, HERE = Circle((Role.CITY_OFFICER,)), Circle((Role.DISTRICT_CLERK,), district="310101")
ITS_PEOPLE = Circle((Role.FILER,), organization="org-1")
ASSIGNED = Circle((Role.EXPERT,), told=("被分配的评审专家", "an expert whom it is assigned to"))


def test_who_is_of_any_circle_may_read() -> None:
    admit(CLERK, CITY, HERE)
    admit(Actor("a-2", Role.FILER, organization="org-1"), CITY, ITS_PEOPLE)
    admit(Actor("a-3", Role.CITY_OFFICER), CITY, HERE)


def test_who_is_of_none_is_told_all_that_a_read_takes() -> None:
    """Not what the last question asked: an expert is not told that it takes a filer alone (C5.4)."""
    with pytest.raises(NotPermitted) as caught:
        admit(Actor("a-4", Role.EXPERT), CITY, HERE, ITS_PEOPLE, ASSIGNED)
    assert caught.value.detail == (
        "expert may not read this; it takes city_officer; district_clerk of its district; "
        "filer of its organization; an expert whom it is assigned to"
    )
    assert caught.value.detail_zh.endswith("仅供市经办人；本区区经办人；本单位申报人；被分配的评审专家查阅")


@pytest.mark.parametrize(
    ("actor", "field"),
    [
        (Actor("a-5", Role.DISTRICT_CLERK, district="310115"), "district"),
        (Actor("a-6", Role.FILER, organization="org-2"), "organization"),
        (Actor("a-7", Role.FILER), "organization"),
    ],
)
def test_who_has_the_role_is_told_where_it_fails(actor: Actor, field: str) -> None:
    with pytest.raises(NotPermitted) as caught:
        admit(actor, CITY, HERE, ITS_PEOPLE)
    assert caught.value.field == field


def test_every_role_has_a_chinese_name() -> None:
    assert set(ROLE_NAMES) == set(Role)


def test_ids_follow_from_what_they_name() -> None:
    assert organization_id("U") == organization_id("U") != organization_id("V")
    assert application_id("2017", "o") != application_id("2018", "o")
    assert event_id("c", 1) != event_id("c", 11) != event_id("c1", 1)
    assert named("a", "b", "c") != named("a", "bc")
