"""Replay makes the round again as of any instant, and names the decision that the log's facts do not lead to."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from audit.commands import BEHIND
from audit.conduct import AGGREGATES, HEARD_SECONDS_MAX, examine
from audit.record import Record
from audit.replay import Contradiction, Incomplete, Replay, replay
from services.publication.domain.listing import list_bytes
from shared.auditlog.canonical import sha256_hex
from shared.contracts.access import (
    AccessRefused,
    ClockPassedOver,
    ParkedRecordDiscarded,
    PersonalDataErased,
    RecordRead,
)
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    FormSaved,
    LateSubmissionRefused,
    PaperReceived,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import REGISTRY, Event
from shared.contracts.publication import (
    AgreementSigned,
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListPublished,
    NoticePublished,
    OrganizationApproved,
    RankCorrected,
)
from shared.contracts.registration import (
    AccountClosed,
    AccountOpened,
    CertificationRequested,
    OrganizationCertified,
    SigningKeyPublished,
)
from shared.contracts.reporting import ObligationCreated
from shared.contracts.review import (
    BatchSealed,
    BatchSent,
    ConflictDeclared,
    DistrictRecommended,
    ExpertScored,
    PanelConstituted,
    PaperMatched,
    RankingComputed,
    ReviewAssigned,
)
from shared.contracts.topics import ACCESS, APPROVAL, CATEGORIES, ERASURE
from shared.kernel.instants import Instant, instant, plus_seconds
from tests.audit.street import Street

NOT_OTHERS = (
    *(EligibilityEvaluated, PanelConstituted, RankingComputed, ApprovalListProposed),
    *(OrganizationApproved, ApplicationRejected),
    *(SigningKeyPublished, AccessRefused, RecordRead, PersonalDataErased, ParkedRecordDiscarded, ClockPassedOver),
)
"""What has a count of its own, and what is not decided again."""


def log(street: Street) -> list[Recorded]:
    """Every event of the street."""
    return [one for events in street.logs.values() for one in events]


def states(done: Replay) -> dict[str, int]:
    """How many applications are in each state."""
    names = sorted(one.state for one in done.applications)
    return {name: len(list(group)) for name, group in groupby(names)}


def at(street: Street, text: str) -> dict[str, int]:
    """The states as of an instant."""
    return states(replay(log(street), "2017", instant(text)))


def test_the_round_comes_out_as_it_was_lived(street: Street) -> None:
    done = replay(log(street), "2017")
    assert states(done) == {"APPROVED": 4, "LAPSED": 1, "REJECTED": 3}
    again = {"evaluations": 7, "panels": 2, "rankings": 2, "lists": 1, "approvals and rejections": 7}
    others = sum(not isinstance(one.event, NOT_OTHERS) for one in log(street))
    assert done.recomputed == {**again, "other events": others}
    assert done.published
    published = next(one.event for one in log(street) if isinstance(one.event, ListPublished))
    assert done.list == list_bytes("2017", published.rows)
    assert sha256_hex(done.list) == published.list_hash


def test_the_order_in_which_events_are_given_means_nothing(street: Street) -> None:
    assert replay(reversed(log(street)), "2017") == replay(log(street), "2017")


def test_each_instant_shows_the_round_as_it_stood(street: Street) -> None:
    assert at(street, "2017-09-01T09:00:00+08:00") == {"DRAFT": 8}
    assert at(street, "2017-09-20T16:59:59.998+08:00") == {"DRAFT": 8}
    assert at(street, "2017-09-20T16:59:59.999+08:00") == {"DRAFT": 1, "SUBMITTED": 7}
    assert at(street, "2017-09-22T00:00:00+08:00") == {"LAPSED": 1, "UNDER_DISTRICT": 7}
    assert at(street, "2017-09-26T00:00:00+08:00") == {"DECLINED": 1, "LAPSED": 1, "RECOMMENDED": 6}
    assert at(street, "2017-10-11T00:00:00+08:00") == {"DECLINED": 1, "LAPSED": 1, "UNDER_EXPERT": 6}
    assert at(street, "2017-10-21T00:00:00+08:00") == {"DECLINED": 1, "LAPSED": 1, "NOT_SELECTED": 2, "PROPOSED": 4}


def test_before_publication_there_is_no_list(street: Street) -> None:
    done = replay(log(street), "2017", instant("2017-10-21T00:00:00+08:00"))
    assert (done.published, done.list, done.rows) == (False, b"", ())


def test_before_its_plan_a_round_cannot_be_replayed(street: Street) -> None:
    with pytest.raises(Incomplete, match="no plan of round 2017"):
        replay(log(street), "2017", instant("2017-08-01T00:00:00Z"))


def test_an_unknown_round_cannot_be_replayed(street: Street) -> None:
    with pytest.raises(Incomplete, match="no plan of round 2018"):
        replay(log(street), "2018")


def test_what_rests_on_an_event_of_another_service_that_is_not_there_cannot_be_decided(street: Street) -> None:
    kept = [one for one in log(street) if not isinstance(one.event, RankingComputed)]
    with pytest.raises(Incomplete, match="rests on event"):
        replay(kept, "2017")


def changed(street: Street, kind: type[Event], index: int = 0, **members: Any) -> tuple[Sequence[Recorded], Recorded]:
    """The log with members of one event replaced, as if that had been decided."""
    events = log(street)
    place = [n for n, one in enumerate(events) if isinstance(one.event, kind)][index]
    event: Any = events[place].event
    events[place] = replace(events[place], event=replace(event, **members))
    return events, events[place]


def first(street: Street, kind: type[Event]) -> Any:
    """The first event of a kind."""
    return next(one.event for one in log(street) if isinstance(one.event, kind))


def test_every_event_is_decided_again_or_known_not_to_be() -> None:
    apart = {SigningKeyPublished}
    with_the_list = {OrganizationApproved, ApplicationRejected, RankCorrected}
    access = {AccessRefused, RecordRead, PersonalDataErased, ParkedRecordDiscarded, ClockPassedOver}
    assert set(REGISTRY.values()) - BEHIND.keys() == apart | with_the_list | access
    streamless = {category for category in CATEGORIES if category not in AGGREGATES}
    assert streamless == {APPROVAL, *ACCESS.values(), *ERASURE.values()}


def lies(street: Street) -> dict[str, tuple[type[Event], dict[str, Any]]]:
    """Decisions that the facts do not lead to."""
    evaluated, ranked = first(street, EligibilityEvaluated), first(street, RankingComputed)
    proposed = first(street, ApprovalListProposed)
    panel = first(street, PanelConstituted)
    plan = first(street, RoundPlanned)
    results = (replace(evaluated.results[0], outcome="FAIL"), *evaluated.results[1:])
    rules = tuple(replace(rule, threshold="1") if rule.id == "R6" else rule for rule in plan.parameters.rules)
    return {
        "a rule result": (EligibilityEvaluated, {"results": results}),
        "the overall outcome": (EligibilityEvaluated, {"overall": "ELIGIBLE"}),
        "the rule set": (EligibilityEvaluated, {"rule_set_hash": "0" * 64}),
        "the inputs": (EligibilityEvaluated, {"inputs_hash": "0" * 64}),
        "the instant of the filing": (EligibilityEvaluated, {"as_of": "2017-09-20T08:59:59.998Z"}),
        "the snapshot": (ApplicationSubmitted, {"snapshot_hash": "0" * 64}),
        "a submission in time": (ApplicationSubmitted, {"received_at": "2017-09-20T09:00:00.000Z"}),
        "a late submission": (LateSubmissionRefused, {"received_at": "2017-09-20T08:59:59.999Z"}),
        "swapped rules": (RoundPlanned, {"parameters": replace(plan.parameters, rules=rules)}),
        "the draw": (PanelConstituted, {"experts": tuple(reversed(panel.experts))}),
        "a ranking's order": (RankingComputed, {"rows": tuple(reversed(ranked.rows))}),
        "an application left out": (RankingComputed, {"rows": ranked.rows[:-1]}),
        "the ranking's inputs": (RankingComputed, {"inputs_hash": "0" * 64}),
        "the selection": (ApprovalListProposed, {"rows": proposed.rows[:-1]}),
        "who is below the cut": (ApprovalListProposed, {"not_selected": ()}),
        "the list's hash": (ApprovalListProposed, {"list_hash": "0" * 64}),
        "the published list": (ListPublished, {"rows": proposed.rows[1:]}),
        "a list nobody proposed": (ListPublished, {"list_hash": "0" * 64}),
        "a total that is not its items'": (ExpertScored, {"total": first(street, ExpertScored).total + 1}),
        "a score of somebody else": (ExpertScored, {"expert": "somebody"}),
        "a conflict that was declared": (ConflictDeclared, {"answer": "perhaps"}),
        "an assignment's due": (ReviewAssigned, {"due": "2018-01-01T00:00:00.000Z"}),
        "a shorter notice": (NoticePublished, {"end": "2017-10-21", "working_days": 1}),
        "paper that matches": (PaperMatched, {"matches": False}),
        "a rejection's reason": (ApplicationRejected, {"codes": ("BRIBE",)}),
        "a longer validity": (OrganizationApproved, {"valid_to": "2028-11-30"}),
        "an obligation's due": (ObligationCreated, {"due": "2019-01-01T00:00:00.000Z"}),
        "another signatory": (AgreementSigned, {"signatory": "somebody"}),
        "an instant that is none": (PaperReceived, {"received_at": "yesterday"}),
        "an evaluation's instant that is none": (EligibilityEvaluated, {"as_of": "yesterday"}),
        "a table's number that is none": (FormSaved, {"revision": 7}),
        "a ranking of a group that there is not": (RankingComputed, {"group": "zzz"}),
        "a profile that was certified": (CertificationRequested, {"established_on": "2001-01-01"}),
        "a verifier": (OrganizationCertified, {"verifier": "somebody"}),
        "an approved rank": (OrganizationApproved, {"rank": 99}),
        "an approval of somebody else": (OrganizationApproved, {"application": "somebody"}),
        "an approved name": (OrganizationApproved, {"organization_name": "上海别家服务中心"}),
        "an approver": (ListApproved, {"approver": proposed.proposer}),
        "a name that was not certified": (ApplicationStarted, {"organization_name": "上海别家服务中心"}),
        "a district that is not the application's": (PaperReceived, {"district": "310120"}),
    }


def test_a_value_that_no_door_lets_in_is_a_contradiction_and_no_crash(street: Street) -> None:
    last = [one.event for one in log(street) if isinstance(one.event, AccountOpened)][-1]
    opened = AccountOpened(account="a" * 36, role="king", username=last.username, credential=last.credential)
    events = log(street)
    place = next(n for n, one in enumerate(events) if isinstance(one.event, AccountOpened))
    envelope = replace(events[place].envelope, stream=f"account-{'a' * 36}", partitionkey="a" * 36, id="king")
    forged = replace(events[place], envelope=envelope, event=opened)
    with pytest.raises(Contradiction, match="nothing can follow it: ValueError") as caught:
        replay([*events, forged], "2017")
    assert caught.value.recorded is forged


def long_in_office(street: Street) -> list[Recorded]:
    """The log, with officials whose accounts were opened when the platform began, not when they first acted."""
    return [
        replace(one, envelope=replace(one.envelope, time="2017-08-01T01:00:00.000Z"))
        if isinstance(one.event, AccountOpened) and one.envelope.actorrole == "system"
        else one
        for one in log(street)
    ]


def test_nobody_did_what_his_role_district_or_time_does_not_allow(street: Street) -> None:
    lies: list[tuple[type[Event], dict[str, Any], str]] = [
        (ListApproved, {"actorrole": "filer"}, "a filer may not do this"),
        (ListApproved, {"actorrole": "city_officer"}, "a city_officer may not do this"),
        (OrganizationApproved, {"actorid": first(street, ApprovalListProposed).proposer}, "actor's role"),
        (OrganizationApproved, {"time": "2017-10-20T01:00:00.000Z"}, "dated before"),
        (DistrictRecommended, {"actordistrict": "310000"}, "actor's district"),
        (FormSaved, {"stream": "application-another"}, "its stream"),
        (ExpertScored, {"partitionkey": "another"}, "its partition key"),
        (RankingComputed, {"round": "2018"}, "its round"),
        (PaperMatched, {"time": "2017-09-01T01:00:00.000Z"}, "before its cause"),
    ]
    for kind, attributes, reason in lies:
        events = long_in_office(street)
        place = next(n for n, one in enumerate(events) if isinstance(one.event, kind))
        events[place] = replace(events[place], envelope=replace(events[place].envelope, **attributes))
        with pytest.raises(Contradiction, match=reason) as caught:
            replay(events, "2017")
        assert caught.value.recorded is events[place], reason


@pytest.mark.parametrize(("seconds", "found"), [(HEARD_SECONDS_MAX, False), (HEARD_SECONDS_MAX + 1, True)])
def test_nobody_acts_whose_account_was_closed_longer_ago_than_a_token_lasts(
    street: Street, seconds: int, *, found: bool
) -> None:
    events = long_in_office(street)
    expert = next(one.envelope.actorid for one in events if isinstance(one.event, ExpertScored))
    last = max((one for one in events if one.envelope.actorid == expert), key=lambda one: one.envelope.time)
    closed_at = plus_seconds(Instant(last.envelope.time), -seconds)
    before = [n for n, one in enumerate(events) if isinstance(one.event, AccountOpened)]
    place = max(n for n in before if events[n].envelope.time <= closed_at)
    envelope = replace(
        events[place].envelope,
        id="closed",
        actorid=expert,
        actorrole=last.envelope.actorrole,
        stream=f"account-{expert}",
        partitionkey=expert,
        time=closed_at,
    )
    closed = AccountClosed(account=expert, ground="退休")
    record = Record.of([*events, replace(events[place], envelope=envelope, event=closed)], None)
    if not found:
        examine(record)
        return
    with pytest.raises(Contradiction, match="account was closed before"):
        examine(record)


def test_an_account_that_the_log_does_not_hold_leaves_it_undecided(street: Street) -> None:
    events = log(street)
    place = next(n for n, one in enumerate(events) if isinstance(one.event, ExpertScored))
    events[place] = replace(events[place], envelope=replace(events[place].envelope, actorid="somebody"))
    with pytest.raises(Incomplete, match="somebody"):
        replay(events, "2017")


def test_an_event_that_cannot_follow_in_its_stream_is_named(street: Street) -> None:
    events = log(street)
    place = next(n for n, one in enumerate(events) if isinstance(one.event, DistrictRecommended))
    again = replace(events[place], envelope=replace(events[place].envelope, id="again"))
    events.insert(place + 1, again)
    with pytest.raises(Contradiction, match="cannot follow") as caught:
        replay(events, "2017")
    assert caught.value.recorded is again


def test_a_list_approved_before_its_notice_was_over_had_to_be_refused(street: Street) -> None:
    early: dict[str, Any] = {"time": "2017-10-21T01:00:00.000Z"}
    kinds = (ListApproved, OrganizationApproved, ApplicationRejected)
    events = [
        replace(one, envelope=replace(one.envelope, **early)) if isinstance(one.event, kinds) else one
        for one in long_in_office(street)
    ]
    with pytest.raises(Contradiction, match="the notice runs to the end of") as caught:
        replay(events, "2017")
    assert isinstance(caught.value.recorded.event, ListApproved)


def test_a_decision_that_the_facts_do_not_lead_to_is_named(street: Street) -> None:
    for name, (kind, members) in lies(street).items():
        events, lie = changed(street, kind, **members)
        with pytest.raises(Contradiction) as caught:
            replay(events, "2017")
        assert caught.value.recorded is lie, name


def test_a_changed_fact_contradicts_the_decision_made_on_it(street: Street) -> None:
    score = first(street, ExpertScored)
    items = (replace(score.items[0], score=score.items[0].score - 1), *score.items[1:])
    events, _ = changed(street, ExpertScored, items=items, total=score.total - 1)
    with pytest.raises(Contradiction) as caught:
        replay(events, "2017")
    assert isinstance(caught.value.recorded.event, RankingComputed)
    form = next(one for one in log(street) if isinstance(one.event, FormSaved) and one.event.t2 is not None).event
    assert isinstance(form, FormSaved)
    assert form.t2 is not None
    table = [n for n, one in enumerate(e for e in log(street) if isinstance(e.event, FormSaved)) if one.event == form]
    events, _ = changed(street, FormSaved, table[0] + 4, t2=replace(form.t2, staff_total=99))
    with pytest.raises(Contradiction) as caught:
        replay(events, "2017")
    assert isinstance(caught.value.recorded.event, EligibilityEvaluated)


def test_nobody_scores_what_was_not_recommended(street: Street) -> None:
    recommending = (DistrictRecommended, BatchSealed, BatchSent)
    events = [one for one in log(street) if not isinstance(one.event, recommending)]
    with pytest.raises(Contradiction, match="not recommended") as caught:
        replay(events, "2017")
    assert isinstance(caught.value.recorded.event, ConflictDeclared)


def test_what_happens_after_the_instant_is_not_looked_at(street: Street) -> None:
    events, _ = changed(street, RankingComputed, inputs_hash="0" * 64)
    replay(events, "2017", Instant("2017-10-15T00:00:00.000Z"))
