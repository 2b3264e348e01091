"""Traces of requests, workflows and activities, sent by OTLP where OTEL_EXPORTER_OTLP_ENDPOINT is set.

Nothing of OpenTelemetry is imported otherwise. What a person has written is in no trace: of each span its name, times
and the attributes on a list leave the process, and of an error its class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI
    from opentelemetry.propagators.textmap import TextMapPropagator
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from temporalio.contrib.opentelemetry import TracingInterceptor

SENT = frozenset(
    {"http.method", "http.request.method", "http.route", "http.status_code", "http.response.status_code"}
    | {"temporalWorkflowID", "temporalRunID", "temporalActivityID", "temporalActivityType", "exception.type"}
)
"""Addresses hold tickets and what was searched for; messages of errors quote their input: neither is here."""
UNTOLD = "healthz,readyz,assets"
"""Paths that are asked all the time and say nothing."""


class Tracing:
    """Traces of one process; made once, before its client and its app."""

    def __init__(self, service: str) -> None:
        from opentelemetry import propagate
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # A visitor's `traceparent` does not decide what we trace; Temporal's interceptor has a propagator of its own.
        propagate.set_global_textmap(_believe_nobody())
        self._provider: TracerProvider = TracerProvider(
            resource=Resource.create({"service.name": f"omnisupport-{service}"})
        )
        self._provider.add_span_processor(BatchSpanProcessor(_discreet(OTLPSpanExporter())))

    def interceptor(self) -> TracingInterceptor:
        """For the Temporal client: its workers take it from there."""
        from temporalio.contrib.opentelemetry import TracingInterceptor

        return TracingInterceptor(self._provider.get_tracer(__name__))

    def watch(self, app: FastAPI) -> None:
        """Trace the requests of an app."""
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        FastAPIInstrumentor.instrument_app(
            app, tracer_provider=self._provider, excluded_urls=UNTOLD, exclude_spans=["receive", "send"]
        )

    def stop(self) -> None:
        """Send what is left; waits for the receiver a few seconds at most."""
        self._provider.shutdown()


def start_tracing(endpoint: str | None, service: str) -> Tracing | None:
    """Traces of this process (`api`, `worker`); None without an endpoint."""
    return Tracing(service) if endpoint else None


def _believe_nobody() -> TextMapPropagator:
    from opentelemetry.context import Context
    from opentelemetry.propagators.textmap import TextMapPropagator

    class Nobody(TextMapPropagator):
        fields: set[str] = set()

        def extract(self, carrier: Any, context: Context | None = None, getter: Any = None) -> Context:
            return context if context is not None else Context()

        def inject(self, carrier: Any, context: Context | None = None, setter: Any = None) -> None:
            return None

    return Nobody()


def _discreet(exporter: Any) -> Any:
    """An exporter that is given spans without what a person may have written."""
    send: Callable[[Sequence[ReadableSpan]], Any] = exporter.export
    exporter.export = lambda spans: send([_without_words(span) for span in spans])
    return exporter


def _without_words(span: ReadableSpan) -> ReadableSpan:
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_listed(span.attributes),
        events=[Event(each.name, _listed(each.attributes), each.timestamp) for each in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _listed(attributes: Any) -> dict[str, Any]:
    return {name: value for name, value in (attributes or {}).items() if name in SENT}
