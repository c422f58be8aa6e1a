"""Whose tokens ended before they ran out, as every service hears it from registration."""

from collections.abc import Mapping

from shared.contracts.envelope import Recorded
from shared.contracts.registration import AccountClosed, FilerAppointed, PasswordChanged, PasswordReset
from shared.eventstore.documents import Documents, Reads
from shared.eventstore.projection import Projection
from shared.kernel.instants import Instant, plus_seconds
from shared.runtime.lately import Lately
from shared.web.authentication import TOKEN_SECONDS

VIEW = "ended_tokens"
ASK_SECONDS_MIN = 0.2
"""What has ended is read again no oftener, however many requests come."""
LOOK_BACK_SECONDS = TOKEN_SECONDS + 100
"""What ended earlier has run out by itself, also where two clocks disagree a little."""
CLOSED = 2**53 - 1
"""The generation that no token reaches."""
PAGE = 1000


async def _project(documents: Documents, recorded: Recorded) -> None:
    """Keep, in the order of time, which of an account's tokens are worth nothing."""
    match recorded.event:
        case (
            PasswordChanged(account=account, generation=generation)
            | PasswordReset(account=account, generation=generation)
        ):
            pass
        case AccountClosed(account=account) | FilerAppointed(replaced=account):
            generation = CLOSED
        case _:
            return
    key = f"{recorded.envelope.time}/{account}/{generation}"
    await documents.put(VIEW, key, {"key": key, "account": account, "generation": generation})


ENDED_TOKENS = Projection("ended tokens", frozenset({VIEW}), _project)


async def closed_accounts(reads: Reads) -> frozenset[str]:
    """The accounts that are closed for good, as far as was heard."""
    found: set[str] = set()
    after = ""
    while docs := await reads.find(VIEW, {"generation": CLOSED}, after=after, limit=PAGE):
        found |= {str(doc["account"]) for doc in docs}
        after = str(docs[-1]["key"])
    return frozenset(found)


class HeardEndings:
    """The `EndedTokens` port on a service's read models: what it has heard, at most `seconds` ago."""

    def __init__(self, reads: Reads, seconds: float = ASK_SECONDS_MIN) -> None:
        self._reads, self._seconds = reads, seconds
        self._generations = Lately[Mapping[str, int]]({})

    async def ended(self, account: str, generation: int, at: Instant) -> bool:
        """See `EndedTokens.ended`."""
        since = plus_seconds(at, -LOOK_BACK_SECONDS)
        generations = await self._generations.within(self._seconds, lambda: self._read(since))
        return generation < generations.get(account, 0)

    async def _read(self, after: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        while True:
            docs = await self._reads.find(VIEW, after=after, limit=PAGE)
            for doc in docs:
                account, generation = str(doc["account"]), int(str(doc["generation"]))
                found[account] = max(generation, found.get(account, 0))
            if len(docs) < PAGE:
                return found
            after = str(docs[-1]["key"])
