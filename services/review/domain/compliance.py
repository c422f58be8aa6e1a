"""资料合规性审核: what of the paper materials a check names, and what it has to name before a recommendation (C5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from services.review.domain.district_states import CONFORMS, Open
from shared.contracts.application import AttachmentAdded, AttachmentRemoved
from shared.contracts.event import Event
from shared.contracts.fields import place
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.review import ComplianceItem
from shared.contracts.round import RoundParameters
from shared.kernel.refusal import Malformed, Refusal

PAPER = "paper"
"""The paper filing as a whole: its copies, seals and signatures."""
DEVIATES, MISSING = "deviates", "missing"
IN_EVERY_FILING = ("form", "always")
"""Materials that every applicant brings; the others are due where the applicant holds some."""
MEMBERS = frozenset(
    f"{table.__name__.lower()}{member}"
    for table in (T1, T2, T3, T4)
    for member in ("", *(f".{one.name}" for one in fields(table)))
)
"""`t1`, `t1.org_name`, …: the paths of the form's tables and of their members."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a check of one version has to name, and what it may name."""

    due: tuple[str, ...]
    known: frozenset[str]


class ComplianceItemsRepeat(Malformed):
    """Each thing is checked once."""

    title = "A compliance check names a thing twice"
    clause = "C5.3"
    field = "items"


class ResultIsNoCompliance(Malformed):
    """`conforms`, `deviates` or `missing`."""

    title = "A thing conforms, deviates or is missing"
    clause = "C5.3"
    field = "items"


class NothingOfTheFiling(Malformed):
    """The paper, a table of the form or a member of one, or a material of the round."""

    title = "There is no such thing to check in a filing"
    clause = "C5.3"
    field = "items"


class MaterialsUnchecked(Refusal):
    """The last check says of each due material whether it conforms."""

    title = "A material that is due was not checked"
    clause = "C5.3"
    field = "compliance"


def compliance_required(parameters: RoundParameters) -> bool:
    """Whether the round asks for a compliance check of what is recommended or admitted (C5.3)."""
    return parameters.batches.compliance_required


def checklist(parameters: RoundParameters, held: Iterable[int]) -> Checklist | None:
    """What a check names of a version that came with files for these materials; None where the round asks for nothing.

    The form itself is a material on paper as well (C4.1).
    """
    if not parameters.batches.every_material:
        return None
    materials, brought = parameters.materials, set(held)
    due = [one.number for one in materials if one.required in IN_EVERY_FILING or one.number in brought]
    known = {PAPER, *MEMBERS, *(path(one.number) for one in materials)}
    return Checklist(tuple(path(number) for number in due), frozenset(known))


def path(material: int) -> str:
    """A material as checks and returns name it."""
    return f"materials.{material}"


def brought(changes: Iterable[Event]) -> frozenset[int]:
    """The materials that an application has files for, after these changes in the order of the log."""
    files: set[tuple[int, str]] = set()
    for one in changes:
        if isinstance(one, AttachmentAdded):
            files.add((one.material, one.sha256))
        elif isinstance(one, AttachmentRemoved):
            files.discard((one.material, one.sha256))
    return frozenset(material for material, _ in files)


def sound(items: Sequence[ComplianceItem], listed: Checklist | None) -> None:
    """Raise unless each thing has a result, is named once, and is one that the round knows where it asks."""
    wrong = next((n for n, one in enumerate(items) if one.result not in (CONFORMS, DEVIATES, MISSING)), None)
    if wrong is not None:
        raise ResultIsNoCompliance(field=f"items.{wrong}.result")
    names = [item.item for item in items]
    if len(set(names)) < len(names):
        raise ComplianceItemsRepeat
    unknown = next((n for n, name in enumerate(names) if listed is not None and name not in listed.known), None)
    if unknown is not None:
        raise NothingOfTheFiling(
            f"{names[unknown]} names no table, member or material",
            detail_zh=f"“{names[unknown]}”不是申报表、填报项或材料",
            field=f"items.{unknown}.item",
        )


def covered(checks: Open, listed: Checklist | None) -> None:
    """Raise unless the last check of the version names each material that is due."""
    if listed is None:
        return
    last = checks.compliance[-1].items if checks.compliance else ()
    named = {one.item for one in last}
    if lacking := [item for item in listed.due if item not in named]:
        detail_zh = f"尚未核对：{'、'.join(map(place, lacking))}"
        raise MaterialsUnchecked(f"to be checked first: {', '.join(lacking)}", detail_zh=detail_zh)
