"""Obligation: DUE → FILED, one for each report that an approved organization owes (C3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.contracts.publication import AgreementSigned
from shared.contracts.reporting import ObligationCreated, ReportMetrics, ServiceReportFiled
from shared.contracts.round import ObligationTerm
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

# Commands


@dataclass(frozen=True, slots=True)
class CreateObligation:
    """A signed agreement makes the round's reports due; commanded by the service itself."""

    agreement: AgreementSigned
    term: ObligationTerm


@dataclass(frozen=True, slots=True)
class FileServiceReport:
    """The filer reports the year's service; `version` counts from 1."""

    obligation: str
    version: int
    metrics: ReportMetrics
    evidence: tuple[str, ...]
    by: Actor
    at: Instant


Command: TypeAlias = CreateObligation | FileServiceReport
ObligationEvent: TypeAlias = ObligationCreated | ServiceReportFiled

# States


@dataclass(frozen=True, slots=True)
class NotOwed:
    """No such obligation."""


@dataclass(frozen=True, slots=True)
class Due:
    """To be filed."""

    creation: ObligationCreated


@dataclass(frozen=True, slots=True)
class Filed:
    """Filed, in time or late."""

    creation: ObligationCreated
    report: ServiceReportFiled


Obligation: TypeAlias = NotOwed | Due | Filed

# Refusals


class ObligationNotOwed(Unknown):
    """Nothing of the kind is owed."""

    title = "There is no such obligation"
    clause = "C3.1"
    field = "obligation"


class ReportAlreadyFiled(Refusal):
    """A filed report changes only after a return."""

    title = "The report is filed already"
    clause = "C3.1"


class ReportVersionIsNotNext(Refusal):
    """Versions count from 1 without a gap."""

    title = "The version is not the next one"
    field = "version"


class MoreSatisfiedThanSurveyed(Malformed):
    """Satisfied clients are a part of those surveyed."""

    title = "More clients are satisfied than were surveyed"
    clause = "C3.1"
    field = "metrics.satisfied"


def obligation_id(application: str, kind: str, year: int) -> str:
    """One obligation for each application, kind and year."""
    return named("obligation", application, kind, str(year))


def evolve(state: Obligation, event: ObligationEvent) -> Obligation:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case _, ObligationCreated():
            return Due(event)
        case Due(creation), ServiceReportFiled():
            return Filed(creation, event)
        case _:
            return state


def decide(state: Obligation, command: Command) -> Sequence[ObligationEvent]:
    """What happens, or a refusal."""
    match command:
        case CreateObligation(agreement, term):
            return [_created(agreement, term)] if isinstance(state, NotOwed) else []
        case FileServiceReport():
            return _file(state, command)
        case _:
            assert_never(command)


def _created(agreement: AgreementSigned, term: ObligationTerm) -> ObligationCreated:
    return ObligationCreated(
        obligation=obligation_id(agreement.application, term.kind, term.year),
        organization=agreement.organization,
        application=agreement.application,
        round=agreement.round,
        kind=term.kind,
        year=term.year,
        due=term.due.value,
    )


def _file(state: Obligation, command: FileServiceReport) -> Sequence[ObligationEvent]:
    match state:
        case NotOwed():
            raise ObligationNotOwed
        case Due(creation):
            require(command.by, Role.FILER, organization=creation.organization)
            return [_report(creation, command)]
        case Filed(creation, report):
            require(command.by, Role.FILER, organization=creation.organization)
            if (report.version, report.metrics, report.evidence) == (
                command.version,
                command.metrics,
                command.evidence,
            ):
                return []
            raise ReportAlreadyFiled
        case _:
            assert_never(state)


def _report(creation: ObligationCreated, command: FileServiceReport) -> ServiceReportFiled:
    if command.version != 1:
        raise ReportVersionIsNotNext("the first version is 1")
    if command.metrics.satisfied > command.metrics.surveyed:
        raise MoreSatisfiedThanSurveyed
    return ServiceReportFiled(
        obligation=creation.obligation,
        organization=creation.organization,
        round=creation.round,
        year=creation.year,
        version=command.version,
        metrics=command.metrics,
        evidence=command.evidence,
        received_at=command.at,
        late=command.at >= creation.due,
    )


OBLIGATION_DECIDER: Decider[Obligation, Command, ObligationEvent] = Decider(NotOwed(), decide, evolve)
