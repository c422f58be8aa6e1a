"""How the command behind each event was put, house by house, from the event and from what was recorded before it."""
