"""The agreement's text: made when it is offered, kept under its hash, shown with its signature once signed (C5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from services.publication.usecases.documents import Archive, categories_of, parameters_of
from services.publication.usecases.streams import agreement_stream, approval_stream, decision_stream
from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
    ListApproved,
    ListCorrected,
    OrganizationApproved,
)
from shared.contracts.round import RoundParameters
from shared.documents.agreement import Agreement, Owed, Signature, agreement_pdf
from shared.documents.wording import district_name
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant


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
    agreement = await _agreement(archive.store, approval, parameters, due, at)
    return await archive.cabinet.keep(await archive.cabinet.make(partial(agreement_pdf, agreement)))


async def offer_of(store: EventStore, application: str) -> AgreementOffered | None:
    """The last offer, whatever became of it."""
    offered = await last_offer(store, application)
    return None if offered is None else _offer(offered)


async def agreement_of(archive: Archive, offer: AgreementOffered) -> bytes | None:
    """The text of an offer, byte for byte as it was offered; None when it was given by its hash alone."""
    return await archive.cabinet.kept(offer.terms_sha256)


async def signed_copy_of(archive: Archive, application: str) -> bytes | None:
    """The agreement with who signed it and when; None while it is not signed, or its text is not kept here."""
    recorded = await archive.store.load(agreement_stream(application, "").name)
    offered, last = await last_offer(archive.store, application), recorded[-1] if recorded else None
    if offered is None or last is None or not isinstance(last.event, AgreementSigned):
        return None
    offer = _offer(offered)
    approval = await _approval_before(archive.store, offered)
    if approval is None or await agreement_of(archive, offer) is None:
        return None
    at = Instant(offered.envelope.time)
    parameters = await parameters_of(archive.plans, offer.round, at)
    signature = Signature(Instant(last.envelope.time), last.event.signatory, offer.terms_sha256)
    agreement = await _agreement(archive.store, approval, parameters, Instant(offer.due), at, offered.position)
    return await archive.cabinet.make(partial(agreement_pdf, replace(agreement, signature=signature)))


async def _standing_offer(store: EventStore, application: str) -> AgreementOffered | None:
    """The offer that is open or signed: one that ran out is followed by other terms."""
    recorded = await store.load(agreement_stream(application, "").name)
    if not recorded or isinstance(recorded[-1].event, AgreementExpired):
        return None
    return await offer_of(store, application)


async def last_offer(store: EventStore, application: str) -> Recorded | None:
    """The last offer as it was recorded, whatever became of it."""
    recorded = await store.load(agreement_stream(application, "").name)
    return next((one for one in reversed(recorded) if isinstance(one.event, AgreementOffered)), None)


def _offer(recorded: Recorded) -> AgreementOffered:
    assert isinstance(recorded.event, AgreementOffered), "found as one"
    return recorded.event


async def _approval_before(store: EventStore, offered: Recorded) -> OrganizationApproved | None:
    """The approval that an offer rests on."""
    decided = await store.load(approval_stream(_offer(offered).application, "").name)
    events = [one.event for one in decided if one.position < offered.position]
    return next((event for event in reversed(events) if isinstance(event, OrganizationApproved)), None)


def _number(decided: Sequence[Recorded], approval: OrganizationApproved) -> str:
    """Round, district and row: whoever a correction adds comes behind the rows of the list that was approved first."""
    rows = _approved_in_order([one.event for one in decided])
    row = len(rows) - rows[::-1].index(approval.application)
    return f"{approval.round}-{district_name(approval.district)}-{row:03}"


def _in_force(decided: Sequence[Recorded], approval: OrganizationApproved, before: int | None) -> str:
    """The hash of the list that stood at a position of the log, or stands now."""
    lists = [
        one.event.list_hash
        for one in decided
        if isinstance(one.event, ListApproved | ListCorrected) and (before is None or one.position < before)
    ]
    return lists[-1] if lists else approval.list_hash


def _approved_in_order(events: Sequence[object]) -> list[str]:
    rows = list[str]()
    for event in events:
        match event:
            case ListApproved():
                rows += event.applications
            case ListCorrected():
                rows += event.added
            case _:
                continue
    return rows


async def _agreement(
    store: EventStore,
    approval: OrganizationApproved,
    parameters: RoundParameters,
    due: Instant,
    at: Instant,
    offered: int | None = None,
) -> Agreement:
    """What is offered now, or what was offered at a position of the log."""
    decided = await store.load(decision_stream(approval.round).name)
    return Agreement(
        round_title=parameters.title_zh,
        number=_number(decided, approval),
        org_name=approval.organization_name,
        uscc=approval.uscc,
        district=approval.district,
        kind=approval.kind,
        category_name=categories_of(parameters).get(approval.category, approval.category)
        if approval.category
        else None,
        valid_from=approval.valid_from,
        valid_to=approval.valid_to,
        list_hash=_in_force(decided, approval, offered),
        offered_at=at,
        due=due,
        owed=tuple(
            Owed(term.kind, term.year, term.due.value, term.period)
            for term in parameters.obligations
            if term.only in (None, approval.kind)
        ),
    )
