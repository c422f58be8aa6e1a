"""The eligibility rules R1 … R19: small pure functions; every threshold comes from the round."""
