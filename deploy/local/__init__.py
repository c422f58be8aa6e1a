"""The stack without Docker: a real PostgreSQL, a real Kafka broker and the services, under one supervisor."""
