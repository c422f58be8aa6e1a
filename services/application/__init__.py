"""Application: the round, the form, the evaluation, the submission and the paper (C4, C5.1, C5.2)."""
