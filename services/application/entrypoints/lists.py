"""Lists of applications: by what an actor may see, filtered, sorted and paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import Query

from services.application.entrypoints.rights import CITY, DISTRICT, ITS_PEOPLE, knows_drafts
from services.application.usecases.history import State
from services.application.usecases.notices import public
from shared.eventstore.documents import Document
from shared.kernel.actor import Actor
from shared.kernel.refusal import require
from shared.web.models import DistrictText, Token
from shared.web.reads import Where

Sort: TypeAlias = Literal["application", "received_at", "organization_name", "since", "district", "state"]
Overall: TypeAlias = Literal["ELIGIBLE", "CONDITIONAL", "INELIGIBLE"]
LONG_AGO = ""
PUBLIC: Final = ("public_state", "public_since")


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
    asked = filters.where
    if "state" in asked and not knows_drafts(actor):
        asked = {"public_state": asked["state"], **{name: one for name, one in asked.items() if name != "state"}}
    return {**asked, **seen}


def as_seen(doc: Document, actor: Actor) -> dict[str, Any]:
    """An application with its state as the actor may know it: in public, or before that for the city's offices."""
    if knows_drafts(actor):
        return dict(doc)
    shown = {name: member for name, member in doc.items() if name not in PUBLIC}
    return {**shown, **{name.removeprefix("public_"): doc[name] for name in PUBLIC}}


def history_seen(entries: Sequence[Any], actor: Actor, at: str | None = None) -> list[Any]:
    """A history, or what there was of it at an instant, as the actor may know it."""
    if knows_drafts(actor):
        return [one for one in entries if at is None or one["at"] <= at]
    return public(entries, at)


def page_of(docs: Sequence[dict[str, Any]], sort: Sort, *, descending: bool, after: str, limit: int) -> list[str]:
    """The ids of the applications that follow `after` in the order that is asked for, at most `limit`."""
    ordered = sorted(docs, key=lambda doc: str(doc["application"]))
    ordered.sort(key=lambda doc: str(doc.get(sort, LONG_AGO)), reverse=descending)
    ids = [str(doc["application"]) for doc in ordered]
    begin = ids.index(after) + 1 if after in ids else 0
    return ids[begin : begin + limit]
