"""Versions of events that a later one superseded: their bytes decode for ever, and are read as what they mean now."""

from shared.contracts.earlier.round import PolicyAmended, PolicyAmendmentProposed, RoundPlanned

__all__ = ["PolicyAmended", "PolicyAmendmentProposed", "RoundPlanned"]
