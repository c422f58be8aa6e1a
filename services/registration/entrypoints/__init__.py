"""Where registration is spoken to."""
