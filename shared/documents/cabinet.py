"""Where documents are made, and where those that an event names by hash are kept under it."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.auditlog.canonical import sha256_hex
from shared.documents.press import Press
from shared.files.port import Files
from shared.files.refusals import FileNotKept


@dataclass(frozen=True, slots=True)
class Cabinet:
    """A press with files behind it; what names no person may be kept, the rest is made again."""

    files: Files
    press: Press = field(default_factory=Press)

    async def make(self, document: Callable[[], bytes]) -> bytes:
        """The bytes that `document` returns; raise `PressBusy`."""
        return await self.press.make(document)

    async def keep(self, body: bytes) -> str:
        """The hash under which `body` is kept, durably once this returns: before an event names it."""
        sha256 = sha256_hex(body)
        await self.files.put(sha256, io.BytesIO(body))
        return sha256

    async def kept(self, sha256: str) -> bytes | None:
        """The document of this hash, or None when it was never kept here."""
        try:
            return b"".join([part async for part in self.files.read(sha256)])
        except FileNotKept:
            return None
