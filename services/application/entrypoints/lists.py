"""Lists of applications: by what an actor may see, filtered, sorted and paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Query

from services.application.entrypoints.rights import CITY, DISTRICT, ITS_PEOPLE
from services.application.usecases.history import State
from shared.kernel.actor import Actor
from shared.kernel.refusal import require
from shared.web.models import DistrictText, Token
from shared.web.reads import Where

Sort: TypeAlias = Literal["application", "received_at", "organization_name", "since", "district", "state"]
Overall: TypeAlias = Literal["ELIGIBLE", "CONDITIONAL", "INELIGIBLE"]
LONG_AGO = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to."""

    state: Annotated[State | None, Query(description="Where it stands")] = None
    district: Annotated[DistrictText | None, Query(description="GB/T 2260 code")] = None
    category: Annotated[Token | None, Query(description="A category's code, or `comprehensive`")] = None
    round: Token | None = None
    overall: Annotated[Overall | None, Query(description="What the last evaluation said")] = None

    @property
    def where(self) -> Where:
        """As the read models are asked."""
        asked = {
            "state": self.state,
            "district": self.district,
            "group": self.category,
            "round": self.round,
            "overall": self.overall,
        }
        return {name: wanted for name, wanted in asked.items() if wanted is not None}


def seen_by(actor: Actor) -> Where:
    """What of all applications the actor sees: all, its district's or its organization's."""
    if actor.role in CITY:
        return {}
    if actor.role in DISTRICT:
        return {"district": actor.district or ""}
    require(actor, *ITS_PEOPLE)
    return {"organization": actor.organization or ""}


def narrowed(filters: Filters, actor: Actor) -> Where | None:
    """What is asked for of what the actor sees; None where the two have nothing in common."""
    seen = seen_by(actor)
    if filters.district is not None and seen.get("district", filters.district) != filters.district:
        return None
    return {**filters.where, **seen}


def page_of(docs: Sequence[dict[str, Any]], sort: Sort, *, descending: bool, after: str, limit: int) -> list[str]:
    """The ids of the applications that follow `after` in the order that is asked for, at most `limit`."""
    ordered = sorted(docs, key=lambda doc: str(doc["application"]))
    ordered.sort(key=lambda doc: str(doc.get(sort, LONG_AGO)), reverse=descending)
    ids = [str(doc["application"]) for doc in ordered]
    begin = ids.index(after) + 1 if after in ids else 0
    return ids[begin : begin + limit]
