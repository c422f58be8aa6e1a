"""What differs between two forms: the smallest paths, with both values, and their hash."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from services.application.domain.form import Form, plain
from shared.auditlog.canonical import hash_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs; an absent value is None."""

    path: str
    """Such as `t1.capital`, `t2.premises.0.area` or `materials.6`; a list of another length differs as a whole."""
    before: object
    after: object


def differences(before: Form, after: Form) -> tuple[Difference, ...]:
    """Every difference, in the order of the paths."""
    return tuple(sorted(_differences("", plain(before), plain(after)), key=lambda one: one.path))


def diff_hash(found: Sequence[Difference]) -> str:
    """SHA-256 of the canonical list of the differences."""
    return hash_of([{"path": one.path, "before": one.before, "after": one.after} for one in found])


def _differences(path: str, before: object, after: object) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _differences(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    elif path == "materials":
        yield from _differences(path, before or {}, after or {})
    elif _rows(before, after):
        for index, (one, other) in enumerate(zip_longest(before, after)):  # type: ignore[call-overload]  # both are rows
            yield from _differences(f"{path}.{index}", one, other)
    elif before != after:
        yield Difference(path, before, after)


def _rows(before: object, after: object) -> bool:
    """Whether both are as many lines of a table, of which some may differ."""
    if not (isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after)):
        return False
    return all(isinstance(one, Mapping) for one in (*before, *after))
