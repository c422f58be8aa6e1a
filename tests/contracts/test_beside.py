"""Every hash in an event is known for what it is: a file's, a commitment, or of something that follows from the log."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from shared.contracts.beside import FILES, VALUES, named
from shared.contracts.codec import shape_of

SAMPLES = Path(__file__).parents[2] / "shared" / "contracts" / "samples"
HASH = re.compile(r"[0-9a-f]{64}")
FOLLOWS = re.compile(r".*hash|supersedes")
"""Members whose hash is of canonical JSON or of an event, which nobody keeps beside the log."""
NOT_KEPT = {
    ("nianlun.ParkedRecordDiscarded.v1", "sha256"): "of a record, which stays on its topic",
    ("nianlun.application.AttachmentRemoved.v1", "sha256"): "of a file that another event named",
    ("nianlun.application.PdfExported.v1", "pdf_sha256"): "of a document that is made anew from the log",
    ("nianlun.review.BatchSealed.v1", "rows.pdf_sha256"): "of the same, in another service",
    ("nianlun.publication.AgreementSigned.v1", "terms_sha256"): "of a file that the offer named",
}


def hashes(data: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths at which `data` holds a SHA-256."""
    if isinstance(data, list):
        for one in data:
            yield from hashes(one, path)
    elif isinstance(data, Mapping):
        for member, one in data.items():
            yield from hashes(one, (*path, member))
    elif isinstance(data, str) and HASH.fullmatch(data):
        yield ".".join(path)


def unknown(kind: str, data: object) -> set[str]:
    """The paths of hashes of which nobody said what they are."""
    known = {*FILES.get(kind, ()), *VALUES.get(kind, ())}
    return {
        path
        for path in hashes(data)
        if path not in known and (kind, path) not in NOT_KEPT and not FOLLOWS.fullmatch(path.rpartition(".")[2])
    }


def samples() -> Iterator[tuple[str, object]]:
    for path in sorted(SAMPLES.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            event = json.loads(line)
            yield event["type"], event["data"]


def test_every_hash_of_every_sample_is_known() -> None:
    assert {kind: found for kind, data in samples() if (found := unknown(kind, data))} == {}


def test_a_hash_that_nobody_knows_is_caught() -> None:
    assert unknown("nianlun.review.New.v1", {"papers": [{"scan": "a" * 64}], "rows_hash": "b" * 64}) == {"papers.scan"}


@pytest.mark.parametrize("kind", sorted(FILES.keys() | VALUES.keys()))
def test_every_member_that_is_named_is_declared(kind: str) -> None:
    told = {(kind, path) for table in (FILES, VALUES) for path in table.get(kind, ())}
    schema = json.loads((SAMPLES.parent / "schemas" / f"{kind}.json").read_text())
    assert {one for one in told if not _declared(schema, schema, one[1].split("."))} == set()
    assert kind == shape_of(kind).TYPE


def _declared(schema: Mapping[str, object], part: object, path: list[str]) -> bool:
    """Whether a member is at a path of a JSON Schema, through lists, references and alternatives."""
    match part:
        case {"$ref": str(where)}:
            found: object = schema
            for step in where.removeprefix("#/").split("/"):
                assert isinstance(found, Mapping), where
                found = found[step]
            return _declared(schema, found, path)
        case {"items": items}:
            return _declared(schema, items, path)
        case {"anyOf": list(parts)}:
            return any(_declared(schema, one, path) for one in parts)
        case {"properties": dict(members)} if path:
            return path[0] in members and _declared(schema, members[path[0]], path[1:])
        case {"type": "string"}:
            return not path
        case _:
            return False


def test_a_path_goes_through_lists_and_ends_at_a_text() -> None:
    data = {"rows": [{"file": "a"}, {"file": None}, {}], "files": ["b", "c"]}
    assert [*named(data, "rows.file"), *named(data, "files"), *named(data, "rows")] == ["a", "b", "c"]
