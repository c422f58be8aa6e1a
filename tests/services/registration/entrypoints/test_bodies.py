"""What registration's door accepts as a password, and as a name."""

import pytest
from pydantic import ValidationError

from services.registration.entrypoints.bodies import AccountBody, AmendmentBody, SignInBody


@pytest.mark.parametrize("body", [AccountBody, SignInBody])
@pytest.mark.parametrize("hidden", ["\x00", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9f"])
@pytest.mark.parametrize("password", ["{}long-enough-for-all", "long-enough{}-for-all", "long-enough-for-all{}"])
def test_a_control_character_is_refused(body: type[AccountBody | SignInBody], hidden: str, password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        body(username="filer-1", password=password.format(hidden))
    assert [error["loc"] for error in refused.value.errors()] == [("password",)]


def test_whoever_signs_in_with_something_short_is_told_by_the_pair_alone() -> None:
    assert SignInBody(username="F", password="short").password == "short"
    with pytest.raises(ValidationError):
        AccountBody(username="filer-1", password="short")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "年轮年轮年轮年轮年轮年轮", "🌳" * 12, "naïve\u00a0café-1234"]
)
def test_whatever_people_can_type_is_accepted(password: str) -> None:
    assert SignInBody(username="filer-1", password=password).password == password


@pytest.mark.parametrize("no_name", ["ab" * 32, "已删除"])
def test_what_stands_for_a_name_is_none(no_name: str) -> None:
    told = {"effective_from": "2017-09-01", "contact": "张三 021-55550000"}
    assert AmendmentBody.model_validate(told).contact == told["contact"]
    with pytest.raises(ValidationError) as refused:
        AmendmentBody.model_validate({**told, "contact": no_name})
    assert [error["loc"] for error in refused.value.errors()] == [("contact",)]
