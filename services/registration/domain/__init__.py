"""What registration decides: pure functions over commands, states and events."""
