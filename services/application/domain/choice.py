"""What an organization applies as: comprehensive, or professional in one of the round's categories (C1, C2.2.2)."""

from collections.abc import Iterable

from services.application.domain.terms import RoundTerms
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.refusal import Malformed


class CategoryUnknown(Malformed):
    """The round has no category of this code, open or closed."""

    title = "The round has no such category"
    clause = "C2.2.2"
    rule = "R14"
    field = "category"


class KindAndCategoryDiffer(Malformed):
    """A professional organization begins with one category, a comprehensive one with none."""

    title = "Kind and category do not go together"
    clause = "C2.2.2"
    rule = "R14"
    field = "category"


def unless_unknown(category: Iterable[str], terms: RoundTerms, field: str = "category") -> None:
    """Refuse a code that is none of the round's; one that is closed this year is known, and R15 refuses its filing."""
    known = terms.known_categories
    if known is None:
        return
    for place, code in enumerate(category):
        if code not in known:
            raise CategoryUnknown(
                f"{code} is no category; {_open(terms)}",
                detail_zh=f"没有类别“{code}”；{_open_zh(terms)}",
                field=f"{field}.{place}",
            )


def as_begun(kind: str, category: tuple[str, ...], terms: RoundTerms) -> None:
    """Refuse a beginning that names what the round does not know or what contradicts itself."""
    unless_unknown(category, terms)
    wanted = 0 if kind == COMPREHENSIVE else 1
    if terms.known_categories is not None and len(category) != wanted:
        asked = "exactly one category" if wanted else "no category"
        asked_zh = "应选一个类别" if wanted else "综合类不选类别"
        raise KindAndCategoryDiffer(
            f"{kind} names {asked}, not {len(category)}; {_open(terms)}",
            detail_zh=f"{asked_zh}，而非{len(category)}个；{_open_zh(terms)}",
        )


def group_of(kind: str, category: Iterable[str]) -> str:
    """The group in which it competes: its first category, or `comprehensive`."""
    return COMPREHENSIVE if kind == COMPREHENSIVE else next(iter(category), "")


def _open(terms: RoundTerms) -> str:
    return f"open in {terms.round}: {', '.join(terms.open_categories)}"


def _open_zh(terms: RoundTerms) -> str:
    names = terms.naming.categories
    return f"{terms.round}年度开放的类别：{'、'.join(names.get(one, one) for one in terms.open_categories)}"
