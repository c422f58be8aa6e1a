"""Where application is spoken to."""
