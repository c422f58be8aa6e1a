"""How districts send what they recommend, as a round says it (C5.3)."""

from shared.contracts.event import value


@value
class Batches:
    """How districts send their recommendations (C5.3)."""

    required: bool
    """Whether experts are assigned only what a sent batch holds."""
    source: str
    compliance_required: bool
    """Whether what a district recommends was checked for compliance, in that version and without a deviation."""
    complete: bool
    """Whether a district's list waits for its filing deadline, and for everything that was filed there in time."""
    overrulings: bool
    """Whether the city, when it admits, says why of each judged failure and each deviation of the district's."""
    every_material: bool
    """Whether a compliance check names what the round knows, and no recommendation stands before each due material."""
    grounds_judged: bool
    """Whether a district judges the ground of waivers, where it is up for judgement, before it recommends (C2.1.7)."""
    reopened_by_city: bool
    """Whether it takes the city's officer or leader to open again a list that was sent."""
