"""Publication's ports made real."""
