"""Facts from the read models."""

from collections.abc import Mapping, Sequence

import msgspec

from services.reporting.usecases.approvals import ENDINGS, TAKEN_BACK
from services.reporting.usecases.policy import policies_of
from services.reporting.usecases.project import ASSESSMENTS, BARRED, OBLIGATIONS
from services.reporting.usecases.rectifications import RECTIFICATIONS, RECTIFYING, open_orders
from shared.contracts.application import RoundPlanned
from shared.contracts.publication import RectificationOrdered
from shared.contracts.reporting import AnnualAssessed, ObligationCreated
from shared.eventstore.documents import Reads
from shared.kernel.instants import Instant

ROUND_MAX = 10_000


class DocumentFacts:
    """The `Facts` port on a service's documents, PostgreSQL or memory."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """See `Facts.plan`."""
        policies = await policies_of(self._reads, round_id)
        return None if policies is None else policies.at(at)

    async def obligations(self, application: str, year: int) -> tuple[ObligationCreated, ...]:
        """See `Facts.obligations`."""
        docs = await self._reads.find(OBLIGATIONS, {"application": application, "year": year}, limit=ROUND_MAX)
        return tuple(msgspec.convert(doc, ObligationCreated) for doc in docs)

    async def orders(self, application: str) -> Sequence[RectificationOrdered]:
        """See `Facts.orders`."""
        return await open_orders(self._reads, application)

    async def assessments(self, round_id: str, year: int) -> Mapping[str, AnnualAssessed]:
        """See `Facts.assessments`."""
        docs = await self._reads.find(ASSESSMENTS, {"round": round_id, "year": year}, limit=ROUND_MAX)
        return {str(doc["event"]): msgspec.convert(doc, AnnualAssessed) for doc in docs}

    async def revoked(self, round_id: str) -> Mapping[str, str]:
        """See `Facts.revoked`."""
        docs = await self._reads.find(ENDINGS, {"round": round_id}, limit=ROUND_MAX)
        return {str(doc["application"]): str(doc["state"]) for doc in docs if doc["state"] in TAKEN_BACK}

    async def rectifying(self, round_id: str) -> Mapping[str, str]:
        """See `Facts.rectifying`."""
        docs = await self._reads.find(RECTIFICATIONS, {"round": round_id}, limit=ROUND_MAX)
        return {str(doc["application"]): RECTIFYING for doc in docs}

    async def barred(self) -> Mapping[str, str]:
        """See `Facts.barred`."""
        docs = await self._reads.find(BARRED, limit=ROUND_MAX)
        return {str(doc["organization"]): str(doc["state"]) for doc in docs}
