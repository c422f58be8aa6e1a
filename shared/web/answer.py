"""Answers: JSON, encoded once by orjson, and documents, named by their hash."""

from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import orjson
from fastapi.responses import JSONResponse, Response


class JSONAnswer(JSONResponse):
    """A response whose content is JSON already but for its bytes."""

    def render(self, content: Any) -> bytes:
        """The body's bytes."""
        return orjson.dumps(content)


class PdfAnswer(Response):
    """A PDF."""

    media_type = "application/pdf"


class XlsxAnswer(Response):
    """A workbook."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def named_by_hash(body: bytes, name: str) -> dict[str, str]:
    """Headers of a document: its hash as ETag and digest (RFC 9530), and a file name that may be Chinese."""
    digest = sha256(body)
    return {
        "ETag": f'"{digest.hexdigest()}"',
        "Repr-Digest": f"sha-256=:{b64encode(digest.digest()).decode()}:",
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-cache",
    }
