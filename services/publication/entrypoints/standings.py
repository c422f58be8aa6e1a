"""The standing of the approved: rectification, revocation, renewal (C3, C5.4)."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.rectification import AcceptRectification, OrderRectification
from services.publication.domain.standing import Command
from services.publication.domain.standing_states import ApprovalUnknown
from services.publication.domain.validity import RenewApproval, ReverseRevocation, RevokeApproval
from services.publication.entrypoints.bodies import (
    AcceptanceBody,
    RectificationBody,
    RenewalBody,
    RevocationBody,
    RevocationReversalBody,
)
from services.publication.entrypoints.lists import AskingStandings, listed
from services.publication.entrypoints.parts import Parts, carry_out, decided, plan_of
from services.publication.entrypoints.rights import may_read, seen_by
from services.publication.usecases.organizations import changed_since
from services.publication.usecases.outcomes import Outcome
from services.publication.usecases.standings import STANDINGS
from shared.contracts.policy import days_of
from shared.contracts.publication import ItemGivenUp, RectificationItem
from shared.eventstore.documents import Reads
from shared.kernel.instants import Instant, end_of_day_after, local_date
from shared.kernel.refusal import Malformed
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast, ReceivedAt


class DueMissing(Malformed):
    """Where the round fixes no time for putting things right, the order says when it is due."""

    title = "The round fixes no time for rectifications: the order says when it is due"
    clause = "C3"
    field = "due"


async def _carry(parts: Parts, arrival: Arrival, outcome: Outcome, command: Command) -> JSONResponse:
    return await carry_out(parts, arrival, outcome.decided.round, command, guards=outcome.guards)


def router(parts: Parts) -> APIRouter:
    """What happens to a standing, and the office's overview."""
    routes = APIRouter(tags=["standings"])

    @routes.post("/standings/{application}/rectification", response_model=Receipt)
    async def order(application: IdText, body: RectificationBody, arrival: Arriving) -> JSONResponse:
        """Order an approved organization to put something right."""
        outcome = await decided(parts, application)
        command = await _order(parts, outcome, body, arrival)
        return await _carry(parts, arrival, outcome, command)

    @routes.post("/standings/{application}/rectification-acceptance", response_model=Receipt)
    async def accept(application: IdText, body: AcceptanceBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Accept that what was ordered is put right."""
        outcome = await decided(parts, application)
        unmet = await parts.facts.unmet(application, arrival.at)
        given_up = tuple(ItemGivenUp(what=one.what, reason=one.reason) for one in body.given_up)
        command = AcceptRectification(
            outcome.approval, body.note, arrival.actor, arrival.at, body.orders, unmet, given_up
        )
        return await _carry(parts, arrival, outcome, command)

    _revoking(routes, parts)
    _reading(routes)
    return routes


def _revoking(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/standings/{application}/revocation", response_model=Receipt)
    async def revoke(application: IdText, body: RevocationBody, arrival: Arriving) -> JSONResponse:
        """Take the approval back."""
        outcome = await decided(parts, application)
        command = RevokeApproval(outcome.approval, body.ground, body.document_number, arrival.actor, arrival.at)
        return await _carry(parts, arrival, outcome, command)

    @routes.post("/standings/{application}/revocation-reversal", response_model=Receipt)
    async def give_back(application: IdText, body: RevocationReversalBody, arrival: Arriving) -> JSONResponse:
        """Give back an approval that another leader revoked in error."""
        outcome = await decided(parts, application)
        command = ReverseRevocation(
            outcome.approval, outcome.revoked_by, body.reason, body.document_number, arrival.actor, arrival.at
        )
        return await _carry(parts, arrival, outcome, command)

    @routes.post("/standings/{application}/renewal", response_model=Receipt)
    async def renew(application: IdText, body: RenewalBody, arrival: Arriving) -> JSONResponse:
        """Let the approval hold for longer."""
        outcome = await decided(parts, application)
        command = RenewApproval(outcome.approval, body.valid_to, body.document_number, arrival.actor, arrival.at)
        return await _carry(parts, arrival, outcome, command)


def _reading(routes: APIRouter) -> None:
    @routes.get("/standings")
    async def many(
        reads: AtLeast, actor: CurrentActor, now: ReceivedAt, asked: AskingStandings
    ) -> list[dict[str, Any]]:
        """The standings that the actor may see."""
        where = {**seen_by(actor), "round": asked.round_id, "state": asked.state, "district": asked.district}
        return [await _as_now(reads, doc, now) for doc in await listed(reads, STANDINGS, where, asked)]

    @routes.get("/standings/{application}")
    async def one(application: IdText, reads: AtLeast, actor: CurrentActor, now: ReceivedAt) -> dict[str, Any]:
        """One standing, as its organization and the office see it."""
        doc = await reads.get(STANDINGS, application)
        if doc is None:
            raise ApprovalUnknown(application)
        may_read(actor, str(doc["organization"]))
        return await _as_now(reads, doc, now)


async def _order(parts: Parts, outcome: Outcome, body: RectificationBody, arrival: Arrival) -> OrderRectification:
    corrections = (await plan_of(parts, outcome.decided.round, arrival)).parameters.corrections
    days = days_of(corrections.rectification_days)
    latest = None if days is None else end_of_day_after(arrival.at, days)
    due = latest if body.due is None else Instant(body.due)
    if due is None:
        raise DueMissing
    items = tuple(RectificationItem(what=one.what, note=one.note) for one in body.items)
    return OrderRectification(outcome.approval, items, due, latest, arrival.actor, arrival.at)


async def _as_now(reads: Reads, doc: Mapping[str, Any], now: Instant) -> dict[str, Any]:
    """With the name and the district that the organization has now, as far as the list says another."""
    return {**doc, "now": await changed_since(reads, doc, local_date(now))}
