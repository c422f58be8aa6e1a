"""The streams that reporting writes."""

from shared.contracts.category import Stream
from shared.contracts.topics import ASSESSMENT, OBLIGATION, PRIORITY


def obligation_stream(obligation: str, organization: str) -> Stream:
    """The stream of one obligation."""
    return Stream(OBLIGATION, obligation, organization)


def assessment_stream(application: str, year: int, organization: str) -> Stream:
    """The stream of one organization's year."""
    return Stream(ASSESSMENT, f"{application}.{year}", organization)


def priority_stream(round_id: str, year: int) -> Stream:
    """The stream of a round's recommendation for one year."""
    return Stream(PRIORITY, f"{round_id}.{year}", round_id)
