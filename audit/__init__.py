"""The auditor's tool: verify, replay, explain, archive; it trusts no service and needs no database."""
