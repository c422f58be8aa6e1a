"""Publication's documents: the notice, the approved list, and the agreement that both parties sign (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from services.publication.domain.vacancies import Vacancy
from services.publication.usecases.as_of import ListThen, published, vacant_in
from services.publication.usecases.streams import agreement_stream, notice_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    ListPublished,
    ListRow,
    NoticePublished,
    OrganizationApproved,
)
from shared.contracts.round import RoundParameters
from shared.documents.agreement import Agreement, Owed, agreement_pdf
from shared.documents.cabinet import Cabinet
from shared.documents.listing import ApprovedList, Listed, NoticeList, Vacant, approved_pdf, notice_pdf
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
    parameters = await _parameters(archive.plans, round_id, at)
    notice = NoticeList(
        round_title=parameters.title_zh,
        rows=tuple(_listed(row) for row in event.rows),
        start=event.start,
        end=event.end,
        working_days=event.working_days,
        list_hash=event.list_hash,
        published_at=at,
        categories=_categories(parameters),
        vacant=_vacant(await vacant_in(archive.store, round_id, notices[-1])),
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
    parameters = await _parameters(archive.plans, round_id, at)
    approved = ApprovedList(
        round_title=parameters.title_zh,
        rows=tuple(_listed(row) for row in event.rows),
        valid_from=parameters.calendar.valid_from.value,
        valid_to=parameters.calendar.valid_to.value,
        list_hash=event.list_hash,
        published_at=at,
        categories=_categories(parameters),
        supersedes=before.list_hash if isinstance(before, ListPublished) else None,
        vacant=_vacant(await vacant_in(archive.store, round_id, lists[-1])),
    )
    return await archive.cabinet.make(partial(approved_pdf, approved))


async def dated_list_of(archive: Archive, then: ListThen) -> bytes:
    """The list as of a moment, with how each of it stood."""
    parameters = await _parameters(archive.plans, then.listed.round, then.published_at)
    approved = ApprovedList(
        round_title=parameters.title_zh,
        rows=tuple(replace(_listed(one.row), standing=one.standing, agreement=one.agreement) for one in then.rows),
        valid_from=parameters.calendar.valid_from.value,
        valid_to=parameters.calendar.valid_to.value,
        list_hash=then.listed.list_hash,
        published_at=then.published_at,
        categories=_categories(parameters),
        supersedes=then.supersedes[-1] if then.supersedes else None,
        vacant=_vacant(then.vacant),
        as_of=then.as_of,
    )
    return await archive.cabinet.make(partial(approved_pdf, approved))


async def terms_to_offer(
    archive: Archive,
    approval: OrganizationApproved,
    parameters: RoundParameters,
    due: Instant,
    at: Instant,
    *,
    anew: bool = False,
) -> str:
    """The hash of the agreement's PDF, which is kept before it is offered; of an offer that stands its own.

    `anew` when what was offered belongs to an approval that was taken back.
    """
    standing = None if anew else await _standing_offer(archive.store, approval.application)
    if standing is not None:
        return standing.terms_sha256
    agreement = _agreement(approval, parameters, due, at)
    return await archive.cabinet.keep(await archive.cabinet.make(partial(agreement_pdf, agreement)))


async def offer_of(store: EventStore, application: str) -> AgreementOffered | None:
    """The last offer, whatever became of it."""
    events = [one.event for one in await store.load(agreement_stream(application, "").name)]
    return next((event for event in reversed(events) if isinstance(event, AgreementOffered)), None)


async def agreement_of(archive: Archive, offer: AgreementOffered) -> bytes | None:
    """The text of an offer, byte for byte as it was offered; None when it was given by its hash alone."""
    return await archive.cabinet.kept(offer.terms_sha256)


async def _standing_offer(store: EventStore, application: str) -> AgreementOffered | None:
    """The offer that is open or signed: one that ran out is followed by other terms."""
    recorded = await store.load(agreement_stream(application, "").name)
    if not recorded or isinstance(recorded[-1].event, AgreementExpired):
        return None
    return await offer_of(store, application)


async def _parameters(plans: Plans, round_id: str, at: Instant) -> RoundParameters:
    plan = await plans.plan(round_id, at)
    assert plan is not None, "what is published is of a round that is known"
    return plan.parameters


def _categories(parameters: RoundParameters) -> dict[str, str]:
    return {category.code: category.name_zh for category in parameters.categories}


def _listed(row: ListRow) -> Listed:
    return Listed(row.organization_name, row.uscc, row.district, row.kind, row.rank, row.category)


def _vacant(vacancies: Sequence[Vacancy]) -> tuple[Vacant, ...]:
    return tuple(Vacant(one.group, one.rank, one.reason) for one in vacancies)


def _agreement(approval: OrganizationApproved, parameters: RoundParameters, due: Instant, at: Instant) -> Agreement:
    return Agreement(
        round_title=parameters.title_zh,
        application=approval.application,
        org_name=approval.organization_name,
        uscc=approval.uscc,
        district=approval.district,
        kind=approval.kind,
        category_name=_categories(parameters).get(approval.category, approval.category) if approval.category else None,
        valid_from=approval.valid_from,
        valid_to=approval.valid_to,
        list_hash=approval.list_hash,
        offered_at=at,
        due=due,
        owed=tuple(
            Owed(term.kind, term.year, term.due.value, term.period)
            for term in parameters.obligations
            if term.only in (None, approval.kind)
        ),
    )
