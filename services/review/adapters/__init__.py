"""Review's ports made real."""
