"""A district's list as its rows and as the summary table (附件3), from this house's own facts (C5.3)."""

from collections.abc import Sequence

from services.review.domain.batch import row_of
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import NotOpened, Open, Recommended, checks_of, judged, waived
from services.review.usecases.ports import Facts, Sheet, SheetRow
from services.review.usecases.streams import district_stream
from services.review.usecases.subjects import events
from shared.contracts.review import BatchRow, WaiverGranted
from shared.contracts.round import RoundParameters
from shared.contracts.vocabulary import Outcome
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant


async def rows_of(store: EventStore, facts: Facts, round_id: str, district: str) -> tuple[BatchRow, ...]:
    """What the district recommends now, in any order."""
    rows = []
    for application in await facts.recommended_by(round_id, district):
        state = DISTRICT_DECIDER.fold(events(await store.load(district_stream(application, "").name)))
        if isinstance(state, Recommended):
            opening = state.checks.opening
            rows.append(row_of(state, await facts.pdf_sha256(application, opening.version)))
    return tuple(rows)


async def sheet_of(
    store: EventStore,
    facts: Facts,
    parameters: RoundParameters,
    district: str,
    rows: Sequence[BatchRow],
    document_number: str,
    sealed_at: Instant,
) -> Sheet:
    """The rows as the summary table: with every rule's result, waivers and their grounds, and the compliance."""
    whole = tuple([await _sheet_row(store, facts, row) for row in rows])
    return Sheet(parameters, district, document_number, sealed_at, whole)


async def _sheet_row(store: EventStore, facts: Facts, row: BatchRow) -> SheetRow:
    state = DISTRICT_DECIDER.fold(events(await store.load(district_stream(row.application, "").name)))
    evaluation = await facts.evaluation(row.application, row.version)
    results = {one.rule: one.outcome for one in evaluation.results} if evaluation is not None else {}
    if isinstance(state, NotOpened):
        return SheetRow(row, results, {}, "")
    checks = checks_of(state)
    settled = {**results, **judged(checks), **dict.fromkeys(row.waived, Outcome.WAIVED.value)}
    compliance = checks.compliance[-1].result if checks.compliance else ""
    return SheetRow(row, settled, _grounds(checks), compliance)


def _grounds(checks: Open) -> dict[str, str]:
    of = waived(checks)
    return {one.rule: one.ground for one in checks.waivers if isinstance(one, WaiverGranted) and one.rule in of}
