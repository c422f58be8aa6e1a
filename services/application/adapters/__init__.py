"""Application's ports made real."""
