"""Where reporting is spoken to, and its live statistics."""
