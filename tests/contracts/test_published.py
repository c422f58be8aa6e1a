"""What is published does not drift from the code, and every event ever released decodes for ever."""

import json
from pathlib import Path

import jsonschema
import pytest

from shared.contracts.codec import decode, revive
from shared.contracts.event import EARLIER, REGISTRY, Event
from shared.contracts.publish import CATALOGUE, SCHEMAS, catalogue, schema_of

SAMPLES = SCHEMAS.with_name("samples")
RELEASED: dict[str, type[Event]] = {**REGISTRY, **EARLIER}
"""Every type of which there are bytes, also what a later version superseded."""


@pytest.mark.parametrize("name", RELEASED)
def test_the_published_schema_is_the_codes(name: str) -> None:
    assert (SCHEMAS / f"{name}.json").read_text() == schema_of(RELEASED[name])


def test_the_catalogue_is_the_codes() -> None:
    assert CATALOGUE.read_text() == catalogue()


@pytest.mark.parametrize("name", RELEASED)
def test_every_event_has_a_golden_sample_that_decodes_and_fits_its_schema(name: str) -> None:
    lines = (SAMPLES / f"{name}.jsonl").read_bytes().splitlines()
    assert lines
    for line in lines:
        recorded = decode(line)
        assert recorded.envelope.type == name
        jsonschema.validate(recorded.stored(), json.loads((SCHEMAS / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", EARLIER)
def test_what_was_superseded_is_read_as_what_it_means_now(name: str) -> None:
    for line in (SAMPLES / f"{name}.jsonl").read_bytes().splitlines():
        recorded = decode(line)
        assert REGISTRY[recorded.event.TYPE] is type(recorded.event)
        assert recorded.event.TYPE.rpartition(".v")[0] == name.rpartition(".v")[0]
        assert (recorded.body, recorded.envelope.type) == (line, name)
        assert revive(recorded.event.TYPE, recorded.data()) == recorded.event == revive(name, recorded.stored())


def test_no_sample_is_of_a_type_that_was_forgotten() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} <= set(RELEASED)


def test_a_sample_with_a_wrong_type_is_caught() -> None:
    line = json.loads(next(iter(sorted(Path(SAMPLES).iterdir()))).read_bytes().splitlines()[0])
    schema = json.loads((SCHEMAS / f"{line['type']}.json").read_text())
    broken = dict.fromkeys(line["data"], 0.5)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)
