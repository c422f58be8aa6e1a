"""What the public sees: the notice, and the list as it is or was at any moment (C5.4)."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from services.publication.domain.listing import list_bytes
from services.publication.domain.notice import PublishList, PublishNotice
from services.publication.entrypoints.parts import Parts, carry_out, plan_of
from services.publication.usecases.as_of import list_then, shown
from services.publication.usecases.handle import decision_of
from services.publication.usecases.project import NOTICES
from shared.contracts.policy import corrections_on_notice
from shared.kernel.refusal import Unknown
from shared.web.answer import JSONAnswer
from shared.web.command import Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AsOf, AtLeast, ReceivedAt

Copy = Annotated[
    Literal["standing", "published"],
    Query(description="How each stands; or the list as it was published, whose bytes its hash covers"),
]


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
    async def published(
        round_id: Token, request: Request, reads: AtLeast, now: ReceivedAt, as_of: AsOf, copy: Copy = "standing"
    ) -> Response:
        """The list and how each stands, now or as of a moment; or as it was published."""
        then = await list_then(parts.store, reads, round_id, as_of or now)
        if then is None:
            raise NothingPublished(f"no list was public as of {as_of or now}")
        listed, path = then.listed, request.url.path
        if copy == "standing":
            link = f'<{path}?copy=published>; rel="alternate"; title="as it was published, byte for byte"'
            return JSONAnswer(shown(then), headers={"Link": link})
        link = f'<{path}?as_of={now}>; rel="alternate"; title="how each stands now"'
        headers = {"ETag": f'"{listed.list_hash}"', "Link": link}
        return Response(list_bytes(round_id, listed.rows), media_type="application/json", headers=headers)
