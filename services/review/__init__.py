"""Review: the district's recommendation, the experts' scores, the ranking (C5.3, C5.4)."""
