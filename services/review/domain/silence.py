"""A district that lets its time pass: whoever it does not decide, or does not send, may go to the city (C5.3).

A suspension of the organization stops none of this: a district decides and sends whoever is suspended, the way to the
city has no end that could pass meanwhile, and what is returned is with its applicant, whose time stands still. What
is corrected after the return's own time arrived late, and the district has its days from then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.review.domain.conflicts import listed_only
from services.review.domain.district_states import Open, Recommended
from services.review.domain.reconsideration import REOPENED
from services.review.domain.returns import correcting, reached, remitted_until, time_for
from shared.contracts.district_time import silent_from
from shared.contracts.event import Event
from shared.contracts.review import (
    BatchReopened,
    DistrictDecisionReconsidered,
    DistrictReviewReopened,
    DistrictReviewReturned,
)
from shared.contracts.round import RoundParameters
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import Refusal

UNDECIDED, UNSENT = "undecided", "unsent"
"""What a district has not done in its time: decide the application, or send the list that it recommends it on."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What a district may have let its time pass with."""

    since: Instant
    """The first instant at which its time is over."""
    sent: bool
    """Whether the city has the version on the district's list, or needs no list to have it."""


class DistrictHasTime(Refusal):
    """The city is asked when the district's time is over."""

    title = "The district still has time to decide, or to send its list"
    clause = "C5.3"


def silence_escalates(parameters: RoundParameters) -> bool:
    """Whether whoever its district does not decide, or send, in its time may go to the city (C5.3)."""
    return parameters.corrections.silence_escalates


def silence_of(
    parameters: RoundParameters, review: Sequence[tuple[Instant, Event]], batch: Iterable[tuple[Instant, Event]]
) -> Silence | None:
    """From when on a district has let its time for a review, and for the list that it belongs on, pass.

    None where the round lets nobody go to the city for it; without a list to send everything counts as sent.
    """
    days = correcting(parameters).days
    if days is None or not silence_escalates(parameters):
        return None
    returned = [(at, Instant(one.due)) for at, one in review if isinstance(one, DistrictReviewReturned)]
    end = time_for(parameters, reached(review), returned, remitted_until(one for _, one in review))
    since = silent_from(end, days, _opened_again((*review, *batch)))
    return Silence(since, sent=not listed_only(parameters))


def _opened_again(happened: Iterable[tuple[Instant, Event]]) -> Iterator[Instant]:
    for at, event in happened:
        match event:
            case DistrictDecisionReconsidered(outcome=outcome) if outcome == REOPENED:
                yield at
            case DistrictReviewReopened(due=None) | BatchReopened():
                yield at
            case DistrictReviewReturned(due=due, revokes=int()):
                yield plus_seconds(Instant(due), -1)
            case _:
                continue


def let_pass(state: Open | Recommended, silence: Silence | None, at: Instant) -> str | None:
    """What the district has not done in its time; None where it has, or the round lets nobody go to the city for it."""
    if silence is None or (isinstance(state, Recommended) and silence.sent):
        return None
    if at < silence.since:
        raise DistrictHasTime(f"until {silence.since}", detail_zh=f"区级期限至{silence.since}")
    return UNDECIDED if isinstance(state, Open) else UNSENT
