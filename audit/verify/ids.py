"""Ids by the million in little memory: when they are too many they go to a scratch file, parted by their hash."""

from array import array
from collections.abc import Iterator
from itertools import accumulate
from tempfile import TemporaryFile
from typing import IO
from zlib import crc32

ID_BYTES = 36
HELD_MAX = 16_384
PARTS = 128


class Ids:
    """A bag of ids of 36 bytes; equal ids are in the same part of every bag."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._spills: list[array[int]] = []
        """For each time ids went to the file: where its parts begin there, and where the last one ends."""

    def add(self, identity: bytes) -> None:
        """Put an id into the bag, however often it is there."""
        self._held.append(identity)
        if len(self._held) == HELD_MAX:
            self._spill()

    def parts(self) -> Iterator[list[bytes]]:
        """The bag in parts."""
        for number, held in enumerate(self._parted()):
            yield held + [identity for spill in self._spills for identity in self._read(spill, number)]

    def close(self) -> None:
        """Give the scratch file back."""
        if self._file is not None:
            self._file.close()

    def _parted(self) -> list[list[bytes]]:
        parts: list[list[bytes]] = [[] for _ in range(PARTS)]
        for identity in self._held:
            parts[crc32(identity) % PARTS].append(identity)
        return parts

    def _spill(self) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        parts = self._parted()
        begin = self._file.seek(0, 2)
        self._spills.append(array("Q", accumulate((ID_BYTES * len(part) for part in parts), initial=begin)))
        self._file.write(b"".join(identity for part in parts for identity in part))
        self._held.clear()

    def _read(self, spill: "array[int]", number: int) -> list[bytes]:
        assert self._file is not None, "there is no spill without a file"
        self._file.seek(spill[number])
        content = self._file.read(spill[number + 1] - spill[number])
        return [content[place : place + ID_BYTES] for place in range(0, len(content), ID_BYTES)]
