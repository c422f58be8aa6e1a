"""The form: four tables, each saved over the revision that was read, never against itself (C4.1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never

from services.application.domain.rules.finding import Filing
from services.application.domain.rules.unsaid import EARLIER_MATERIALS
from services.application.domain.terms import RoundTerms
from shared.auditlog.canonical import hash_of
from shared.contracts.application import ApplicationStarted, AttachmentAdded, AttachmentRemoved, FormSaved
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.sourced import UNSAID
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal

Table: TypeAlias = T1 | T2 | T3 | T4


@dataclass(frozen=True, slots=True)
class Form:
    """The tables as last saved, how often each was, and the files that go with them."""

    t1: T1 | None = None
    t2: T2 | None = None
    t3: T3 | None = None
    t4: T4 | None = None
    revisions: tuple[int, int, int, int] = (0, 0, 0, 0)
    attached: tuple[AttachmentAdded, ...] = ()
    """In the order in which they were added."""
    removed: tuple[tuple[int, str], ...] = ()
    """Material and hash of each file that was taken out again."""

    @property
    def materials(self) -> frozenset[int]:
        """The numbers of the materials that have a file."""
        return frozenset(one.material for one in self.attached)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The tables that were never saved."""
        tables = {"T1": self.t1, "T2": self.t2, "T3": self.t3, "T4": self.t4}
        return tuple(name for name, table in tables.items() if table is None)


class FormSavedMeanwhile(Refusal):
    """The table was saved by someone else since it was read."""

    title = "The table was saved since it was read"
    field = "revision"


class FormNamesAnotherOrganization(Malformed):
    """T1 names the applicant as it was certified."""

    title = "T1 names another organization than the one that applies"
    clause = "C2.1.1"
    field = "t1.uscc"


class FormContradictsItself(Malformed):
    """Two values of a table cannot both be true."""

    title = "Two values of the table cannot both be true"
    clause = "C4.1"


def formed(form: Form, event: FormSaved | AttachmentAdded | AttachmentRemoved) -> Form:
    """The form after `event`."""
    match event:
        case FormSaved():
            return _saved(form, event)
        case AttachmentAdded(material=material, sha256=sha256):
            removed = tuple(one for one in form.removed if one != (material, sha256))
            return replace(form, attached=(*form.attached, event), removed=removed)
        case AttachmentRemoved(material=material, sha256=sha256):
            left = tuple(one for one in form.attached if (one.material, one.sha256) != (material, sha256))
            return replace(form, attached=left, removed=(*form.removed, (material, sha256)))
        case _:
            assert_never(event)


def _saved(form: Form, event: FormSaved) -> Form:
    tables = ("T1", "T2", "T3", "T4")
    revisions = tuple(
        event.revision if table == event.table else revision
        for table, revision in zip(tables, form.revisions, strict=True)
    )
    return replace(
        form,
        t1=event.t1 or form.t1,
        t2=event.t2 or form.t2,
        t3=event.t3 or form.t3,
        t4=event.t4 or form.t4,
        revisions=(revisions[0], revisions[1], revisions[2], revisions[3]),
    )


def save(started: ApplicationStarted, form: Form, table: Table, revision: int) -> Sequence[FormSaved]:
    """The table saved over the revision that was read, or a refusal; nothing when it says what is saved already."""
    if isinstance(table, T1):
        as_certified(started, table)
    unless_contradictory(table)
    name = type(table).__name__
    index = ("T1", "T2", "T3", "T4").index(name)
    present = (form.t1, form.t2, form.t3, form.t4)[index]
    if present == table:
        return []
    if form.revisions[index] != revision:
        raise FormSavedMeanwhile(
            f"{name} is at revision {form.revisions[index]}, not {revision}",
            detail_zh=f"{name}现为第{form.revisions[index]}次修订，而非第{revision}次",
        )
    return [
        FormSaved(
            application=started.application,
            table=name,
            revision=revision + 1,
            t1=table if isinstance(table, T1) else None,
            t2=table if isinstance(table, T2) else None,
            t3=table if isinstance(table, T3) else None,
            t4=table if isinstance(table, T4) else None,
        )
    ]


def as_certified(started: ApplicationStarted, table: T1) -> None:
    """Refuse a T1 that names another organization, or the same otherwise than registration does (C2.1.1)."""
    certified = {
        "uscc": started.uscc,
        "org_name": started.organization_name,
        "legal_form": started.legal_form,
        "district": started.district,
    }
    for member, value in certified.items():
        if (claimed := getattr(table, member)) != value:
            raise FormNamesAnotherOrganization(
                f"{claimed} was certified as {value}",
                detail_zh=f"填写的是{claimed}，认证的是{value}",
                field=f"t1.{member}",
            )


def unless_contradictory(table: Table) -> None:
    """Refuse a table of which two values cannot both be true (C4.1)."""
    match table:
        case T2():
            _one_line_a_person(table)
        case T3():
            _parts_within_wholes(table)
        case T4():
            _share_within_all(table)
        case T1():
            pass
        case _:
            assert_never(table)


def plain(form: Form) -> dict[str, object]:
    """The form as it is hashed and compared: its tables, and each material's hashes where there are any."""
    tables = {"t1": _plain(form.t1), "t2": _plain(form.t2), "t3": _plain(form.t3), "t4": _plain(form.t4)}
    files = {str(number): _files(form, number) for number in sorted(form.materials)}
    return {**tables, "materials": files or None}


def snapshot_hash(form: Form) -> str:
    """SHA-256 of the canonical form: what online record and paper are matched by."""
    return hash_of(plain(form))


def inputs_hash(form: Form, terms: RoundTerms, received_at: Instant, deadline: Instant) -> str:
    """SHA-256 of everything that the rules read; what a round leaves unsaid is not in it."""
    return hash_of(
        {
            "snapshot": snapshot_hash(form),
            "received_at": received_at,
            "deadline": deadline,
            "open_categories": terms.open_categories,
            "rule_set": terms.rule_set_hash,
            "levels": None if terms.levels.source == UNSAID else asdict(terms.levels),
            "materials": [asdict(rule) for rule in terms.materials] or None,
        }
    )


def filing(
    form: Form, terms: RoundTerms, received_at: Instant, deadline: Instant, materials: frozenset[int] = frozenset()
) -> Filing:
    """What the rules read; `materials` are files that lie outside the platform."""
    return Filing(
        form.t1,
        form.t2,
        form.t3,
        form.t4,
        received_at,
        deadline,
        terms.open_categories,
        form.materials | materials,
        terms.levels,
        terms.materials or EARLIER_MATERIALS,
    )


def _files(form: Form, number: int) -> tuple[str, ...]:
    return tuple(sorted(one.sha256 for one in form.attached if one.material == number))


def _one_line_a_person(table: T2) -> None:
    keys = [person.person_key for person in table.roster]
    for line, key in enumerate(keys):
        if key in keys[:line]:
            raise FormContradictsItself(
                f"{key} stands on two lines",
                detail_zh=f"{key}填写了两行",
                clause="C2.1.2",
                field=f"t2.roster.{line}.person_key",
            )
    fulltime = sum(person.fulltime for person in table.roster)
    if fulltime > table.staff_total:
        detail = f"{fulltime} full-time people on the roster, {table.staff_total} staff in all"
        raise FormContradictsItself(
            detail,
            detail_zh=f"人员名册中专职{fulltime}人，多于员工总数{table.staff_total}人",
            clause="C2.1.2",
            field="t2.staff_total",
        )


def _share_within_all(table: T4) -> None:
    if Fraction(table.plan.public_share) > 1:
        detail = f"a public-benefit share of {table.plan.public_share} is more than all service"
        raise FormContradictsItself(
            detail, detail_zh=f"公益性服务占比{table.plan.public_share}超过全部服务", field="t4.plan.public_share"
        )


def _parts_within_wholes(table: T3) -> None:
    if table.satisfied > table.surveyed:
        raise FormContradictsItself(
            f"{table.satisfied} satisfied of {table.surveyed} surveyed",
            detail_zh=f"满意{table.satisfied}家，多于调查的{table.surveyed}家",
            clause="C2.1.3",
            field="t3.satisfied",
        )
    parts = Decimal(table.volume_public) + Decimal(table.volume_lowfee)
    if parts > Decimal(table.volume_total):
        detail = f"public and low-fee service of {parts} within {table.volume_total} in all"
        raise FormContradictsItself(
            detail,
            detail_zh=f"公益性与低收费服务合计{parts}，多于服务总量{table.volume_total}",
            clause="C2.1.3",
            field="t3.volume_total",
        )


def _plain(table: T1 | T2 | T3 | T4 | None) -> object:
    return None if table is None else _filled(asdict(table))


def _filled(value: object) -> object:
    """Without members that are absent or empty: one that a later form adds does not change an earlier form's hash."""
    if isinstance(value, dict):
        members = {name: _filled(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member not in (None, (), {})}
    return tuple(map(_filled, value)) if isinstance(value, tuple | list) else value
