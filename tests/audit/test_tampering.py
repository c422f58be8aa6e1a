"""Whoever changes a decision and makes every hash hold again is contradicted by the facts that it rests on.

Each member of each event of a whole year, and of the detours that it does not take, is changed on its own. What is not
contradicted is what people said in their own words or by their own choice, and nothing that a decider leads to: that
list is written down here, event by event.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest

from audit.commands import BEHIND, decide_again
from audit.conduct import in_its_place, of_the_application, places_of
from audit.record import Contradiction, Incomplete, Record
from shared.contracts.envelope import Recorded
from shared.kernel.instants import Instant, NotAnInstant, instant, plus_seconds
from tests.audit.detours import lived_detours
from tests.audit.year import lived_year

pytestmark = pytest.mark.timeout(600)
HASH_CHARACTERS = 64


@cache
def records() -> tuple[Record, ...]:
    """The year, and what the year does not hold."""
    return lived_year().record, Record.of(lived_detours()[0], None)


def first_of_each() -> Iterator[tuple[Record, Recorded]]:
    """The first event of every kind that is decided again, in the log that holds one."""
    for kind in BEHIND:
        held = [(record, record.kinds[kind][0]) for record in records() if record.kinds.get(kind)]
        yield from held[:1]


def otherwise(value: Any) -> Any:
    """Another value of the same kind; None where there is none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple):
        return value[:-1] if value else None
    if is_dataclass(value) and not isinstance(value, type):
        return next((replace(value, **{name: other}) for name, other in _others(value)), None)
    return None


def _text(value: str) -> str:
    if len(value) == HASH_CHARACTERS:
        return value[::-1] if value[::-1] != value else "0" * HASH_CHARACTERS
    try:
        return plus_seconds(Instant(instant(value)), 86_400) if "T" in value else f"{value}0"
    except NotAnInstant:
        return f"{value}0"


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    for one in fields(value):
        other = otherwise(getattr(value, one.name))
        if other is not None:
            yield one.name, other


def contradicted(record: Record, recorded: Recorded) -> bool:
    """Whether the facts before an event do not lead to it."""
    try:
        in_its_place(recorded)
        of_the_application(recorded, places_of(record))
        decide_again(record, recorded)
    except (Contradiction, Incomplete):
        return True
    return False


@cache
def believed() -> dict[str, set[str]]:
    """For each event the members that may be changed without a contradiction."""
    found: dict[str, set[str]] = {}
    for record, recorded in first_of_each():
        own = found.setdefault(type(recorded.event).__name__, set())
        for name, other in _others(recorded.event):
            changed: Any = recorded.event
            if not contradicted(record, replace(recorded, event=replace(changed, **{name: other}))):
                own.add(name)
    return found


WORDS: Mapping[str, set[str]] = {
    "AccountClosed": {"ground"},
    "AccountOpened": {"credential", "must_change", "username"},
    "AgreementOffered": {"terms_sha256"},
    "AppealDecided": {"reason"},
    "AppealFiled": {"evidence", "grounds"},
    "ApplicationWithdrawn": {"reason"},
    "ApprovalRenewed": {"document_number", "valid_to"},
    "ApprovalRevoked": {"document_number", "ground"},
    "AssessmentCorrected": {"reason"},
    "AttachmentAdded": {"material", "name", "sha256", "size"},
    "BatchReopened": {"authority"},
    "BatchSealed": {"document_number", "xlsx_sha256"},
    "DeadlineExtended": {"authority_document", "new", "reason"},
    "DifficultiesReported": {"answered", "forwarded", "summary"},
    "DistrictDecisionReconsidered": {"reasons"},
    "DistrictDeclined": {"reasons"},
    "DistrictRecommended": {"opinion", "order"},
    "DistrictReviewReturned": {"items"},
    "DistrictTransferred": {"effective_from", "reg_address"},
    "EscalatedToCity": {"grounds"},
    "EscalationDecided": {"reason"},
    "ExpertEnrolled": {"employer_uscc", "specialties"},
    "ExpertRecused": {"reason", "voids_score"},
    "ExpertReplaced": {"reason"},
    "FilerAppointed": {"document_number"},
    "JudgementRecorded": {"rationale"},
    "ListCorrectionProposed": {"document_number", "reason"},
    "ListPublished": {"url"},
    "NextInLinePromoted": {"reason"},
    "PasswordChanged": {"credential"},
    "PasswordReset": {"credential", "ground"},
    "ObjectionDismissed": {"reason"},
    "ObjectionFiled": {"contact", "evidence", "grounds", "objection", "objector"},
    "ObjectionInadmissible": {"reason"},
    "ObjectionUpheld": {"reason"},
    "OrganizationClosed": {"ground"},
    "OrganizationRegistered": {"name"},
    "OrganizationReinstated": {"ground"},
    "OrganizationReopened": {"document_number", "ground"},
    "OrganizationSuspended": {"ground"},
    "PanelDecisionRecorded": {"reason"},
    "PaperReceived": {"copies"},
    "PdfExported": {"pdf_sha256", "template_hash"},
    "PolicyAmendmentDeclined": {"reason"},
    "PolicyAmendmentProposed": {"authority_document", "effective_from", "reason"},
    "PolicyDigestFiled": {"document", "title"},
    "ProfileAmended": {"effective_from"},
    "ReconsiderationRequested": {"grounds"},
    "RectificationAccepted": {"note"},
    "RemitClosed": {"reason"},
    "RoundArchived": {"heads"},
    "RoundClosed": {"heads"},
    "RoundOpened": {"forms_hash"},
    "RevocationReversed": {"document_number", "reason"},
    "ScoreRevised": {"reason"},
    "ScoreVoided": {"reason"},
    "ServiceCaseFiled": {"evidence", "summary", "title"},
    "ServicePlanFiled": {"targets"},
    "ServiceReportFiled": {"evidence", "metrics"},
    "SigningKeyRetired": {"ground"},
    "WaiverProposed": {"ground"},
    "WaiverRefused": {"reason"},
    "WaiverRequested": {"evidence", "ground"},
}
"""What people said: changed, it is another saying that could have been made as well."""


def test_only_what_people_said_can_be_changed_without_a_contradiction() -> None:
    assert {name: members for name, members in believed().items() if members} == WORDS


def test_every_kind_of_decision_was_taken() -> None:
    assert {type(recorded.event) for _, recorded in first_of_each()} == set(BEHIND)


def test_what_was_decided_is_not_contradicted_as_it_is() -> None:
    for record, recorded in first_of_each():
        assert not contradicted(record, recorded), recorded.event
