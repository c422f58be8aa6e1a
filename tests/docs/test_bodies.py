"""docs/bodies.md is what the services' OpenAPI documents say, and its examples are what they take."""

import jsonschema
import pytest

from shared.contracts.topics import SERVICES
from tests.docs.bodies import PAGE, calls, examples, page
from tests.docs.test_openapi import described

EXAMPLES = examples(PAGE.read_text())
MANY = 50


def faults(service: str, call: str, body: object) -> list[str]:
    """What of a body its call would not take."""
    document = described(service)
    schema = dict(calls(document))[call]["requestBody"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": document["components"]}
    return [str(one.message) for one in jsonschema.Draft202012Validator(whole).iter_errors(body)]


def test_the_page_of_bodies_does_not_drift() -> None:
    assert PAGE.read_text() == page(EXAMPLES)


def test_nearly_every_call_has_an_example() -> None:
    assert len(EXAMPLES) > MANY


@pytest.mark.parametrize("named", EXAMPLES)
def test_an_example_is_what_its_call_takes(named: str) -> None:
    service, _, call = named.partition(" ")
    assert service in SERVICES
    assert faults(service, call, EXAMPLES[named]) == []


def test_an_example_that_a_call_would_not_take_is_found() -> None:
    assert faults("application", "POST /applications", {"round": "2017", "kind": "both"})
