"""What an operator is told; the process decides where it is written."""

from typing import Protocol


class Tell(Protocol):
    """Takes one notice: a short sentence and the facts that belong to it."""

    def __call__(self, event: str, **facts: str | int) -> object:
        """Must return at once and raise nothing."""
        ...


def silence(event: str, **facts: str | int) -> None:
    """Where nobody listens."""
