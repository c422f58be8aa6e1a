"""Facts from the read models."""

import msgspec

from services.application.domain.terms import Applicant, RoundTerms, terms_of
from services.application.usecases.project import ORGANIZATIONS, ROUNDS
from shared.contracts.application import RoundPlanned
from shared.eventstore.documents import Reads


class DocumentFacts:
    """The `Facts` port on a service's documents, PostgreSQL or memory."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def applicant(self, organization: str) -> Applicant | None:
        """See `Facts.applicant`."""
        doc = await self._reads.get(ORGANIZATIONS, organization)
        return None if doc is None else msgspec.convert({**doc, "certified": True}, Applicant)

    async def terms(self, round_id: str) -> RoundTerms | None:
        """See `Facts.terms`."""
        doc = await self._reads.get(ROUNDS, round_id)
        if doc is None:
            return None
        plan = msgspec.convert(doc["plan"], RoundPlanned)
        return terms_of(plan.parameters, opened=doc["state"] == "OPEN")
