"""The application's documents: which version, whose names, and the bytes that the press makes of them (C4.9, C5.2)."""

from dataclasses import dataclass, replace
from functools import partial
from typing import cast

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.paper import ExportPdf, VersionUnknown
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    NotStarted,
    Version,
    exports_of,
    form_of,
    versions_of,
)
from services.application.usecases.people import in_words
from services.application.usecases.streams import application_stream, round_stream
from shared.auditlog.canonical import sha256_hex
from shared.contracts.application import ApplicationStarted, AttachmentAdded, RoundPlanned
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.round import RoundParameters
from shared.documents.application import ApplicationPaper, Material, MaterialFile, application_pdf
from shared.documents.press import Press
from shared.documents.statement import StatementOfTruth, statement_pdf
from shared.documents.typesetting import template_hash
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, Unknown
from shared.vault.vault import Vault

NOT_MADE = "0" * 64
"""Stands for a hash while it is asked whether a document may be made at all."""


class PdfNotExported(Unknown):
    """What an applicant prints to bring it is in the log, and nothing is printed before it is filed."""

    title = "This version was not exported as PDF yet"
    clause = "C5.2"
    field = "version"


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the documents' data is, and the press."""

    store: EventStore
    vault: Vault
    press: Press


@dataclass(frozen=True, slots=True)
class Filing:
    """One application as it is in the log."""

    state: Application
    started: ApplicationStarted
    started_at: Instant
    parameters: RoundParameters


async def filing_of(archive: Archive, application: str) -> Filing:
    """The application; raise `ApplicationNotStarted`."""
    recorded = await archive.store.load(application_stream(application, "").name)
    state = APPLICATION_DECIDER.fold(cast("ApplicationEvent", one.event) for one in recorded)
    if isinstance(state, NotStarted):
        raise ApplicationNotStarted
    planned = await origin(archive.store, round_stream(state.started.round).name, RoundPlanned)
    assert planned is not None, "an application is started in a planned round"
    return Filing(state, state.started, Instant(recorded[0].envelope.time), planned.parameters)


async def export_of(archive: Archive, filing: Filing, by: Actor, at: Instant) -> ExportPdf:
    """The command that says what the last version's PDF is.

    What would be refused is not made: the command then has no hash, and is refused when it is carried out.
    """
    versions = versions_of(filing.state)
    asked = ExportPdf(filing.started.application, max(1, len(versions)), NOT_MADE, template_hash(), by, at)
    try:
        APPLICATION_DECIDER.decide(filing.state, asked)
    except Refusal:
        return asked
    return replace(asked, pdf_sha256=sha256_hex(await _print(archive, filing, versions[-1])))


async def pdf_of(archive: Archive, filing: Filing, version: int | None, *, to_be_brought: bool) -> bytes:
    """The bytes of a version that was filed, the last one when none is named.

    What is `to_be_brought` on paper was exported; the same bytes are made for readers at any time.
    """
    versions = versions_of(filing.state)
    if version is not None and version > len(versions):
        raise VersionUnknown(f"there is no version {version}; the last one is {len(versions)}")
    made = {one.version for one in exports_of(filing.state)} if to_be_brought else {*range(1, len(versions) + 1)}
    if not made or (version is not None and version not in made):
        raise PdfNotExported
    return await _print(archive, filing, versions[(version or max(made)) - 1])


async def statement_of(archive: Archive, filing: Filing) -> bytes:
    """The statement of truth, to be signed before the application is filed."""
    started = filing.started
    table = form_of(filing.state).t1
    statement = StatementOfTruth(
        round_title=filing.parameters.title_zh,
        application=started.application,
        org_name=started.organization_name,
        uscc=started.uscc,
        started_at=filing.started_at,
        legal_representative=(await in_words(archive.vault, table)).legal_representative if table else None,
    )
    return await archive.press.make(partial(statement_pdf, statement))


async def _print(archive: Archive, filing: Filing, version: Version) -> bytes:
    t1, t2, t3, t4 = version.form.t1, version.form.t2, version.form.t3, version.form.t4
    assert isinstance(t1, T1), "a version that was filed has four tables"
    assert isinstance(t2, T2)
    assert isinstance(t3, T3)
    assert isinstance(t4, T4)
    parameters = filing.parameters
    paper = ApplicationPaper(
        round_title=parameters.title_zh,
        application=filing.started.application,
        version=version.filed.version,
        snapshot_hash=version.filed.snapshot_hash,
        received_at=Instant(version.filed.received_at),
        t1=await in_words(archive.vault, t1),
        t2=t2,
        t3=t3,
        t4=t4,
        categories={category.code: category.name_zh for category in parameters.categories},
        materials=_materials(parameters, version.form.attached),
        professional_share=_share(version),
    )
    return await archive.press.make(partial(application_pdf, paper))


def _materials(parameters: RoundParameters, attached: tuple[AttachmentAdded, ...]) -> tuple[Material, ...]:
    return tuple(
        Material(
            rule.number,
            rule.name_zh,
            tuple(MaterialFile(one.name, one.sha256, one.size) for one in attached if one.material == rule.number),
        )
        for rule in parameters.materials
    )


def _share(version: Version) -> str | None:
    results = version.evaluated.results if version.evaluated else ()
    return next((result.observed for result in results if result.rule == "R7"), None)
