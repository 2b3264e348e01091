"""What a fetch does on the wire, against real sockets: pinning, redirects, limits, and honest failures."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import zlib
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager

import httpcore2
import pytest

from omnisupport.net.egress import EgressBlocked, EgressFailed, EgressPolicy, EgressTimeout, EgressTooLarge
from omnisupport.net.fetch import Fetcher
from tests.net.servers import Asked, Names, Server, always, ok, redirect, serving


def fetcher_for(*servers: Server, host: str = "127.0.0.1", names: Names | None = None) -> Fetcher:
    policy = EgressPolicy.parse(",".join(f"{host}:{server.port}" for server in servers))
    return Fetcher(policy, resolve=names) if names else Fetcher(policy)


async def test_an_allowed_local_server_answers() -> None:
    async with serving(always(ok(b'{"status": "shipped"}', "Content-Type: application/json"))) as server:
        url = f"http://127.0.0.1:{server.port}/orders?id=7"
        answer = await fetcher_for(server).fetch("POST", url, json={"a": 1}, headers={"X-Api-Key": "k"})
        with pytest.raises(EgressBlocked):
            await Fetcher(EgressPolicy()).fetch("GET", url)
    assert (answer.status, answer.json(), answer.url) == (200, {"status": "shipped"}, url)
    assert answer.headers["content-type"] == "application/json"
    asked = server.asked[0]
    assert len(server.asked) == 1
    assert (asked.line, asked.body) == ("POST /orders?id=7 HTTP/1.1", b'{"a":1}')
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"
    assert (asked.headers["x-api-key"], asked.headers["content-type"]) == ("k", "application/json")


async def test_a_form_is_sent_as_a_form() -> None:
    async with serving(always(ok(b""))) as server:
        await fetcher_for(server).fetch("POST", f"http://127.0.0.1:{server.port}/", form={"a": "é b"})
    assert server.asked[0].body == b"a=%C3%A9+b"
    assert server.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_addresses_for_a_socket_of_ones_own_are_vetted_as_those_of_a_fetch() -> None:
    names = Names({"mail.test": [["93.184.215.14"]], "inner.test": [["93.184.215.14", "10.0.0.1"]]})
    fetcher = Fetcher(EgressPolicy.parse("inner.test:993"), resolve=names)
    assert list(await fetcher.vet("mail.test", 993)) == ["93.184.215.14"]
    assert list(await fetcher.vet("inner.test", 993)) == ["93.184.215.14", "10.0.0.1"]
    with pytest.raises(EgressBlocked):
        await fetcher.vet("inner.test", 143)
    assert fetcher.is_named("inner.test", 993) and not fetcher.is_named("mail.test", 993)


class Wire(httpcore2.AnyIOBackend):
    """The internet of a test: notes which address a socket is for and leads it to a local server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.asked: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.asked.append(host)
        return await super().connect_tcp("127.0.0.1", self._server.port, timeout, local_address)


async def test_a_name_that_changes_its_answer_is_resolved_once() -> None:
    names = Names({"rebind.test": [["93.184.216.34"], ["127.0.0.1"]]})
    async with serving(always(ok(b"public"))) as server:
        wire = Wire(server)
        fetcher = Fetcher(EgressPolicy(), resolve=names, sockets=wire)
        answer = await fetcher.fetch("GET", "http://rebind.test/")
        with pytest.raises(EgressBlocked):
            await fetcher.fetch("GET", "http://rebind.test/")
    assert answer.body == b"public"
    assert (names.asked, wire.asked) == (["rebind.test", "rebind.test"], ["93.184.216.34"])
    assert server.asked[0].headers["host"] == "rebind.test"


async def test_a_name_that_changes_its_answer_is_caught_at_the_next_hop() -> None:
    names = Names({"rebind.test": [["93.184.216.34"], ["127.0.0.1"]]})
    async with serving(always(redirect("/again"))) as server:
        wire = Wire(server)
        fetcher = Fetcher(EgressPolicy(), resolve=names, sockets=wire)
        with pytest.raises(EgressBlocked):
            await fetcher.fetch("GET", "http://rebind.test/", redirects=3)
    assert (wire.asked, len(server.asked)) == (["93.184.216.34"], 1)


async def test_the_next_address_is_tried_when_the_first_refuses() -> None:
    names = Names({"shop.test": [["127.0.0.2", "127.0.0.1"]]})
    async with serving(always(ok(b"here"))) as server:
        fetcher = fetcher_for(server, host="shop.test", names=names)
        answer = await fetcher.fetch("GET", f"http://shop.test:{server.port}/")
    assert answer.body == b"here"
    assert server.asked[0].headers["host"] == f"shop.test:{server.port}"


def leading_to(target: Server, status: int = 302) -> AbstractAsyncContextManager[Server]:
    return serving(always(redirect(f"http://127.0.0.1:{target.port}/next", status)))


async def test_a_redirect_is_an_answer_unless_asked_for() -> None:
    async with serving(always(ok(b"inside"))) as inner, leading_to(inner) as outer:
        answer = await fetcher_for(outer, inner).fetch("GET", f"http://127.0.0.1:{outer.port}/")
    assert (answer.status, inner.asked) == (302, [])


async def test_a_redirect_to_a_private_target_is_refused() -> None:
    async with serving(always(ok(b"inside"))) as inner, leading_to(inner) as outer:
        with pytest.raises(EgressBlocked) as refusal:
            await fetcher_for(outer).fetch("GET", f"http://127.0.0.1:{outer.port}/", redirects=3)
    assert inner.asked == []
    assert refusal.value.sent  # the first hop was


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://u:p@a.test/",
        "//169.254.169.254/",
        "http://[bad",
    ],
)
async def test_each_hop_is_vetted_anew(location: str) -> None:
    async with serving(always(redirect(location))) as server:
        with pytest.raises(EgressBlocked):
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/", redirects=3)
    assert len(server.asked) == 1


async def test_another_host_gets_neither_credentials_nor_a_body() -> None:
    secrets = {"Authorization": "Bearer s", "Cookie": "a=b", "X-Api-Key": "k", "Accept": "text/plain"}
    async with serving(always(ok(b"there"))) as other, leading_to(other, 307) as first:
        fetcher, url = fetcher_for(first, other), f"http://127.0.0.1:{first.port}/"
        answer = await fetcher.fetch("GET", url, headers=secrets, redirects=1)
        with pytest.raises(EgressBlocked):
            await fetcher.fetch("POST", url, json={"card": 1}, redirects=1)
    assert answer.body == b"there"
    assert len(other.asked) == 1
    assert not {"authorization", "cookie", "x-api-key"} & set(other.asked[0].headers)
    assert other.asked[0].headers["accept"] == "text/plain"
    assert first.asked[0].headers["authorization"] == "Bearer s"


async def test_the_same_host_keeps_its_headers_and_a_303_becomes_a_get() -> None:
    async def answer(asked: Asked) -> None:
        await asked.reply(redirect("/done", 303) if asked.line.startswith("POST") else ok(b"done"))

    async with serving(answer) as server:
        got = await fetcher_for(server).fetch(
            "POST", f"http://127.0.0.1:{server.port}/", json={}, headers={"X-Api-Key": "k"}, redirects=1
        )
    assert got.body == b"done"
    assert got.url.endswith("/done")
    assert server.asked[1].line == "GET /done HTTP/1.1"
    assert server.asked[1].headers["x-api-key"] == "k"
    assert "content-type" not in server.asked[1].headers


async def test_an_endless_redirect_ends() -> None:
    async with serving(always(redirect("/again"))) as server:
        with pytest.raises(EgressFailed) as failure:
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/", redirects=99)
    assert len(server.asked) == 4  # the first and three hops, whatever was asked for
    assert not failure.value.retryable


async def test_cookies_of_an_answer_are_never_sent_back() -> None:
    async with serving(always(ok(b"", "Set-Cookie: session=1; Path=/"))) as server:
        fetcher = fetcher_for(server)
        for _ in range(2):
            await fetcher.fetch("GET", f"http://127.0.0.1:{server.port}/")
    assert "cookie" not in server.asked[1].headers


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(ok(b"proxy"))) as proxy, serving(always(ok(b"direct"))) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        answer = await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/")
    assert (answer.body, proxy.asked) == (b"direct", [])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_answer_is_read(encoding: str) -> None:
    packed = gzip.compress(b"hello") if encoding == "gzip" else zlib.compress(b"hello")
    async with serving(always(ok(packed, f"Content-Encoding: {encoding}"))) as server:
        answer = await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/")
    assert answer.body == b"hello"


async def test_a_decompression_bomb_is_stopped_at_the_cap() -> None:
    bomb = gzip.compress(bytes(200 * 2**20), compresslevel=1)
    assert len(bomb) < 2**20
    async with serving(always(ok(bomb, "Content-Encoding: gzip"))) as server:
        with pytest.raises(EgressTooLarge) as refusal:
            await fetcher_for(server).fetch(
                "GET", f"http://127.0.0.1:{server.port}/", max_bytes=2**20 + 2**16
            )
    assert (refusal.value.code, refusal.value.retryable) == ("egress_too_large", False)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "nonsense"])
async def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    async with serving(always(ok(b"x", f"Content-Encoding: {encoding}"))) as server:
        with pytest.raises(EgressFailed):
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/")


async def test_a_broken_encoding_is_a_failure_in_words() -> None:
    async with serving(always(ok(b"not gzip", "Content-Encoding: gzip"))) as server:
        with pytest.raises(EgressFailed, match="decompressed"):
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/")


async def test_an_answer_is_taken_up_to_the_cap_and_not_beyond() -> None:
    async def chunked(asked: Asked) -> None:
        size = int(asked.line.split()[1].strip("/"))
        await asked.reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        await asked.reply(f"{size:x}\r\n".encode() + bytes(size) + b"\r\n0\r\n\r\n")

    async with serving(chunked) as server:
        fetcher, url = fetcher_for(server), f"http://127.0.0.1:{server.port}"
        assert len((await fetcher.fetch("GET", f"{url}/1000", max_bytes=1000)).body) == 1000
        with pytest.raises(EgressTooLarge):
            await fetcher.fetch("GET", f"{url}/1001", max_bytes=1000)


async def test_a_declared_length_above_the_cap_is_refused_unread() -> None:
    async with serving(always(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")) as server:
        with pytest.raises(EgressTooLarge):
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/", timeout=5)


async def test_the_deadline_is_of_the_whole_exchange_not_of_each_byte() -> None:
    async def drip(asked: Asked) -> None:
        await asked.reply(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            await asked.reply(b"x")
            await asyncio.sleep(0.05)

    async with serving(drip) as server:
        started = time.monotonic()
        with pytest.raises(EgressTimeout) as late:
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/", timeout=0.4)
    assert time.monotonic() - started < 1.5
    assert (late.value.code, late.value.sent, late.value.retryable) == ("egress_timeout", True, True)


async def test_a_name_server_that_is_silent_counts_against_the_deadline() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    with pytest.raises(EgressTimeout) as late:
        await Fetcher(EgressPolicy(), resolve=silent).fetch("POST", "http://a.test/", timeout=0.1)
    assert (late.value.sent, late.value.retryable) == (False, True)


@pytest.mark.parametrize(
    ("method", "retryable"), [("POST", False), ("PATCH", False), ("GET", True), ("PUT", True)]
)
async def test_a_request_without_an_answer_is_told_from_one_not_sent(method: str, retryable: bool) -> None:
    async with serving(always()) as server:  # reads the request and hangs up
        url = f"http://127.0.0.1:{server.port}/"
        fetcher = fetcher_for(server)
        with pytest.raises(EgressFailed) as lost:
            await fetcher.fetch(method, url)
    with pytest.raises(EgressFailed) as unsent:  # nobody listens any more
        await fetcher.fetch(method, url)
    assert (lost.value.sent, lost.value.retryable) == (True, retryable)
    assert (unsent.value.sent, unsent.value.retryable) == (False, True)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_a_failure_in_words(raw: bytes) -> None:
    async with serving(always(raw)) as server:
        with pytest.raises(EgressFailed) as failure:
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/")
    assert (failure.value.code, failure.value.status, failure.value.sent) == ("egress_failed", 502, True)


async def test_a_type_that_was_not_asked_for_is_refused() -> None:
    async with serving(always(ok(b"<p>", "Content-Type: text/html; charset=utf-8"))) as server:
        fetcher, url = fetcher_for(server), f"http://127.0.0.1:{server.port}/"
        with pytest.raises(EgressFailed, match="text/html"):
            await fetcher.fetch("GET", url, content_types={"application/json"})
        assert (await fetcher.fetch("GET", url, content_types={"text/*"})).body == b"<p>"
        assert (await fetcher.fetch("GET", url, content_types={"text/html"})).body == b"<p>"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "inside"},
        {"Transfer-Encoding": "chunked"},
        {"content-length": "0"},
        {"Proxy-Authorization": "x"},
        {"X-A": "b\r\nX-C: d"},
        {"X A": "b"},
        {"X-A": "б"},
        {"X-A\n": "b"},
    ],
)
async def test_headers_that_change_the_framing_are_refused(headers: dict[str, str]) -> None:
    async with serving(always(ok(b""))) as server:
        with pytest.raises(EgressBlocked):
            await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/", headers=headers)
    assert server.asked == []


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET / HTTP/1.1\r\nX: y"])
async def test_only_plain_methods_are_sent(method: str) -> None:
    with pytest.raises(EgressBlocked):
        await Fetcher(EgressPolicy()).fetch(method, "http://1.1.1.1/")


@pytest.mark.parametrize(("reason", "retryable"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
async def test_only_a_name_that_may_come_back_is_worth_a_retry(reason: int, retryable: bool) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(reason, "no answer")

    with pytest.raises(EgressFailed, match=r"gone\.test") as failure:
        await Fetcher(EgressPolicy(), resolve=resolve).fetch("POST", "http://gone.test/")
    assert (failure.value.sent, failure.value.retryable) == (False, retryable)


async def test_an_answer_that_is_not_json_is_a_failure_in_words() -> None:
    async with serving(always(ok(b"[" * 100_000))) as server:
        answer = await fetcher_for(server).fetch("GET", f"http://127.0.0.1:{server.port}/")
    with pytest.raises(EgressFailed, match="JSON"):
        answer.json()
