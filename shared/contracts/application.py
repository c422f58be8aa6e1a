"""The events of application: rounds, forms, evaluation, submission and paper (C4, C5.1, C5.2)."""

from shared.contracts.correction import ItemToCorrect
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


@event(ROUND, Role.CITY_OFFICER)
class DeadlineExtended(Event):
    """An official letter moved the submission deadline, for the round, one district or one application (C5.2)."""

    round: str
    scope: str
    """`round`, `district` or `application`."""
    target: str | None = None
    """The district's code or the application's id; absent for the whole round."""
    old: str
    new: str
    """First instant that is too late."""
    reason: str
    authority_document: str
    """The official letter's number."""


@event(ROUND, Role.CITY_OFFICER)
class PolicyAmended(Event):
    """The round's parameters change from an instant on; what was evaluated before stays as it was."""

    round: str
    parameters: RoundParameters
    old_hash: str
    new_hash: str
    rule_set_hash: str
    rubric_hash: str
    effective_from: str
    """UTC instant, not before the amendment."""
    reason: str
    authority_document: str


@value
class LogHead:
    """The last event of a service's log that was known."""

    service: str
    position: int
    hash: str | None = None
    """SHA-256 of the event's bytes; absent where only its position was heard."""


@event(ROUND, Role.CITY_OFFICER)
class RoundClosed(Event):
    """The round takes no application any more, whatever is extended."""

    round: str
    heads: tuple[LogHead, ...]


@event(ROUND, Role.CITY_OFFICER)
class RoundArchived(Event):
    """The round's year is over."""

    round: str
    heads: tuple[LogHead, ...]


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


@event(APPLICATION, Role.FILER)
class WaiverRequested(Event):
    """The applicant asks that failed rules be waived, and says on what ground (C2.1.7)."""

    application: str
    rules: tuple[str, ...]
    ground: str
    evidence: tuple[str, ...]
    """SHA-256 of each file."""


@event(APPLICATION, Role.FILER, Role.DISTRICT_CLERK, Role.RECEIPT_CLERK)
class PdfExported(Event):
    """The application was made a PDF, the same bytes whenever it is made again (C5.2)."""

    application: str
    version: int
    pdf_sha256: str
    template_hash: str


@event(APPLICATION, Role.SYSTEM)
class ApplicationReturned(Event):
    """The district returned a version: the items, and nothing else, may change until it is due (C5.3)."""

    application: str
    organization: str
    round: str
    version: int
    stage: str
    """`district`."""
    items: tuple[ItemToCorrect, ...]
    due: str
    """First instant that is too late."""


@event(APPLICATION, Role.FILER)
class ApplicationResubmitted(Event):
    """The returned items were corrected and filed as the next version, which never changes again (C5.3)."""

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
    diff_hash: str
    """SHA-256 of the canonical list of changed paths with both values."""
    changed: tuple[str, ...]
    """The changed paths."""
    received_at: str
    overall: str
    failed: tuple[str, ...]
    to_judge: tuple[str, ...]


@event(APPLICATION, Role.FILER)
class ApplicationWithdrawn(Event):
    """The applicant withdrew before the decision."""

    application: str
    organization: str
    round: str
    reason: str


@event(APPLICATION, Role.FILER)
class LateSubmissionAdmitted(Event):
    """Filed after the round's deadline and within an extension that covers it (C5.2, R19)."""

    application: str
    received_at: str
    deadline: str
    """The round's own."""
    extended_to: str
    authority_document: str


@event(APPLICATION, Role.SYSTEM)
class ApplicationLapsed(Event):
    """A draft or a return ran out."""

    application: str
    organization: str
    round: str
    what: str
    """`draft` or `return`."""
    deadline: str
