"""Facts from the read models."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from services.review.usecases.panels import EXPERTS, PANELS
from services.review.usecases.project import BEGUN, DECISIONS, EVALUATIONS, EXTENSIONS, FILES, PDFS
from services.review.usecases.react import plan_in
from services.review.usecases.reviews import ADMITTED, OPEN, RECOMMENDED, RETURNED, REVIEWS
from shared.contracts.application import DeadlineExtended, EligibilityEvaluated, RoundPlanned
from shared.contracts.review import ExpertEnrolled
from shared.eventstore.documents import Document, Reads
from shared.kernel.instants import Instant
from shared.runtime.ended_tokens import closed_accounts
from shared.runtime.finality import is_decided, is_final, is_settled

POOL_MAX = 10_000
EXTENSIONS_MAX = 10_000
FILES_MAX = 10_000
Where: TypeAlias = dict[str, str | int | bool]


class DocumentFacts:
    """The `Facts` port on a service's documents, PostgreSQL or memory."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """See `Facts.plan`."""
        return await plan_in(self._reads, round_id, at)

    async def experts(self) -> tuple[ExpertEnrolled, ...]:
        """See `Facts.experts`."""
        return tuple(msgspec.convert(doc, ExpertEnrolled) for doc in await self._reads.find(EXPERTS, limit=POOL_MAX))

    async def closed_accounts(self) -> frozenset[str]:
        """See `Facts.closed_accounts`."""
        return await closed_accounts(self._reads)

    async def recommended(self, round_id: str, group: str) -> tuple[str, ...]:
        """See `Facts.recommended`."""
        of: Where = {"round": round_id, "group": group}
        docs = [doc for state in (RECOMMENDED, ADMITTED) for doc in await self._reviews({**of, "state": state})]
        return tuple(str(doc["application"]) for doc in docs)

    async def recommended_by(self, round_id: str, district: str) -> tuple[str, ...]:
        """See `Facts.recommended_by`."""
        docs = await self._reviews({"round": round_id, "district": district, "state": RECOMMENDED})
        return tuple(str(doc["application"]) for doc in docs)

    async def undecided(self, round_id: str, district: str) -> tuple[str, ...]:
        """See `Facts.undecided`."""
        of: Where = {"round": round_id, "district": district}
        docs = [doc for state in (OPEN, RETURNED) for doc in await self._reviews({**of, "state": state})]
        return tuple([str(doc["organization_name"]) for doc in docs if not await self.final(str(doc["application"]))])

    async def unfiled(self, round_id: str, district: str) -> Mapping[str, str]:
        """See `Facts.unfiled`."""
        of: Where = {"round": round_id, "district": district, "filed": False}
        docs = await self._reads.find(BEGUN, of, limit=POOL_MAX)
        return {str(doc["application"]): str(doc["organization_name"]) for doc in docs}

    async def extensions(self, round_id: str) -> tuple[DeadlineExtended, ...]:
        """See `Facts.extensions`."""
        docs = await self._reads.find(EXTENSIONS, {"round": round_id}, limit=EXTENSIONS_MAX)
        return tuple(msgspec.convert(doc, DeadlineExtended) for doc in docs)

    async def orders_taken(self, round_id: str, district: str, but: str) -> frozenset[int]:
        """See `Facts.orders_taken`."""
        docs = await self._reviews({"round": round_id, "district": district, "state": RECOMMENDED})
        return frozenset(int(str(doc["order"])) for doc in docs if doc["application"] != but)

    async def evaluation(self, application: str, version: int) -> EligibilityEvaluated | None:
        """See `Facts.evaluation`."""
        doc = await self._reads.get(EVALUATIONS, f"{application}.{version}")
        return None if doc is None else msgspec.convert(doc, EligibilityEvaluated)

    async def brought(self, application: str) -> frozenset[int]:
        """See `Facts.brought`."""
        files = await self._reads.find(FILES, {"application": application}, limit=FILES_MAX)
        return frozenset(int(str(one["material"])) for one in files)

    async def pdf_sha256(self, application: str, version: int) -> str | None:
        """See `Facts.pdf_sha256`."""
        doc = await self._reads.get(PDFS, f"{application}.{version}")
        return None if doc is None else str(doc["pdf_sha256"])

    async def outdated(self, panel: str) -> bool:
        """See `Facts.outdated`."""
        doc = await self._reads.get(PANELS, panel) or {}
        return bool(doc.get("outdated") or doc.get("reopened"))

    async def decided(self, application: str) -> bool:
        """See `Facts.decided`."""
        return await is_decided(self._reads, DECISIONS, application)

    async def final(self, application: str) -> bool:
        """See `Facts.final`."""
        return await is_final(self._reads, DECISIONS, application)

    async def closed(self, round_id: str, district: str) -> bool:
        """See `Facts.closed`."""
        docs = await self._reviews({"round": round_id, "district": district})
        decided = [one for one in (str(doc["application"]) for doc in docs) if await self.decided(one)]
        return bool(decided) and all([await self.final(one) for one in decided])

    async def remitted(self, round_id: str, district: str) -> bool:
        """See `Facts.remitted`."""
        of: Where = {"round": round_id, "district": district}
        docs = [doc for state in (OPEN, RETURNED) for doc in await self._reviews({**of, "state": state})]
        waiting = [str(doc["application"]) for doc in docs]
        return any([await self.decided(one) and not await self.final(one) for one in waiting])

    async def settled(self, application: str) -> bool:
        """See `Facts.settled`."""
        return await is_settled(self._reads, DECISIONS, application)

    async def _reviews(self, where: Where) -> list[Document]:
        return list(await self._reads.find(REVIEWS, where, limit=POOL_MAX))
