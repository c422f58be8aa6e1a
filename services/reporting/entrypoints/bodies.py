"""What reporting's door accepts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.web.models import Body, Count, InstantText, LongText, RatioText, Sha256Text, ShortText, Token


def _once(hashes: list[str]) -> list[str]:
    if len(set(hashes)) < len(hashes):
        raise ValueError("a file is named once")
    return hashes


Version = Annotated[int, Field(ge=1, le=1000)]
Year = Annotated[int, Field(ge=1800, le=2199)]
Evidence = Annotated[list[Sha256Text], Field(max_length=100, default_factory=list), AfterValidator(_once)]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=100)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
State = Literal["DUE", "OVERDUE", "FILED", "RETURNED", "ACCEPTED", "DEFAULTED", "LIFTED"]
Kind = Literal["plan", "report", "case", "policy_digest", "difficulties"]


class TargetsBody(Body):
    """What a year is to bring (C3.1)."""

    activities: Count
    smes_served: Count
    public_benefit_share: RatioText


class PlanBody(Body):
    """A service plan."""

    version: Version
    targets: TargetsBody


class MetricsBody(Body):
    """Service in numbers (C3.1, C3.2)."""

    activities: Count
    smes_served: Count
    consultations: Count
    calls: Count
    public_benefit_share: RatioText
    surveyed: Count
    satisfied: Count
    cases: Count


class ReportBody(Body):
    """A service report."""

    version: Version
    metrics: MetricsBody
    evidence: Evidence


class CaseBody(Body):
    """A service case (C3.2, C3.3)."""

    version: Version
    title: ShortText
    summary: LongText
    evidence: Evidence


class DigestBody(Body):
    """A digest of policies, by its hash (C3.3)."""

    version: Version
    title: ShortText
    document: Sha256Text


class DifficultiesBody(Body):
    """Difficulties and demands of SMEs, summed up (C3.3)."""

    version: Version
    answered: Count
    forwarded: Count
    summary: LongText


class WrongBody(Body):
    """One thing that is to be corrected."""

    path: Path
    code: Code
    note: LongText


class ReturnBody(Body):
    """What is wrong, and until when it is corrected: without `version` the last one, without `due` the round's days."""

    version: Version | None = None
    items: Annotated[list[WrongBody], Field(min_length=1, max_length=100)]
    due: InstantText | None = None


class AcceptanceBody(Body):
    """The version that is accepted; without it the last one."""

    version: Version | None = None


class PointsBody(Body):
    """Points for one criterion of the assessment."""

    criterion: Token
    score: Annotated[int, Field(ge=0, le=1_000_000)]


class AssessmentBody(Body):
    """A year's points (C3.6)."""

    year: Year
    items: Annotated[list[PointsBody], Field(min_length=1, max_length=100)]


class AssessmentCorrectionBody(AssessmentBody):
    """All of a year's points as they are to stand, and what of them was mistaken (C3.6)."""

    reason: ShortText


class PriorityBody(Body):
    """The year whose assessments are recommended by (C3.6)."""

    year: Year
