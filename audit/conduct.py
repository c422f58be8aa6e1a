"""Who did it, and whether it could follow: of every event, whatever its round."""

from collections.abc import Mapping
from typing import Any

from audit.record import NONSENSE, Contradiction, Incomplete, Record, same
from audit.times import in_their_time
from audit.versions import in_their_versions
from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.round import ROUND_DECIDER
from services.publication.domain.agreement import AGREEMENT_DECIDER
from services.publication.domain.appeal import APPEAL_DECIDER
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.notice import NOTICE_DECIDER
from services.publication.domain.standing import STANDING_DECIDER
from services.registration.domain.account import ACCOUNT_DECIDER
from services.registration.domain.organization import ORGANIZATION_DECIDER
from services.registration.domain.signing_keys import KEY_RING_DECIDER
from services.reporting.domain.assessment import ASSESSMENT_DECIDER
from services.reporting.domain.obligation import OBLIGATION_DECIDER
from services.reporting.domain.priority import PRIORITY_DECIDER
from services.review.domain.batch import BATCH_DECIDER
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.expert import EXPERT_DECIDER
from services.review.domain.panel import PANEL_DECIDER
from services.review.domain.scoring import SCORING_DECIDER
from shared.contracts import topics
from shared.contracts.access import PersonalDataErased
from shared.contracts.application import ApplicationStarted, ApplicationSubmitted
from shared.contracts.category import Category
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ObjectionFiled
from shared.contracts.registration import AccountClosed, AccountOpened
from shared.kernel.actor import ANYBODY, Role, system
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, plus_seconds

AGGREGATES: Mapping[Category, Decider[Any, Any, Any]] = {
    topics.ACCOUNT: ACCOUNT_DECIDER,
    topics.ORGANIZATION: ORGANIZATION_DECIDER,
    topics.KEY: KEY_RING_DECIDER,
    topics.ROUND: ROUND_DECIDER,
    topics.APPLICATION: APPLICATION_DECIDER,
    topics.DISTRICT: DISTRICT_DECIDER,
    topics.BATCH: BATCH_DECIDER,
    topics.EXPERT: EXPERT_DECIDER,
    topics.PANEL: PANEL_DECIDER,
    topics.SCORING: SCORING_DECIDER,
    topics.DECISION: DECISION_DECIDER,
    topics.NOTICE: NOTICE_DECIDER,
    topics.APPEAL: APPEAL_DECIDER,
    topics.AGREEMENT: AGREEMENT_DECIDER,
    topics.STANDING: STANDING_DECIDER,
    topics.OBLIGATION: OBLIGATION_DECIDER,
    topics.ASSESSMENT: ASSESSMENT_DECIDER,
    topics.PRIORITY: PRIORITY_DECIDER,
}
"""Which decider a stream's events are folded by; approvals have none of their own, their decision makes them."""
OWN: Mapping[Category, str] = {
    topics.ACCOUNT: "account",
    topics.ORGANIZATION: "organization",
    topics.ROUND: "round",
    topics.APPLICATION: "application",
    topics.DISTRICT: "application",
    topics.BATCH: "round.district",
    topics.EXPERT: "expert",
    topics.PANEL: "panel",
    topics.SCORING: "application",
    topics.DECISION: "round",
    topics.NOTICE: "round",
    topics.APPROVAL: "application",
    topics.APPEAL: "application",
    topics.AGREEMENT: "application",
    topics.STANDING: "application",
    topics.OBLIGATION: "obligation",
    topics.ASSESSMENT: "application.year",
    topics.PRIORITY: "round.year",
}
"""The member that a stream of each category is named after, or several joined by a dot."""
OF_A_DISTRICT = frozenset({Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK})
WITHOUT_AN_ACCOUNT = (ObjectionFiled, AccountOpened)
"""What anybody may do: object under a name that the vault keeps, and open a filer's account."""
HEARD_SECONDS_MAX = 960
"""From an account's closure until no token of it is taken anywhere: the time of one, and a minute for two clocks."""
FIXED = ("organization", "uscc", "round")
FACTS = (*FIXED, "organization_name", "district")
"""What every event about an application agrees on; its beginning may be of an earlier name and district."""


def examine(record: Record) -> None:
    """Raise `Contradiction` at an event that nobody could have brought about; `Incomplete` where that is not known."""
    accounts = {event.account: event for _, event in record.all(AccountOpened)}
    closed = {event.account: record.happened(one) for one, event in record.all(AccountClosed)}
    places = places_of(record)
    for recorded in record.by_id.values():
        _done_by(recorded, accounts)
        if not record.dated_ahead(recorded):
            _before_it_was_closed(recorded, closed.get(recorded.envelope.actorid))
        _after_its_cause(recorded, record)
        in_its_place(recorded)
        of_the_application(recorded, places)
    in_their_time(record)
    in_their_versions(record)
    for stream in record.streams.values():
        _in_its_stream(stream)


def _done_by(recorded: Recorded, accounts: Mapping[str, AccountOpened]) -> None:
    envelope, by = recorded.envelope, recorded.event.BY
    if by and envelope.actorrole not in by:
        raise Contradiction(recorded, f"a {envelope.actorrole} may not do this")
    if isinstance(recorded.event, WITHOUT_AN_ACCOUNT) and envelope.actorid == ANYBODY.id:
        same(recorded, "actor's role", ANYBODY.role, envelope.actorrole)
        return
    if envelope.actorrole == Role.SYSTEM:
        same(recorded, "actor", system(recorded.service).id, envelope.actorid)
        return
    account = accounts.get(envelope.actorid)
    if isinstance(recorded.event, AccountOpened) and recorded.event.account == envelope.actorid:
        raise Contradiction(recorded, "nobody opens an account by signing in with it")
    if account is None:
        raise Incomplete(f"{envelope.type} was done by account {envelope.actorid}, which the log does not hold")
    same(recorded, "actor's role", account.role, envelope.actorrole)
    same(recorded, "actor's district", account.district, envelope.actordistrict)
    if envelope.actorrole in OF_A_DISTRICT and recorded.event.BY:
        same(recorded, "actor's district", getattr(recorded.event, "district", account.district), account.district)


def _before_it_was_closed(recorded: Recorded, closed_at: Instant | None) -> None:
    """Nobody has a token any more when the last that was given has run out."""
    if closed_at is not None and recorded.envelope.time > plus_seconds(closed_at, HEARD_SECONDS_MAX):
        raise Contradiction(recorded, "its actor's account was closed before")


def in_its_place(recorded: Recorded) -> None:
    """Round, stream and partition key are those that the event itself names."""
    envelope, event, category = recorded.envelope, recorded.event, recorded.event.CATEGORY
    same(recorded, "round", getattr(event, "round", envelope.round), envelope.round)
    if category is None:
        _of_every_service(recorded)
        return
    same(recorded, "partition key", getattr(event, category.key, envelope.partitionkey), envelope.partitionkey)
    own = envelope.stream.removeprefix(f"{category.name}-")
    same(recorded, "stream", _named_after(event, OWN.get(category, ""), own), own)


def _of_every_service(recorded: Recorded) -> None:
    """What each service records of access is in its actor's stream, an erasure in its subject's."""
    envelope, event = recorded.envelope, recorded.event
    kind, own = ("erasure", event.subject) if isinstance(event, PersonalDataErased) else ("access", envelope.actorid)
    same(recorded, "partition key", own, envelope.partitionkey)
    same(recorded, "stream", f"{kind}-{own}", envelope.stream)


def _named_after(event: Event, members: str, otherwise: str) -> str:
    parts = [getattr(event, member, None) for member in members.split(".")]
    return otherwise if None in parts else ".".join(str(part) for part in parts)


def _after_its_cause(recorded: Recorded, record: Record) -> None:
    cause = record.by_id.get(recorded.envelope.causationid or "")
    if cause is not None and cause.envelope.time > recorded.envelope.time:
        raise Contradiction(recorded, f"it happened before its cause, {cause.envelope.type}")


def places_of(record: Record) -> Mapping[str, ApplicationStarted | ApplicationSubmitted]:
    """What every event of an application agrees with: its first version, or how it began while none is filed."""
    started = {event.application: event for _, event in record.all(ApplicationStarted)}
    return {**started, **{event.application: event for _, event in record.all(ApplicationSubmitted)}}


def of_the_application(recorded: Recorded, places: Mapping[str, ApplicationStarted | ApplicationSubmitted]) -> None:
    """It says of its application what the application itself says, and an official acts in its own district."""
    its = places.get(str(getattr(recorded.event, "application", "")))
    if its is None:
        return
    for fact in FIXED if isinstance(recorded.event, ApplicationStarted) else FACTS:
        same(recorded, fact, getattr(its, fact), getattr(recorded.event, fact, getattr(its, fact)))
    if recorded.envelope.actorrole in OF_A_DISTRICT and recorded.event.BY:
        same(recorded, "actor's district", its.district, recorded.envelope.actordistrict)


def _in_its_stream(stream: list[Recorded]) -> None:
    category = stream[0].event.CATEGORY
    decider = AGGREGATES.get(category) if category else None
    if decider is None:
        return
    state = decider.initial
    for recorded in stream:
        try:
            after = decider.evolve(state, recorded.event)
        except NONSENSE as error:
            raise Contradiction(recorded, f"nothing can follow it: {type(error).__name__} {error}") from error
        if after is state:
            raise Contradiction(recorded, "it cannot follow what happened before in its stream")
        state = after
