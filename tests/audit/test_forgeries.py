"""What comes after the list is decided again too: corrections, promotions, remits, reopened lists, rectifications.

Each forgery rewrites an event of an honest log, or leaves one out, and makes every hash anew: bytes and chain hold, and
replay names the event (C5.3, C5.4).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from audit.commands import decide_again
from audit.conduct import examine
from audit.record import Contradiction, Record
from audit.replay import replay
from audit.verify import Proven, verify
from shared.contracts import publication, review
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from tests.audit.detours import lived_detours
from tests.audit.street import ROUND, Street
from tests.audit.year import lived_year

Log: TypeAlias = Sequence[Recorded]
NOBODYS = "0" * 64
Lie: TypeAlias = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]
"""Members that are replaced; or what they are replaced with, by the event."""

YEAR: dict[str, tuple[type[Event], Lie]] = {
    "an objection that was upheld re-ranks": (publication.ObjectionUpheld, {"effect": "rerank", "rank": 2}),
    "an objection leads to another list": (publication.ObjectionUpheld, {"list_hash": NOBODYS}),
    "a withdrawal leads to another list": (publication.RowWithdrawn, {"list_hash": NOBODYS}),
    "the promoted stands higher": (
        publication.NextInLinePromoted,
        lambda event: {"row": replace(event.row, rank=1)},
    ),
    "a promotion by somebody else": (publication.NextInLinePromoted, {"promoter": "somebody"}),
    "a promotion passed somebody over": (publication.NextInLinePromoted, {"passed_over": ("somebody",)}),
    "a promotion leads to another list": (publication.NextInLinePromoted, {"list_hash": NOBODYS}),
    "a correction of another list": (publication.ListCorrectionProposed, {"supersedes": NOBODYS}),
    "a correction leaves one out": (publication.ListCorrectionProposed, lambda event: {"rows": event.rows[1:]}),
    "a correction changes ranks": (
        publication.ListCorrectionProposed,
        lambda event: {"rows": (replace(event.rows[0], rank=2), *event.rows[1:])},
    ),
    "a corrected list that was not proposed": (publication.ListCorrected, {"list_hash": NOBODYS}),
    "a correction adds nobody": (publication.ListCorrected, {"added": ()}),
    "a correction removes one": (publication.ListCorrected, {"removed": ("somebody",)}),
    "a correction goes beyond another quota": (publication.ListCorrected, {"beyond_quota": ("legal",)}),
    "a correction goes beyond a quota in silence": (publication.ListCorrected, {"beyond_quota": ()}),
    "a correction approved by its proposer": (
        publication.ListCorrected,
        lambda _: {"approver": proposer(lived_year().events)},
    ),
    "an appeal remitted and reversed": (publication.AppealDecided, {"outcome": "reverse"}),
    "an appeal remitted to no stage": (publication.AppealDecided, {"stage": None}),
    "scores opened again by another appeal": (review.ScoringReopened, {"appeal": "another"}),
    "a list reopened in another district": (review.BatchReopened, {"district": "310120"}),
    "an agreement ran out later": (publication.AgreementExpired, {"due": "2018-12-22T02:00:00.000Z"}),
    "a rectification's due": (publication.RectificationOrdered, {"due": "2019-01-01T00:00:00.000Z"}),
    "a rectification of nothing": (publication.RectificationOrdered, {"items": ()}),
    "a renewal that shortens": (publication.ApprovalRenewed, {"valid_to": "2017-12-31"}),
    "an approval expired on another day": (publication.ApprovalExpired, {"valid_to": "2019-11-30"}),
}
DETOURS: dict[str, tuple[type[Event], Lie]] = {
    "a remit of another stage is closed": (publication.RemitClosed, {"stage": "experts"}),
    "a remit is closed for another reason": (publication.RemitClosed, {"codes": ("BELOW_THE_CUT",)}),
    "a remit of another appeal is closed": (publication.RemitClosed, {"appeal": "another"}),
    "a review opened again has longer": (review.DistrictReviewReopened, {"due": "2018-01-01T00:00:00.000Z"}),
}
WITHOUT: dict[str, tuple[type[Event], type[Event]]] = {
    "a list is opened again that was not sealed": (review.BatchSealed, review.BatchReopened),
    "a rectification is accepted that nobody ordered": (
        publication.RectificationOrdered,
        publication.RectificationAccepted,
    ),
    "a correction is approved that nobody proposed": (publication.ListCorrectionProposed, publication.ListCorrected),
    "a place is filled that is not free": (publication.ObjectionUpheld, publication.NextInLinePromoted),
}


def proposer(log: Log) -> str:
    """Who proposed the correction."""
    return next(one.envelope.actorid for one in log if isinstance(one.event, publication.ListCorrectionProposed))


def rewritten(log: Log, kind: type[Event], lie: Lie) -> tuple[list[Recorded], Recorded]:
    """The log with the first event of a kind rewritten, and that event."""
    place = next(number for number, one in enumerate(log) if isinstance(one.event, kind))
    event: Any = log[place].event
    forged = replace(log[place], event=replace(event, **(lie(event) if callable(lie) else lie)))
    return [*log[:place], forged, *log[place + 1 :]], forged


def without(log: Log, kind: type[Event], then: type[Event]) -> tuple[list[Recorded], Recorded]:
    """The log without the events of a kind in the stream of the first of another, and that one."""
    rests = next(one for one in log if isinstance(one.event, then))
    stream = rests.envelope.stream
    kept = [one for one in log if not (isinstance(one.event, kind) and one.envelope.stream == stream)]
    return kept, rests


def examined(log: Log, recorded: Recorded) -> None:
    """What replay does with one event."""
    record = Record.of(log, None)
    examine(record)
    decide_again(record, recorded)


def disproved(log: Log, forged: Recorded) -> None:
    """Replay names the event."""
    with pytest.raises(Contradiction) as caught:
        examined(log, forged)
    assert caught.value.recorded == forged


@pytest.mark.parametrize("name", YEAR)
def test_a_forged_event_of_the_year_is_disproved(name: str) -> None:
    disproved(*rewritten(lived_year().events, *YEAR[name]))


@pytest.mark.parametrize("name", DETOURS)
def test_a_forged_event_of_a_remit_is_disproved(name: str) -> None:
    disproved(*rewritten(lived_detours()[0], *DETOURS[name]))


@pytest.mark.parametrize("name", WITHOUT)
def test_what_rests_on_nothing_is_disproved(name: str) -> None:
    disproved(*without(lived_year().events, *WITHOUT[name]))


RANKS: dict[str, Mapping[str, Any]] = {
    "a corrected rank is another": {"rank": 99},
    "a corrected rank was another": {"rank_before": 99},
    "a corrected rank is of another list": {"list_hash": NOBODYS},
    "a corrected rank has another reason": {"reason": "没有理由"},
}


@pytest.mark.parametrize("name", RANKS)
def test_a_forged_rank_of_a_corrected_list_is_disproved(name: str) -> None:
    log, forged = rewritten(lived_year().events, publication.RankCorrected, RANKS[name])
    with pytest.raises(Contradiction) as caught:
        replay(log, ROUND)
    assert caught.value.recorded == forged


def test_a_correction_that_was_on_no_notice_is_disproved() -> None:
    log, corrected = lived_year().events, _correction(lived_year().events)
    kept = [one for one in log if not _shows(one, corrected)]
    assert len(kept) == len(log) - 1
    disproved(kept, corrected)


def test_a_correction_that_was_approved_before_the_end_of_its_notice_is_disproved() -> None:
    log, corrected = lived_year().events, _correction(lived_year().events)
    early = replace(corrected, envelope=replace(corrected.envelope, time="2017-11-21T15:59:59.999Z"))
    disproved([early if one == corrected else one for one in log], early)


def _correction(log: Log) -> Recorded:
    return next(one for one in log if isinstance(one.event, publication.ListCorrected))


def _shows(one: Recorded, corrected: Recorded) -> bool:
    event, of = one.event, corrected.event
    assert isinstance(of, publication.ListCorrected)
    return isinstance(event, publication.NoticePublished) and event.list_hash == of.list_hash


def test_a_remit_that_was_closed_before_its_time_is_disproved() -> None:
    log = lived_detours()[0]
    place = next(number for number, one in enumerate(log) if isinstance(one.event, publication.RemitClosed))
    early = replace(log[place].envelope, time="2017-11-04T00:00:00.000Z")
    forged = replace(log[place], envelope=early)
    disproved([*log[:place], forged, *log[place + 1 :]], forged)


def test_the_bytes_of_a_forged_log_are_proven_and_its_meaning_is_not() -> None:
    """Whoever owns a log can make every hash anew; replay asks what verify cannot."""
    log, _ = rewritten(lived_detours()[0], publication.RemitClosed, {"stage": "experts"})
    assert isinstance(verify(Street.of(log).piles()), Proven)
    with pytest.raises(Contradiction) as caught:
        replay(log, ROUND)
    assert isinstance(caught.value.recorded.event, publication.RemitClosed)
