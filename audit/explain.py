"""Explain: the chain of events, rule results and people, by role and pseudonym, that made one outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from audit.outcome import outcome
from audit.passed_over import PassedOver, passed_over
from audit.record import Record
from audit.rulings import Ruling, rulings
from audit.story import Fact, Folded, NamesAt, lived, story
from audit.touching import Subject, subject_of, touches
from audit.words import About, Names, Said, said
from audit.words.terms import district, group, local, names_of
from shared.contracts.application import ApplicationStarted, PolicyAmended, RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.policy import in_force
from shared.contracts.reporting import ObligationCreated
from shared.contracts.review import (
    ExpertRecused,
    ExpertScored,
    RankingComputed,
    RankingRow,
    ScoreRevised,
    ScoreVoided,
)
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an application's way; `at` is Asia/Shanghai, `actor` a pseudonymous account."""

    at: str
    service: str
    position: int
    event: str
    role: str
    actor: str
    district: str
    because: str
    """The event id that caused it, when no person commanded."""
    zh: str
    """What it decided, in words."""
    en: str


@dataclass(frozen=True, slots=True)
class Score:
    """One expert's score, as it was last revised; `void` is empty, or why it does not count."""

    expert: str
    total: int
    items: dict[str, int]
    void: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one application; the outcome is the last thing that was decided of it."""

    application: str
    organization_name: str
    uscc: str
    who: Said
    """Its district and group."""
    story: tuple[Fact, ...]
    """What decided, in a few lines."""
    folded: tuple[Folded, ...]
    """What of it is counted instead of told."""
    steps: tuple[Step, ...]
    rules: tuple[Ruling, ...]
    scores: tuple[Score, ...]
    criteria: tuple[str, ...]
    """The rubric's lines by name, as each score has them."""
    ranked: RankingRow | None
    outcome_zh: str
    outcome_en: str
    passed_over: Sequence[PassedOver]
    """Where somebody let a clock go on before the end of its log: dates until then are its word."""


def explain(log: Iterable[Recorded], application: str) -> Explanation | None:
    """The last application of this id, of this code's organization or of this name; None when the log knows none."""
    return explained(Record.of(log, None), application)


def explained(record: Record, application: str) -> Explanation | None:
    """The same from a record that is at hand."""
    begun = [event for _, event in record.all(ApplicationStarted)]
    named = [one for one in begun if application in (one.application, one.uscc, one.organization_name)]
    started = named[-1] if named else None
    if started is None:
        return None
    subject = subject_of(record, started)
    about = lived(subject, [one for one in record.in_time() if touches(subject, one)])
    events = [one.event for one in about]
    names_at = _naming(record, subject)
    names = names_at(Instant(about[-1].envelope.time))
    found = rulings(events, names)
    rankings = [one for one in events if isinstance(one, RankingComputed)]
    rows = [row for one in rankings for row in one.rows if row.application == started.application]
    scores = _scores(events)
    outcome_zh, outcome_en = outcome(events, names)
    decided = story(about, found, names_at)
    return Explanation(
        application=started.application,
        organization_name=started.organization_name,
        uscc=started.uscc,
        who=_who(subject, names),
        story=decided.facts,
        folded=decided.folded,
        steps=tuple(_step(one, said(one.event, names_at(Instant(one.envelope.time)))) for one in about),
        rules=found,
        scores=scores,
        criteria=tuple(names.criteria.get(one, one) for one in (scores[0].items if scores else ())),
        ranked=rows[-1] if rows else None,
        outcome_zh=outcome_zh,
        outcome_en=outcome_en,
        passed_over=passed_over(record),
    )


def _who(subject: Subject, names: Names) -> Said:
    """The district where it was filed last, and its group."""
    (place_zh, place_en), (zh, en) = district(subject.district), group(subject.group, names)
    return f"{place_zh}，{zh}", f"{place_en}, {en}"


def _naming(record: Record, subject: Subject) -> NamesAt:
    """The names of its round, and what was in force for its group at an instant."""
    round_id = subject.started.round
    plans = [event for _, event in record.all(RoundPlanned, round_id)]
    amended = [event for _, event in record.all(PolicyAmended, round_id)]
    owed = record.where(ObligationCreated, application=subject.started.application)
    periods = {event.obligation: event.period for _, event in owed}
    called = names_of([*[one.parameters for one in plans], *[one.parameters for one in amended]])
    names = replace(called, periods=periods)

    def at(instant: Instant) -> Names:
        if not plans:
            return names
        parameters = in_force(plans[0], amended, instant).parameters
        places = {one.group: one.places for one in parameters.quotas}
        about = About(
            application=subject.started.application,
            group=subject.group,
            places=places.get(subject.group, 0),
            trim_from=parameters.panels.trim_from.value,
            tie_order=parameters.panels.tie_order,
        )
        return replace(names, about=about)

    return at


def _step(recorded: Recorded, words: Said) -> Step:
    envelope = recorded.envelope
    return Step(
        at=local(envelope.time),
        service=recorded.service,
        position=recorded.position,
        event=type(recorded.event).__name__,
        role=envelope.actorrole,
        actor=envelope.actorid,
        district=envelope.actordistrict or "",
        because=envelope.causationid or "",
        zh=words[0],
        en=words[1],
    )


def _scores(events: Sequence[Event]) -> tuple[Score, ...]:
    scores: dict[str, Score] = {}
    for event in events:
        match event:
            case ExpertScored() | ScoreRevised():
                items = {item.criterion: item.score for item in event.items}
                scores[event.expert] = Score(event.expert, event.total, items)
            case ScoreVoided(expert=expert, reason=why) if expert in scores:
                scores[expert] = replace(scores[expert], void=why)
            case ExpertRecused(expert=expert, reason=why, voids_score=True) if expert in scores:
                scores[expert] = replace(scores[expert], void=why)
            case _:
                pass
    return tuple(scores.values())
