"""`http`: what is asked, what is stored, and each way to fail."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import Failed, Result, pending
from tests.scenario_dsl.support import Chat, scenario

HTTP = """\
  first:
    type: http
    connection: shop
    request:
      method: POST
      path: "/orders/{{ event.text }}"
      query: {phone: "=customer.phone", tag: [a, b], fixed: "1"}
      headers: {X-Locale: "=locale"}
      json: {name: "=event.text", note: "от {{ tenant.name }}", deep: {list: [1, "=1 + 1"]}}
    timeout: 8s
    retry: {max_attempts: 3, initial: 2s, retry_on: [timeout, "5xx"]}
    response: {save_to: vars.order, pick: data}
    next: shown
    exits: {"404": special, 4xx: wrong, 5xx: gone, timeout: skipped, schema: saved, error: failed}
  shown: {type: note, text: "{{ vars.order.status }}", next: bye}
"""
ORDER = """\
  order:
    type: object
    nullable: true
    fields: {status: {type: enum, values: [new, sent]}, sum: {type: number, nullable: true}}
"""


def http(text: str = "AB-1") -> Chat:
    return Chat(scenario(HTTP, variables=ORDER)).start(text)


def test_a_request_is_built_from_values() -> None:
    call = http().call
    assert (call.kind, call.timeout_ms) == ("http", 8_000)
    assert call.request == {
        "connection": "shop",
        "method": "POST",
        "path": "/orders/AB-1",
        "query": {"tag": ["a", "b"], "fixed": "1"},
        "headers": {"X-Locale": "ru"},
        "json": {"name": "AB-1", "note": "от Чайная лавка", "deep": {"list": [1, 2]}},
    }
    assert call.retry == {
        "max_attempts": 3,
        "initial_ms": 2_000,
        "backoff": 2.0,
        "max_interval_ms": 60_000,
        "jitter": False,
        "retry_on": ["timeout", "5xx"],
    }


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("../admin", "/orders/..%2Fadmin"),
        ("..", "/orders/%2E%2E"),
        ("a/b?c=d#e", "/orders/a%2Fb%3Fc%3Dd%23e"),
        ("чай", "/orders/%D1%87%D0%B0%D0%B9"),
    ],
)
def test_a_value_in_a_path_is_one_segment(typed: str, path: str) -> None:
    assert http(typed).call.request["path"] == path


def test_an_empty_value_in_a_path_is_an_error() -> None:
    """`/orders/` would be another resource."""
    assert http("").outcome == "error"


def test_a_header_cannot_hold_a_line_break() -> None:
    nodes = HTTP.replace('"=locale"', '"=event.text"').replace("/orders/{{ event.text }}", "/orders")
    assert Chat(scenario(nodes, variables=ORDER)).start("a\r\nX-Evil: 1").outcome == "error"


def test_a_body_is_stored_as_its_variable_says() -> None:
    chat = http().result("ok", {"status": 200, "json": {"data": {"status": "sent", "sum": 5, "more": "x"}}})
    assert chat.state["vars"]["order"] == {"status": "sent", "sum": 5.0}
    assert chat.outcome == "done"


@pytest.mark.parametrize(
    "body", [None, [], {}, {"data": None}, {"data": {"status": "lost"}}, {"data": 5}, "text"]
)
def test_a_body_that_does_not_fit_leaves_by_schema(body: Any) -> None:
    chat = http().result("ok", {"status": 200, "json": body})
    assert (chat.outcome, chat.state["vars"]) == ("saved", {})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("{type: string}", "a\0b"),
        ("{type: any}", {"list": ["a", "\0"]}),
        ("{type: object}", {"name\0": 1}),
        ("{type: money}", {"amount": 1, "currency": "R\0"}),
    ],
)
def test_a_nul_in_a_body_leaves_by_schema(kind: str, body: Any) -> None:
    """Postgres stores none, so none may get into the state."""
    nodes = HTTP.replace(", pick: data", "").replace("vars.order.status", "has(vars.order)")
    chat = Chat(scenario(nodes, variables=f"  order: {kind}\n")).start("1")
    assert chat.result("ok", {"status": 200, "json": body}).outcome == "saved"


@pytest.mark.parametrize(
    ("exit", "value", "outcome"),
    [
        ("http_error", {"status": 404, "json": None}, "special"),
        ("http_error", {"status": 422, "json": None}, "invalid"),
        ("http_error", {"status": 503, "json": None}, "timeout"),
        ("http_error", {"status": 302, "json": None}, "error"),
        ("http_error", None, "error"),
        ("timeout", None, "skipped"),
        ("error", None, "error"),
        ("error", {"code": "http.schema", "detail": "nested too deep"}, "saved"),
        ("unheard of", None, "error"),
    ],
)
def test_each_way_to_fail_has_its_exit(exit: str, value: Any, outcome: str) -> None:
    assert http().result(exit, value).outcome == outcome


def test_a_status_without_an_exit_of_its_own_is_an_error() -> None:
    nodes = HTTP.replace('"404": special, 4xx: wrong, 5xx: gone, timeout: skipped, schema: saved, ', "")
    for exit, value in (("http_error", {"status": 404}), ("timeout", None), ("ok", {"json": None})):
        assert Chat(scenario(nodes, variables=ORDER)).start("1").result(exit, value).outcome == "error"


def test_a_lost_call_can_be_issued_again() -> None:
    chat = http()
    assert pending(chat.ir, chat.state) == [chat.call]
    chat.result("error")
    assert pending(chat.ir, chat.state) == []


def test_an_old_result_is_ignored() -> None:
    chat = http()
    old = chat.state["waiting"]["call"]["id"]
    chat.result("http_error", {"status": 404})
    before = chat.state
    chat.take(Result(chat.context, old, "ok", {}))
    assert (chat.state, chat.commands) == (before, [])


@pytest.mark.parametrize("exit", ['"302"', "3xx"])
def test_a_redirect_is_an_exit_like_any_status(exit: str) -> None:
    nodes = HTTP.replace('"404": special', f"{exit}: special")
    chat = Chat(scenario(nodes, variables=ORDER)).start("1")
    assert chat.result("http_error", {"status": 302, "json": None}).outcome == "special"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"code": "http.blocked", "detail": "The port 22 is not open."}, "http.blocked"),
        ({"code": "http.too_large", "detail": ""}, "http.too_large"),
        ({"code": "internal_error"}, "http.connection"),
        ({"code": 5}, "http.connection"),
        (None, "http.connection"),
    ],
)
def test_an_error_keeps_its_code(value: Any, code: str) -> None:
    nodes = HTTP[: HTTP.index("    exits:")] + "    exits: {error: saved}\n" + HTTP[HTTP.index("  shown:") :]
    chat = Chat(scenario(nodes, variables=ORDER)).start("1").result("error", value)
    assert chat.of(Failed)[0].code == code
