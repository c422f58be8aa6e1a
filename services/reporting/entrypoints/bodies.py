"""What reporting's door accepts."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Count, RatioText, Sha256Text


class MetricsBody(Body):
    """A year's service in numbers (C3.1, C3.2)."""

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

    version: Annotated[int, Field(ge=1, le=1000)]
    metrics: MetricsBody
    evidence: Annotated[list[Sha256Text], Field(max_length=100, default_factory=list)]
