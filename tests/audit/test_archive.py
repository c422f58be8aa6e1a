"""An archive: the same log gives the same bytes, and no byte of it changes unnoticed or unnamed."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import audit.verify
from audit.archive import NotExported, export
from audit.verify import Disproved, Proven, Undecided, verify
from audit.verify.archive import MANIFEST, check
from tests.audit.street import Pile, Record, Street

FLIPS = 40
"""Single bits flipped in each seeded run."""


def exported(street: Street, folder: Path) -> Path:
    """The street's archive in a new folder."""
    proven = verify(street.piles())
    assert isinstance(proven, Proven)
    export(street.piles(), proven, folder)
    return folder


@pytest.fixture(scope="module")
def pristine(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that nobody changes."""
    return exported(street, tmp_path_factory.mktemp("pristine") / "archive")


@pytest.fixture
def archive(pristine: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(pristine, tmp_path / "copy"))


def files(folder: Path) -> list[Path]:
    """Every file of the folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file's bytes by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in files(folder)}


def largest(folder: Path) -> Path:
    """The partition with the most bytes."""
    return max(folder.rglob("*.jsonl"), key=lambda path: path.stat().st_size)


def test_a_line_is_an_event_s_exact_bytes(street: Street, pristine: Path) -> None:
    for pile in street.piles():
        if pile.records:
            body = (pristine / pile.topic / f"{pile.number}.jsonl").read_bytes()
            assert body.split(b"\n")[:-1] == [value for _, _, value in pile.records]


def test_the_same_log_gives_the_same_bytes(street: Street, pristine: Path, tmp_path: Path) -> None:
    assert contents(exported(street, tmp_path / "again")) == contents(pristine)


def test_an_archive_is_proven_like_the_log_it_was_made_from(street: Street, pristine: Path) -> None:
    assert check(pristine) == verify(street.piles())


def test_events_sent_again_are_in_the_archive_too(street: Street, tmp_path: Path) -> None:
    piles = street.piles()
    pile = max(piles, key=lambda one: len(one.records))
    pile.records += [(len(pile.records) + n, key, value) for n, (_, key, value) in enumerate(pile.records[2:9])]
    proven = verify(piles)
    assert isinstance(proven, Proven)
    export(piles, proven, tmp_path / "archive")
    assert check(tmp_path / "archive") == proven
    assert proven.resent == 7


def test_the_manifest_says_what_there_is(street: Street, pristine: Path) -> None:
    manifest = json.loads((pristine / MANIFEST).read_text())
    assert manifest["format"] == "nianlun-archive/1"
    assert manifest["rounds"] == ["2017"]
    assert manifest["created"] == street.at
    assert manifest["heads"]["nianlun/review"] == {
        "position": street.heads["review"].position,
        "hash": street.heads["review"].hash,
    }
    assert sum(file["count"] for file in manifest["files"].values()) == sum(map(len, street.logs.values()))


@pytest.mark.parametrize("seed", range(10))
def test_a_flipped_bit_is_found_and_its_event_named(archive: Path, seed: int) -> None:
    rng = random.Random(seed)
    partitions = [path for path in files(archive) if path.name != MANIFEST]
    for path in rng.choices(partitions, [path.stat().st_size for path in partitions], k=FLIPS):
        body = path.read_bytes()
        place = rng.randrange(len(body))
        path.write_bytes(body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :])
        verdict = check(archive)
        path.write_bytes(body)
        assert isinstance(verdict, Disproved), (path, place)
        line = body[:place].count(b"\n")
        named = (verdict.topic, verdict.partition, verdict.offset)
        assert named == (path.parent.name, int(path.stem), line), (place, verdict)
        assert json.loads(body.split(b"\n")[line])["sequence"].endswith(str(verdict.sequence))


@pytest.mark.parametrize("seed", range(5))
def test_a_flipped_bit_of_the_manifest_is_found(archive: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = archive / MANIFEST
    body = path.read_bytes()
    for _ in range(FLIPS):
        place = rng.randrange(len(body))
        path.write_bytes(body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :])
        assert isinstance(check(archive), Disproved), place
        path.write_bytes(body)


def cut(folder: Path) -> None:
    """Half of the last event is gone."""
    path = largest(folder)
    path.write_bytes(path.read_bytes()[:-300])


def cut_line(folder: Path) -> None:
    """The last events are gone, to the byte."""
    path = largest(folder)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))


def cut_newline(folder: Path) -> None:
    """The last newline is gone."""
    path = largest(folder)
    path.write_bytes(path.read_bytes()[:-1])


def emptied(folder: Path) -> None:
    """A file is empty."""
    largest(folder).write_bytes(b"")


def removed(folder: Path) -> None:
    """A file is gone."""
    largest(folder).unlink()


def unknown(folder: Path) -> None:
    """A file too many."""
    (folder / "notes.txt").write_text("hello")


def swapped(folder: Path) -> None:
    """Two lines have changed places."""
    path = largest(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    path.write_bytes(b"".join(lines))


def dropped(folder: Path) -> None:
    """A line is gone."""
    path = largest(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))


def inserted(folder: Path) -> None:
    """A line too many."""
    path = largest(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[2].replace(b'"id":"', b'"id":"f'), *lines[3:]]))


def repeated(folder: Path) -> None:
    """A line twice: harmless on Kafka, but not what the manifest says."""
    path = largest(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[2], *lines[3:]]))


def backdated(folder: Path) -> None:
    """A time is a second earlier."""
    path = largest(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'.000Z","type"', b'.001Z","type"').replace(b"59.999Z", b"59.998Z")
    path.write_bytes(b"".join(lines))


def moved(folder: Path) -> None:
    """A line is in another partition's file."""
    path = largest(folder)
    other = next(one for one in sorted(path.parent.iterdir()) if one != path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    other.write_bytes(other.read_bytes() + lines[-1])


def of_another_log(folder: Path) -> None:
    """A manifest whose heads are those of another log."""
    path = folder / MANIFEST
    content = json.loads(path.read_text())
    content["heads"]["nianlun/review"]["position"] -= 1
    path.write_bytes(json.dumps(content, indent=1, sort_keys=True).encode() + b"\n")


DAMAGES = (
    *(cut, cut_line, cut_newline, emptied, removed, unknown, swapped, dropped, inserted, repeated, backdated, moved),
    of_another_log,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_its_file_named(archive: Path, damage: Callable[[Path], None]) -> None:
    place = largest(archive)
    damage(archive)
    verdict = check(archive)
    assert isinstance(verdict, Disproved), verdict
    if damage not in (unknown, of_another_log):
        name = f"{place.parent.name}/{place.name}"
        same_topic = verdict.topic == place.parent.name
        assert same_topic or name in verdict.reason, verdict


def test_where_a_line_is_missing_is_said(archive: Path) -> None:
    path = largest(archive)
    lines = path.read_bytes().splitlines(keepends=True)
    for number in (2, len(lines) - 1):
        path.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
        verdict = check(archive)
        assert isinstance(verdict, Disproved)
        assert (verdict.topic, verdict.offset) == (path.parent.name, number)
        assert verdict.sequence == int(json.loads(lines[number])["sequence"])
        assert "a line is missing here" in verdict.reason


def test_what_a_manifest_says_otherwise_than_its_files_is_named(archive: Path) -> None:
    content = json.loads((archive / MANIFEST).read_text())
    (archive / MANIFEST).write_text(json.dumps({**content, "rounds": ["2018"], "created": "2018"}, indent=1))
    verdict = check(archive)
    assert isinstance(verdict, Disproved)
    assert verdict.reason.endswith("its created, rounds differ")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format":"else"}', '{"format":"nianlun-archive/1"}', "\xff"])
def test_a_damaged_manifest_is_one_clear_fault(archive: Path, text: str) -> None:
    (archive / MANIFEST).write_bytes(text.encode("latin-1"))
    verdict = check(archive)
    assert isinstance(verdict, Disproved)
    assert verdict.topic == MANIFEST


def test_a_folder_that_is_no_archive_cannot_be_decided(tmp_path: Path) -> None:
    assert isinstance(check(tmp_path), Undecided)
    assert isinstance(check(tmp_path / "nothing"), Undecided)


def test_an_export_never_writes_into_a_folder_with_something_in_it(street: Street, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(NotExported):
        exported(street, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_export_that_fails_leaves_nothing(street: Street, tmp_path: Path) -> None:
    proven = verify(street.piles())
    assert isinstance(proven, Proven)

    class Failing(Pile):
        def read(self) -> Iterator[Record]:
            raise OSError(28, "No space left on device")

    with pytest.raises(NotExported, match="No space left"):
        export([*street.piles(), Failing("nianlun.review.panel.v1", 11)], proven, tmp_path / "archive")
    assert not list(tmp_path.iterdir())


def test_a_path_that_is_mistyped_or_not_mounted_is_not_made(street: Street, tmp_path: Path) -> None:
    proven = verify(street.piles())
    assert isinstance(proven, Proven)
    with pytest.raises(NotExported, match=f"there is no folder {tmp_path}/mnt:"):
        export(street.piles(), proven, tmp_path / "mnt" / "archive")
    assert not list(tmp_path.iterdir())


def test_an_offset_that_is_missing_is_not_passed_over(street: Street, tmp_path: Path) -> None:
    proven = verify(street.piles())
    assert isinstance(proven, Proven)
    piles = street.piles()
    pile = max(piles, key=lambda one: len(one.records))
    pile.records = [(offset + (offset > 3), key, value) for offset, key, value in pile.records]
    with pytest.raises(NotExported, match="has no offset 4"):
        export(piles, proven, tmp_path / "archive")
    assert not list(tmp_path.iterdir())


def test_a_copy_of_the_verifier_alone_proves_and_disproves(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "verify"
    shutil.copytree(Path(audit.verify.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    alone = [sys.executable, "-I", "-S"]
    command = [*alone, "-c", "import sys,runpy; sys.path.insert(0, '.'); runpy.run_module('verify')"]

    def run() -> tuple[int, str]:
        done = subprocess.run([*command, str(archive)], cwd=copy.parent, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    code, text = run()
    assert (code, text.startswith("PROVEN: ")) == (0, True), text
    swapped(archive)
    code, text = run()
    assert (code, text.startswith("DISPROVED: topic nianlun.")) == (1, True), text
