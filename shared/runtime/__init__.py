"""How a service becomes a process: settings, clock, wiring and shutdown."""
