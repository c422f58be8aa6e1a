"""A whole log is proven; every kind of damage is found and named; re-sent events raise no alarm."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from audit.verify import Disproved, Proven, Undecided, verify
from shared.auditlog.canonical import canonical, sha256_hex
from shared.auditlog.chain import GENESIS, sequence_text
from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from tests.audit.life import refused
from tests.audit.street import Pile, Record, Street
from tests.town.life import OFFICER

SCORING = "nianlun.review.scoring.v1"


def claims(street: Street) -> dict[str, tuple[int, str]]:
    """The heads that an archive of the street would name."""
    return {f"nianlun/{service}": (head.position, head.hash) for service, head in street.heads.items()}


def largest(piles: list[Pile], topic: str = SCORING) -> Pile:
    """The topic's partition with the most records."""
    return max((pile for pile in piles if pile.topic == topic), key=lambda pile: len(pile.records))


def found(piles: list[Pile], street: Street) -> tuple[str, int, int, str]:
    """Where the check finds the first bad event, and why."""
    verdict = verify(piles, claims(street))
    assert isinstance(verdict, Disproved), verdict
    return verdict.topic, verdict.partition, verdict.offset, verdict.reason


def numbered(records: list[Record]) -> list[Record]:
    """The same keys and values at offsets from 0."""
    return [(offset, key, value) for offset, (_, key, value) in enumerate(records)]


def test_a_whole_round_is_proven(street: Street) -> None:
    verdict = verify(street.piles())
    assert isinstance(verdict, Proven)
    assert verdict.rounds == ("2017",)
    assert verdict.rehearsal
    assert verdict.events == sum(len(log) for log in street.logs.values())
    assert {source: (head.position, head.hash) for source, head in verdict.heads.items()} == claims(street)


def test_the_order_in_which_partitions_are_given_means_nothing(street: Street) -> None:
    piles = street.piles()
    random.Random(2017).shuffle(piles)
    assert verify(piles) == verify(street.piles())


def test_nothing_at_all_is_not_proven() -> None:
    assert verify([]) == Undecided("there is no event")


@pytest.mark.parametrize("seed", range(20))
def test_events_that_a_relay_sent_again_raise_no_alarm(street: Street, seed: int) -> None:
    rng = random.Random(seed)
    piles = street.piles()
    again = 0
    for pile in rng.sample(piles, len(piles) // 2):
        if pile.records:
            end = rng.randint(1, len(pile.records))
            start = rng.randrange(end)
            again += end - start
            pile.records = numbered(pile.records[:end] + pile.records[start:])
    verdict = verify(piles, claims(street))
    assert isinstance(verdict, Proven), verdict
    assert verdict.resent == again


def test_an_event_sent_again_with_other_bytes_is_bad(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    _, key, value = pile.records[3]
    assert value is not None
    pile.records.append((len(pile.records), key, value.replace(b'"time":"2017', b'"time":"2016', 1)))
    topic, partition, offset, reason = found(piles, street)
    assert (topic, partition, offset) == (pile.topic, pile.number, len(pile.records) - 1)
    assert "with other bytes" in reason


def test_a_missing_event_is_a_fault_where_the_log_claims_to_be_complete(street: Street) -> None:
    piles = street.piles()
    del largest(piles).records[5]
    *_, reason = found(piles, street)
    assert "is missing before it" in reason


def test_a_missing_event_of_a_live_log_may_still_come(street: Street) -> None:
    piles = street.piles()
    del largest(piles).records[5]
    verdict = verify(piles)
    assert isinstance(verdict, Undecided)
    assert "nianlun/review" in verdict.reason


def test_a_live_log_without_its_latest_event_is_whole_but_for_what_it_caused(street: Street) -> None:
    piles = street.piles()
    for pile in piles:
        if pile.topic.startswith("nianlun.publication.agreement"):
            pile.records = pile.records[:-1]
    verdict = verify(piles)
    assert isinstance(verdict, Undecided)
    assert "caused" in verdict.reason


def test_a_truncated_log_is_bad_where_the_log_claims_to_be_complete(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles, "nianlun.publication.agreement.v1")
    pile.records = pile.records[:-1]
    *_, reason = found(piles, street)
    assert "the log ends here" in reason


def test_two_events_that_changed_places_are_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    records = pile.records
    records[4], records[5] = (4, *records[5][1:]), (5, *records[4][1:])
    assert found(piles, street)[:3] == (pile.topic, pile.number, 5)


def test_an_event_moved_to_another_partition_is_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    other = next(one for one in piles if one.topic == pile.topic and one.number != pile.number)
    moved = pile.records.pop()
    other.records.append((len(other.records), *moved[1:]))
    topic, partition, _, reason = found(piles, street)
    assert (topic, partition) == (other.topic, other.number)
    assert "partition" in reason


def test_a_copy_in_another_partition_is_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    other = next(one for one in piles if one.topic == pile.topic and one.number != pile.number)
    other.records = numbered([*other.records, pile.records[-1]])
    topic, partition, _, reason = found(piles, street)
    assert topic == pile.topic
    assert partition in (pile.number, other.number)
    assert reason


def test_an_event_on_another_topic_is_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    district = largest(piles, "nianlun.review.district.v1")
    district.records.append((len(district.records), *pile.records.pop()[1:]))
    topic, partition, offset, _ = found(piles, street)
    assert (topic, partition, offset) == (district.topic, district.number, len(district.records) - 1)


def test_a_key_that_is_not_the_partition_key_is_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    pile.records[7] = (7, b"somebody else", pile.records[7][2])
    assert found(piles, street) == (pile.topic, pile.number, 7, "its key is b'somebody else', not its partitionkey")


def test_a_tombstone_is_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    pile.records[7] = (7, pile.records[7][1], None)
    assert found(piles, street)[:3] == (pile.topic, pile.number, 7)


def test_an_inserted_event_is_found(street: Street) -> None:
    piles = street.piles()
    pile = largest(piles)
    _, key, value = pile.records[-1]
    assert value is not None
    forged = value.replace(value[value.index(b'"previous":"') + 12 :][:64], b"0" * 64)
    pile.records.insert(2, (2, key, forged))
    pile.records = numbered(pile.records)
    assert found(piles, street)[:3] == (pile.topic, pile.number, 2)


def test_a_topic_of_somebody_else_is_found(street: Street) -> None:
    assert found([*street.piles(), Pile("orders", 0)], street)[0] == "orders"


Members = dict[str, Any]


def relinked(change: Callable[[Members], None], at: int = 4, length: int = 8) -> tuple[list[Pile], int]:
    """A log of `length` refusals, event `at` changed and everything after it chained again: only the rule is broken."""
    street = Street()
    stream = Stream(ACCESS["review"], OFFICER.id, OFFICER.id)
    for number in range(length):
        street.write("review", stream, [replace(refused(), reason=f"{number}")], OFFICER)
    pile, previous = Pile(ACCESS["review"].topic, 0), GENESIS
    for number, recorded in enumerate(street.logs["review"]):
        members: Members = {**_plain(recorded.body), "previous": previous}
        if number == at:
            change(members)
        body = canonical(members)
        previous = sha256_hex(body)
        pile.records.append((number, str(members.get("partitionkey")).encode(), body))
    return [pile], at


def _plain(body: bytes) -> Members:
    members: Members = json.loads(body)
    return members


BREACHES: dict[str, tuple[dict[str, Any], str]] = {
    "an attribute is unknown": ({"extra": "1"}, "unknown attribute extra"),
    "specversion": ({"specversion": "0.3"}, "specversion"),
    "id": ({"id": "4"}, "id is"),
    "source": ({"source": "nianlun/application"}, "source is"),
    "type of another service": ({"type": "nianlun.application.FormSaved.v1"}, "does not belong"),
    "dataschema": ({"dataschema": "urn:else"}, "dataschema is"),
    "time in local form": ({"time": "2017-09-20T17:00:00+08:00"}, "time is"),
    "stream of another category": ({"stream": "panel-1"}, "stream is"),
    "subject of another stream": ({"subject": "access/somebody"}, "subject"),
    "streamversion twice": ({"streamversion": 4}, "streamversion is 4 after 4"),
    "streamversion as text": ({"streamversion": "5"}, "streamversion is"),
    "sequence as a number": ({"sequence": 5}, "sequence is"),
    "partition key": ({"partitionkey": "else"}, "partitionkey is else"),
    "policy hash": ({"policyhash": "F" * 64}, "policyhash is"),
    "district": ({"actordistrict": "Pudong"}, "actordistrict is"),
    "rehearsal is false": ({"rehearsal": False}, "rehearsal is"),
    "sequence skips": ({"sequence": sequence_text(9)}, "its sequence is 9"),
    "previous in capitals": ({"previous": "A" * 64}, "previous is"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_of_the_form_is_found_even_where_the_chain_holds(name: str) -> None:
    members, reason = BREACHES[name]
    piles, at = relinked(lambda event: event.update(members))
    verdict = verify(piles)
    assert isinstance(verdict, Disproved), verdict
    assert (verdict.offset, reason in verdict.reason) == (at, True), verdict


@pytest.mark.parametrize("name", ["id", "actorid", "time", "data", "previous", "correlationid", "stream"])
def test_a_required_attribute_that_is_absent_is_found(name: str) -> None:
    piles, at = relinked(lambda event: event.pop(name))
    verdict = verify(piles)
    assert isinstance(verdict, Disproved), verdict
    assert (verdict.offset, verdict.reason) == (at, f"it has no {name}")


def test_one_event_outside_the_rehearsal_is_found() -> None:
    piles, at = relinked(lambda event: event.pop("rehearsal"))
    verdict = verify(piles)
    assert isinstance(verdict, Disproved), verdict
    assert verdict.offset == at
    assert "rehearsal" in verdict.reason


def test_an_id_used_twice_is_found() -> None:
    ids: list[str] = []
    relinked(lambda event: ids.append(event["id"]), at=1)
    piles, at = relinked(lambda event: event.update(id=ids[0]))
    verdict = verify(piles)
    assert isinstance(verdict, Disproved), verdict
    assert (verdict.offset, "earlier event" in verdict.reason) == (at, True)


def test_an_id_of_another_service_at_the_same_sequence_is_found() -> None:
    street = Street()
    for service in ("application", "review"):
        stream = Stream(ACCESS[service], OFFICER.id, OFFICER.id)
        street.write(service, stream, [refused()], OFFICER)
    piles = [pile for pile in street.piles() if pile.records and "access" in pile.topic]
    (_, key, value), (_, _, other) = piles[0].records[0], piles[1].records[0]
    assert value is not None
    assert other is not None
    identity = json.loads(other)["id"].encode()
    piles[0].records[0] = (0, key, value.replace(json.loads(value)["id"].encode(), identity))
    verdict = verify(piles)
    assert isinstance(verdict, Disproved), verdict
    assert (verdict.source, verdict.sequence, "earlier event" in verdict.reason) == ("nianlun/review", 1, True)


RAW = {
    b'"reason":"4"': [b'"reason":4.0', b'"reason":null', b'"reason":1e3', b'"reason":NaN', b'"reason": "4"'],
    b'"command":"OpenRound","reason"': [b'"command":"OpenRound","command":"OpenRound","reason"'],
    b'"specversion":"1.0"': [b'"specversion":"1.\\u0030"', b'"specversion":"1.0" '],
    b'"reason":"': [b'"reason":"\\/', b'"reason":"\\u0041', b'"reason":"\xff', b'"reason":"\xed\xa0\x80'],
    b'"data":{': [
        b'"data":{"\xe5\xb9\xb4":1,',
        b'"data":{"z":[[1,[null]]],',
        b'"data":{"a":-0,',
        b'"data":{"a":9007199254740992,',
    ],
}


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, many in RAW.items() for new in many])
def test_what_is_not_canonical_json_is_found(old: bytes, new: bytes) -> None:
    (pile,), at = relinked(lambda _: None)
    offset, key, value = pile.records[at]
    assert value is not None
    pile.records[at] = (offset, key, value.replace(old, new, 1))
    verdict = verify([pile])
    assert isinstance(verdict, Disproved), verdict
    assert verdict.offset == at
    assert "hash" not in verdict.reason, "the form is wrong, not only the chain"


def test_an_event_beyond_the_size_is_found() -> None:
    big = AccessRefused(command="x", stream="x", reason="年" * 30_000)
    (pile,), at = relinked(lambda event: event.update(data={"reason": big.reason}))
    verdict = verify([pile])
    assert isinstance(verdict, Disproved), verdict
    assert (verdict.offset, "65535" in verdict.reason) == (at, True)
