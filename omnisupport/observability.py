"""What an operator of the product sees of it: logs without secrets, metrics, health, and planned faults."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any, TextIO

import structlog
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from structlog.typing import EventDict, Processor, WrappedLogger

from omnisupport.errors import Conflict

# --- logs -----------------------------------------------------------------------------------------------

HIDDEN = "[hidden]"
"""Stands where a secret or a person's words stood."""

_SECRET_WORDS = frozenset(
    {"token", "password", "secret", "authorization", "cookie", "ticket", "credential", "dsn"}
    | {"phone", "email", "text", "body", "payload", "content"}
)
# A key is a secret by its company only: an idempotency key is not one.
_KEY_OWNERS = frozenset({"api", "data", "master", "private", "signing"})
# Facts about a hidden thing are not the thing: text_length, token_id, key_count.
_FACT_WORDS = frozenset({"id", "ids", "count", "length", "bytes", "ms", "kind", "type", "status"})
_OWN_FIELDS = frozenset({"_record", "_from_structlog"})  # of structlog, between two of its processors
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_SECRET_TEXT = re.compile(
    r"\b[vsrt]_[A-Za-z0-9_-]{64}(?![A-Za-z0-9_-])"  # our opaque tokens
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # JWT
    r"|(?<=Bearer )\S+|(?<=Basic )\S+"
    r"|(?<=://)[^/\s@]+(?=@)"  # credentials of a URL
    r"|(?<=[?&])(?:ticket|token|key|password|secret)=[^&\s\"']+",
    re.IGNORECASE,
)
_CHATTY = ("httpx", "httpx2", "httpcore", "httpcore2", "aiogram.event", "uvicorn.access", "openai", "asyncio")


def setup_logging(form: str = "console", level: str = "INFO", out: TextIO | None = None) -> None:
    """Send structlog and the standard library's loggers through one chain to stderr, one line an event.

    `form` is `json`, or `console` for people. Call once at the start of a process. Stdout stays free:
    `omni dev --json` writes events there.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # plain text here: the pretty printer would show locals
        hide_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    stream = out or sys.stderr
    handler = logging.StreamHandler(stream)
    foreign: list[Processor] = [structlog.stdlib.ExtraAdder(), *shared]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form, stream)],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module. Events are short sentences; what varies goes into fields."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def log_context(
    *, tenant_id: str | None = None, conversation_id: str | None = None, workflow_id: str | None = None
) -> AbstractContextManager[None]:
    """Put these ids on every line that is logged inside the block, by whomever."""
    ids = {"tenant_id": tenant_id, "conversation_id": conversation_id, "workflow_id": workflow_id}
    return _bound({name: value for name, value in ids.items() if value is not None})


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what a log must not hold: fields by their name, tokens by their look, at any depth."""
    return {name: _hidden(name, value) for name, value in event.items()}


@contextmanager
def _bound(ids: Mapping[str, str]) -> Iterator[None]:
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def _hidden(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool) or name in _OWN_FIELDS:
        return value
    if _is_secret(name):
        return HIDDEN
    if isinstance(value, str):
        return _SECRET_TEXT.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_hidden("", inner) for inner in value]
    if isinstance(value, (int, float)):
        return value
    return _SECRET_TEXT.sub(HIDDEN, str(value))


def _is_secret(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[-1] in _FACT_WORDS:
        return False
    singular = {word.removesuffix("s") for word in words} | set(words)
    return bool(singular & _SECRET_WORDS or ("key" in singular and singular & _KEY_OWNERS))


def _renderer(form: str, stream: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


# --- metrics --------------------------------------------------------------------------------------------

REGISTRY = CollectorRegistry()
"""All metrics of a process. Labels come from fixed sets: never an id, an address or a text."""

_FAST = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10, 30)

TURN_SECONDS = Histogram(
    "omni_turn_seconds",
    "From the commit of a customer's message to that of the answer",
    ["answered_by"],
    buckets=_FAST,
    registry=REGISTRY,
)
QUEUE_LAG_SECONDS = Gauge(
    "omni_queue_lag_seconds",
    "How long the task that was taken last had waited; of queue conversations the oldest message that is unanswered",
    ["queue"],
    registry=REGISTRY,
)
SENDS = Counter("omni_sends", "Messages given to a provider", ["channel_type", "outcome"], registry=REGISTRY)
WEBHOOKS = Counter("omni_webhooks", "Calls of providers", ["provider", "outcome"], registry=REGISTRY)
RINGS = Counter("omni_rings", "Signals to conversations", ["outcome"], registry=REGISTRY)
PUT_ASIDE = Counter(
    "omni_mails_put_aside",
    "Mails that could not be taken as they are: taken in a plain form, or left in the mailbox",
    ["how"],
    registry=REGISTRY,
)
ERRORS = Counter("omni_errors", "Refusals and failures by their public code", ["code"], registry=REGISTRY)
HTTP_REQUESTS = Counter(
    "omni_http_requests",
    "Answered requests; the route is the template",
    ["route", "method", "status"],
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "omni_http_seconds", "From request to answer", ["route", "method"], buckets=_FAST, registry=REGISTRY
)
WS_CONNECTIONS = Gauge("omni_ws_connections", "Open sockets", ["surface"], registry=REGISTRY)
ProcessCollector(registry=REGISTRY)


# --- the port of metrics and health ---------------------------------------------------------------------

Ready = Callable[[], Awaitable[bool]]
REQUEST_DEADLINE = 5.0
READY_DEADLINE = 2.0


@asynccontextmanager
async def serve_metrics(port: int, *, ready: Ready, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve `/metrics`, `/healthz` and `/readyz` while the block runs; yields the port (0 asks for a free one).

    `/healthz` says that the loop turns, `/readyz` what `ready` says within 2 s; an error in it counts as no.
    Bind a public interface never: there is no sign-in here (S17).

    Raises:
        Conflict: the port is taken (code `metrics_port_taken`).
    """
    open_now: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_talk(reader, writer, ready))
        open_now.add(task)
        task.add_done_callback(open_now.discard)

    try:
        server = await asyncio.start_server(connected, host, port, limit=8_192)
    except OSError as taken:
        raise Conflict(
            f"The port of metrics, {host}:{port}, cannot be had ({os.strerror(taken.errno or 0)}): free it, or choose "
            "another with OMNI_API_METRICS_PORT or OMNI_WORKER_METRICS_PORT.",
            code="metrics_port_taken",
        ) from taken
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(open_now):
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ready: Ready) -> None:
    try:
        async with asyncio.timeout(REQUEST_DEADLINE):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(await _answer(head, ready))
            await writer.drain()
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # a scraper that went away or never asked; nobody is left to answer
    finally:
        writer.close()


async def _answer(head: bytes, ready: Ready) -> bytes:
    method, _, rest = head.partition(b" ")
    if method != b"GET":
        return _response(405, "Method Not Allowed", b"only GET\n")
    match rest.split(b" ", 1)[0].split(b"?", 1)[0]:
        case b"/metrics":
            return _response(200, "OK", generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4)
        case b"/healthz":
            return _response(200, "OK", b"ok\n")
        case b"/readyz" if await _is_ready(ready):
            return _response(200, "OK", b"ready\n")
        case b"/readyz":
            return _response(503, "Service Unavailable", b"not ready\n")
        case _:
            return _response(404, "Not Found", b"/metrics /healthz /readyz\n")


async def _is_ready(ready: Ready) -> bool:
    try:
        async with asyncio.timeout(READY_DEADLINE):
            return await ready()
    except Exception:  # whatever is wrong with a part, we are not ready
        get_logger(__name__).warning("the readiness check failed", exc_info=True)
        return False


def _response(status: int, reason: str, body: bytes, kind: str = "text/plain; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


# --- planned faults -------------------------------------------------------------------------------------


class _Faults:
    """Decides at which pass of which point this process dies.

    `FAULT=name` or `name:N` kills at the (N-th) pass. With `FAULT_FILE` set, only while that file exists: its
    content, or `FAULT` when it is empty, names the point. The file is removed before the kill, by one process
    alone, so a test can arm a running system once.
    """

    def __init__(self, fault: str, file: str) -> None:
        self._fault = fault
        self._file = file
        self._armed: tuple[str, object] = ("", None)
        self._passes = 0

    def pass_point(self, name: str) -> None:
        """Count a pass; die if it is the one."""
        plan, identity = self._plan()
        point, _, nth = plan.partition(":")
        if point != name:
            return
        if self._armed != (plan, identity):
            self._armed, self._passes = (plan, identity), 0
        self._passes += 1
        if self._passes >= int(nth or 1) and self._claim():
            os.kill(os.getpid(), signal.SIGKILL)

    def _plan(self) -> tuple[str, object]:
        if not self._file:
            return self._fault, None
        try:
            with open(self._file, encoding="utf-8") as file:
                stat = os.fstat(file.fileno())
                return file.read().strip() or self._fault, (stat.st_ino, stat.st_mtime_ns)
        except FileNotFoundError:
            return "", None

    def _claim(self) -> bool:
        if not self._file:
            return True
        try:
            os.unlink(self._file)
        except FileNotFoundError:
            return False  # another process was first
        return True


def fault_point_of(environment: Mapping[str, str]) -> Callable[[str], None]:
    """Build the `fault_point` of a process from its environment; without a plan it does nothing."""
    fault, file = environment.get("FAULT", ""), environment.get("FAULT_FILE", "")
    return _Faults(fault, file).pass_point if fault or file else _no_fault


def _no_fault(_name: str) -> None:
    return None


fault_point: Callable[[str], None] = fault_point_of(os.environ)
"""Mark a point at which tests may kill the process (`fault_point("after_commit")`). Does nothing otherwise."""
