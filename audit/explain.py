"""Explain: the chain of events, rule results and people, by role and pseudonym, that made one outcome."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.contracts.application import EligibilityEvaluated, RuleResult
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListRow
from shared.contracts.review import RankingComputed, RankingRow
from shared.kernel.instants import Instant, local_text

PSEUDONYM = 8
"""Characters of an account id that a person reads."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an application's way; `at` is Asia/Shanghai."""

    at: str
    service: str
    position: int
    event: str
    role: str
    actor: str
    district: str
    because: str
    """The event id that caused it, when no person commanded."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one application."""

    application: str
    steps: tuple[Step, ...]
    rules: tuple[RuleResult, ...]
    ranked: RankingRow | None
    listed: ListRow | None


def explain(log: Iterable[Recorded], application: str) -> Explanation | None:
    """The explanation, or None when the log does not know the application."""
    about = sorted(
        (one for one in log if _concerns(one, application)),
        key=lambda one: (one.envelope.time, one.service, one.position),
    )
    if not about:
        return None
    rules: tuple[RuleResult, ...] = ()
    ranked: RankingRow | None = None
    listed: ListRow | None = None
    for recorded in about:
        event = recorded.event
        if isinstance(event, EligibilityEvaluated):
            rules = event.results
        elif isinstance(event, RankingComputed):
            ranked = next(row for row in event.rows if row.application == application)
        else:
            rows = [row for row in getattr(event, "rows", ()) if row.application == application]
            listed = rows[0] if rows else listed
    return Explanation(application, tuple(_step(one) for one in about), rules, ranked, listed)


def _concerns(recorded: Recorded, application: str) -> bool:
    event = recorded.event
    rows = (*getattr(event, "rows", ()), *getattr(event, "not_selected", ()))
    return getattr(event, "application", None) == application or any(
        getattr(row, "application", None) == application for row in rows
    )


def _step(recorded: Recorded) -> Step:
    envelope = recorded.envelope
    return Step(
        at=local_text(Instant(envelope.time)),
        service=recorded.service,
        position=recorded.position,
        event=type(recorded.event).__name__,
        role=envelope.actorrole,
        actor=envelope.actorid[:PSEUDONYM],
        district=envelope.actordistrict or "",
        because=envelope.causationid or "",
    )
