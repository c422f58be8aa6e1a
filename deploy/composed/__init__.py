"""The stack on a container engine: what prepares it, starts it, speaks of it, and what runs once inside of it."""
