"""What reporting decides: pure functions over commands, states and events."""
