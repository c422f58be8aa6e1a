"""What application decides: pure functions over commands, states and events."""
