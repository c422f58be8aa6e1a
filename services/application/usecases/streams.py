"""The streams of application's aggregates."""

from shared.contracts.category import Stream
from shared.contracts.topics import APPLICATION, ROUND


def round_stream(round_id: str) -> Stream:
    """The stream of one round."""
    return Stream(ROUND, round_id, round_id)


def application_stream(application: str, organization: str) -> Stream:
    """The stream of one application, keyed by its organization."""
    return Stream(APPLICATION, application, organization)
