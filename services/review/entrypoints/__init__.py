"""Where review is spoken to."""
