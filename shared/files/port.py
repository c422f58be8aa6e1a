"""Files by their content: what a use case may rely on, whatever stands behind it."""

from collections.abc import AsyncIterator
from typing import BinaryIO, Protocol


class Files(Protocol):
    """Bytes under the SHA-256 of themselves."""

    async def put(self, sha256: str, content: BinaryIO) -> None:
        """Keep all of `content`, from its beginning, whose SHA-256 the caller has computed.

        Atomic and durable once this returns: nobody sees a part of it. Putting it again changes nothing but its age.
        """
        ...

    async def stat(self, sha256: str) -> int | None:
        """Its size in bytes, or None when it is not kept."""
        ...

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Its bytes from `start` to before `end` in parts of bounded size; raise `FileNotKept`."""
        ...
