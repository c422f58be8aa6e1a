"""The events of a form: its start, its tables, its files, and what the rules say of it (C2, C4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.topics import APPLICATION
from shared.kernel.actor import Role


@event(APPLICATION, Role.FILER)
class ApplicationStarted(Event):
    """A certified organization, comprehensive or professional, began its one application in a round (C1, C2.2.2)."""

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


@event(APPLICATION, Role.FILER)
class AttachmentAdded(Event):
    """A file was attached to the draft; its bytes are kept under their hash (C4)."""

    application: str
    material: int
    """1 to 9."""
    sha256: str
    size: int
    """Bytes."""
    media_type: str
    """As declared, and as the content shows."""
    name: str
    """The file's name, for people."""
    scan: str
    """`clean`, or `not scanned` where no scanner is configured."""


@event(APPLICATION, Role.FILER)
class AttachmentRemoved(Event):
    """A file is no longer part of the draft; what an event names is never deleted."""

    application: str
    material: int
    sha256: str


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
class WaiverRequested(Event):
    """The applicant asks that failed rules be waived, and says on what ground (C2.1.7)."""

    application: str
    rules: tuple[str, ...]
    ground: str
    evidence: tuple[str, ...]
    """SHA-256 of each file."""
