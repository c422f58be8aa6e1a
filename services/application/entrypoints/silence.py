"""What an applicant does when its district lets its time pass: it goes to the city (C5.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from services.application.domain.terms import RoundTerms
from services.application.usecases.lists import DistrictList
from shared.contracts.district_time import Passage, silent_from, time_for
from shared.kernel.instants import Instant, plus_seconds
from shared.web.worklist import Step

DECIDES = Step(
    "wait", "区级审核中；逾期未决定的，可提请市级裁定", "the district reviews it; it may go to the city if that is late"
)
SENDS = Step(
    "wait",
    "区级已推荐，待报送市级；逾期未报送的，可提请市级裁定",
    "recommended, the list is to be sent; it may go to the city if that is late",
)
NOT_DECIDED = Step(
    "escalate",
    "区级期限已过，尚未作出决定，可提请市级裁定",
    "the district has not decided in its time: bring it before the city",
)
NOT_SENT = Step(
    "escalate",
    "区级期限已过，推荐汇总表尚未报送，可提请市级裁定",
    "the district has not sent its list in its time: bring it before the city",
)
DECLINED_LATE = Step(
    "escalate",
    "区级期限届满后作出不予推荐，可直接提请市级裁定",
    "declined when the district's time was over: bring it before the city",
)
FILED: Final = ("ApplicationSubmitted", "ApplicationResubmitted")
SENT_TO_THE_CITY: Final = ("DistrictRecommended", "EscalationDecided")


def unless_silent(
    step: Step | None,
    doc: dict[str, Any],
    entries: Sequence[Any],
    terms: RoundTerms,
    listed: DistrictList,
    now: Instant,
) -> Step | None:
    """The step, or what it is while the district's time runs, and from when on the district has let that pass."""
    if terms.return_days is None or not terms.silence_escalates:
        return step
    if step is not None and step.name == "ask_again":
        declined = next(one["at"] for one in reversed(entries) if one["event"] == "DistrictDeclined")
        late = declined >= silence_from(entries, terms, terms.return_days, listed)
        return replace(DECLINED_LATE, due=step.due) if late else step
    steps = _steps(doc, entries, listed)
    if steps is None:
        return step
    waiting, silent = steps
    since = silence_from(entries, terms, terms.return_days, listed)
    if now >= since:
        return silent
    return step if doc["state"] == "SUBMITTED" else replace(waiting, due=since)


def _steps(doc: dict[str, Any], entries: Sequence[Any], listed: DistrictList) -> tuple[Step, Step] | None:
    """What it is before and after the district's time; None where the district has nothing to do."""
    match doc["state"]:
        case "SUBMITTED" | "UNDER_DISTRICT":
            return DECIDES, NOT_DECIDED
        case "RECOMMENDED" if (doc["application"], doc["version"]) not in listed.sent:
            last = next(one["event"] for one in reversed(entries) if one["event"] in SENT_TO_THE_CITY)
            return (SENDS, NOT_SENT) if last == "DistrictRecommended" else None
        case _:
            return None


def silence_from(entries: Sequence[Any], terms: RoundTerms, days: int, listed: DistrictList) -> Instant:
    """The first instant at which the district has let its time pass, as review has it."""
    end = time_for(terms.district_deadline, days, _passage(entries))
    return silent_from(end, days, [*_opened_again(entries), *listed.opened_again])


def _passage(entries: Sequence[Any]) -> Passage:
    arrived, due, returned, remitted = "", "9", list[tuple[Instant, Instant]](), None
    for one in entries:
        match one["event"]:
            case "DistrictReviewReturned":
                due = one["details"]["due"]
                returned.append((Instant(one["at"]), Instant(due)))
            case "DistrictReviewReopened":
                remitted = one["details"].get("due")
            case event if event in FILED and (not arrived or one["at"] >= due):
                arrived = one["at"]
            case _:
                continue
    return Passage(Instant(arrived), tuple(returned), remitted)


def _opened_again(entries: Sequence[Any]) -> Iterator[Instant]:
    for one in entries:
        details = one["details"]
        match one["event"]:
            case "DistrictDecisionReconsidered" if details["outcome"] == "reopened":
                yield Instant(one["at"])
            case "DistrictReviewReopened" if details.get("due") is None:
                yield Instant(one["at"])
            case "DistrictReviewReturned" if details.get("revokes") is not None:
                yield plus_seconds(Instant(details["due"]), -1)
            case _:
                continue
