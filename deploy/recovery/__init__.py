"""Bringing a stack back: what a backup holds, databases from their dumps, and what only the broker still has."""
