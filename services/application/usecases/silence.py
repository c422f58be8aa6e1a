"""Whether an application is before the city because its district let its time pass, as its history tells (C5.3)."""

from collections.abc import Sequence
from typing import Any, Final

from shared.contracts import review

TO_THE_CITY: Final = review.EscalatedToCity.__name__
OF_THE_CITY: Final = (TO_THE_CITY, review.EscalationDecided.__name__, review.DistrictReviewReopened.__name__)
"""What brings an application before the city, and from there."""


def before_the_city(entries: Sequence[Any]) -> bool:
    """Whether a history has it before the city because its district let its time pass (C5.3)."""
    last = next((one for one in reversed(entries) if one["event"] in OF_THE_CITY), None)
    return last is not None and last["event"] == TO_THE_CITY and last["details"].get("silence") is not None
