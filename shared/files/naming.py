"""Naming: a command may name only files that its sender brought, and that stay until its event names them.

It is asked at the door, between the decision and the append, and no decision knows of it: a log is decided again
without its files.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.files.deposits import Deposit, Deposits, Limits
from shared.files.refusals import FileDeclaredOtherwise, FileNotHeld, FileNotKept, TooManyFiles


@dataclass(frozen=True, slots=True)
class Named:
    """A file as a command names it, and what it says of it, if anything."""

    field: str
    sha256: str
    media_type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """The files that one command names, and the clause that lets it."""

    deposits: Deposits
    owners: Sequence[str]
    """Whose files they may be."""
    files: Sequence[Named]
    limits: Callable[[], Awaitable[Limits]]
    clause: str

    async def check(self) -> None:
        """Raise a refusal that names the file which is not there, or is another; else all of them stay."""
        most = (await self.limits()).files_max if self.files else 0
        if len(self.files) > most:
            raise TooManyFiles(
                f"{most} files are allowed",
                detail_zh=f"至多{most}份",
                field=self.files[most].field,
                clause=self.clause,
            )
        for one in self.files:
            deposit = await self._deposit(one)
            found, said = (deposit.media_type, deposit.size), (one.media_type, one.size)
            if any(what is not None and what != how for how, what in zip(found, said, strict=True)):
                detail = f"it is {deposit.media_type} of {deposit.size} bytes"
                detail_zh = f"该文件类型为{deposit.media_type}，{deposit.size}字节"
                raise FileDeclaredOtherwise(detail, detail_zh=detail_zh, field=one.field, clause=self.clause)

    async def _deposit(self, one: Named) -> Deposit:
        for owner in self.owners:
            deposit = await self.deposits.held(one.sha256, owner)
            if deposit is not None and await self._stays(one.sha256):
                return deposit
        raise FileNotHeld(one.sha256, field=one.field, clause=self.clause)

    async def _stays(self, sha256: str) -> bool:
        try:
            await self.deposits.renew(sha256)
        except FileNotKept:
            return False
        return True


def evidence(hashes: Sequence[str], field: str = "evidence") -> Sequence[Named]:
    """Files that a command names by their hashes alone, in a list of that name."""
    return [Named(f"{field}.{index}", sha256) for index, sha256 in enumerate(hashes)]
