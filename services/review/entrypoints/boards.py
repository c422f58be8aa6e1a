"""What the secretary and the city read of panels: where each stands, and what is missing (C5.4)."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from services.review.domain.panel_states import PanelNotConstituted
from services.review.entrypoints.parts import Parts, panel_of
from services.review.entrypoints.rights import may_read_boards
from services.review.usecases.ballots import votes_of
from services.review.usecases.board import board_of
from services.review.usecases.panels import PANELS
from shared.web.authentication import CurrentActor
from shared.web.models import DistrictText, IdText, Token
from shared.web.query import page
from shared.web.reads import After, AtLeast, Limit

Missing = Literal["answers", "conflicts", "assignments", "scores", "again", "overdue", "too_few"]
Sort = Literal["application", "organization_name", "district", "scores"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of a panel's applications, in which order, and which page of them."""

    missing: Annotated[Missing | None, Query(description="Only those that lack this")] = None
    district: DistrictText | None = None
    sort: Annotated[Sort, Query(description="What the applications are sorted by")] = "application"
    after: After = ""
    limit: Limit = 100

    def of(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The page that was asked for."""
        wanted = [row for row in rows if self.missing is None or row["missing"][self.missing]]
        here = [row for row in wanted if self.district in (None, row["district"])]
        return page(here, self.sort, self.after, self.limit)


Asking = Annotated[Asked, Depends()]


def router(parts: Parts) -> APIRouter:
    """The panels, and the board that shows where each stands."""
    routes = APIRouter(tags=["panels"])

    @routes.get("/panels")
    async def many(
        reads: AtLeast, actor: CurrentActor, round_id: Token, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """The panels of a round."""
        may_read_boards(actor)
        return [dict(doc) for doc in await reads.find(PANELS, {"round": round_id}, after=after, limit=limit)]

    @routes.get("/panels/{panel}/board")
    async def board(reads: AtLeast, actor: CurrentActor, panel: IdText, asked: Asking) -> dict[str, Any]:
        """Who answered, is assigned, has scored, and what lacks; totals after closing."""
        may_read_boards(actor)
        doc = await reads.get(PANELS, panel)
        if doc is None:
            raise PanelNotConstituted
        _, terms = await panel_of(parts, panel)
        votes = await votes_of(parts.store, parts.facts, panel, terms)
        whole = await board_of(reads, doc, terms, votes)
        return {**whole, "applications": asked.of(whole["applications"])}

    return routes
