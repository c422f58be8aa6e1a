"""Secret files: each holds one secret, and what replaces it keeps the one before beside it."""

PREVIOUS = ".previous"
"""Ends the name of the file with the secret before: a server that was not told yet knows no other."""
