"""What publication's use cases need from outside."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.obligations import Owed
from shared.contracts.review import PanelConstituted, RankingComputed, TieResolved
from shared.contracts.suspensions import Suspension
from shared.kernel.instants import Instant


class Facts(Protocol):
    """Facts as of the read models."""

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """The round's plan as amended, in force at an instant; None when the round is not known here."""
        ...

    async def panels(self, round_id: str) -> Sequence[PanelConstituted]:
        """Every panel that was drawn for the round; a ranking is never known before its panel."""
        ...

    async def rankings(self, round_id: str) -> Mapping[str, RankingComputed]:
        """The last ranking of each of the round's panels, by the id of its event; none that a score outlived."""
        ...

    async def ties(self, round_id: str) -> Sequence[TieResolved]:
        """Every tie of the round that a panel told apart since it last ranked, in the order in which they were."""
        ...

    async def left_unranked(self, round_id: str) -> Sequence[ApplicationSubmitted]:
        """The submissions of the round that a panel's last decision leaves out of its ranking."""
        ...

    async def appeals(self, round_id: str) -> Mapping[str, str]:
        """The outcomes of the round's decided appeals by application; `closed` where a remit or objection ended one."""
        ...

    async def open_appeals(self, round_id: str) -> Mapping[str, str | None]:
        """By application those that no decision on it has followed yet: None before their own, then the outcome."""
        ...

    async def submissions(self, round_id: str) -> Mapping[str, ApplicationSubmitted]:
        """The last submission of each application of the round, by application."""
        ...

    async def withdrawn(self, round_id: str) -> frozenset[str]:
        """Applications of the round that were withdrawn, lapsed after a return, or that their district took back."""
        ...

    async def taken_back(self, round_id: str) -> frozenset[str]:
        """Those of the withdrawn that a district recommended once and then declined or returned."""
        ...

    async def barred(self) -> frozenset[str]:
        """Organizations that are suspended or closed."""
        ...

    async def suspensions(self, organization: str) -> tuple[Suspension, ...]:
        """When an organization was suspended, and whether it is."""
        ...

    async def barred_for(self) -> Mapping[str, str]:
        """The grounds for which organizations are suspended or closed, by organization."""
        ...

    async def declined(self, round_id: str) -> frozenset[str]:
        """Applications of the round that a district declined and nobody opened again or admitted."""
        ...

    async def escalated(self, round_id: str) -> frozenset[str]:
        """Applications of the round that are before the city, which has not decided on them."""
        ...

    async def recommended(self, round_id: str) -> frozenset[str]:
        """Applications of the round that a district, or the city after an escalation, sent to the experts."""
        ...

    async def versions(self, round_id: str) -> Mapping[str, int]:
        """The version of each of the round's applications that is recommended now."""
        ...

    async def ranked_again(self, round_id: str) -> frozenset[str]:
        """Applications of the round whose panel's last ranking, which holds them, is later than their appeal's end."""
        ...

    async def can_join(self, round_id: str) -> frozenset[str]:
        """Recommended applications of the round that their panel's last ranking holds, also one a score outlived."""
        ...

    async def revoked(self, round_id: str) -> frozenset[str]:
        """Applications of the round whose approval was taken back, whatever became of them since."""
        ...

    async def unmet(self, application: str, at: Instant) -> Sequence[Owed]:
        """What its organization could have filed by an instant, and that nobody accepted."""
        ...

    async def open_lists(self, round_id: str) -> frozenset[str]:
        """Districts whose list was opened again and not sent since."""
        ...
