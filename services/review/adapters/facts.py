"""Facts from the read models."""

import msgspec

from services.review.usecases.project import EXPERTS, REVIEWS, ROUNDS
from shared.contracts.application import RoundPlanned
from shared.contracts.review import ExpertEnrolled
from shared.eventstore.documents import Reads

POOL_MAX = 10_000


class DocumentFacts:
    """The `Facts` port on a service's documents, PostgreSQL or memory."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def round(self, round_id: str) -> RoundPlanned | None:
        """See `Facts.round`."""
        doc = await self._reads.get(ROUNDS, round_id)
        return None if doc is None else msgspec.convert(doc, RoundPlanned)

    async def experts(self) -> tuple[ExpertEnrolled, ...]:
        """See `Facts.experts`."""
        return tuple(msgspec.convert(doc, ExpertEnrolled) for doc in await self._reads.find(EXPERTS, limit=POOL_MAX))

    async def recommended(self, round_id: str, group: str) -> tuple[str, ...]:
        """See `Facts.recommended`."""
        where: dict[str, str | int | bool] = {"round": round_id, "group": group, "state": "RECOMMENDED"}
        return tuple(str(doc["application"]) for doc in await self._reads.find(REVIEWS, where, limit=POOL_MAX))

    async def orders_taken(self, round_id: str, district: str, but: str) -> frozenset[int]:
        """See `Facts.orders_taken`."""
        where: dict[str, str | int | bool] = {"round": round_id, "district": district, "state": "RECOMMENDED"}
        docs = await self._reads.find(REVIEWS, where, limit=POOL_MAX)
        return frozenset(int(str(doc["order"])) for doc in docs if doc["application"] != but)
