"""The district's summary table (附件3): made when the list is sealed, and the same again afterwards (C5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from services.review.domain.batch import BATCH_DECIDER, SealBatch
from services.review.domain.batch_states import Batch, Draft, Sealed, Sent
from services.review.domain.checks import WITHDRAWN
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import DistrictReview, Ended, NotOpened, Open, checks_of, judged, waived
from services.review.usecases.ports import Facts
from services.review.usecases.streams import batch_stream, district_stream
from services.review.usecases.subjects import events, plan_of
from shared.contracts.application import RuleResult
from shared.contracts.review import BatchRow, BatchSealed, WaiverGranted
from shared.contracts.round import RoundParameters
from shared.contracts.rule_messages import told
from shared.contracts.vocabulary import GROUND, Outcome
from shared.documents.cabinet import Cabinet
from shared.documents.summary import SummaryRow, SummaryTable, Waived, summary_pdf
from shared.documents.wording import compliance
from shared.documents.workbook import summary_xlsx
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal

NOT_MADE = "0" * 64
"""Stands for the workbook's hash until it is made, and in a command that is refused."""
POSITION_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the documents' data is, and where they are made and kept."""

    store: EventStore
    facts: Facts
    cabinet: Cabinet


@dataclass(frozen=True, slots=True)
class Sealing:
    """The list as it stands sealed: what was decided, when, and after which events of the log."""

    event: BatchSealed
    at: Instant
    position: int


async def sealing_of(archive: Archive, round_id: str, district: str) -> Sealing | None:
    """The sealing that stands; None before it, and when the list was opened again."""
    recorded = await archive.store.load(batch_stream(round_id, district).name)
    state = BATCH_DECIDER.fold(events(recorded))
    match state:
        case Sealed() | Sent():
            last = next(one for one in reversed(recorded) if isinstance(one.event, BatchSealed))
            assert isinstance(last.event, BatchSealed), "found as one"
            return Sealing(last.event, Instant(last.envelope.time), last.position)
        case Draft():
            return None
        case _:
            assert_never(state)


async def with_workbook(archive: Archive, parameters: RoundParameters, command: SealBatch) -> SealBatch:
    """The command with its workbook's hash, kept before it is named; of a list that stands sealed that one's hash.

    For whom the decision refuses nothing is made: the command stays as it is.
    """
    standing = await sealing_of(archive, command.round, command.district)
    if standing is not None:
        return replace(command, xlsx_sha256=standing.event.xlsx_sha256)
    try:
        BATCH_DECIDER.decide(await _batch(archive, command), command)
    except Refusal:
        return command
    table = await _table(archive, parameters, command, command.at)
    made = await archive.cabinet.make(partial(summary_xlsx, table))
    return replace(command, xlsx_sha256=await archive.cabinet.keep(made))


async def _batch(archive: Archive, command: SealBatch) -> Batch:
    return BATCH_DECIDER.fold(events(await archive.store.load(batch_stream(command.round, command.district).name)))


async def workbook_of(archive: Archive, sealing: Sealing) -> bytes | None:
    """The workbook byte for byte as it was sealed; None when an earlier release sealed it."""
    return await archive.cabinet.kept(sealing.event.xlsx_sha256)


async def print_of(archive: Archive, sealing: Sealing) -> bytes:
    """The same table as PDF, of what the log held when it was sealed; who withdrew since is named below it."""
    parameters = (await plan_of(archive.facts, sealing.event.round, sealing.at)).parameters
    table = await _table(archive, parameters, sealing.event, sealing.at, sealing.position)
    table = replace(table, withdrawn=await _withdrawn(archive, sealing.event))
    return await archive.cabinet.make(partial(summary_pdf, table))


async def _withdrawn(archive: Archive, listed: BatchSealed) -> tuple[str, ...]:
    states = [(row, await _review(archive, row)) for row in listed.rows]
    return tuple(
        row.organization_name for row, state in states if isinstance(state, Ended) and state.closing.reason == WITHDRAWN
    )


async def _review(archive: Archive, row: BatchRow, until: int = POSITION_MAX) -> DistrictReview:
    recorded = await archive.store.load(district_stream(row.application, "").name)
    return DISTRICT_DECIDER.fold(events([one for one in recorded if one.position < until]))


async def _table(
    archive: Archive,
    parameters: RoundParameters,
    listed: SealBatch | BatchSealed,
    at: Instant,
    until: int = POSITION_MAX,
) -> SummaryTable:
    """The rows with every rule's result, waivers and compliance, as the log has them up to a position."""
    grounds = frozenset(rule.id for rule in parameters.rules if rule.kind == GROUND)
    return SummaryTable(
        round_title=parameters.title_zh,
        district=listed.district,
        document_number=listed.document_number,
        sealed_at=at,
        rules=tuple(rule.id for rule in parameters.rules),
        rows=tuple([await _row(archive, row, until, grounds) for row in listed.rows]),
        categories={category.code: category.name_zh for category in parameters.categories},
    )


async def _row(archive: Archive, row: BatchRow, until: int, grounds: frozenset[str]) -> SummaryRow:
    """One row; a ground for waivers that is not there fails nothing, and is left open."""
    state = await _review(archive, row, until)
    evaluation = await archive.facts.evaluation(row.application, row.version)
    found = evaluation.results if evaluation is not None else ()
    results = {one.rule: one.outcome for one in found if not (one.rule in grounds and one.outcome == Outcome.FAIL)}
    assert not isinstance(state, NotOpened), "what is recommended was opened"
    checks = checks_of(state)
    return SummaryRow(
        org_name=row.organization_name,
        uscc=row.uscc,
        kind=row.kind,
        category=row.category,
        results={**results, **judged(checks), **dict.fromkeys(row.waived, Outcome.WAIVED.value)},
        opinion=row.opinion,
        order=row.order,
        version=row.version,
        pdf_sha256=row.pdf_sha256,
        compliance=_compliance(checks),
        waived=_waivers(checks, {one.rule: one for one in found}),
    )


def _compliance(checks: Open) -> str:
    """合规意见: what the last check says, with each thing that does not conform."""
    if not checks.compliance:
        return ""
    last = checks.compliance[-1]
    return compliance(last.result, [(one.item, one.result, one.note) for one in last.items])


def _waivers(checks: Open, results: Mapping[str, RuleResult]) -> tuple[Waived, ...]:
    """放宽事项与理由: each with its ground and what was filed, in the unit of its rule."""
    of = waived(checks)
    granted = (one for one in checks.waivers if isinstance(one, WaiverGranted) and one.rule in of)
    return tuple(Waived(one.rule, f"{one.ground}（申报 {_observed(one, results)}）") for one in granted)


def _observed(waiver: WaiverGranted, results: Mapping[str, RuleResult]) -> str:
    if waiver.rule not in results:
        return waiver.observed
    (seen, _), _ = told(results[waiver.rule])
    return seen
