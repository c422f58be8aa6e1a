"""Files over HTTP: what a request announces of its body, and answers in whole or in part (RFC 9110, RFC 9530)."""

import re
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field, StringConstraints
from starlette.exceptions import HTTPException

from shared.files.port import Files
from shared.files.refusals import FileNotKept
from shared.files.uploads import Upload
from shared.kernel.refusal import Malformed
from shared.observability.logs import logger
from shared.web.answer import JSONAnswer
from shared.web.models import Body, Sha256Text, ShortText

DIGEST, OFFSET = "Repr-Digest", "Upload-Offset"
SIZE_MAX = 2**40
NOT_SATISFIABLE = 416
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_NAME = r"^[^\x00-\x1f\x7f/\\]*$"

FileName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NAME)]
"""A name without a path."""
AnnouncedHash = Annotated[Sha256Text | None, Query(description="SHA-256 of the file; also as the header Repr-Digest")]
NameAsked = Annotated[FileName, Query(description="The file's name, for people")]
OffsetSent = Annotated[int, Header(alias=OFFSET, ge=0, le=SIZE_MAX, description="Where this part begins")]
FILE_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"description": "The whole file", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "A part of it", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "It is the one that the caller has"},
}
"""What a route documents that answers by `file_answer`."""


class DigestMalformed(Malformed):
    """The header names no SHA-256, or another one than the query does."""

    title = "The announced digest is not one SHA-256"
    field = DIGEST


class Announced(Body):
    """A file that comes in parts, as it is announced."""

    name: FileName
    media_type: ShortText
    size: Annotated[int, Field(ge=0, le=SIZE_MAX)]
    sha256: Sha256Text


class UploadState(BaseModel):
    """How far an upload is."""

    upload: str
    offset: int = Field(description="Bytes that came; the next part begins here")
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is handed out."""

    sha256: str
    media_type: str
    name: str


def announced_hash(request: Request, asked: str | None) -> str | None:
    """The SHA-256 that query or header announce; raise `DigestMalformed`."""
    header = request.headers.get(DIGEST)
    if header is None:
        return asked
    found = _DIGEST.search(header)
    if found is None:
        raise DigestMalformed("sha-256=:BASE64: is expected")
    told = b64decode(found[1]).hex()
    if asked not in (None, told):
        raise DigestMalformed("header and query announce different ones")
    return told


def announced_size(request: Request) -> int | None:
    """The body's length, where the request says it."""
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def upload_answer(upload: Upload, status: int = 200) -> JSONAnswer:
    """How far an upload is, as body and as header."""
    state = {"upload": upload.about.upload, "offset": upload.offset, "size": upload.about.size}
    return JSONAnswer(state, status, {OFFSET: str(upload.offset)})


async def file_answer(request: Request, files: Files, kept: Kept) -> Response:
    """The file, the part of it that was asked for, or 304; raise `FileNotKept`, or a 416."""
    size = await files.stat(kept.sha256)
    if size is None:
        logger().error("a file that an event names is not there", sha256=kept.sha256)
        raise FileNotKept
    headers = _headers(kept)
    if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    part = _asked(request.headers, headers["ETag"], size)
    start, end = part or (0, size)
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    content = await _opened(files.read(kept.sha256, start, end))
    return StreamingResponse(content, 206 if part else 200, headers, kept.media_type)


def _headers(kept: Kept) -> dict[str, str]:
    return {
        "ETag": f'"{kept.sha256}"',
        DIGEST: f"sha-256=:{b64encode(bytes.fromhex(kept.sha256)).decode()}:",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}",
        "Content-Security-Policy": "sandbox",
    }


def _has(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in header.split(","))


def _asked(headers: Mapping[str, str], etag: str, size: int) -> tuple[int, int] | None:
    """From where to before where, or None for the whole; several ranges at once are answered by the whole."""
    found = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if found is None or found[0] == "bytes=-" or headers.get("if-range", etag) != etag:
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise HTTPException(NOT_SATISFIABLE, "Range Not Satisfiable", {"Content-Range": f"bytes */{size}"})
    return start, end


async def _opened(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same content once its first part is there, so that what fails at the beginning is still an answer."""
    first = await anext(content, b"")

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for part in content:
            yield part

    return all_of_it()
