"""What the public sees: the notice, and the list as it is or was at any moment (C5.4)."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.publication.domain.listing import list_bytes
from services.publication.domain.notice import PublishList, PublishNotice
from services.publication.entrypoints.parts import Parts, carry_out, plan_of
from services.publication.usecases.as_of import list_then, shown
from services.publication.usecases.handle import decision_of, lists_of
from services.publication.usecases.project import NOTICES
from shared.contracts.policy import corrections_on_notice
from shared.kernel.refusal import Unknown
from shared.web.answer import JSONAnswer
from shared.web.command import Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AsOf, AtLeast, ReceivedAt


class NothingPublished(Unknown):
    """The public sees, or saw at that moment, nothing of this round."""

    title = "Nothing of the kind is published for this round"
    clause = "C5.4"
    field = "round"


def router(parts: Parts) -> APIRouter:
    """The publisher's acts, and what anybody reads."""
    routes = APIRouter(tags=["notices"])

    @routes.post("/rounds/{round_id}/notice", response_model=Receipt)
    async def publish_notice(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Publish the notice of the list, and again of what changed or is added."""
        parameters = (await plan_of(parts, round_id, arrival)).parameters
        decision, guard = await decision_of(parts.store, round_id)
        corrections = corrections_on_notice(parameters)
        command = PublishNotice(round_id, decision, parameters.calendar, arrival.actor, arrival.at, corrections)
        return await carry_out(parts, arrival, round_id, command, guards=(guard,))

    @routes.post("/rounds/{round_id}/list", response_model=Receipt)
    async def publish_list(round_id: Token, request: Request, arrival: Arriving) -> JSONResponse:
        """Publish the approved list, and again once it is corrected."""
        decision, guard = await decision_of(parts.store, round_id)
        command = PublishList(round_id, decision, request.url.path, arrival.actor, arrival.at)
        return await carry_out(parts, arrival, round_id, command, guards=(guard,))

    _reading(routes, parts)
    return routes


def _reading(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/rounds/{round_id}/notice", tags=["public"])
    async def notice(round_id: Token, reads: AtLeast) -> dict[str, Any]:
        """The round's last public notice."""
        doc = await reads.get(NOTICES, round_id)
        if doc is None:
            raise NothingPublished
        return dict(doc)

    @routes.get("/rounds/{round_id}/list", tags=["public"], response_class=Response)
    async def published(round_id: Token, request: Request, reads: AtLeast, now: ReceivedAt, as_of: AsOf) -> Response:
        """The published list byte for byte; as of a moment, how each stood."""
        if as_of is not None:
            then = await list_then(parts.store, reads, round_id, as_of)
            if then is None:
                raise NothingPublished(f"no list was public as of {as_of}")
            return JSONAnswer(shown(then))
        lists = await lists_of(parts.store, round_id)
        if not lists:
            raise NothingPublished
        _, listed = lists[-1]
        body = list_bytes(round_id, listed.rows)
        standing = f'<{request.url.path}?as_of={now}>; rel="alternate"; title="how each stands now"'
        return Response(
            body, media_type="application/json", headers={"ETag": f'"{listed.list_hash}"', "Link": standing}
        )
