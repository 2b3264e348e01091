"""One trace from a request through its workflow to its activity, and no word of a customer in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.architecture.processes import modules_after
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor

SECRET = "Тайна за семью печатями"


class Receiver:
    """Takes traces in."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Span]] = []
        self.raw = b""
        receiver = self

        class Take(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.take(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body: bytes) -> None:
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = [a.value.string_value for a in resource.resource.attributes if a.key == "service.name"]
            for scope in resource.scope_spans:
                self.spans += [(names[0], span) for span in scope.spans]

    async def trace_with(self, *wanted: Callable[[str, Span], bool]) -> list[tuple[str, Span]]:
        """The spans of a trace that has one of each."""
        async with asyncio.timeout(20):
            while True:
                for trace_id in {span.trace_id for _, span in self.spans}:
                    trace = [each for each in self.spans if each[1].trace_id == trace_id]
                    if all(any(is_it(*each) for each in trace) for is_it in wanted):
                        return trace
                await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """A receiver of this machine."""
    running = Receiver()
    yield running
    running.server.shutdown()


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Product]:
    """The whole product, told where its traces go."""
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.server.server_port}",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    with Product(tmp_path_factory.mktemp("traced") / "state", env=env) as running:
        yield running


def named(service: str, start: str) -> Callable[[str, Span], bool]:
    return lambda of, span: of == f"omnisupport-{service}" and span.name.startswith(start)


async def test_a_message_is_one_trace_from_its_request_to_its_activity(
    traced: Product, receiver: Receiver
) -> None:
    tenant = await make_tenant(traced.settings(), ECHO)
    async with Visitor(traced.url, tenant.slug) as visitor:
        visitor._http.headers["traceparent"] = f"00-{'a' * 32}-{'b' * 16}-01"
        visitor._http.headers["user-agent"] = SECRET.encode().hex()
        await visitor.connect()
        await visitor.ask(SECRET)
    trace = await receiver.trace_with(
        named("api", "POST /api/v1/widget/messages"),
        named("worker", "RunWorkflow:ConversationWorkflow"),
        named("worker", "RunActivity:commit_turn"),
    )
    by_id = {span.span_id: span for _, span in trace}
    activity = next(span for _, span in trace if span.name == "RunActivity:commit_turn")
    above = [activity]
    while above[-1].parent_span_id in by_id:
        above.append(by_id[above[-1].parent_span_id])
    assert above[-1].name == "POST /api/v1/widget/messages", [span.name for span in above]
    assert activity.trace_id != bytes.fromhex("a" * 32), "a visitor does not choose his trace"


async def test_no_word_of_a_customer_is_in_it(traced: Product, receiver: Receiver) -> None:
    assert receiver.spans
    for word in (SECRET, SECRET.encode().hex(), "ticket=", "Bearer", "url."):
        assert word.encode() not in receiver.raw, word
    told = {attribute.key for _, span in receiver.spans for attribute in span.attributes}
    assert "http.route" in told
    assert not told & {
        "http.url",
        "http.target",
        "url.query",
        "url.path",
        "client.address",
        "user_agent.original",
    }


def test_without_a_receiver_nothing_of_it_is_loaded() -> None:
    """FastAPI and the SDK of Temporal load some of OpenTelemetry for themselves; we load nothing of it."""
    modules = modules_after("import omnisupport.api.app, omnisupport.worker")
    ours = ("opentelemetry.exporter", "opentelemetry.instrumentation", "temporalio.contrib.opentelemetry")
    assert not [name for name in modules if name.startswith(ours)]
