"""One event, and what was known when it was decided."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from audit.record import Incomplete, Record
from services.application.domain.terms import RoundTerms, terms_of
from shared.contracts import application, publication, registration
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.policy import in_force
from shared.contracts.suspensions import Moving, Suspension, suspensions_of
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, LocalDate, local_date


@dataclass(frozen=True, slots=True)
class Case:
    """One event, and what was known when it was decided."""

    record: Record
    recorded: Recorded
    heard: Instant | None = None
    """Up to when its service had heard of the others' events; absent: everything up to the event's own time."""
    unheard: frozenset[str] = frozenset()
    """Ids of others' events up to then of which it had not heard."""

    @property
    def at(self) -> Instant:
        """When it was commanded (UTC)."""
        return Instant(self.recorded.envelope.time)

    @property
    def by(self) -> Actor:
        """Who commanded it; an organization's people act for the organization that is theirs."""
        envelope = self.recorded.envelope
        organization = self._of_its_application("organization")
        theirs = self.record.organizations[envelope.actorid]
        return Actor(
            envelope.actorid,
            Role(envelope.actorrole),
            envelope.actordistrict,
            str(organization) if organization in theirs else None,
        )

    @property
    def plan(self) -> application.RoundPlanned:
        """The plan of the event's round as amended, in force at the event's time; raise `Incomplete` without one."""
        return self.plan_at(self.at)

    def plan_at(self, at: Instant) -> application.RoundPlanned:
        """The plan in force at an instant: the last amendment that had taken effect, as far as it was known."""
        round_id = str(self._of_its_application("round"))
        _, plan = self.record.plan(round_id)
        return in_force(plan, self.before(application.PolicyAmended, round=round_id), at)

    @property
    def extensions(self) -> list[application.DeadlineExtended]:
        """What had been extended in the event's round, in the order in which it was."""
        return self.before(application.DeadlineExtended, round=str(self._of_its_application("round")))

    @property
    def terms(self) -> RoundTerms:
        """What of the plan an application's decisions need."""
        plan = self.plan
        return terms_of(
            plan.parameters,
            opened=bool(self.before(application.RoundOpened, round=plan.round)),
            closed=bool(self.before(application.RoundClosed, round=plan.round)),
            extensions=self.extensions,
        )

    def certified(self, organization: str) -> registration.OrganizationCertified:
        """What was certified of an organization, as amended and moved, in force on the event's day in Shanghai."""
        one: registration.OrganizationCertified = self.one(
            registration.OrganizationCertified, organization=organization
        )
        today = local_date(self.at)
        for amended in self._in_effect(registration.ProfileAmended, organization, today):
            one = replace(one, name=amended.name, legal_form=amended.legal_form)
        for moved in self._in_effect(registration.DistrictTransferred, organization, today):
            one = replace(one, district=moved.to_district)
        return one

    def _in_effect(self, kind: type[Event], organization: str, today: LocalDate) -> list[Any]:
        """Changes of an organization that took effect by a day, in the order in which they did."""
        known = [one for one in self.before(kind, organization=organization) if one.effective_from <= today]
        return sorted(known, key=lambda one: str(one.effective_from))

    def still_revoked(self, round_id: str) -> frozenset[str]:
        """The applications of a round whose approval was revoked, as long as nobody reversed that."""
        revoked = Counter(one.application for one in self.before(publication.ApprovalRevoked, round=round_id))
        return frozenset(
            revoked - Counter(one.application for one in self.before(publication.RevocationReversed, round=round_id))
        )

    def barred(self, organization: str) -> str | None:
        """Why an organization may begin and file nothing: it is suspended or closed; None when it may."""
        moves = self.known(*BARRING, organization=organization)
        return barring(moves[-1].event) if moves else None

    def suspensions(self, organization: str) -> tuple[Suspension, ...]:
        """When an organization was suspended, as far as that was known."""
        moves = self.known(*BARRING, organization=organization)
        return suspensions_of((Instant(one.envelope.time), cast("Moving", one.event)) for one in moves)

    def final(self, application_id: str) -> bool:
        """Whether an application was approved or rejected, and no appeal remitted it to its district since."""
        return self._decided(application_id) > self._remitted(application_id, stage="district")

    def settled(self, application_id: str) -> bool:
        """Whether an application was approved or rejected, and no appeal remitted it to any stage since."""
        return self._decided(application_id) > self._remitted(application_id)

    def decided(self, application_id: str) -> bool:
        """Whether an application was approved or rejected."""
        return self._decided(application_id) > 0

    def _decided(self, application_id: str) -> int:
        ends = (publication.OrganizationApproved, publication.ApplicationRejected)
        return max(self._last(kind, application=application_id) for kind in ends)

    def _remitted(self, application_id: str, **stage: str) -> int:
        return self._last(publication.AppealDecided, application=application_id, outcome="remit", **stage)

    def _last(self, kind: type[Event], **members: object) -> int:
        """Where the last that was known of a kind with these members lies in its log; 0 without one."""
        return max((one.position for one, _ in self.record.where(kind, **members) if self._knew(one)), default=0)

    @property
    def cause(self) -> Any:
        """The foreign event that this one reacts to; raise `Incomplete` when it is not there."""
        return self.record.event(self.recorded, self.recorded.envelope.causationid or "")

    def before(self, kind: type[Event], **members: object) -> list[Any]:
        """The events of a kind that were known, with these members: the service's own earlier ones, others' by time."""
        return [event for one, event in self.record.where(kind, **members) if self._knew(one)]

    def known(self, *kinds: type[Event], **members: object) -> list[Recorded]:
        """What was known of several kinds of one service with these members, in the order of its log."""
        found = [one for kind in kinds for one, _ in self.record.where(kind, **members) if self._knew(one)]
        return sorted(found, key=lambda one: one.position)

    def one(self, kind: type[Event], **members: object) -> Any:
        """The last that was known of a kind with these members; raise `Incomplete` when there is none."""
        found = self.before(kind, **members)
        if not found:
            named = ", ".join(f"{name} {value}" for name, value in members.items())
            raise Incomplete(
                f"{self.recorded.envelope.type} rests on {kind.TYPE} of {named}, which the log does not hold"
            )
        return found[-1]

    def fold(self, decider: Decider[Any, Any, Any], stream: str) -> Any:
        """The state of one of the same service's aggregates just before the event."""
        return decider.fold(one.event for one in self.stream(stream))

    def stream(self, stream: str) -> list[Recorded]:
        """What one of the same service's streams held just before the event."""
        log = self.record.streams.get(f"{self.recorded.service}/{stream}", ())
        return [one for one in log if one.position < self.recorded.position]

    def _knew(self, one: Recorded) -> bool:
        if one.service == self.recorded.service:
            return one.position < self.recorded.position
        return (
            self.record.date_for(self.recorded, one) <= (self.heard or self.at) and one.envelope.id not in self.unheard
        )

    def _of_its_application(self, member: str) -> object:
        """What the event says of it, or else what the beginning of its application says; None when it has none."""
        event = self.recorded.event
        if hasattr(event, member) or not hasattr(event, "application"):
            return getattr(event, member, None)
        return getattr(self.one(application.ApplicationStarted, application=event.application), member)


BARRING = (
    registration.OrganizationSuspended,
    registration.OrganizationReinstated,
    registration.OrganizationClosed,
    registration.OrganizationReopened,
)
"""What says whether an organization may act."""


def barring(event: Any) -> str | None:
    """On which ground its organization may begin and file nothing after one of `BARRING`, or None when it may."""
    if isinstance(event, registration.OrganizationReopened):
        return event.suspended
    return None if isinstance(event, registration.OrganizationReinstated) else str(event.ground)


Behind: TypeAlias = Mapping[type[Event], tuple[Decider[Any, Any, Any], Callable[[Case, Any], Any]]]
"""For each event the decider that made it, and how its command was put."""
