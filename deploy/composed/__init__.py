"""The stack on a container engine: what prepares it, starts it, speaks of it, and what runs once inside of it."""

from pathlib import Path

COMPOSED = Path(".nianlun-compose")
"""The home unless another is named."""
