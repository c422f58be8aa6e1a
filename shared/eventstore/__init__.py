"""The event store: append, read, idempotency and read models, with PostgreSQL and memory behind one port."""
