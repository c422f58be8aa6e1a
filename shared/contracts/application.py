"""The events of application: rounds, forms, evaluation, submission and paper (C4, C5.1, C5.2)."""

from shared.contracts.event import Event, event, value
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.round import RoundParameters
from shared.contracts.topics import APPLICATION, ROUND
from shared.kernel.actor import Role


@event(ROUND, Role.CITY_OFFICER)
class RoundPlanned(Event):
    """The office fixed the round's parameters."""

    round: str
    parameters: RoundParameters
    parameters_hash: str
    """SHA-256 of the canonical parameters."""
    rule_set_hash: str
    rubric_hash: str


@event(ROUND, Role.CITY_OFFICER)
class RoundOpened(Event):
    """The round takes applications (C5.2)."""

    round: str
    opens_at: str
    submission_deadline: str
    open_categories: tuple[str, ...]
    parameters_hash: str
    rule_set_hash: str
    forms_hash: str
    """SHA-256 of the canonical JSON Schemas of the four tables."""
    rubric_hash: str


@event(APPLICATION, Role.FILER)
class ApplicationStarted(Event):
    """A certified organization began its one application in a round (C2.2.2)."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    legal_form: str
    district: str
    """District of registration when the application began; a later transfer does not move it."""
    round: str
    kind: str
    category: tuple[str, ...] = ()


@event(APPLICATION, Role.FILER)
class FormSaved(Event):
    """One table of the form was saved; exactly one of `t1` … `t4` is present (C4.1)."""

    application: str
    table: str
    """T1, T2, T3 or T4."""
    revision: int
    """Counts from 1 for each table."""
    t1: T1 | None = None
    t2: T2 | None = None
    t3: T3 | None = None
    t4: T4 | None = None


@value
class RuleResult:
    """What one rule said about one application."""

    rule: str
    clause: str
    outcome: str
    """PASS, FAIL, JUDGE, MISSING or WAIVED."""
    observed: str
    threshold: str
    """What the round asked for; empty where the rule has no number."""


@event(APPLICATION, Role.FILER)
class EligibilityEvaluated(Event):
    """The rules were applied once, and what they said is stored; replay recomputes and compares (C2)."""

    application: str
    version: int
    """The version that was, or would have been, submitted."""
    as_of: str
    rule_set_hash: str
    inputs_hash: str
    """SHA-256 of the canonical form, facts and instant."""
    results: tuple[RuleResult, ...]
    overall: str
    """ELIGIBLE, CONDITIONAL (a waiver or judgement is open) or INELIGIBLE."""


@event(APPLICATION, Role.FILER)
class ApplicationSubmitted(Event):
    """The online filing was complete and in time; this version never changes again (C5.2)."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    round: str
    kind: str
    category: str | None = None
    version: int
    snapshot_hash: str
    """SHA-256 of the canonical form; the paper carries it too."""
    received_at: str
    overall: str
    failed: tuple[str, ...]
    """Rules that failed and may be waived; the failure stays visible."""
    to_judge: tuple[str, ...]
    """Rules a person has to decide."""


@event(APPLICATION, Role.FILER)
class LateSubmissionRefused(Event):
    """A submission came at or after the deadline (C5.2, R19)."""

    application: str
    received_at: str
    deadline: str


@event(APPLICATION, Role.RECEIPT_CLERK)
class PaperReceived(Event):
    """The district's receipt clerk took the paper filing (C5.1, C5.2)."""

    application: str
    organization: str
    district: str
    round: str
    version: int
    snapshot_hash: str
    """Read from the paper."""
    copies: int
    received_at: str
    matches: bool
    """Whether version and hash are those of the online record."""
