"""Where publication is spoken to."""
