"""The door of a service: problems, authentication, commands, reads, health and metrics over HTTP."""
