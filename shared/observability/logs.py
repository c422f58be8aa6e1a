"""Logs as JSON lines on standard output, each with service, replica and, where there is one, a command id."""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.typing import FilteringBoundLogger, Processor

QUIETER = {"aiokafka": logging.CRITICAL, "uvicorn.error": logging.WARNING, "asyncio": logging.WARNING}
"""Libraries whose state our own checks report; below these levels they only repeat themselves."""


def configure(service: str, replica: int, level: str) -> None:
    """Send everything, the libraries' lines too, to standard output as one JSON object a line.

    Our own lines skip the standard library, which costs more than the rest of a request's bookkeeping.
    """

    def place(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"], line["replica"] = service, replica
        return line

    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        place,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, _present, structlog.processors.JSONRenderer(serializer=_line)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Patient(sys.stdout))),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=_line),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name, least in QUIETER.items():
        logging.getLogger(name).setLevel(max(least, logging.root.level))
    logging.captureWarnings(capture=True)


class _Patient:
    """Loses a line that cannot be written, to a full disk or a reader that is gone, and not what it tells of."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def logger() -> FilteringBoundLogger:
    """The log of this process."""
    bound: FilteringBoundLogger = structlog.get_logger()
    return bound


def _present(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {member: value for member, value in line.items() if value is not None}


def _line(line: MutableMapping[str, Any], **_options: object) -> str:
    """Text that UTF-8 cannot carry is escaped by the slower encoder: a log line must never fail a request."""
    try:
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(line, default=str)
