"""What review decides: pure functions over commands, states and events."""
