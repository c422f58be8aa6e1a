"""The paper that goes with a version: its PDF, the code on every page, and the clerk's scan of it (C5.1, C5.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from services.application.domain.changes import differences
from services.application.domain.editing import ApplicationIsWithdrawn, ApplicationNotStarted, FilingAct
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Draft,
    Lapsed,
    NotStarted,
    Returned,
    Submitted,
    Version,
    Withdrawn,
    exports_of,
    versions_of,
)
from shared.contracts.application import ApplicationStarted, PaperReceived, PdfExported
from shared.contracts.fields import place
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

_CODE: Final = re.compile(r"NL1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9][0-9]{0,3})\.([0-9a-f]{64})")
DIGITS_PRINTED = 16
"""Of the hash, as a page prints them for people to type."""
PATHS_MAX = 20
"""Changed paths that a refusal names; beyond them it says how many there are."""


@dataclass(frozen=True, slots=True)
class ExportPdf:
    """Say that a submitted version was made a PDF (C5.2)."""

    application: str
    version: int
    pdf_sha256: str
    template_hash: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReceivePaper(FilingAct):
    """The district's receipt clerk takes the paper (C5.1); version and hash are read from it."""

    application: str
    version: int
    snapshot_hash: str
    copies: int
    by: Actor
    at: Instant
    silent: bool
    """Whether it is before the city because its district let its time pass; then the city's officer takes it too."""


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What the code on a page says."""

    application: str
    version: int
    snapshot_hash: str


class NoPaperCode(Malformed):
    """The text is none of the codes that stand on an application's pages."""

    title = "This is no code of an application's page"
    clause = "C5.2"
    field = "code"


class PaperOfAnotherApplication(Malformed):
    """The code on the page names another application."""

    title = "The paper is of another application"
    clause = "C5.2"
    field = "code"


class PdfBeforeSubmission(Refusal):
    """Only a submitted version is printed."""

    title = "There is no PDF before the submission"
    clause = "C5.2"


class VersionUnknown(Unknown):
    """No such version was submitted."""

    title = "There is no such version of the application"
    clause = "C5.2"
    field = "version"


class PaperBeforeSubmission(Refusal):
    """The paper is a print of the submitted version."""

    title = "There is no submitted version that the paper could be"
    clause = "C5.2"


class PaperWhileReturned(Refusal):
    """The returned version is being corrected; its successor is what will be printed."""

    title = "The version was returned; the paper comes with the next one"
    clause = "C5.3"


class PaperReceivedAlready(Refusal):
    """The matching paper was taken before."""

    title = "The paper was received already"
    clause = "C5.1"


class PaperIsAnotherVersion(Refusal):
    """The paper is not a print of the version that counts."""

    title = "The paper is not the version that was submitted online"
    clause = "C5.2"
    field = "version"


class PaperDiffers(PaperIsAnotherVersion):
    """The paper has the right version's number, and says something else."""

    title = "The paper says something else than what was submitted online"
    field = "snapshot_hash"


def paper_code(application: str, version: int, snapshot_hash: str) -> str:
    """The text of the code on every page."""
    return f"NL1.{application}.{version}.{snapshot_hash}"


def parse_code(text: str) -> PaperCode:
    """What a scanned code says; raise `NoPaperCode` when it is none of ours."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise NoPaperCode(
            f"expected NL1.<application>.<version>.<hash>, read {text[:80]!r}",
            detail_zh=f"应为NL1.申报编号.版本.指纹，读到的是{text[:80]!r}",
        )
    return PaperCode(found[1], int(found[2]), found[3])


def export(state: Application, command: ExportPdf) -> Sequence[ApplicationEvent]:
    """The PDF named once by its hash."""
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Withdrawn():
            _may_print(state.started, command.by)
            raise ApplicationIsWithdrawn
        case Draft() | Submitted() | Returned() | Lapsed():
            _may_print(state.started, command.by)
            return _exported(state, command)
        case _:
            assert_never(state)


def receive(state: Application, command: ReceivePaper) -> Sequence[ApplicationEvent]:
    """The paper of the version that counts, taken once; another one is refused, and that it came stays in the log."""
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started) | Lapsed(before=Draft(started)):
            _may_receive(started, command)
            raise PaperBeforeSubmission
        case Submitted():
            _may_receive(state.started, command)
            return _received(state, command)
        case Returned() | Lapsed():
            _may_receive(state.started, command)
            raise PaperWhileReturned
        case Withdrawn():
            _may_receive(state.started, command)
            raise ApplicationIsWithdrawn
        case _:
            assert_never(state)


def _may_receive(started: ApplicationStarted, command: ReceivePaper) -> None:
    """A receipt clerk of the district, or where that was silent the city's officer (C5.3)."""
    if not (command.silent and command.by.role is Role.CITY_OFFICER):
        require(command.by, Role.RECEIPT_CLERK, district=started.district)


def _may_print(started: ApplicationStarted, by: Actor) -> None:
    if by.role is Role.FILER:
        require(by, Role.FILER, organization=started.organization)
    else:
        require(by, Role.FILER, Role.DISTRICT_CLERK, Role.RECEIPT_CLERK, district=started.district)


def _exported(state: Application, command: ExportPdf) -> Sequence[ApplicationEvent]:
    versions = versions_of(state)
    if not versions:
        raise PdfBeforeSubmission
    if not 1 <= command.version <= len(versions):
        raise VersionUnknown(
            f"there is no version {command.version}; the last one is {len(versions)}",
            detail_zh=f"没有第{command.version}版，最后一版为第{len(versions)}版",
        )
    made = PdfExported(
        application=command.application,
        version=command.version,
        pdf_sha256=command.pdf_sha256,
        template_hash=command.template_hash,
    )
    return [] if made in exports_of(state) else [made]


def _received(state: Submitted, command: ReceivePaper) -> Sequence[ApplicationEvent]:
    filed, command = state.last.filed, _in_full(state.versions, command)
    matches = (command.version, command.snapshot_hash) == (filed.version, filed.snapshot_hash)
    received = PaperReceived(
        application=filed.application,
        organization=filed.organization,
        district=filed.district,
        round=filed.round,
        version=command.version,
        snapshot_hash=command.snapshot_hash,
        copies=command.copies,
        received_at=command.at,
        matches=matches,
    )
    if matches and received in state.papers:
        return []
    if any(paper.matches and paper.version == filed.version for paper in state.papers):
        raise PaperReceivedAlready
    if not matches:
        raise _another(state.versions, command, () if received in state.papers else (received,))
    return [received]


def _in_full(versions: Sequence[Version], command: ReceivePaper) -> ReceivePaper:
    """With the whole hash, where the digits that a page prints were typed and its version has them."""
    whole = {one.filed.version: one.filed.snapshot_hash for one in versions}.get(command.version, "")
    typed = len(command.snapshot_hash) == DIGITS_PRINTED and whole.startswith(command.snapshot_hash)
    return replace(command, snapshot_hash=whole) if typed else command


def _another(versions: Sequence[Version], command: ReceivePaper, record: Sequence[PaperReceived]) -> Refusal:
    """The refusal that names the difference: version, hash and, of an older version, what changed since."""
    last = versions[-1].filed
    older = next((one for one in versions[:-1] if one.filed.version == command.version), None)
    if command.version == last.version:
        detail = f"the paper's hash is {command.snapshot_hash}, version {last.version} has {last.snapshot_hash}"
        detail_zh = f"纸质材料的指纹为{command.snapshot_hash}，第{last.version}版的指纹为{last.snapshot_hash}"
        return PaperDiffers(detail, detail_zh=detail_zh, record=record)
    detail = f"the paper is version {command.version}, submitted is version {last.version}"
    detail_zh = f"纸质材料为第{command.version}版，网上提交的是第{last.version}版"
    if older is None or older.filed.snapshot_hash != command.snapshot_hash:
        return PaperIsAnotherVersion(
            f"{detail}; its hash {command.snapshot_hash} is of no version",
            detail_zh=f"{detail_zh}；其校验码不属于任何版本",
            record=record,
        )
    paths = [one.path for one in differences(older.form, versions[-1].form)]
    more = f" and {len(paths) - PATHS_MAX} more" if len(paths) > PATHS_MAX else ""
    changed = f"{', '.join(paths[:PATHS_MAX])}{more}" or "nothing"
    changed_zh = "、".join(map(place, paths[:PATHS_MAX])) or "无"
    return PaperIsAnotherVersion(
        f"{detail}; changed since: {changed}",
        detail_zh=f"{detail_zh}；此后修改：{changed_zh}{f'等{len(paths)}处' if more else ''}",
        record=record,
    )
