"""docs/reads.md is what the street answers, and every `GET` has somebody who reads it."""

import asyncio
from pathlib import Path

import pytest

from shared.contracts.topics import SERVICES
from shared.kernel.actor import Role
from tests.docs.readers import ANYONE, Read, reads
from tests.docs.reads import PAGE, page
from tests.docs.test_openapi import described


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    folder: Path = tmp_path_factory.mktemp("street")
    return asyncio.run(reads(folder))


def test_the_page_of_reads_does_not_drift(asked: list[Read]) -> None:
    assert PAGE.read_text() == page(asked), "run `make reads`"


def test_every_get_of_the_street_is_asked_and_answered_to_somebody(asked: list[Read]) -> None:
    there = {
        (service, path) for service in SERVICES for path, one in described(service)["paths"].items() if "get" in one
    }
    assert {(one.service, one.path) for one in asked} == there
    assert [one.path for one in asked if not one.everything and not one.own] == []


def test_the_discipline_auditor_reads_every_address(asked: list[Read]) -> None:
    kept = [one.path for one in asked if not {ANYONE, Role.DISCIPLINE_AUDITOR.value} & set(one.everything)]
    assert kept == []


def test_no_organization_and_no_district_reads_another_s(asked: list[Read]) -> None:
    bound = {Role.FILER, Role.LEGAL_REPRESENTATIVE, Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK}
    alike = {(one.service, one.path, role) for one in asked for role in one.everything if role in bound}
    assert alike == set()


def test_an_expert_reads_alike_only_what_everybody_reads(asked: list[Read]) -> None:
    assert [one.path for one in asked if Role.EXPERT.value in one.everything] == []


def test_a_wider_right_shows_on_the_page() -> None:
    one = Read("registration", "/planted", {"summary": "Planted"}, ["filer"], [], None)
    assert page([one]) != page([Read("registration", "/planted", {"summary": "Planted"}, [], ["filer"], None)])
