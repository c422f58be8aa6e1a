"""What a person does next, as every worklist tells it: in both languages, until when, and how many days are left."""

from dataclasses import dataclass
from typing import Any

from shared.kernel.instants import Instant, days_left


@dataclass(frozen=True, slots=True)
class Step:
    """A step in both languages, the first instant that is too late for it, and whether it is late already."""

    name: str
    zh: str
    en: str
    due: str | None = None
    late: bool = False

    def told(self, now: Instant) -> dict[str, Any]:
        """Its members in an answer, with the days left where it is due."""
        said = {"step": self.name, "message_zh": self.zh, "message_en": self.en}
        if self.due is None:
            return said
        left, late = max(0, days_left(Instant(self.due), now)), self.late or now >= self.due
        return {**said, "due": self.due, "days_left": left, "late": late}
