"""What an auditor relies on, pure: canonical bytes, their hash and the chain of a service's log."""
