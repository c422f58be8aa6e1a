"""What is owed as people read it: one by one with the days left, and counted by how many of each stand where."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from services.reporting.entrypoints.bodies import Kind, State, Year
from services.reporting.entrypoints.rights import OFFICE, seen_by
from services.reporting.usecases.project import OBLIGATIONS, OPEN, ROUNDS
from shared.contracts.policy import RoundUnknown
from shared.eventstore.documents import Document
from shared.kernel.instants import Instant, days_left
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.models import IdText, Token
from shared.web.query import page
from shared.web.reads import After, AtLeast, Limit, ReceivedAt, Where, everything

Sort = Literal["obligation", "due_now", "days_left", "state", "organization"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which obligations, in which order, and which page of them."""

    state: State | None = None
    kind: Kind | None = None
    round_id: Token | None = None
    application: IdText | None = None
    year: Year | None = None
    period: Annotated[Token | None, Query(description="Such as Q1")] = None
    sort: Annotated[Sort, Query(description="What they are sorted by; what has no days left comes last")] = "obligation"
    descending: bool = False
    after: After = ""
    limit: Limit = 100

    @property
    def where(self) -> Where:
        """The members that the obligations have."""
        of = {
            "state": self.state,
            "kind": self.kind,
            "round": self.round_id,
            "application": self.application,
            "year": self.year,
            "period": self.period,
        }
        return {member: value for member, value in of.items() if value is not None}


Asking = Annotated[Asked, Depends()]


def router() -> APIRouter:
    """What is owed and filed, one by one and counted."""
    routes = APIRouter(tags=["obligations"])

    @routes.get("/obligations")
    async def many(reads: AtLeast, actor: CurrentActor, now: ReceivedAt, asked: Asking) -> list[dict[str, Any]]:
        """The obligations that the actor may see, with the days left to file what is open."""
        where = {**asked.where, **seen_by(actor)}
        if asked.sort == "obligation" and not asked.descending:
            docs = await reads.find(OBLIGATIONS, where, after=asked.after, limit=asked.limit)
            return [_with_days_left(doc, now) for doc in docs]
        rows = [_with_days_left(doc, now) for doc in await everything(reads, OBLIGATIONS, "obligation", where)]
        return page(rows, asked.sort, asked.after, asked.limit, key="obligation", descending=asked.descending)

    @routes.get("/rounds/{round_id}/overview")
    async def overview(
        round_id: Token, reads: AtLeast, actor: CurrentActor, kind: Kind | None = None, year: Year | None = None
    ) -> list[dict[str, Any]]:
        """How many of each kind and period stand where, by when they are due."""
        require(actor, *OFFICE)
        if await reads.get(ROUNDS, round_id) is None:
            raise RoundUnknown(round_id)
        where = Asked(round_id=round_id, kind=kind, year=year).where
        return _counted(await everything(reads, OBLIGATIONS, "obligation", where))

    return routes


def listed(docs: Iterable[Document]) -> list[dict[str, Any]]:
    """Documents as an answer."""
    return [dict(doc) for doc in docs]


def _with_days_left(doc: Document, now: Instant) -> dict[str, Any]:
    """Whole days until the last one on which it may be filed in time; less than none once it is overdue."""
    if doc["state"] not in OPEN:
        return dict(doc)
    return {**doc, "days_left": days_left(Instant(str(doc["due_now"])), now)}


def _counted(docs: Iterable[Document]) -> list[dict[str, Any]]:
    terms, states, late = dict[tuple[Any, ...], dict[str, Any]](), dict[tuple[Any, ...], Counter[str]](), Counter[Any]()
    for doc in docs:
        term = (doc["year"], doc["kind"], doc.get("period"))
        said = {"year": term[0], "kind": term[1], "period": term[2], "due": doc["due"], "opens_at": doc.get("opens_at")}
        terms.setdefault(term, said)
        states.setdefault(term, Counter())[str(doc["state"])] += 1
        late[term] += doc.get("late") is True
    rows = [
        {**said, "total": states[term].total(), "late": late[term], "states": dict(sorted(states[term].items()))}
        for term, said in terms.items()
    ]
    return sorted(rows, key=lambda row: (str(row["due"]), str(row["kind"]), str(row["period"] or "")))
