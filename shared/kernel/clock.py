"""The clock port: domain time comes from here and reaches decisions inside commands."""

from typing import Protocol

from shared.kernel.instants import Instant


class Clock(Protocol):
    """Tells the server's time."""

    @property
    def rehearsal(self) -> bool:
        """Whether this clock can be moved; events made under it say so for ever."""
        ...

    @property
    def waits(self) -> str:
        """Why nothing can be dated by it at present; empty when it can."""
        ...

    def now(self) -> Instant:
        """The present instant; never earlier than one given before."""
        ...
