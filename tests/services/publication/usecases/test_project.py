"""What publication knows from elsewhere, and what it shows: facts in order, superseded ones, those that fell away."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import cast

import pytest

from services.publication.adapters.facts import DocumentFacts
from services.publication.usecases.project import OBJECTIONS, PROJECTIONS
from services.publication.usecases.standings import DUE, STANDINGS
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PolicyAmended,
    RoundPlanned,
)
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
    ApplicationRejected,
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    ObjectionDismissed,
    OrganizationApproved,
    RectificationAccepted,
    RectificationItem,
    RectificationOrdered,
)
from shared.contracts.review import (
    BatchReopened,
    BatchSent,
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewReopened,
    DistrictReviewReturned,
    EscalationDecided,
    ExpertRecused,
    ScoreVoided,
)
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.projection import apply_all
from shared.kernel.actor import system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from tests.audit.street import parameters
from tests.services.people import AT, HERE
from tests.services.publication.domain.drafted import FILED, SECOND
from tests.services.publication.domain.proposed import ranking, submission
from tests.services.publication.domain.test_listing_amended import resolved

ABOUT = {"application": "app-1", "organization": "org-1", "round": "2017"}
APPROVED = OrganizationApproved(
    **ABOUT,
    uscc="U",
    organization_name="机构",
    district=HERE,
    kind="professional",
    version=1,
    rank=1,
    valid_from="2017-12-01",
    valid_to="2018-11-30",
    list_hash="9" * 64,
)
OFFERED = AgreementOffered(**ABOUT, terms_sha256="a" * 64, due="2017-12-20T02:00:00.000Z")
SIGNED = AgreementSigned(**ABOUT, terms_sha256="a" * 64, signed_on="2017-12-01", signatory="s")
RENEWED = ApprovalRenewed(**ABOUT, valid_to="2019-11-30", document_number="n")
ORDERED = RectificationOrdered(**ABOUT, items=(RectificationItem(what="w", note=""),), due=AT)


async def projected(*events: Event) -> MemoryDocuments:
    """The read models after events of any house, each recorded as its own house would."""
    documents, stores = MemoryDocuments(), dict[str, MemoryEventStore]()
    for number, event in enumerate(events):
        category = event.CATEGORY
        assert category is not None
        store = stores.setdefault(category.service, MemoryEventStore(category.service, rehearsal=True))
        command = named("test", str(number))
        context = Context(command, system(category.service), AT, command, round="2017")
        await store.append(Append((Write(Stream(category, "one", "one"), None, (event,)),), context))
        (recorded,) = (await store.load(f"{category.name}-one"))[-1:]
        await apply_all(PROJECTIONS, documents, recorded)
    return documents


async def due(documents: MemoryDocuments) -> list[tuple[str, str]]:
    return [(str(doc["what"]), str(doc["due"])) for doc in await documents.find(DUE)]


async def test_the_last_ranking_of_a_panel_counts_and_ties_are_in_order() -> None:
    first, second, other = ranking("information", 1), ranking("information", 1, 2), ranking("comprehensive", 1)
    ties = (resolved("information-2", "information-1"), resolved("information-1", "information-2"))
    facts = DocumentFacts(await projected(first, other, ties[0], second, ties[1]))
    assert sorted((await facts.rankings("2017")).values(), key=lambda one: one.group) == [other, second]
    assert tuple(await facts.ties("2017")) == ties[1:], "a panel that ranks again votes again"
    assert await facts.rankings("2018") == {}


RECUSED = ExpertRecused(**ABOUT, panel="panel-information", expert="e", reason="回避", voids_score=True)


@pytest.mark.parametrize(
    ("event", "stale"),
    [
        (RECUSED, True),
        (replace(RECUSED, voids_score=False), False),
        (ScoreVoided(**ABOUT, panel="panel-information", expert="e", reason="误评"), True),
        (replace(RECUSED, panel="panel-comprehensive"), False),
    ],
)
async def test_a_ranking_that_a_score_outlived_is_none_until_the_panel_ranks_again(
    event: Event, *, stale: bool
) -> None:
    """A score that is taken after the ranking leaves nothing to propose or approve from (C5.4)."""
    first = replace(ranking("information", 1), panel="panel-information")
    again = replace(first, inputs_hash="f" * 64)
    assert (await DocumentFacts(await projected(first, event)).rankings("2017") == {}) is stale
    known = await DocumentFacts(await projected(first, event, again)).rankings("2017")
    assert list(known.values()) == [again]


async def test_the_policy_in_force_is_that_of_the_instant() -> None:
    plan = RoundPlanned(round="2017", parameters=parameters(), parameters_hash="1", rule_set_hash="1", rubric_hash="1")
    amended = [
        PolicyAmended(
            round="2017",
            parameters=parameters(places),
            old_hash="1",
            new_hash=str(places),
            rule_set_hash="1",
            rubric_hash="1",
            effective_from=since,
            reason="按公函办理",
            authority_document="沪经信企〔2017〕501号",
        )
        for places, since in ((3, "2017-10-01T00:00:00.000Z"), (4, "2017-11-01T00:00:00.000Z"))
    ]
    facts = DocumentFacts(await projected(plan, *amended))
    for at, places in (
        ("2017-09-30T23:59:59.999Z", 2),
        ("2017-10-01T00:00:00.000Z", 3),
        ("2018-01-01T00:00:00.000Z", 4),
    ):
        known = await facts.plan("2017", Instant(at))
        assert known is not None
        assert known.parameters.quotas[0].places == places
    assert await facts.plan("2018", AT) is None


async def test_who_withdrew_or_did_not_correct_in_time_is_known_and_a_lapsed_draft_is_not_out() -> None:
    lapses = [
        ApplicationLapsed(application=f"l-{what}", organization="o", round="2017", what=what, deadline=AT)
        for what in ("draft", "return")
    ]
    withdrawn = ApplicationWithdrawn(application="w", organization="o", round="2017", reason="自愿退出")
    facts = DocumentFacts(await projected(*lapses, withdrawn))
    assert await facts.withdrawn("2017") == {"l-return", "w"}


async def test_the_last_submission_counts() -> None:
    first = submission("information-1")
    names = {field.name for field in fields(ApplicationSubmitted)} - {"version"}
    known = {name: getattr(first, name) for name in names}
    again = ApplicationResubmitted(**known, version=2, diff_hash="d" * 64, changed=("t1",))
    facts = DocumentFacts(await projected(first, again))
    assert await facts.submissions("2017") == {"information-1": replace(first, version=2)}


RECOMMENDED = DistrictRecommended(**ABOUT, district=HERE, version=1, opinion="同意推荐", order=1)
DECLINED = DistrictDeclined(**ABOUT, district=HERE, version=1, reasons=("理由",), revokes=None)
RETURNED = DistrictReviewReturned(**ABOUT, district=HERE, version=1, items=(), due=AT, revokes=1)
ADMITTED = EscalationDecided(
    application=ABOUT["application"],
    organization=ABOUT["organization"],
    round=ABOUT["round"],
    district=HERE,
    version=1,
    outcome="admitted",
    reason="同意",
)


@pytest.mark.parametrize(
    ("events", "there"),
    [
        ((RECOMMENDED,), True),
        ((ADMITTED,), True),
        ((replace(ADMITTED, outcome="dismissed"),), False),
        ((RECOMMENDED, DistrictReviewReopened(**ABOUT, district=HERE, version=1, appeal="e")), False),
        ((RECOMMENDED, DECLINED), False),
        ((RECOMMENDED, replace(DECLINED, revokes=1)), False),
        ((RECOMMENDED, RETURNED), False),
        ((RECOMMENDED, RETURNED, replace(RECOMMENDED, version=2)), True),
    ],
)
async def test_who_is_recommended(events: Sequence[Event], there: bool) -> None:  # noqa: FBT001 - a table's column
    assert (await DocumentFacts(await projected(*events)).recommended("2017") == {"app-1"}) is there


async def test_what_a_district_takes_back_is_out_until_it_recommends_it_again() -> None:
    for back in (replace(DECLINED, revokes=1), RETURNED):
        assert await DocumentFacts(await projected(RECOMMENDED, back)).withdrawn("2017") == {"app-1"}
        for again in (replace(RECOMMENDED, version=2), ADMITTED):
            assert await DocumentFacts(await projected(RECOMMENDED, back, again)).withdrawn("2017") == set()
    assert await DocumentFacts(await projected(DECLINED)).withdrawn("2017") == set()


async def test_a_list_that_was_opened_again_is_open_until_it_is_sent() -> None:
    opened = BatchReopened(round="2017", district=HERE, authority="3号")
    sent = BatchSent(round="2017", district=HERE, document_number="1号", rows_hash="r" * 64, sent_at=AT)
    assert await DocumentFacts(await projected(sent, opened)).open_lists("2017") == {HERE}
    assert await DocumentFacts(await projected(sent, opened)).open_lists("2018") == set()
    assert await DocumentFacts(await projected(sent, opened, sent)).open_lists("2017") == set()


RECONSIDERED = DistrictDecisionReconsidered(**ABOUT, district=HERE, version=1, outcome="reopened", reasons=())


@pytest.mark.parametrize(
    ("events", "there"),
    [
        ((DECLINED,), True),
        ((DECLINED, RECONSIDERED), False),
        ((DECLINED, replace(RECONSIDERED, outcome="upheld")), True),
        ((DECLINED, RECONSIDERED, DECLINED), True),
        ((DECLINED, ADMITTED), False),
        ((DECLINED, replace(ADMITTED, outcome="dismissed")), True),
        ((DECLINED, DistrictReviewReopened(**ABOUT, district=HERE, version=1, appeal="e")), False),
    ],
)
async def test_who_is_declined(events: Sequence[Event], there: bool) -> None:  # noqa: FBT001 - a table's column
    """A decline stands until the district itself, the city or an appeal opens it again (C5.3)."""
    assert (await DocumentFacts(await projected(*events)).declined("2017") == {"app-1"}) is there


async def test_an_objection_moves_from_open_to_its_outcome() -> None:
    decided = ObjectionDismissed(round="2017", objection="o-1", reason="不实")
    (doc,) = await (await projected(FILED, decided)).find(OBJECTIONS, {"state": "DISMISSED"})
    assert (doc["application"], doc["reason"], doc["decided_at"]) == (SECOND, "不实", AT)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((), "UNSIGNED"),
        ((OFFERED,), "UNSIGNED"),
        ((OFFERED, SIGNED), "ACTIVE"),
        ((OFFERED, SIGNED, ORDERED), "RECTIFYING"),
        ((OFFERED, SIGNED, ORDERED, RectificationAccepted(**ABOUT, note="", given_up=())), "ACTIVE"),
        ((OFFERED, SIGNED, RENEWED), "RENEWED"),
        ((OFFERED, SIGNED, ApprovalRevoked(**ABOUT, ground="g", document_number="n")), "REVOKED"),
        ((ApprovalExpired(**ABOUT, valid_to="2018-11-30"),), "EXPIRED"),
        ((ApplicationRejected(**ABOUT, stage="correction", codes=()),), "REMOVED"),
    ],
)
async def test_a_standing_shows_where_it_is(events: Sequence[Event], state: str) -> None:
    doc = await (await projected(APPROVED, *events)).get(STANDINGS, "app-1")
    assert doc is not None
    assert (doc["state"], doc["organization_name"]) == (state, "机构")


async def test_a_standing_keeps_its_moves() -> None:
    """Each with the agreement's state; what an agreement does to a standing is its signature alone (C5.4)."""
    ran_out = AgreementExpired(**ABOUT, due=OFFERED.due)
    events = (
        APPROVED,
        OFFERED,
        ran_out,
        OFFERED,
        SIGNED,
        ORDERED,
        RectificationAccepted(**ABOUT, note="", given_up=()),
        RENEWED,
    )
    doc = await (await projected(*events)).get(STANDINGS, "app-1")
    assert doc is not None
    history = cast("list[dict[str, str]]", doc["history"])
    assert [(one["state"], one["agreement"], one["valid_to"]) for one in history] == [
        ("UNSIGNED", "NOT_OFFERED", "2018-11-30"),
        ("UNSIGNED", "OFFERED", "2018-11-30"),
        ("UNSIGNED", "EXPIRED", "2018-11-30"),
        ("UNSIGNED", "OFFERED", "2018-11-30"),
        ("ACTIVE", "SIGNED", "2018-11-30"),
        ("RECTIFYING", "SIGNED", "2018-11-30"),
        ("ACTIVE", "SIGNED", "2018-11-30"),
        ("RENEWED", "SIGNED", "2019-11-30"),
    ]


async def test_a_rejection_alone_is_no_standing() -> None:
    rejected = ApplicationRejected(**ABOUT, stage="ranking", codes=("NOT_SELECTED",))
    assert await (await projected(rejected)).find(STANDINGS) == ()


END, RENEWED_END = "2018-11-30T16:00:00.000Z", "2019-11-30T16:00:00.000Z"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((APPROVED,), [("approval", END)]),
        ((APPROVED, OFFERED), [("agreement", OFFERED.due), ("approval", END)]),
        ((APPROVED, OFFERED, SIGNED), [("approval", END)]),
        ((APPROVED, OFFERED, AgreementExpired(**ABOUT, due=OFFERED.due)), [("approval", END)]),
        ((APPROVED, RENEWED), [("approval", RENEWED_END)]),
        ((APPROVED, ApprovalRevoked(**ABOUT, ground="g", document_number="n")), []),
        ((APPROVED, ApprovalExpired(**ABOUT, valid_to="2018-11-30")), []),
        ((APPROVED, ApplicationRejected(**ABOUT, stage="correction", codes=())), []),
    ],
)
async def test_what_the_clock_will_bring_is_known_once(
    events: Sequence[Event], expected: list[tuple[str, str]]
) -> None:
    assert await due(await projected(*events)) == expected
