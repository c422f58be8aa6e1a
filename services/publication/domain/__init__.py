"""What publication decides: pure functions over commands, states and events."""
