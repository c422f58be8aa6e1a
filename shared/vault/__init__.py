"""Personal data: commitments go into events, the values stay in the owning service's vault."""
