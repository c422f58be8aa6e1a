"""What is filed: one command and one event for each kind of obligation, all versions of which count from 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never

from shared.contracts.reporting import (
    DifficultiesReported,
    ObligationCreated,
    PlanTargets,
    PolicyDigestFiled,
    ReportMetrics,
    ServiceCaseFiled,
    ServicePlanFiled,
    ServiceReportFiled,
)
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal

# Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What every filing says; `version` counts from 1."""

    obligation: str
    version: int
    by: Actor
    at: Instant
    grace_days: int | None
    """Days after the due instant within which it is still taken; None where the round defaults nothing."""
    rectify_until: Instant | None
    """Until when an order to put a default right takes it all the same; None where nobody ordered that."""
    changed: bool
    """Whether the round takes what was returned again only with something changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileServicePlan(Submission):
    """The filer plans the year's service (C3.1)."""

    targets: PlanTargets


@dataclass(frozen=True, slots=True, kw_only=True)
class FileServiceReport(Submission):
    """The filer reports the service done (C3.1, C3.2)."""

    metrics: ReportMetrics
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileServiceCase(Submission):
    """The filer tells a case of service (C3.2, C3.3)."""

    title: str
    summary: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePolicyDigest(Submission):
    """The filer files a digest of policies for SMEs, by its hash (C3.3)."""

    title: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDifficulties(Submission):
    """The filer sums up the difficulties and demands of SMEs (C3.3)."""

    answered: int
    forwarded: int
    summary: str


ToFile: TypeAlias = FileServiceReport | FileServicePlan | FileServiceCase | FilePolicyDigest | ReportDifficulties
Filing: TypeAlias = ServiceReportFiled | ServicePlanFiled | ServiceCaseFiled | PolicyDigestFiled | DifficultiesReported
FILINGS: Final = (ServiceReportFiled, ServicePlanFiled, ServiceCaseFiled, PolicyDigestFiled, DifficultiesReported)
KINDS: Final[Mapping[type[Any], str]] = {
    FileServicePlan: "plan",
    FileServiceReport: "report",
    FileServiceCase: "case",
    FilePolicyDigest: "policy_digest",
    ReportDifficulties: "difficulties",
}
"""The kind of obligation that each command serves."""

# Refusals


class MoreSatisfiedThanSurveyed(Malformed):
    """Satisfied clients are a part of those surveyed."""

    title = "More clients are satisfied than were surveyed"
    clause = "C3.1"
    field = "metrics.satisfied"


class NothingIsCorrected(Refusal):
    """What was sent back as it is cannot come back as it was."""

    title = "Nothing of what was returned is corrected"
    clause = "C3.1"
    field = "version"


class ShareAboveTheWhole(Malformed):
    """A share is a part of the whole."""

    title = "The share is more than the whole"
    clause = "C3.1"


def filed(command: ToFile, creation: ObligationCreated, *, late: bool) -> Filing:
    """The event of a filing; raise what is wrong with its content."""
    common: dict[str, Any] = {
        "obligation": creation.obligation,
        "organization": creation.organization,
        "round": creation.round,
        "year": creation.year,
        "version": command.version,
        "received_at": command.at,
        "late": late,
    }
    match command:
        case FileServicePlan(targets=targets):
            _a_share(targets.public_benefit_share, "targets.public_benefit_share")
            return ServicePlanFiled(targets=targets, **common)
        case FileServiceReport(metrics=metrics, evidence=evidence):
            _sound(metrics)
            return ServiceReportFiled(metrics=metrics, evidence=evidence, **common)
        case FileServiceCase(title=title, summary=summary, evidence=evidence):
            return ServiceCaseFiled(title=title, summary=summary, evidence=evidence, **common)
        case FilePolicyDigest(title=title, document=document):
            return PolicyDigestFiled(title=title, document=document, **common)
        case ReportDifficulties(answered=answered, forwarded=forwarded, summary=summary):
            return DifficultiesReported(answered=answered, forwarded=forwarded, summary=summary, **common)
        case _:
            assert_never(command)


def is_the_same(command: ToFile, filing: Filing) -> bool:
    """Whether the filing is what the command asks for: the same version with the same content."""
    return (command.version, content(command)) == (filing.version, content(filing))


def content(one: ToFile | Filing) -> tuple[object, ...]:
    """What is filed, without who and when."""
    match one:
        case FileServicePlan(targets=targets) | ServicePlanFiled(targets=targets):
            return ("plan", targets)
        case FileServiceReport(metrics=metrics) | ServiceReportFiled(metrics=metrics):
            return ("report", metrics, one.evidence)
        case FileServiceCase(title=title, summary=summary) | ServiceCaseFiled(title=title, summary=summary):
            return ("case", title, summary, one.evidence)
        case FilePolicyDigest(title=title, document=document) | PolicyDigestFiled(title=title, document=document):
            return ("policy_digest", title, document)
        case ReportDifficulties() | DifficultiesReported():
            return ("difficulties", one.answered, one.forwarded, one.summary)
        case _:
            assert_never(one)


def _sound(metrics: ReportMetrics) -> None:
    if metrics.satisfied > metrics.surveyed:
        raise MoreSatisfiedThanSurveyed
    _a_share(metrics.public_benefit_share, "metrics.public_benefit_share")


def _a_share(ratio: str, field: str) -> None:
    part, _, whole = ratio.partition("/")
    if int(part) > int(whole):
        raise ShareAboveTheWhole(f"{ratio} is above 1", detail_zh=f"{ratio}大于1", field=field)
