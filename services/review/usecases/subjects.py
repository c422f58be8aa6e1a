"""What a command of the experts' stage is about, as the log has it now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.review.domain.constitution import panel_id
from services.review.domain.district_evolution import arrival
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import with_experts
from services.review.domain.expert import EXPERT_DECIDER, Enrolled
from services.review.domain.panel import PANEL_DECIDER
from services.review.domain.panel_states import Constituted, PanelNotConstituted, Ranked
from services.review.domain.scoring_states import Subject
from services.review.usecases.ports import Facts
from services.review.usecases.streams import district_stream, expert_stream, panel_stream, scoring_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.policy import RoundUnknown
from shared.contracts.review import (
    ExpertReplaced,
    PanelConstituted,
    PanelDecisionRecorded,
    RankingComputed,
    ScoringClosed,
    ScoringReopened,
)
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.port import EventStore
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, just_before
from shared.kernel.refusal import Unknown


class ApplicationNotRecommended(Unknown):
    """Experts see what districts recommended or the city admitted."""

    title = "The application is not recommended to the experts"
    clause = "C5.4"
    field = "application"


@dataclass(frozen=True, slots=True)
class Scored:
    """The subject of a scoring command, and the policy under which its panel was constituted."""

    subject: Subject
    group: str
    plan: RoundPlanned


async def scored(store: EventStore, facts: Facts, application: str) -> Scored:
    """What is scored; raise `ApplicationNotRecommended` or `PanelNotConstituted`."""
    group, subject, since = await subject_of(store, application, decided=await facts.decided(application))
    return Scored(subject, group, await panel_plan_of(facts, subject.round, since))


async def subject_of(store: EventStore, application: str, *, decided: bool) -> tuple[str, Subject, Instant]:
    """The group, the subject, and when its panel was constituted."""
    district = await store.load(district_stream(application, "").name)
    checks = with_experts(DISTRICT_DECIDER.fold(events(district)))
    if checks is None:
        raise ApplicationNotRecommended
    opening = checks.opening
    group = opening.category or COMPREHENSIVE
    panel = panel_id(opening.round, group)
    recorded = await store.load(panel_stream(panel, opening.round).name)
    constitution, since = constituted(recorded)
    scoring = await store.load(scoring_stream(application, opening.organization).name)
    subject = Subject(
        application=application,
        organization=opening.organization,
        uscc=opening.uscc,
        round=opening.round,
        version=opening.version,
        panel=panel,
        members=constitution.experts,
        closed=False,
        decided=decided,
    )
    return group, as_it_stands(subject, scoring, recorded, district), since


def as_it_stands(
    subject: Subject, scoring: Sequence[Recorded], panel: Sequence[Recorded], district: Sequence[Recorded]
) -> Subject:
    """The subject with what the log says of its panel now."""
    state = PANEL_DECIDER.fold(events(panel))
    return replace(
        subject,
        closed=not isinstance(state, Constituted),
        reopened=reopened_since(scoring, panel, district),
        run_by=secretaries(panel, scoring),
        ranked=isinstance(state, Ranked),
        passed_over=_passed_over(scoring, _last(panel, RankingComputed)),
    )


def _passed_over(scoring: Sequence[Recorded], ranked: int) -> frozenset[str]:
    replaced = [(one.position, one.event) for one in scoring if isinstance(one.event, ExpertReplaced)]
    return frozenset(event.replacement for position, event in replaced if position < ranked)


def constituted(recorded: Sequence[Recorded]) -> tuple[PanelConstituted, Instant]:
    """The draw that begins a panel's stream, and when it was; raise `PanelNotConstituted` without one."""
    first = recorded[0] if recorded else None
    if first is None or not isinstance(first.event, PanelConstituted):
        raise PanelNotConstituted
    return first.event, Instant(first.envelope.time)


def secretaries(*streams: Sequence[Recorded]) -> frozenset[str]:
    """Who did something as a panel's secretary."""
    envelopes = [one.envelope for recorded in streams for one in recorded]
    return frozenset(envelope.actorid for envelope in envelopes if envelope.actorrole == Role.PANEL_SECRETARY)


def reopened_since(scoring: Sequence[Recorded], panel: Sequence[Recorded], district: Sequence[Recorded]) -> bool:
    """Whether the scores were opened again after the panel's last ranking, or first after its end; it is one log.

    What the city admits, or a district recommends on a remitted appeal, may reach the experts when they have closed.
    """
    ranked, closed = _last(panel, RankingComputed), _last(panel, RankingComputed, ScoringClosed)
    arrived = arrival(events(district))
    late = arrived is not None and 0 < closed < district[arrived].position
    return late or _last(scoring, ScoringReopened) > ranked


def decided_before(scoring: Sequence[Recorded], panel: Sequence[Recorded], application: str) -> int:
    """How many of the panel's decisions on an application came before an appeal opened its scores last."""
    taken = [(one.position, one.event) for one in panel if isinstance(one.event, PanelDecisionRecorded)]
    opened = _last(scoring, ScoringReopened)
    return sum(1 for position, event in taken if event.application == application and position < opened)


def _last(recorded: Sequence[Recorded], *kinds: type[Event]) -> int:
    return max((one.position for one in recorded if isinstance(one.event, kinds)), default=0)


async def employer_of(store: EventStore, expert: str) -> str:
    """The code of the organization that the pool knows an expert to work for; empty of one who is not in the pool."""
    state = EXPERT_DECIDER.fold(events(await store.load(expert_stream(expert).name)))
    return state.enrolment.employer_uscc if isinstance(state, Enrolled) else ""


async def plan_of(facts: Facts, round_id: str, at: Instant) -> RoundPlanned:
    """The policy in force; raise `RoundUnknown` without one."""
    plan = await facts.plan(round_id, at)
    if plan is None:
        raise RoundUnknown(round_id)
    return plan


async def panel_plan_of(facts: Facts, round_id: str, since: Instant) -> RoundPlanned:
    """The policy that a panel keeps: in force before it was drawn, not what takes effect in the instant of the draw."""
    return await plan_of(facts, round_id, just_before(since))


def timed(recorded: Sequence[Recorded]) -> list[tuple[Instant, Event]]:
    """The events with their times."""
    return [(Instant(one.envelope.time), one.event) for one in recorded]


def events(recorded: Sequence[Recorded]) -> Any:
    """The events of a stream, for its own decider."""
    return [one.event for one in recorded]
