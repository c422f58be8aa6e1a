"""Lists of a round: which of its documents, in which order, and which page of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from fastapi import Depends, Query

from shared.eventstore.documents import Reads
from shared.web.models import DistrictText, IdText, Token
from shared.web.query import page
from shared.web.reads import After, Limit

Where: TypeAlias = dict[str, str | int | bool]
LISTED_MAX = 100_000


class Asked(Protocol):
    """What every list is asked for."""

    @property
    def sort(self) -> str:
        """The member that it is sorted by; what lacks it comes last."""
        ...

    @property
    def descending(self) -> bool:
        """Whether the last comes first."""
        ...

    @property
    def after(self) -> str:
        """The key of the last one seen."""
        ...

    @property
    def limit(self) -> int:
        """How many at most."""
        ...


@dataclass(frozen=True, slots=True)
class Approvals:
    """Of approvals and rejections."""

    sort: Literal["application", "rank", "state", "organization"] = "application"
    descending: bool = False
    after: After = ""
    limit: Limit = 500


@dataclass(frozen=True, slots=True)
class Objections:
    """Of objections."""

    state: Annotated[Literal["OPEN", "INADMISSIBLE", "DISMISSED", "UPHELD"] | None, Query()] = None
    application: IdText | None = None
    sort: Literal["objection", "received_at", "decided_at", "application", "state"] = "objection"
    descending: bool = False
    after: After = ""
    limit: Limit = 100


@dataclass(frozen=True, slots=True)
class Appeals:
    """Of appeals."""

    round_id: Token | None = None
    state: Annotated[Literal["FILED", "DECIDED", "CLOSED"] | None, Query()] = None
    outcome: Annotated[Literal["uphold", "remit", "reverse"] | None, Query()] = None
    sort: Literal["application", "received_at", "decided_at", "state", "outcome"] = "application"
    descending: bool = False
    after: After = ""
    limit: Limit = 100


@dataclass(frozen=True, slots=True)
class Agreements:
    """Of agreements."""

    round_id: Token | None = None
    state: Annotated[Literal["OFFERED", "SIGNED", "EXPIRED"] | None, Query()] = None
    sort: Literal["application", "due", "signed_on", "state"] = "application"
    descending: bool = False
    after: After = ""
    limit: Limit = 100


@dataclass(frozen=True, slots=True)
class Standings:
    """Of standings."""

    round_id: Token | None = None
    state: Annotated[
        Literal["UNSIGNED", "ACTIVE", "RECTIFYING", "RENEWED", "REVOKED", "EXPIRED", "REMOVED"] | None, Query()
    ] = None
    district: DistrictText | None = None
    sort: Literal["application", "rank", "since", "valid_to", "state", "district"] = "application"
    descending: bool = False
    after: After = ""
    limit: Limit = 100


AskingApprovals = Annotated[Approvals, Depends()]
AskingObjections = Annotated[Objections, Depends()]
AskingAppeals = Annotated[Appeals, Depends()]
AskingAgreements = Annotated[Agreements, Depends()]
AskingStandings = Annotated[Standings, Depends()]


async def listed(
    reads: Reads, view: str, where: Mapping[str, str | int | bool | None], asked: Asked, key: str = "application"
) -> list[dict[str, Any]]:
    """The page that is asked for of a view's documents, which are kept by `key`; what is None narrows nothing."""
    narrowed: Where = {member: wanted for member, wanted in where.items() if wanted is not None}
    if asked.sort == key and not asked.descending:
        return [dict(doc) for doc in await reads.find(view, narrowed, after=asked.after, limit=asked.limit)]
    docs = await reads.find(view, narrowed, limit=LISTED_MAX)
    return page(docs, asked.sort, asked.after, asked.limit, key=key, descending=asked.descending)
