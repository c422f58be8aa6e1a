"""The files that an application's tables and requests name by their hashes, and where (C2.1.2 to C2.1.7, C4)."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import assert_never

from services.application.domain.form import Form, Table
from shared.contracts.application import FormSaved, WaiverRequested
from shared.contracts.event import Event
from shared.contracts.form import T1, T2, T3, T4


def files_in(table: Table) -> dict[str, str]:
    """By place, the hash of every file that a table names."""
    return {place: sha256 for place, sha256 in _places(table) if sha256}


def named_before(form: Form) -> frozenset[str]:
    """What the form names or has attached already: its files were brought when that was decided."""
    tables = (form.t1, form.t2, form.t3, form.t4)
    named = {sha256 for table in tables if table is not None for sha256 in files_in(table).values()}
    return frozenset(named | {one.sha256 for one in form.attached})


def named_by(event: Event) -> frozenset[str]:
    """The hashes of files that were brought for a table or for a request."""
    if isinstance(event, WaiverRequested):
        return frozenset(event.evidence)
    if isinstance(event, FormSaved):
        saved = (event.t1, event.t2, event.t3, event.t4)
        return frozenset(sha256 for table in saved if table is not None for sha256 in files_in(table).values())
    return frozenset()


def _places(table: Table) -> Iterator[tuple[str, str | None]]:
    match table:
        case T1():
            pass
        case T2(roster=roster):
            yield from ((f"t2.roster.{line}.evidence", person.evidence) for line, person in enumerate(roster))
        case T3(micro_discount=rules):
            yield "t3.micro_discount", rules
        case T4(documents=documents, partners=partners, commitment=commitment):
            yield from ((f"t4.documents.{name}", sha256) for name, sha256 in asdict(documents).items())
            yield from ((f"t4.partners.{line}.agreement", one.agreement) for line, one in enumerate(partners))
            yield "t4.commitment", commitment
        case _:
            assert_never(table)
