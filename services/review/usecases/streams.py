"""Review's streams: what is about one organization is keyed by it, what is about a round by the round."""

from shared.contracts.category import Stream
from shared.contracts.topics import BATCH, DISTRICT, EXPERT, PANEL, SCORING


def district_stream(application: str, organization: str) -> Stream:
    """The district's review of one application."""
    return Stream(DISTRICT, application, organization)


def batch_stream(round_id: str, district: str) -> Stream:
    """A district's recommendation list of one round."""
    return Stream(BATCH, f"{round_id}.{district}", round_id)


def expert_stream(expert: str) -> Stream:
    """One expert of the pool."""
    return Stream(EXPERT, expert, expert)


def panel_stream(panel: str, round_id: str) -> Stream:
    """The panel of one group in one round."""
    return Stream(PANEL, panel, round_id)


def scoring_stream(application: str, organization: str) -> Stream:
    """The scores of one application."""
    return Stream(SCORING, application, organization)
