"""A waiver takes a failed rule, a ground and two officers; the failure stays visible (C2.1.7)."""

from dataclasses import replace

import pytest

from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Open, ReviewAlreadyDecided, unresolved, waived
from services.review.domain.recommendation import ChecksUnresolved
from services.review.domain.waivers import (
    DecideWaiver,
    NoGroundForAWaiver,
    OutcomeIsNoWaiverDecision,
    ProposeWaiver,
    RefusalWithoutReason,
    RuleDidNotFail,
    RuleIsNotWaivable,
    SecondOfficerIsTheFirst,
    Waivable,
    WaiverAlreadyDecided,
    WaiverIsPending,
    WaiverNotProposed,
    grounds_asked,
    grounds_to_judge,
    waivable_of,
)
from shared.contracts.application import EligibilityEvaluated, RuleResult
from shared.contracts.review import JudgementRecorded, WaiverGranted, WaiverProposed, WaiverRefused
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.audit.street import parameters
from tests.rounds.unasked import UNASKED
from tests.services.people import AT, CLERK, FOREIGN_CLERK, FOREIGN_HEAD, HEAD, all_but, role_of
from tests.services.review.domain.test_checks import BATCHES
from tests.services.review.domain.test_district_review import DECLINED, MATCHED, OPENED, PASS, RECOMMEND, RECOMMENDED

FAILED = replace(OPENED, failed=("R6", "R8"))
GROUND = JudgementRecorded(application="app-1", rule="R16", outcome="PASS", rationale="区级示范平台，成效突出")
NO_GROUND = replace(GROUND, outcome="FAIL")


def result(rule: str, outcome: str, observed: str) -> RuleResult:
    return RuleResult(rule=rule, clause="C2.1.2", outcome=outcome, observed=observed, threshold="")


RESULTS = (result("R6", "FAIL", "9"), result("R8", "FAIL", "76"), result("R16", "JUDGE", "区中小企业办 2016-05-01"))
WAIVABLE = Waivable(frozenset({"R6", "R7", "R8"}), frozenset({"R16"}), RESULTS)
PROPOSE = ProposeWaiver("app-1", "R6", "区级示范，九名专职", WAIVABLE, CLERK, AT, final=False)
PROPOSED = WaiverProposed(
    application="app-1", version=1, rule="R6", observed="9", ground="区级示范，九名专职", officer=CLERK.id
)
GRANT = DecideWaiver("app-1", "R6", "granted", "", HEAD, AT, final=False)
REFUSE = DecideWaiver("app-1", "R6", "refused", "人员不足以服务", HEAD, AT, final=False)
GRANTED = WaiverGranted(
    application="app-1", version=1, rule="R6", observed="9", ground=PROPOSED.ground, officers=(CLERK.id, HEAD.id)
)
REFUSED = WaiverRefused(
    application="app-1",
    version=1,
    rule="R6",
    observed="9",
    ground=PROPOSED.ground,
    officers=(CLERK.id, HEAD.id),
    reason="人员不足以服务",
)
READY: tuple[DistrictEvent, ...] = (FAILED, MATCHED, PASS, GROUND)


def test_a_clerk_proposes_and_a_leader_grants() -> None:
    given(DISTRICT_DECIDER, *READY).when(PROPOSE).then(PROPOSED)
    given(DISTRICT_DECIDER, *READY, PROPOSED).when(PROPOSE).then_nothing()
    given(DISTRICT_DECIDER, *READY, PROPOSED).when(GRANT).then(GRANTED)
    given(DISTRICT_DECIDER, *READY, PROPOSED, GRANTED).when(GRANT).then_nothing()
    given(DISTRICT_DECIDER, *READY, PROPOSED, GRANTED).when(PROPOSE).then_nothing()


def test_nothing_is_waived_by_itself() -> None:
    for history in (READY, (*READY, PROPOSED), (*READY, PROPOSED, REFUSED)):
        assert given(DISTRICT_DECIDER, *history).when(RECOMMEND).then_refuses(ChecksUnresolved).rule == "R6"


def test_every_failed_rule_takes_a_waiver_of_its_own() -> None:
    other = tuple(replace(one, rule="R8", observed="76") for one in (PROPOSED, GRANTED))
    assert (
        given(DISTRICT_DECIDER, *READY, PROPOSED, GRANTED).when(RECOMMEND).then_refuses(ChecksUnresolved).rule == "R8"
    )
    given(DISTRICT_DECIDER, *READY, PROPOSED, GRANTED, *other).when(RECOMMEND).then(RECOMMENDED)


def test_a_waiver_holds_as_long_as_its_ground() -> None:
    held, lost = (DISTRICT_DECIDER.fold([*READY, PROPOSED, GRANTED, *more]) for more in ((), (NO_GROUND,)))
    assert isinstance(held, Open)
    assert isinstance(lost, Open)
    assert (waived(held), unresolved(held)) == (("R6",), ("R8",))
    assert (waived(lost), unresolved(lost)) == ((), ("R6", "R8"))


def test_a_waiver_is_of_one_version() -> None:
    corrected = replace(FAILED, version=2)
    state = DISTRICT_DECIDER.fold([*READY, PROPOSED, GRANTED, corrected, GROUND])
    assert isinstance(state, Open)
    assert unresolved(state) == ("R6", "R8", "R10")


@pytest.mark.parametrize(
    ("command", "history", "refusal"),
    [
        (replace(PROPOSE, rule="R7"), READY, RuleDidNotFail),
        (replace(PROPOSE, rule="R99"), READY, RuleDidNotFail),
        (replace(PROPOSE, waivable=replace(WAIVABLE, results=())), READY, RuleDidNotFail),
        (replace(PROPOSE, waivable=replace(WAIVABLE, rules=frozenset({"R8"}))), READY, RuleIsNotWaivable),
        (PROPOSE, READY[:3], NoGroundForAWaiver),
        (PROPOSE, (*READY, NO_GROUND), NoGroundForAWaiver),
        (replace(PROPOSE, waivable=replace(WAIVABLE, results=RESULTS[:2])), READY, NoGroundForAWaiver),
        (replace(PROPOSE, ground="另一理由"), (*READY, PROPOSED), WaiverIsPending),
        (replace(PROPOSE, ground="另一理由"), (*READY, PROPOSED, GRANTED), WaiverAlreadyDecided),
        (replace(PROPOSE, by=FOREIGN_CLERK), READY, NotPermitted),
        (PROPOSE, (*READY, DECLINED), ReviewAlreadyDecided),
        (GRANT, READY, WaiverNotProposed),
        (replace(GRANT, rule="R8"), (*READY, PROPOSED), WaiverNotProposed),
        (replace(GRANT, outcome="waived"), (*READY, PROPOSED), OutcomeIsNoWaiverDecision),
        (replace(REFUSE, reason=""), (*READY, PROPOSED), RefusalWithoutReason),
        (replace(GRANT, by=replace(HEAD, id=CLERK.id)), (*READY, PROPOSED), SecondOfficerIsTheFirst),
        (replace(REFUSE, by=replace(HEAD, id=CLERK.id)), (*READY, PROPOSED), SecondOfficerIsTheFirst),
        (GRANT, (*READY, PROPOSED, NO_GROUND), NoGroundForAWaiver),
        (REFUSE, (*READY, PROPOSED, GRANTED), WaiverAlreadyDecided),
        (replace(GRANT, by=replace(HEAD, id="other")), (*READY, PROPOSED, GRANTED), WaiverAlreadyDecided),
        (replace(GRANT, by=FOREIGN_HEAD), (*READY, PROPOSED), NotPermitted),
        (GRANT, (*READY, PROPOSED, DECLINED), ReviewAlreadyDecided),
    ],
)
def test_what_is_not_a_waiver_is_refused(
    command: ProposeWaiver | DecideWaiver, history: tuple[DistrictEvent, ...], refusal: type[Refusal]
) -> None:
    given(DISTRICT_DECIDER, *history).when(command).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.DISTRICT_CLERK), ids=role_of)
def test_only_a_clerk_proposes(by: Actor) -> None:
    given(DISTRICT_DECIDER, *READY).when(replace(PROPOSE, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.DISTRICT_LEADER), ids=role_of)
@pytest.mark.parametrize("command", [GRANT, REFUSE])
def test_only_a_leader_decides(command: DecideWaiver, by: Actor) -> None:
    given(DISTRICT_DECIDER, *READY, PROPOSED).when(replace(command, by=by)).then_refuses(NotPermitted)


def test_after_a_refusal_another_ground_may_be_proposed() -> None:
    history = (*READY, PROPOSED)
    given(DISTRICT_DECIDER, *history).when(REFUSE).then(REFUSED)
    given(DISTRICT_DECIDER, *history, REFUSED).when(REFUSE).then_nothing()
    given(DISTRICT_DECIDER, *history, REFUSED).when(PROPOSE).then_nothing()
    other = replace(PROPOSE, ground="新增一名专职人员，材料补齐")
    given(DISTRICT_DECIDER, *history, REFUSED).when(other).then(replace(PROPOSED, ground=other.ground))


def test_what_may_be_waived_is_the_rounds() -> None:
    rules = parameters()
    evaluation = EligibilityEvaluated(
        application="app-1",
        version=1,
        as_of=AT,
        rule_set_hash="r" * 64,
        inputs_hash="i" * 64,
        results=RESULTS,
        overall="CONDITIONAL",
    )
    of = waivable_of(rules, evaluation)
    assert of.rules == {"R2", "R3", "R6", "R7", "R8", "R11", "R12", "R17"}
    assert grounds_to_judge(of) == {"R16"}
    assert grounds_asked(replace(rules, batches=replace(BATCHES, grounds_judged=True)), of) == {"R16"}
    for silent in (UNASKED.batches, BATCHES):
        assert grounds_asked(replace(rules, batches=silent), of) == frozenset()
    assert waivable_of(replace(rules, non_waivable=("R6",)), evaluation).rules == of.rules - {"R6"}
    assert grounds_to_judge(waivable_of(rules, None)) == frozenset()


def test_the_refusal_names_the_ground_that_nobody_has_judged() -> None:
    """What was judged not to hold is not to be judged first (C2.1.7)."""
    first = given(DISTRICT_DECIDER, *READY[:3]).when(PROPOSE).then_refuses(NoGroundForAWaiver)
    assert first.detail == "to be judged first: R16"
    failed = given(DISTRICT_DECIDER, *READY, NO_GROUND).when(PROPOSE).then_refuses(NoGroundForAWaiver)
    assert failed.detail == NoGroundForAWaiver.title
