"""Logs tell without giving away, metrics and health answer on loopback, and planned faults kill for real."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from omnisupport import observability
from omnisupport.observability import (
    HIDDEN,
    REGISTRY,
    get_logger,
    log_context,
    serve_metrics,
    setup_logging,
)

TOKEN = "v_" + "A1-_" * 16
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Capture what the process logs as JSON, and put the loggers back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    setup_logging("json", out=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def told(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_carries_the_ids_of_its_context(lines: io.StringIO) -> None:
    with log_context(tenant_id="t1", conversation_id="c1"):
        get_logger("omnisupport.test").info("turn committed", turn=7)
        with log_context(workflow_id="w1"):
            logging.getLogger("somebody.else").warning("slow %s", "query")
    get_logger("omnisupport.test").info("after")
    first, second, third = told(lines)
    assert first["timestamp"].endswith("Z")
    assert first | {"timestamp": ""} == {
        "event": "turn committed",
        "level": "info",
        "logger": "omnisupport.test",
        "timestamp": "",
        "turn": 7,
        "tenant_id": "t1",
        "conversation_id": "c1",
    }
    assert (second["event"], second["logger"], second["workflow_id"]) == ("slow query", "somebody.else", "w1")
    assert "tenant_id" not in third


async def test_the_context_of_one_task_is_not_that_of_another(lines: io.StringIO) -> None:
    async def work(name: str) -> None:
        with log_context(tenant_id=name):
            await asyncio.sleep(0)
            get_logger("x").info("worked", name=name)

    await asyncio.gather(*(work(name) for name in "abc"))
    assert [line["tenant_id"] == line["name"] for line in told(lines)] == [True] * 3


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "visitor_token",
        "visitorToken",
        "tokens",
        "password",
        "new-password",
        "client_secret",
        "Authorization",
        "cookies",
        "ticket",
        "api_key",
        "OPENAI_API_KEY",
        "master_keys",
        "phone",
        "customer_phone",
        "email",
        "emails",
        "text",
        "messageText",
        "request_body",
        "payload",
        "database_dsn",
    ],
)
def test_a_field_of_a_secret_name_is_hidden_at_any_depth(lines: io.StringIO, name: str) -> None:
    get_logger("x").info("said", **{name: "CANARY", "inner": {"list": [{name: 79161234567}]}})
    logging.getLogger("y").warning("said", extra={name: "CANARY"})
    assert "CANARY" not in lines.getvalue()
    assert "79161234567" not in lines.getvalue()
    assert told(lines)[0][name] == HIDDEN


@pytest.mark.parametrize(
    "name",
    [
        "text_length",
        "token_id",
        "key",
        "idempotency_key",
        "context",
        "status",
        "attempt",
        "payload_bytes",
        "email_count",
    ],
)
def test_a_fact_is_told(lines: io.StringIO, name: str) -> None:
    get_logger("x").info("fact", **{name: 5})
    assert told(lines)[0][name] == 5


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (f"GET /ws?ticket={TOKEN}&after=7", f"GET /ws?{HIDDEN}&after=7"),
        (f"unknown {TOKEN}.", f"unknown {HIDDEN}."),
        (f"Authorization: Bearer {JWT}", f"Authorization: Bearer {HIDDEN}"),
        (f"bad {JWT}", f"bad {HIDDEN}"),
        ("authorization: Basic dXNlcjpwYXNz", f"authorization: Basic {HIDDEN}"),
        ("postgresql://app:pa55@127.0.0.1/omni", f"postgresql://{HIDDEN}@127.0.0.1/omni"),
        ("nothing secret in v_123 or a@b", "nothing secret in v_123 or a@b"),
    ],
)
def test_a_secret_inside_a_sentence_is_hidden(lines: io.StringIO, text: str, safe: str) -> None:
    get_logger("x").info(text, detail=text, seen=[text], error=ValueError(text))
    logging.getLogger("y").error("%s", text)
    first, second = told(lines)
    assert (first["event"], first["detail"], first["seen"], first["error"]) == (safe, safe, [safe], safe)
    assert second["event"] == safe


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_neither_locals_nor_secrets(lines: io.StringIO, form: Any) -> None:
    out = io.StringIO()
    setup_logging(form, out=out)
    password = "CANARY"
    try:
        raise RuntimeError(f"refused {TOKEN} of {len(password)}")
    except RuntimeError:
        get_logger("x").exception("it failed")
        logging.getLogger("y").exception("it failed too")
    assert out.getvalue().count("RuntimeError: refused [hidden] of 6") == 2
    assert "CANARY" not in out.getvalue()
    assert TOKEN not in out.getvalue()


def test_requests_of_libraries_are_not_logged(lines: io.StringIO) -> None:
    for name in ("httpx2", "httpcore2.connection", "uvicorn.access"):
        logging.getLogger(name).info("GET /secret")
    get_logger("x").debug("too fine")
    assert lines.getvalue() == ""


async def ask(port: int, request: bytes) -> tuple[str, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


async def no() -> bool:
    return False


async def yes() -> bool:
    return True


async def broken() -> bool:
    raise ConnectionError("no database")


async def hanging() -> bool:
    await asyncio.sleep(60)
    return True


async def test_metrics_are_served_with_every_family_of_the_fixed_set() -> None:
    async with serve_metrics(0, ready=yes) as port:
        head, body = await ask(port, get("/metrics"))
    assert head.startswith("HTTP/1.1 200 OK")
    assert f"Content-Length: {len(body)}" in head
    families = set(re.findall(r"^# TYPE (\S+) ", body.decode(), re.MULTILINE))
    assert families >= {
        "omni_turn_seconds",
        "omni_queue_lag_seconds",
        "omni_sends_total",
        "omni_rings_total",
        "omni_errors_total",
        "omni_http_requests_total",
        "omni_http_seconds",
        "omni_ws_connections",
        "process_resident_memory_bytes",
    }


def test_no_metric_is_labelled_by_an_id_or_a_text() -> None:
    forbidden = {"tenant_id", "tenant", "conversation_id", "user", "email", "path", "url", "text"}
    labels = {label for family in REGISTRY.collect() for sample in family.samples for label in sample.labels}
    assert not labels & forbidden


@pytest.mark.parametrize(("ready", "status"), [(yes, 200), (no, 503), (broken, 503)])
async def test_readiness_is_what_the_parts_say_and_health_is_not(ready: Any, status: int) -> None:
    async with serve_metrics(0, ready=ready) as port:
        head, _ = await ask(port, get("/readyz?verbose"))
        health, body = await ask(port, get("/healthz"))
    assert head.split()[1] == str(status)
    assert (health.split()[1], body) == ("200", b"ok\n")


async def test_a_part_that_hangs_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "READY_DEADLINE", 0.05)
    async with serve_metrics(0, ready=hanging) as port:
        assert (await ask(port, get("/readyz")))[0].split()[1] == "503"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/"), "404"),
        (get("/metrics/../etc"), "404"),
        (b"POST /metrics HTTP/1.1\r\n\r\n", "405"),
        (b"\x00\xff\r\n\r\n", "405"),
        (b"GET\r\n\r\n", "405"),
    ],
)
async def test_other_requests_are_refused(request_: bytes, status: str) -> None:
    async with serve_metrics(0, ready=yes) as port:
        assert (await ask(port, request_))[0].split()[1] == status


async def test_a_silent_or_endless_client_does_not_hold_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "REQUEST_DEADLINE", 0.1)
    async with serve_metrics(0, ready=yes) as port:
        assert (await ask(port, b"GET /metr"))[0] == ""
        assert (await ask(port, b"x" * 9_000))[0] == ""
        assert (await ask(port, get("/healthz")))[1] == b"ok\n"


FAULTY = """
import sys
from omnisupport.observability import fault_point
for line in sys.stdin:
    fault_point(line.strip())
    print("passed", line.strip(), flush=True)
"""


def run_points(points: list[str], **environment: str) -> tuple[list[str], int]:
    """Pass these points in a process of its own; return those that it survived, and how it ended."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FAULT")}
    done = subprocess.run(
        [sys.executable, "-c", FAULTY],
        input="\n".join(points) + "\n",
        capture_output=True,
        text=True,
        env=clean | environment,
        timeout=30,
        check=False,
    )
    return [line.removeprefix("passed ") for line in done.stdout.splitlines()], done.returncode


def test_without_a_plan_a_fault_point_does_nothing() -> None:
    assert run_points(["before_send", "after_commit"]) == (["before_send", "after_commit"], 0)


def test_a_process_is_killed_at_the_named_point() -> None:
    assert run_points(["a", "b", "c"], FAULT="b") == (["a"], -signal.SIGKILL)
    assert run_points(["a", "b", "a", "b", "b"], FAULT="b:3") == (["a", "b", "a", "b"], -signal.SIGKILL)
    assert run_points(["ab", "b_", "c"], FAULT="b") == (["ab", "b_", "c"], 0)


def test_a_file_arms_a_running_process_once(tmp_path: Path) -> None:
    file = tmp_path / "fault"
    child = subprocess.Popen(
        [sys.executable, "-c", FAULTY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"FAULT_FILE": str(file), "FAULT": "b"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    for point in ("a", "b", "b"):
        print(point, file=child.stdin, flush=True)
        assert child.stdout.readline() == f"passed {point}\n"
    file.write_text("b:2")
    print("b", file=child.stdin, flush=True)
    assert child.stdout.readline() == "passed b\n"
    assert file.exists()
    print("b", file=child.stdin, flush=True)
    assert child.wait(10) == -signal.SIGKILL
    assert not file.exists()
    child.stdin.close()
    child.stdout.close()
    assert run_points(["b"], FAULT_FILE=str(file), FAULT="b") == (["b"], 0)  # the restarted process lives


def test_an_empty_file_stands_for_the_point_of_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "fault"
    file.touch()
    assert run_points(["a", "b"], FAULT_FILE=str(file), FAULT="b") == (["a"], -signal.SIGKILL)
    assert not file.exists()


def test_of_two_processes_one_dies(tmp_path: Path) -> None:
    file = tmp_path / "fault"
    file.write_text("b")
    ends = [run_points(["b", "c"], FAULT_FILE=str(file))[1] for _ in range(2)]
    assert ends == [-signal.SIGKILL, 0]


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note a kill instead of dying of it."""
    noted: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: noted.append(number))
    return noted


def test_passes_are_counted_from_the_moment_of_arming(tmp_path: Path, kills: list[int]) -> None:
    file = tmp_path / "fault"
    fault_point = observability.fault_point_of({"FAULT_FILE": str(file)})
    for moment in (1, 2):
        file.write_text("b:2")
        os.utime(file, (moment, moment))
        fault_point("b")
        assert kills == []
    fault_point("b")
    assert kills == [signal.SIGKILL]


def test_who_comes_second_to_the_file_lives(
    tmp_path: Path, kills: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "fault"
    file.write_text("b")
    remove = os.unlink

    def both_at_once(path: str) -> None:
        remove(path)
        remove(path)

    fault_point = observability.fault_point_of({"FAULT_FILE": str(file)})
    monkeypatch.setattr(os, "unlink", both_at_once)
    fault_point("b")
    assert kills == []
