"""The main job as its users do it: the demo, the audit, an archive, an integrator."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import TopicAuthorizationFailedError

from rehearsal.cast import PARTS, Part
from tests.journeys.lived import NIANLUN, nianlun


@pytest.fixture(scope="module")
def run(lived: tuple[Path, str]) -> dict[str, Any]:
    path = lived[0] / "run.json"
    assert path.stat().st_mode & 0o777 == 0o600
    content: dict[str, Any] = json.loads(path.read_text())
    return content


@pytest.fixture(scope="module")
def archive(lived: tuple[Path, str]) -> Path:
    folder = lived[0].with_name("archive")
    done = nianlun("archive", "export", str(folder), home=lived[0])
    assert done.returncode == 0, done.stderr
    return folder


def test_the_demo_shows_what_goes_wrong_in_life(lived: tuple[Path, str]) -> None:
    """Every story of the cast is told, and none of them is without an end (C2, C3, C4, C5)."""
    for said in ("R7", "R14", "R15", "R19", "PROVEN", "exit code 0"):
        assert said in lived[1]
    words = " ".join(lived[1].split())
    for part in set(PARTS.values()) - {Part.STRONG}:
        assert part.value.split(":")[0].split()[0] in words


def test_replay_makes_the_list_that_publication_serves(lived: tuple[Path, str], run: dict[str, Any]) -> None:
    url = f"{run['services']['publication']['url']}/rounds/2017/list?copy=published"
    served = httpx.get(url, trust_env=False).content
    command = [NIANLUN, "audit", "replay", "--round", "2017", "--list", "--home", str(lived[0])]
    replayed = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert replayed.returncode == 0
    assert replayed.stdout == served
    assert len(json.loads(served)["rows"]) > 0


def test_before_the_deadline_nobody_is_listed(lived: tuple[Path, str]) -> None:
    asked = ("audit", "replay", "--round", "2017", "--json", "--as-of", "2017-09-20T16:59:59+08:00")
    done = nianlun(*asked, home=lived[0])
    assert done.returncode == 0, done.stderr
    replayed = json.loads(done.stdout)
    assert replayed["published"] is False
    assert {one["state"] for one in replayed["applications"]} == {"DRAFT", "SUBMITTED", "WITHDRAWN"}


def test_an_archive_is_the_same_twice_and_proves_the_same(lived: tuple[Path, str], archive: Path) -> None:
    again = archive.with_name("again")
    assert nianlun("archive", "export", str(again), home=lived[0]).returncode == 0
    files = sorted(path.relative_to(archive) for path in archive.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert all((archive / name).read_bytes() == (again / name).read_bytes() for name in files)
    assert nianlun("audit", "verify", "--archive", str(archive), home=lived[0]).returncode == 0


def test_a_changed_byte_is_named(lived: tuple[Path, str], archive: Path) -> None:
    path = max((archive / "nianlun.review.scoring.v1").iterdir(), key=lambda one: one.stat().st_size)
    before = path.read_bytes()
    place = before.index(b'"total":') + 8
    path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
    try:
        done = nianlun("audit", "verify", "--archive", str(archive), home=lived[0])
    finally:
        path.write_bytes(before)
    assert done.returncode == 1
    assert "nianlun.review.scoring.v1" in done.stderr


def test_explain_tells_the_way_of_an_approved_application(lived: tuple[Path, str], run: dict[str, Any]) -> None:
    listed = httpx.get(f"{run['services']['publication']['url']}/rounds/2017/list", trust_env=False).json()
    done = nianlun("audit", "explain", listed["rows"][0]["application"], "--all", home=lived[0])
    assert done.returncode == 0, done.stderr
    for event in ("ApplicationSubmitted", "DistrictRecommended", "ExpertScored", "OrganizationApproved"):
        assert event in done.stdout


def test_nothing_of_the_round_is_parked(lived: tuple[Path, str]) -> None:
    listed, redriven = (nianlun("parked", what, home=lived[0]) for what in ("list", "redrive"))
    assert (listed.returncode, listed.stdout) == (0, "nothing is parked\n"), listed.stderr
    assert (redriven.returncode, redriven.stdout) == (0, "0 events are handled\n"), redriven.stderr


def test_an_unknown_application_cannot_be_explained(lived: tuple[Path, str]) -> None:
    done = nianlun("audit", "explain", "00000000-0000-0000-0000-000000000000", home=lived[0])
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


async def read(connection: dict[str, Any], topic: str, group: str) -> list[bytes]:
    """The README's ten lines."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=connection["bootstrap"],
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=connection["name"],
        sasl_plain_password=connection["password"],
        group_id=group,
        auto_offset_reset="earliest",
    )
    try:
        await consumer.start()
        batches = await asyncio.wait_for(consumer.getmany(timeout_ms=5000), 20)
        return [record.value for records in batches.values() for record in records]
    finally:
        await consumer.stop()


def test_statistics_drift_to_zero(lived: tuple[Path, str], run: dict[str, Any]) -> None:
    processes = json.loads((lived[0] / "status.json").read_text())["processes"]
    url = next(one["url"] for one in processes if one["name"] == "statistics")
    figures = httpx.get(f"{url}/statistics", trust_env=False).json()
    assert any(row["figure"] == "submissions_by_district" for row in figures["figures"])
    assert set(figures["drift"].values()) == {0}
    assert run["services"]


def test_an_integrator_reads_its_topic_and_no_other(lived: tuple[Path, str]) -> None:
    topic = "nianlun.publication.approval.v1"
    done = nianlun("integrator", "add", "acme", "--topics", topic, "--json", home=lived[0])
    assert done.returncode == 0, done.stderr
    connection = json.loads(done.stdout)
    values = asyncio.run(read(connection, topic, "acme-test"))
    assert any(json.loads(value)["type"] == "nianlun.publication.OrganizationApproved.v1" for value in values)
    with pytest.raises(TopicAuthorizationFailedError):
        asyncio.run(read(connection, "nianlun.review.scoring.v1", "acme-test"))


def test_a_confidential_topic_is_refused_to_an_integrator(lived: tuple[Path, str]) -> None:
    done = nianlun("integrator", "add", "nosy", "--topics", "nianlun.review.scoring.v1", home=lived[0])
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
