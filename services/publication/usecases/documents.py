"""What the public reads on paper: the notice and the approved list, as it is or was on a day (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from services.publication.domain.vacancies import Vacancy
from services.publication.usecases.as_of import ListThen, Stood, published, vacant_in
from services.publication.usecases.corrections import Correction, correction_of, correction_on
from services.publication.usecases.streams import notice_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.publication import (
    ListPublished,
    ListRow,
    NoticePublished,
)
from shared.contracts.round import RoundParameters
from shared.documents.cabinet import Cabinet
from shared.documents.listing import ApprovedList, Changes, Listed, NoticeList, Vacant, approved_pdf, notice_pdf
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant


class Plans(Protocol):
    """Where a round's parameters are."""

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """The round's plan as amended, in force at an instant; None when the round is not known here."""
        ...


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the documents' data is, and where they are made and kept."""

    store: EventStore
    plans: Plans
    cabinet: Cabinet


async def notice_of(archive: Archive, round_id: str) -> bytes | None:
    """The last public notice, or None before the first."""
    recorded = await archive.store.load(notice_stream(round_id).name)
    notices = [one for one in recorded if isinstance(one.event, NoticePublished)]
    if not notices:
        return None
    event, at = notices[-1].event, Instant(notices[-1].envelope.time)
    assert isinstance(event, NoticePublished), "found as one"
    parameters = await parameters_of(archive.plans, round_id, at)
    correction = await correction_on(archive.store, round_id, notices[-1])
    notice = NoticeList(
        round_title=parameters.title_zh,
        rows=tuple(_listed(row) for row in event.rows),
        start=event.start,
        end=event.end,
        working_days=event.working_days,
        list_hash=event.list_hash,
        published_at=at,
        categories=categories_of(parameters),
        vacant=_vacant(await vacant_in(archive.store, round_id, notices[-1])),
        objections_to=objections_to(parameters),
        corrects=None if correction is None else correction.proposed.supersedes,
        changes=_changes(correction),
    )
    return await archive.cabinet.make(partial(notice_pdf, notice))


async def list_of(archive: Archive, round_id: str) -> bytes | None:
    """The last published list, naming the one before that it corrects; None before the first."""
    lists = await published(archive.store, round_id)
    if not lists:
        return None
    event, at = lists[-1].event, Instant(lists[-1].envelope.time)
    assert isinstance(event, ListPublished), "found as one"
    before = lists[-2].event if len(lists) > 1 else None
    parameters = await parameters_of(archive.plans, round_id, at)
    approved = ApprovedList(
        round_title=parameters.title_zh,
        rows=tuple(_listed(row) for row in event.rows),
        valid_from=parameters.calendar.valid_from.value,
        valid_to=parameters.calendar.valid_to.value,
        list_hash=event.list_hash,
        published_at=at,
        categories=categories_of(parameters),
        supersedes=before.list_hash if isinstance(before, ListPublished) else None,
        vacant=_vacant(await vacant_in(archive.store, round_id, lists[-1])),
        changes=_changes(await correction_of(archive.store, round_id, lists[-1])),
    )
    return await archive.cabinet.make(partial(approved_pdf, approved))


async def dated_list_of(archive: Archive, then: ListThen) -> bytes:
    """The list as of a moment, with how each of it stood."""
    parameters = await parameters_of(archive.plans, then.listed.round, then.published_at)
    approved = ApprovedList(
        round_title=parameters.title_zh,
        rows=tuple(_stood(one) for one in then.rows),
        valid_from=parameters.calendar.valid_from.value,
        valid_to=parameters.calendar.valid_to.value,
        list_hash=then.listed.list_hash,
        published_at=then.published_at,
        categories=categories_of(parameters),
        supersedes=then.supersedes[-1] if then.supersedes else None,
        vacant=_vacant(then.vacant),
        changes=_changes(then.correction),
        as_of=then.as_of,
    )
    return await archive.cabinet.make(partial(approved_pdf, approved))


async def parameters_of(plans: Plans, round_id: str, at: Instant) -> RoundParameters:
    """The parameters in force at an instant, of a round that something was published of."""
    plan = await plans.plan(round_id, at)
    assert plan is not None, "what is published is of a round that is known"
    return plan.parameters


def objections_to(parameters: RoundParameters) -> str:
    """Where the round has objections filed, as its notices say it; empty where it does not say."""
    return parameters.decisions.objections_to


def categories_of(parameters: RoundParameters) -> dict[str, str]:
    """Chinese names of the round's categories by code."""
    return {category.code: category.name_zh for category in parameters.categories}


def _listed(row: ListRow) -> Listed:
    return Listed(row.organization_name, row.uscc, row.district, row.kind, row.rank, row.category)


def _stood(one: Stood) -> Listed:
    """A row with how it stood, and the name and the district that it had then."""
    listed = _listed(one.row)
    district, name = one.now.get("district", listed.district), one.now.get("organization_name", "")
    return replace(listed, standing=one.standing, agreement=one.agreement, district=district, name_now=name)


def _changes(correction: Correction | None) -> Changes | None:
    if correction is None:
        return None
    proposed, names = correction.proposed, correction.names
    return Changes(
        document_number=proposed.document_number,
        reason=proposed.reason,
        joined=tuple((names[one], ground) for one, ground in correction.joined),
        left=tuple(names[one] for one in correction.removed),
        moved=tuple((names[one.application], one.rank_before, one.rank) for one in proposed.moved or ()),
        beyond_quota=tuple(
            (one.group, one.places, one.listed) for one in proposed.places or () if one.group in correction.beyond_quota
        ),
    )


def _vacant(vacancies: Sequence[Vacancy]) -> tuple[Vacant, ...]:
    return tuple(Vacant(one.group, one.rank, one.reason) for one in vacancies)
