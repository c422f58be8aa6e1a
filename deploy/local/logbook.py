"""The log of one process: JSON lines in a file of bounded size, and its warnings told to the operator."""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.part import Notice
from shared.runtime.clock import SystemClock

FILE_BYTES_MAX = 64 * 1024 * 1024
"""A fuller file becomes `<name>.jsonl.1`; the one before that is dropped."""
LINE_BYTES_MAX = 256 * 1024
CHUNK_BYTES = 64 * 1024
NOTICES_MAX = 5
"""Different warnings of one process told within a window; the file has them all."""
WINDOW_SECONDS = 10.0
TOLD = {"warning", "error", "critical"}

Record = Callable[[str], Mapping[str, object]]


def plain(line: str) -> Mapping[str, object]:
    """Read a line of which nothing is known."""
    return {"level": "info", "event": line}


class Logbook:
    """Takes the lines of one process over all its lives."""

    def __init__(self, folder: Path, name: str, tell: Callable[[Notice], None], record: Record | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.jsonl"
        self.last = ""
        """The latest error, or line that was not JSON: where a process that dies says why."""
        self._name, self._tell, self._record = name, tell, record or plain
        self._clock = SystemClock()
        self._window = 0.0
        self._told: set[str] = set()

    async def follow(self, descriptor: int) -> None:
        """Read a process's output until all its writers are gone."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
        )
        rest = b""
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > LINE_BYTES_MAX:
                    lines, rest = [*lines, rest], b""
                self._write(lines)
            self._write([rest])
        finally:
            transport.close()

    def note(self, level: str, text: str) -> None:
        """Add a line of our own."""
        self._append(json.dumps({"ts": self._clock.now(), "level": level, "event": text}, ensure_ascii=False) + "\n")

    def _write(self, lines: list[bytes]) -> None:
        texts = [line.decode(errors="replace").rstrip() for line in lines]
        self._append("".join(self._line(text) for text in texts if text))

    def _line(self, text: str) -> str:
        record = _parsed(text)
        if record is None:
            self.last = self.last if text[0].isspace() else text
            record = self._record(text)
            text = json.dumps({"ts": self._clock.now(), **record}, ensure_ascii=False)
        if str(record.get("level", "")).lower() in TOLD:
            self._warn(record)
        return text + "\n"

    def _warn(self, record: Mapping[str, object]) -> None:
        text = str(record.get("event", ""))
        if record.get("reason"):
            text = f"{text}: {record['reason']}"
        text = self.last = text.partition("\n")[0]
        self._tell_once(str(record["level"]).lower(), text)

    def _tell_once(self, level: str, text: str) -> None:
        now = asyncio.get_running_loop().time()
        if now > self._window + WINDOW_SECONDS:
            self._window, self._told = now, set()
        if text in self._told or len(self._told) > NOTICES_MAX:
            return
        self._told.add(text)
        if len(self._told) > NOTICES_MAX:
            text = f"more of it is in {self.path}"
        self._tell(Notice(self._name, level, text))

    def _append(self, text: str) -> None:
        """Add lines; on a full disk they are lost, and neither the process nor its supervisor ends for that."""
        try:
            if self.path.exists() and self.path.stat().st_size > FILE_BYTES_MAX:
                self.path.replace(f"{self.path}.1")
            with self.path.open("a") as file:
                file.write(text)
        except OSError as error:
            self._tell_once("warning", f"its log cannot be written: {error.strerror}")


def _parsed(text: str) -> Mapping[str, object] | None:
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
