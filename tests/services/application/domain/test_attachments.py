"""Materials 1 to 9 and the PDF of a version (C4, C5.2)."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.attachments import (
    FileIsEmpty,
    FileNotAttached,
    FileNotClean,
    FileTooLarge,
    MaterialHasEnoughFiles,
    MaterialNotAskedFor,
    MediaTypeNotAccepted,
    RemoveAttachment,
)
from services.application.domain.editing import VersionIsSubmitted
from services.application.domain.paper import (
    ExportPdf,
    NoPaperCode,
    PaperCode,
    PdfBeforeSubmission,
    VersionUnknown,
    paper_code,
    parse_code,
)
from services.application.domain.submission import NotEligible
from shared.contracts.application import ApplicationSubmitted, AttachmentRemoved, PdfExported
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import application_id
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.application.domain.filed import (
    DRAFT,
    FILED,
    MATERIALS,
    STARTED,
    SUBMIT,
    TABLES_SAVED,
    TERMS,
    attached,
    attaching,
)
from tests.services.people import AT, CLERK, FILER, FOREIGN_CLERK, FOREIGN_FILER, RECEIPT, all_but, role_of

HASH = "6f" * 32
DETACH = RemoveAttachment("app-1", 6, HASH, TERMS, FILER, AT, applicant=None, final=False)
REMOVED = AttachmentRemoved(application="app-1", material=6, sha256=HASH)
EXPORT = ExportPdf("app-1", 1, "a" * 64, "b" * 64, FILER, AT)
EXPORTED = PdfExported(application="app-1", version=1, pdf_sha256="a" * 64, template_hash="b" * 64)


def test_a_file_is_attached_once() -> None:
    given(APPLICATION_DECIDER, STARTED).when(attaching(6)).then(attached(6))
    given(APPLICATION_DECIDER, STARTED, attached(6)).when(attaching(6)).then_nothing()
    again = given(APPLICATION_DECIDER, STARTED, attached(6)).when(replace(attaching(6), name="again.pdf"))
    again.then_nothing()
    given(APPLICATION_DECIDER, STARTED, attached(6)).when(attaching(7, HASH)).then(attached(7, HASH))


def test_a_file_is_taken_out_and_may_come_back() -> None:
    given(APPLICATION_DECIDER, STARTED, attached(6)).when(DETACH).then(REMOVED)
    given(APPLICATION_DECIDER, STARTED, attached(6), REMOVED).when(attaching(6)).then(attached(6))
    given(APPLICATION_DECIDER, STARTED, attached(6), REMOVED, attached(6)).when(DETACH).then(REMOVED)
    assert given(APPLICATION_DECIDER, STARTED).when(DETACH).then_refuses(FileNotAttached).field == "sha256"


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"material": 10}, MaterialNotAskedFor, "material"),
        ({"material": 0}, MaterialNotAskedFor, "material"),
        ({"terms": replace(TERMS, materials=())}, MaterialNotAskedFor, "material"),
        ({"size": 0}, FileIsEmpty, "size"),
        ({"size": 20971521}, FileTooLarge, "size"),
        ({"media_type": "application/x-msdownload"}, MediaTypeNotAccepted, "media_type"),
        ({"scan": "infected"}, FileNotClean, "scan"),
    ],
)
def test_what_is_no_material_is_named(change: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    asked = given(APPLICATION_DECIDER, STARTED).when(replace(attaching(6), **change))
    assert asked.then_refuses(refusal).field == field


def test_how_many_files_is_the_rounds() -> None:
    assert given(APPLICATION_DECIDER, *DRAFT).when(attaching(9, "0" * 64)).then_refuses(MaterialHasEnoughFiles)
    more = tuple(replace(rule, files_max=2) for rule in TERMS.materials)
    command = replace(attaching(9, "0" * 64), terms=replace(TERMS, materials=more))
    given(APPLICATION_DECIDER, *DRAFT).when(command).then(attached(9, "0" * 64))


def test_a_submitted_version_keeps_its_files() -> None:
    given(APPLICATION_DECIDER, *FILED).when(attaching(8)).then_refuses(VersionIsSubmitted)
    given(APPLICATION_DECIDER, *FILED).when(DETACH).then_refuses(VersionIsSubmitted)


@pytest.mark.parametrize("command", [attaching(6), DETACH], ids=lambda command: type(command).__name__)
def test_only_the_organizations_filer_attaches(command: Any) -> None:
    for by in all_but(Role.FILER):
        asked = given(APPLICATION_DECIDER, *DRAFT).when(replace(command, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"
    asked = given(APPLICATION_DECIDER, *DRAFT).when(replace(command, by=FOREIGN_FILER))
    assert asked.then_refuses(NotPermitted).field == "organization"


@pytest.mark.parametrize("lacking", MATERIALS)
def test_a_material_that_is_not_there_stops_the_submission(lacking: int) -> None:
    """Report (C4.2), licence (C4.3), accounts (C4.5), premises (C4.6), people's papers (C4.7), statement (C4.9)."""
    present = [attached(material) for material in MATERIALS if material != lacking]
    refusal = given(APPLICATION_DECIDER, *TABLES_SAVED, *present).when(SUBMIT).then_refuses(NotEligible)
    assert (refusal.rule, refusal.clause) == ("R18", "C4")
    assert f"material {lacking}" in refusal.detail


def test_the_files_are_part_of_the_snapshot() -> None:
    *_, one = given(APPLICATION_DECIDER, *DRAFT).when(SUBMIT).events()
    *_, other = given(APPLICATION_DECIDER, *DRAFT, attached(7, "0" * 64)).when(SUBMIT).events()
    assert isinstance(one, ApplicationSubmitted)
    assert isinstance(other, ApplicationSubmitted)
    assert one.snapshot_hash != other.snapshot_hash


def test_no_pdf_before_the_submission() -> None:
    for history in ((STARTED,), DRAFT):
        assert given(APPLICATION_DECIDER, *history).when(EXPORT).then_refuses(PdfBeforeSubmission).clause == "C5.2"


def test_a_pdf_is_named_once_by_its_hash() -> None:
    given(APPLICATION_DECIDER, *FILED).when(EXPORT).then(EXPORTED)
    other = replace(EXPORT, template_hash="c" * 64)
    given(APPLICATION_DECIDER, *FILED, EXPORTED).when(other).then(replace(EXPORTED, template_hash="c" * 64))
    for version in (0, 2):
        asked = given(APPLICATION_DECIDER, *FILED).when(replace(EXPORT, version=version))
        assert asked.then_refuses(VersionUnknown).field == "version"


@pytest.mark.parametrize("by", [FILER, CLERK, RECEIPT], ids=role_of)
def test_who_prints(by: Actor) -> None:
    given(APPLICATION_DECIDER, *FILED).when(replace(EXPORT, by=by)).then(EXPORTED)


def test_who_does_not_print() -> None:
    strangers = [FOREIGN_FILER, FOREIGN_CLERK, *all_but(Role.FILER, Role.DISTRICT_CLERK, Role.RECEIPT_CLERK)]
    for by in strangers:
        given(APPLICATION_DECIDER, *FILED).when(replace(EXPORT, by=by)).then_refuses(NotPermitted)


def test_a_page_s_code_is_read_as_it_was_written() -> None:
    application = application_id("2017", "org-1")
    code = paper_code(application, 2, "ab" * 32)
    assert code == f"NL1.{application}.2.{'ab' * 32}"
    assert parse_code(f" {code}\n") == PaperCode(application, 2, "ab" * 32)


@pytest.mark.parametrize("text", ["", "NL1", "NL2.x.1.y", f"NL1.{application_id('1', 'o')}.0.{'a' * 64}", "x" * 200])
def test_another_code_is_none_of_ours(text: str) -> None:
    with pytest.raises(NoPaperCode) as refusal:
        parse_code(text)
    assert refusal.value.field == "code"
