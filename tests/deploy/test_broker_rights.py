"""What the principals of the real broker may and may not do."""

import asyncio
from pathlib import Path

from deploy.local.embedded import Embedded, embedded
from deploy.local.provision import (
    PRINCIPALS,
    provision,
    reader_rights,
    rights_given,
    rights_of,
    set_rights,
    set_users,
    shut_out,
)
from shared.contracts.topics import SERVICES, TOPICS, consumed_by
from tests.deploy.readers import Client, client_of

OWN, FOREIGN = "nianlun.review.district.v1", "nianlun.registration.organization.v1"
PUBLIC, CONFIDENTIAL = "nianlun.application.round.v1", "nianlun.review.scoring.v1"
UNREAD = "nianlun.registration.access.v1"


def test_a_service_writes_its_own_topics_only(pair: Embedded) -> None:
    review = client_of(pair, "review")
    assert review.write(OWN) == "written"
    assert review.write(FOREIGN) == "topic refused"


def test_a_service_reads_only_what_the_topic_table_says(pair: Embedded) -> None:
    review = client_of(pair, "review")
    assert review.read(*consumed_by("review")) == "read"
    assert review.read(UNREAD) == "topic refused"


def test_a_service_stays_within_its_groups(pair: Embedded) -> None:
    review = client_of(pair, "review")
    assert review.read(consumed_by("review")[0], group="review-inbox") == "read"
    assert review.read(consumed_by("review")[0], group="publication-inbox") == "group refused"


def test_the_auditor_reads_everything_and_writes_nothing(pair: Embedded) -> None:
    auditor = client_of(pair, "auditor")
    assert auditor.read(*(topic.name for topic in TOPICS)) == "read"
    assert auditor.write(PUBLIC) == "topic refused"
    assert auditor.read(PUBLIC, group="review-inbox") == "group refused"


def test_the_statistics_write_no_fact(pair: Embedded) -> None:
    statistics = client_of(pair, "statistics")
    assert statistics.write("nianlun.reporting.obligation.v1") == "topic refused"


def test_no_topic_is_made_by_accident(pair: Embedded) -> None:
    assert client_of(pair, "admin").write("nianlun.review.mistyped.v1") == "unknown topic"
    assert "nianlun.review.mistyped.v1" not in pair.broker.admin().list_topics(timeout=5).topics


def test_a_wrong_password_is_refused(pair: Embedded) -> None:
    assert Client(pair.broker.bootstrap, "auditor", "guessed").read(PUBLIC) == "login refused"


def test_an_integrator_reads_what_it_was_given_until_it_is_taken_away(pair: Embedded) -> None:
    admin = pair.broker.admin()
    set_users(admin, {"acme": "made-up"})
    set_rights(admin, "acme", reader_rights("acme", [PUBLIC]))
    acme = Client(pair.broker.bootstrap, "acme", "made-up")
    assert acme.read(PUBLIC) == "read"
    assert acme.read(PUBLIC, group="acme-1") == "read"
    assert acme.read(PUBLIC, group="review-inbox") == "group refused"
    assert acme.read(CONFIDENTIAL) == "topic refused"
    assert acme.write(PUBLIC) == "topic refused"
    shut_out(admin, "acme")
    assert rights_given(admin, "acme") == set()
    assert acme.read(PUBLIC) == "login refused"


async def test_a_broker_that_starts_again_knows_everybody_else_still(tmp_path: Path) -> None:
    """`acme_1` comes before each of the platform's own where Java's maps put it: deleted, it would take them along."""
    async with embedded(tmp_path, postgres=False) as pair:
        await asyncio.to_thread(set_users, pair.broker.admin(), {"acme_1": "made-up"})
        await asyncio.to_thread(shut_out, pair.broker.admin(), "acme_1")
    async with embedded(tmp_path, postgres=False) as again:
        assert await asyncio.to_thread(client_of(again, "auditor").read, PUBLIC) == "read"
        removed = Client(again.broker.bootstrap, "acme_1", "made-up")
        assert await asyncio.to_thread(removed.read, PUBLIC) == "login refused"


async def test_provisioning_again_changes_nothing(pair: Embedded) -> None:
    before = await asyncio.to_thread(rights_given, pair.broker.admin(), None)
    await provision(pair.broker.admin(), pair.home)
    assert await asyncio.to_thread(rights_given, pair.broker.admin(), None) == before
    assert {right.principal for right in before} == {f"User:{name}" for name in PRINCIPALS}


async def test_a_right_that_the_table_does_not_give_is_taken_away(pair: Embedded) -> None:
    admin = pair.broker.admin()
    await asyncio.to_thread(set_rights, admin, "review", [*rights_of("review"), *reader_rights("review", [UNREAD])])
    await provision(pair.broker.admin(), pair.home)
    assert await asyncio.to_thread(client_of(pair, "review").read, UNREAD) == "topic refused"


def test_topics_keep_everything_for_ever(pair: Embedded) -> None:
    known = pair.broker.admin().list_topics(timeout=5).topics
    assert {topic.name: len(known[topic.name].partitions) for topic in TOPICS} == {topic.name: 12 for topic in TOPICS}


def test_every_service_has_a_principal() -> None:
    assert set(SERVICES) < set(PRINCIPALS)
