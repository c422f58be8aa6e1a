import pytest

from shared.kernel.actor import Actor, Role, system
from shared.kernel.ids import application_id, event_id, named, organization_id
from shared.kernel.refusal import NotPermitted, Refusal, require

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


def test_ids_follow_from_what_they_name() -> None:
    assert organization_id("U") == organization_id("U") != organization_id("V")
    assert application_id("2017", "o") != application_id("2018", "o")
    assert event_id("c", 1) != event_id("c", 11) != event_id("c1", 1)
    assert named("a", "b", "c") != named("a", "bc")
