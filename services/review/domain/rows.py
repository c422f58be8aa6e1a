"""The rows of a district's list: what it recommends, as its summary table (附件3) has it (C5.3)."""

from collections.abc import Iterable, Mapping, Sequence

from services.review.domain.compliance import compliance_required
from services.review.domain.district_states import Recommended, deviation, waived
from shared.contracts.review import BatchRow
from shared.contracts.round import RoundParameters


def row_of(review: Recommended, pdf_sha256: str | None) -> BatchRow:
    """A recommendation as a row of the district's summary table (附件3)."""
    opening, recommendation = review.checks.opening, review.recommendation
    return BatchRow(
        order=recommendation.order,
        application=opening.application,
        organization=opening.organization,
        uscc=opening.uscc,
        organization_name=opening.organization_name,
        kind=opening.kind,
        category=opening.category,
        version=opening.version,
        snapshot_hash=opening.snapshot_hash,
        pdf_sha256=pdf_sha256,
        opinion=recommendation.opinion,
        waived=waived(review.checks),
    )


def unchecked(reviews: Iterable[Recommended], parameters: RoundParameters) -> tuple[str, ...]:
    """Whose materials were not checked or do not conform, where the round asks for it (C5.3)."""
    if not compliance_required(parameters):
        return ()
    found = [one.checks.opening for one in reviews if not one.checks.compliance or deviation(one.checks)]
    return tuple(sorted(opening.organization_name for opening in found))


def gone(rows: Iterable[BatchRow], standing: Mapping[str, Recommended]) -> tuple[str, ...]:
    """Whose rows no longer stand recommended in the version that was sealed; `standing` is by application."""
    return tuple(sorted(row.organization_name for row in rows if not _stands(row, standing.get(row.application))))


def _stands(row: BatchRow, review: Recommended | None) -> bool:
    return review is not None and review.checks.opening.version == row.version


def in_order(rows: Sequence[BatchRow]) -> tuple[BatchRow, ...]:
    """The rows by 推荐顺序."""
    return tuple(sorted(rows, key=lambda row: row.order))
