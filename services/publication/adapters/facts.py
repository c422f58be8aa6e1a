"""Facts from the read models."""

from collections.abc import Mapping, Sequence

import msgspec

from services.publication.usecases.project import PANELS, RANKINGS, ROUNDS, SUBMISSIONS
from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.review import PanelConstituted, RankingComputed
from shared.eventstore.documents import Reads

ROUND_MAX = 100_000


class DocumentFacts:
    """The `Facts` port on a service's documents, PostgreSQL or memory."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def round(self, round_id: str) -> RoundPlanned | None:
        """See `Facts.round`."""
        doc = await self._reads.get(ROUNDS, round_id)
        return None if doc is None else msgspec.convert(doc, RoundPlanned)

    async def panels(self, round_id: str) -> Sequence[PanelConstituted]:
        """See `Facts.panels`."""
        docs = await self._reads.find(PANELS, {"round": round_id}, limit=ROUND_MAX)
        return [msgspec.convert(doc, PanelConstituted) for doc in docs]

    async def rankings(self, round_id: str) -> Mapping[str, RankingComputed]:
        """See `Facts.rankings`."""
        docs = await self._reads.find(RANKINGS, {"round": round_id}, limit=ROUND_MAX)
        return {str(doc["id"]): msgspec.convert(doc, RankingComputed) for doc in docs}

    async def submissions(self, round_id: str) -> Mapping[str, ApplicationSubmitted]:
        """See `Facts.submissions`."""
        docs = await self._reads.find(SUBMISSIONS, {"round": round_id}, limit=ROUND_MAX)
        return {str(doc["application"]): msgspec.convert(doc, ApplicationSubmitted) for doc in docs}
