"""Materials 1 to 9 (C4): which files go with a draft, or with a returned application where they were named."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.application.domain.editing import ApplicationIsDecided, FilingAct, editable, following, may_change
from services.application.domain.states import Application, ApplicationEvent, NotStarted
from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.application import AttachmentAdded, AttachmentRemoved
from shared.contracts.round import MaterialRule
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

SCANS = ("clean", "not scanned")
"""What a scanner said of a file that may be attached."""


@dataclass(frozen=True, slots=True)
class AddAttachment(FilingAct):
    """Attach a file whose bytes are kept already (C4); `size` in bytes, `media_type` as its content shows."""

    application: str
    material: int
    sha256: str
    size: int
    media_type: str
    name: str
    scan: str
    terms: RoundTerms
    by: Actor
    at: Instant
    applicant: Applicant | None
    """The organization as registration has it now, as far as that was heard."""


@dataclass(frozen=True, slots=True)
class RemoveAttachment(FilingAct):
    """Take a file out of what is to be filed (C4); its bytes stay."""

    application: str
    material: int
    sha256: str
    terms: RoundTerms
    by: Actor
    at: Instant
    applicant: Applicant | None
    """The organization as registration has it now, as far as that was heard."""


class MaterialNotAskedFor(Malformed):
    """The round has no material of this number."""

    title = "The round asks for no material of this number"
    clause = "C4"
    rule = "R18"
    field = "material"


class MaterialHasEnoughFiles(Refusal):
    """The round limits how many files a material may have."""

    title = "The material has as many files as it may have"
    clause = "C4"
    rule = "R18"
    field = "material"


class MediaTypeNotAccepted(Malformed):
    """The round says which types a material's files may have."""

    title = "The material takes no file of this type"
    clause = "C4"
    rule = "R18"
    field = "media_type"


class FileTooLarge(Malformed):
    """The round limits the size of a material's files."""

    title = "The file is larger than the material's files may be"
    clause = "C4"
    rule = "R18"
    field = "size"


class FileIsEmpty(Malformed):
    """A file without bytes shows nothing."""

    title = "The file is empty"
    clause = "C4"
    rule = "R18"
    field = "size"


class FileNotClean(Malformed):
    """Only what a scanner found clean, or what no scanner is there to look at, is attached."""

    title = "The file was not found clean"
    clause = "C4"
    field = "scan"


class FileNotAttached(Unknown):
    """No such file goes with the application."""

    title = "No such file is attached to this material"
    clause = "C4"
    field = "sha256"


def may_attach(state: Application, command: AddAttachment) -> MaterialRule:
    """What the round asks of the file, before a byte of it is read; raise what refuses any file at all.

    How many there may be is decided when its hash is known: a file that is attached already is never one too many.
    """
    if command.final and not isinstance(state, NotStarted):
        require(command.by, Role.FILER, organization=state.started.organization)
        raise ApplicationIsDecided
    editable(following(state, command.applicant), command)
    return material_rule(command.terms, command.material)


def attach(state: Application, command: AddAttachment) -> Sequence[ApplicationEvent]:
    """The file attached; nothing when the material has it already."""
    _, form = editable(state, command)
    held = [one for one in form.attached if one.material == command.material]
    if any(one.sha256 == command.sha256 for one in held):
        return []
    rule = material_rule(command.terms, command.material)
    _check(command, rule)
    added = AttachmentAdded(
        application=command.application,
        material=command.material,
        sha256=command.sha256,
        size=command.size,
        media_type=command.media_type,
        name=command.name,
        scan=command.scan,
    )
    may_change(state, added)
    if len(held) >= rule.files_max:
        raise MaterialHasEnoughFiles(
            f"material {rule.number} has {len(held)} of at most {rule.files_max}",
            detail_zh=f"材料{rule.number}已有{len(held)}个文件，最多{rule.files_max}个",
        )
    return [added]


def detach(state: Application, command: RemoveAttachment) -> Sequence[ApplicationEvent]:
    """The file taken out; nothing when it was taken out before."""
    _, form = editable(state, command)
    this = (command.material, command.sha256)
    if this in form.removed:
        return []
    if this not in [(one.material, one.sha256) for one in form.attached]:
        raise FileNotAttached(
            f"material {command.material} has no file {command.sha256}",
            detail_zh=f"材料{command.material}没有文件{command.sha256}",
        )
    taken = AttachmentRemoved(application=command.application, material=command.material, sha256=command.sha256)
    may_change(state, taken)
    return [taken]


def material_rule(terms: RoundTerms, material: int) -> MaterialRule:
    """What the round asks of a material; raise `MaterialNotAskedFor` where it asks for none of this number."""
    for rule in terms.materials:
        if rule.number == material:
            return rule
    numbers = [str(rule.number) for rule in terms.materials]
    asked, asked_zh = ", ".join(numbers) or "none", "、".join(numbers) or "无"
    raise MaterialNotAskedFor(
        f"there is no material {material}; asked for: {asked}",
        detail_zh=f"没有材料{material}；本年度需要的材料：{asked_zh}",
    )


def _check(command: AddAttachment, rule: MaterialRule) -> None:
    if command.size <= 0:
        raise FileIsEmpty
    if command.size > rule.size_max:
        raise FileTooLarge(
            f"{command.size} bytes; material {rule.number} takes at most {rule.size_max}",
            detail_zh=f"文件{command.size}字节，材料{rule.number}每个文件最多{rule.size_max}字节",
        )
    if command.media_type not in rule.media_types:
        accepted = ", ".join(rule.media_types)
        raise MediaTypeNotAccepted(
            f"{command.media_type}; material {rule.number} takes {accepted}",
            detail_zh=f"文件类型为{command.media_type}，材料{rule.number}接受{'、'.join(rule.media_types)}",
        )
    if command.scan not in SCANS:
        raise FileNotClean(command.scan, detail_zh=f"检查结果：{command.scan}")
