"""JSON answers: encoded once, by orjson."""

from typing import Any

import orjson
from fastapi.responses import JSONResponse


class JSONAnswer(JSONResponse):
    """A response whose content is JSON already but for its bytes."""

    def render(self, content: Any) -> bytes:
        """The body's bytes."""
        return orjson.dumps(content)
