"""Events on their way: the relay out of a service's log, the inbox into another service."""
