"""Reporting: what approved organizations owe and file through the year, and the round's live statistics (C3.1)."""
