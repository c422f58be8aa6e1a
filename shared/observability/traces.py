"""One trace from a command to the read models that other houses make of its events; off until a collector is named.

An event carries the traceparent (W3C Trace Context) of the command that made it, so who sends it, hears it and
reacts to it long after continues the same trace, whichever process it is in.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from time import time_ns
from typing import TypeAlias

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attributes: TypeAlias = Mapping[str, str | int]

SPANS_QUEUED_MAX = 2_048
"""Spans that wait for the collector; beyond that they are dropped, never waited for."""
EXPORT_SECONDS_MAX = 5.0
_TRACECONTEXT = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("nianlun")
_off = True


class Step(StrEnum):
    """The closed catalogue of spans, with what each of them spans."""

    REQUEST = "request"
    """An HTTP request, from its arrival to the last byte of its answer."""
    APPEND = "append"
    """A command's events, from the queue to the log's commit."""
    SEND = "send"
    """An event on its way from the log to Kafka's acknowledgement."""
    HEAR = "hear"
    """A foreign event in the inbox: its read models and the reactions to it."""
    PROJECT = "project"
    """An own event becoming read models."""


_KINDS = {Step.REQUEST: SpanKind.SERVER, Step.SEND: SpanKind.PRODUCER, Step.HEAR: SpanKind.CONSUMER}


def configure(service: str, replica: int, url: str) -> Callable[[], None]:
    """Send spans to the OTLP/HTTP collector at `url`; returns what sends the last of them."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - heavy
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only where somebody traces
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    global _off  # noqa: PLW0603 - one provider a process, as OpenTelemetry has it
    provider = TracerProvider(
        resource=Resource.create({"service.name": f"nianlun-{service}", "service.instance.id": str(replica)})
    )
    exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS_MAX)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=SPANS_QUEUED_MAX))
    trace.set_tracer_provider(provider)
    _off = False
    return provider.shutdown


@contextmanager
def span(step: Step, parent: str | None, attributes: Attributes | None = None) -> Iterator[Span]:
    """What happens within is one step of the trace that `parent`, a traceparent, belongs to."""
    if _off:
        yield trace.INVALID_SPAN
        return
    kind = _KINDS.get(step, SpanKind.INTERNAL)
    with _tracer.start_as_current_span(step, _context(parent), kind, attributes) as current:
        yield current


def happened(step: Step, parent: str | None, since_ns: int, attributes: Attributes | None = None) -> None:
    """A step that is over, of an event that shared it with others; it began at `since_ns` of `time_ns`."""
    if parent is not None and not _off:
        kind = _KINDS.get(step, SpanKind.INTERNAL)
        one = _tracer.start_span(step, _context(parent), kind, attributes, start_time=since_ns)
        one.end(time_ns())


def traceparent(current: Span, otherwise: str | None) -> str | None:
    """What an event of the current span carries: the span where it is recorded, else what came in."""
    if not current.is_recording():
        return otherwise
    carrier: dict[str, str] = {}
    _TRACECONTEXT.inject(carrier, trace.set_span_in_context(current))
    return carrier["traceparent"]


def _context(parent: str | None) -> Context:
    return _TRACECONTEXT.extract({"traceparent": parent} if parent else {}, Context())
