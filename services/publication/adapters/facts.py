"""Facts from the read models."""

from collections.abc import Mapping, Sequence

import msgspec

from services.publication.domain.appeal import CLOSED
from services.publication.usecases.obligations import unmet
from services.publication.usecases.organizations import BARRED, suspensions
from services.publication.usecases.project import (
    APPEALS,
    DECLINED,
    ESCALATED,
    LEFT_UNRANKED,
    OPEN_AGAIN,
    PANELS,
    RANKINGS,
    RECOMMENDED,
    SCORED,
    SUBMISSIONS,
    TAKEN_BACK,
    TIES,
    WITHDRAWN,
)
from services.publication.usecases.react import plan_of
from services.publication.usecases.standings import REVOKED, STANDINGS
from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.obligations import Owed
from shared.contracts.review import PanelConstituted, RankingComputed, TieResolved
from shared.contracts.suspensions import Suspension
from shared.eventstore.documents import Document, Reads
from shared.kernel.instants import Instant

ROUND_MAX = 100_000


class DocumentFacts:
    """The `Facts` port on a service's documents, PostgreSQL or memory."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """See `Facts.plan`."""
        return await plan_of(self._reads, round_id, at)

    async def panels(self, round_id: str) -> Sequence[PanelConstituted]:
        """See `Facts.panels`."""
        return [msgspec.convert(doc, PanelConstituted) for doc in await self._of(PANELS, round_id)]

    async def rankings(self, round_id: str) -> Mapping[str, RankingComputed]:
        """See `Facts.rankings`."""
        last = {str(doc["panel"]): doc for doc in await self._in_order(RANKINGS, round_id)}
        scored = {str(doc["panel"]): _position(doc) for doc in await self._of(SCORED, round_id)}
        standing = [doc for panel, doc in last.items() if scored.get(panel, 0) <= _position(doc)]
        return {str(doc["id"]): msgspec.convert(doc, RankingComputed) for doc in standing}

    async def ties(self, round_id: str) -> Sequence[TieResolved]:
        """See `Facts.ties`."""
        ranked = {str(doc["panel"]): _position(doc) for doc in await self._in_order(RANKINGS, round_id)}
        since = [
            doc for doc in await self._in_order(TIES, round_id) if _position(doc) >= ranked.get(str(doc["panel"]), 0)
        ]
        return [msgspec.convert(doc, TieResolved) for doc in since]

    async def left_unranked(self, round_id: str) -> Sequence[ApplicationSubmitted]:
        """See `Facts.left_unranked`."""
        left = {str(doc["application"]) for doc in await self._of(LEFT_UNRANKED, round_id)}
        return [one for application, one in sorted((await self.submissions(round_id)).items()) if application in left]

    async def appeals(self, round_id: str) -> Mapping[str, str]:
        """See `Facts.appeals`."""
        return {
            str(doc["application"]): CLOSED if doc["state"] == "CLOSED" or "taken_at" in doc else str(doc["outcome"])
            for doc in await self._of(APPEALS, round_id)
            if doc["state"] in {"DECIDED", "CLOSED"}
        }

    async def open_appeals(self, round_id: str) -> Mapping[str, str | None]:
        """See `Facts.open_appeals`."""
        docs = [doc for doc in await self._of(APPEALS, round_id) if "ended_at" not in doc and doc["state"] != "CLOSED"]
        outcomes = {str(doc["application"]): doc.get("outcome") for doc in docs}
        return {one: outcome if outcome is None else str(outcome) for one, outcome in outcomes.items()}

    async def submissions(self, round_id: str) -> Mapping[str, ApplicationSubmitted]:
        """See `Facts.submissions`."""
        docs = await self._of(SUBMISSIONS, round_id)
        return {str(doc["application"]): msgspec.convert(doc, ApplicationSubmitted) for doc in docs}

    async def withdrawn(self, round_id: str) -> frozenset[str]:
        """See `Facts.withdrawn`."""
        docs = [*await self._of(WITHDRAWN, round_id), *await self._of(TAKEN_BACK, round_id)]
        return frozenset(str(doc["application"]) for doc in docs)

    async def taken_back(self, round_id: str) -> frozenset[str]:
        """See `Facts.taken_back`."""
        return frozenset(str(doc["application"]) for doc in await self._of(TAKEN_BACK, round_id))

    async def barred(self) -> frozenset[str]:
        """See `Facts.barred`."""
        return frozenset(await self.barred_for())

    async def barred_for(self) -> Mapping[str, str]:
        """See `Facts.barred_for`."""
        docs = await self._reads.find(BARRED, limit=ROUND_MAX)
        return {str(doc["organization"]): str(doc["ground"]) for doc in docs}

    async def suspensions(self, organization: str) -> tuple[Suspension, ...]:
        """See `Facts.suspensions`."""
        return await suspensions(self._reads, organization)

    async def declined(self, round_id: str) -> frozenset[str]:
        """See `Facts.declined`."""
        return frozenset(str(doc["application"]) for doc in await self._of(DECLINED, round_id))

    async def escalated(self, round_id: str) -> frozenset[str]:
        """See `Facts.escalated`."""
        return frozenset(str(doc["application"]) for doc in await self._of(ESCALATED, round_id))

    async def recommended(self, round_id: str) -> frozenset[str]:
        """See `Facts.recommended`."""
        return frozenset(str(doc["application"]) for doc in await self._of(RECOMMENDED, round_id))

    async def versions(self, round_id: str) -> Mapping[str, int]:
        """See `Facts.versions`."""
        return {str(doc["application"]): int(str(doc["version"])) for doc in await self._of(RECOMMENDED, round_id)}

    async def ranked_again(self, round_id: str) -> frozenset[str]:
        """See `Facts.ranked_again`."""
        standing = await self.rankings(round_id)
        ranked = {
            row.application: str(doc.get("time", ""))
            for doc in await self._of(RANKINGS, round_id)
            if doc["id"] in standing
            for row in standing[str(doc["id"])].rows
        }
        decided = [doc for doc in await self._of(APPEALS, round_id) if doc["state"] == "DECIDED"]
        since = {str(doc["application"]): str(doc["decided_at"]) for doc in decided}
        return frozenset(one for one, at in since.items() if ranked.get(one, "") >= at)

    async def can_join(self, round_id: str) -> frozenset[str]:
        """See `Facts.can_join`."""
        last = {str(doc["panel"]): doc for doc in await self._in_order(RANKINGS, round_id)}
        rankings = [msgspec.convert(doc, RankingComputed) for doc in last.values()]
        ranked = frozenset(row.application for ranking in rankings for row in ranking.rows)
        return (ranked & await self.recommended(round_id)) - await self.withdrawn(round_id)

    async def revoked(self, round_id: str) -> frozenset[str]:
        """See `Facts.revoked`."""
        return frozenset(str(doc["application"]) for doc in await self._of(STANDINGS, round_id) if _was_revoked(doc))

    async def unmet(self, application: str, at: Instant) -> Sequence[Owed]:
        """See `Facts.unmet`."""
        return await unmet(self._reads, application, at)

    async def open_lists(self, round_id: str) -> frozenset[str]:
        """See `Facts.open_lists`."""
        return frozenset(str(doc["district"]) for doc in await self._of(OPEN_AGAIN, round_id))

    async def _of(self, view: str, round_id: str) -> Sequence[Document]:
        return await self._reads.find(view, {"round": round_id}, limit=ROUND_MAX)

    async def _in_order(self, view: str, round_id: str) -> Sequence[Document]:
        """In the order of the log that they come from; those that an earlier release kept come first."""
        return sorted(await self._of(view, round_id), key=_position)


def _was_revoked(doc: Document) -> bool:
    """And nobody gave it back since."""
    moves, given_back = doc["history"], str(doc.get("given_back_at", ""))
    revoked = (
        [one["at"] for one in moves if isinstance(one, dict) and one["state"] == REVOKED]
        if isinstance(moves, list)
        else []
    )
    return any(str(at) > given_back for at in revoked)


def _position(doc: Document) -> int:
    return int(str(doc.get("position", 0)))
