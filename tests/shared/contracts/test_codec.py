"""Events become bytes and come back as they were, by their type's name alone."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
import rfc8785
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.auditlog.canonical import INTEGER_MAX, NotCanonical
from shared.auditlog.chain import GENESIS
from shared.contracts.application import FormSaved
from shared.contracts.codec import BODY_BYTES_MAX, EventTooLarge, Undecodable, UnknownEventType, decode, draft
from shared.contracts.event import REGISTRY, Event
from shared.contracts.publication import ApplicationRejected
from shared.contracts.registration import SigningKeyPublished
from shared.contracts.review import DistrictDeclined, DistrictRecommended, JudgementRecorded
from tests.shared.contracts.made import any_event, made

ATTRIBUTES: dict[str, str | bool | None] = {
    "id": "e-1",
    "source": "nianlun/review",
    "subject": "district/app-1",
    "time": "2017-09-20T09:00:00.000Z",
    "stream": "district-app-1",
    "partitionkey": "org-1",
    "actorid": "a-1",
    "actorrole": "district_clerk",
    "correlationid": "c-1",
}
OPTIONAL = st.fixed_dictionaries(
    {},
    optional={
        "actordistrict": st.text(max_size=6),
        "causationid": st.text(max_size=6),
        "round": st.none() | st.text(max_size=6),
        "policyhash": st.text(max_size=6),
        "traceparent": st.text(max_size=6),
        "rehearsal": st.just(value=True),
    },
)
JUDGEMENT = JudgementRecorded(application="app-1", rule="R10", outcome="PASS", rationale="同意")


def sealed(event: Event, **more: str | bool | None) -> bytes:
    return draft(event, {**ATTRIBUTES, **more}).seal(7, GENESIS, 3)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(any_event(), OPTIONAL)
def test_what_is_sealed_decodes_to_the_same_event_and_is_canonical(event: Event, more: dict[str, Any]) -> None:
    body = sealed(event, **more)
    recorded = decode(body)
    assert recorded.event == event
    assert type(recorded.event) is type(event)
    assert recorded.body == body == rfc8785.dumps(json.loads(body))
    assert (recorded.position, recorded.envelope.streamversion, recorded.envelope.previous) == (7, 3, GENESIS)
    assert recorded.envelope.round == more.get("round")
    assert recorded.envelope.rehearsal == ("rehearsal" in more)


@pytest.mark.parametrize("name", sorted(REGISTRY))
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_type_goes_there_and_back_and_is_a_cloud_event(name: str, data: st.DataObject) -> None:
    event = data.draw(made(REGISTRY[name]))
    body = sealed(event)
    assert decode(body).event == event
    read = JSONFormat().read(None, body)
    assert (read.get_type(), read.get_id(), read.get_source()) == (name, "e-1", "nianlun/review")
    assert read.get_specversion() == "1.0"
    assert read.get_data() == json.loads(body)["data"]


def test_the_cloudevents_sdk_reads_our_kafka_record() -> None:
    message = KafkaMessage(
        headers={"content-type": b"application/cloudevents+json"}, key=b"org-1", value=sealed(JUDGEMENT)
    )
    read = from_structured(message, JSONFormat())
    assert read.get_type() == "nianlun.review.JudgementRecorded.v1"
    assert read.get_extension("streamversion") == 3


def test_a_type_is_decoded_by_its_name_and_never_by_what_fits() -> None:
    said: dict[str, Any] = {"application": "a", "organization": "o", "round": "2017", "district": "d", "version": 1}
    one: list[Event] = [
        DistrictDeclined(**said, reasons=("r",)),
        DistrictRecommended(**said, opinion="o", order=1),
        ApplicationRejected(application="a", organization="o", round="2017", stage="s", codes=("r",)),
    ]
    for event in one:
        assert type(decode(sealed(event)).event) is type(event)
    declined = json.loads(sealed(one[0]))
    everything = {**declined, "data": {**json.loads(sealed(one[1]))["data"], **declined["data"]}}
    assert decode(rfc8785.dumps(everything)).event == one[0]


@pytest.mark.parametrize("name", ["nianlun.review.JudgementRecorded.v2", "JudgementRecorded", "", "nianlun.other.X.v1"])
def test_an_unknown_type_is_refused(name: str) -> None:
    members = {**json.loads(sealed(JUDGEMENT)), "type": name}
    with pytest.raises(UnknownEventType):
        decode(rfc8785.dumps(members))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"[]", b"\xff", sealed(JUDGEMENT)[:-1], sealed(JUDGEMENT).replace(b'"id"', b'"ix"')]
)
def test_what_is_no_event_is_undecodable(body: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(body)


@pytest.mark.parametrize("left_out", [one.name for one in fields(JUDGEMENT)])
def test_a_member_that_is_missing_or_of_another_kind_is_undecodable(left_out: str) -> None:
    members = json.loads(sealed(JUDGEMENT))
    for data in (
        {key: value for key, value in members["data"].items() if key != left_out},
        {**members["data"], left_out: 1},
        {**members["data"], left_out: None},
    ):
        with pytest.raises(Undecodable):
            decode(json.dumps({**members, "data": data}).encode())


@pytest.mark.parametrize("wrong", [1.5, INTEGER_MAX + 1, -INTEGER_MAX - 1, 10**30])
def test_floats_and_integers_that_lose_digits_never_enter(wrong: Any) -> None:
    broken = FormSaved(application="a", table="T1", revision=wrong)
    with pytest.raises(NotCanonical):
        sealed(broken)


def test_no_null_enters() -> None:
    nothing: Any = None
    with pytest.raises(NotCanonical):
        sealed(ApplicationRejected(application="a", organization="o", round="r", stage="s", codes=(nothing,)))
    with pytest.raises(Undecodable):
        decode(sealed(FormSaved(application="a", table="T1", revision=nothing)))


def test_an_event_has_65535_bytes_at_most() -> None:
    room = BODY_BYTES_MAX - len(sealed(replace(JUDGEMENT, rationale="")))
    assert len(sealed(replace(JUDGEMENT, rationale="x" * room))) == BODY_BYTES_MAX
    with pytest.raises(EventTooLarge):
        sealed(replace(JUDGEMENT, rationale="x" * (room + 1)))


def test_absent_is_absent() -> None:
    key = SigningKeyPublished(kid="k", algorithm="EdDSA", public_key="x", not_before="2017-09-20T09:00:00.000Z")
    assert b"supersedes" not in sealed(key)
    assert b"null" not in sealed(key)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_event_is_stored_under_its_own_name(name: str) -> None:
    event = REGISTRY[name]
    assert name == event.TYPE
    assert name.split(".")[-2] == event.__name__
    assert event.__doc__
