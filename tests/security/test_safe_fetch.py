"""P8: whatever address a tenant names and whatever it answers, nothing inside is reached and nobody here is held up.

Every connection that the fetcher opens is led to a listener that counts: none of the addresses may reach it. What is
refused before a name is looked up stands in tests/net/test_egress.py, and is asked here again on real sockets.
"""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

import httpcore2
import pytest

from omnisupport.net.egress import EgressBlocked, EgressError, EgressPolicy
from omnisupport.net.fetch import Fetcher
from tests.net.servers import Asked, Server, always, ok, redirect, serving
from tests.net.test_egress import BLOCKED

PUBLIC = "93.184.216.34"
INNER = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "::1",
    "fd00::1",
)
ADDRESSES = [
    # one IPv4 address in every IPv6 that carries it
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::ffff:a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:c0a8:101::]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::c0a8:1]",
    "[64:ff9b:1::a00:1]",
    "[2001:0:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:f5ff:fffe]",
    "[fe80::5efe:7f00:1]",
    "[fe80::1%25lo]",
    "[fd00::5efe:a00:1]",
    "[::7f00:1]",
    "[100::1]",
    "[5f00::1]",
    "[ff05::1]",
    # numbers and spellings that a resolver takes for one
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0X7F000001",
    "017700000001",
    "0177.1",
    "127.0.1",
    "127.000.000.001",
    "0000127.0.0.1",
    "2130706433.",
    "4294967295",
    "3232235777",
    "00",
    "0.0.0.0.",
    "127.0.0.1.",
    "127.0.0.1%00",
    "127.0.0.1%0a",
    "127%2E0%2E0%2E1",
    "①②⑦.0.0.1",
    "⓵⓶⓻.0.0.1",
    "127｡0｡0｡1",
    "٠.٠.٠.٠",
    "loc\u00adalhost",
    "localhost.",
    "LOCALHOST",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "localhost.localdomain",
    "ip6-localhost",
    "xn--",
    "a..b",
    "-",
    # blocks that are nobody's on the internet
    "192.0.0.8",
    "192.0.2.1",
    "192.31.196.1.",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "239.255.255.250",
    "240.0.0.1",
    "100.127.255.254",
    "172.31.255.255",
    "169.254.170.2",
]
ODD = [
    "http://public.test:80@{inner}/",
    "http://{inner}:80\\@public.test/",
    "http://public.test#@{inner}/",
    "http://{inner}?@public.test/",
    "http:{inner}/",
    "http:/{inner}/",
    "http:///{inner}/",
    "http:\\\\{inner}\\",
    "//{inner}/",
    "http://public.test:{inner}/",
    "https://{inner}:443/",
    "HTTP://{inner}/",
    " http://{inner}/",
    "http://{inner}\t/",
    "http://u:p@{inner}/",
    "ftp://{inner}/",
    "gopher://{inner}:80/_GET",
    "file://{inner}/etc/passwd",
    "ldap://{inner}/",
    "jar:http://{inner}!/",
    "ws://{inner}/",
]
URLS = [
    *(f"http://{address}/" for address in ADDRESSES),
    *(form.replace("{inner}", "127.0.0.1") for form in ODD),
    *BLOCKED,
]


class Zone:
    """The name service of an attacker: every name is his, and answers what he likes, in turn."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class Wires(httpcore2.AnyIOBackend):
    """The network: every address leads to the one listener, so that a connection to any of them is a hit."""

    def __init__(self, listener: Server) -> None:
        self._port = listener.port
        self.opened: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.opened.append(host)
        return await super().connect_tcp("127.0.0.1", self._port, timeout, local_address)


def test_the_table_is_long_enough() -> None:
    assert len(set(URLS)) >= 150
    assert len({url for url in URLS if url not in BLOCKED}) >= 60


@pytest.mark.parametrize("inner", INNER)
async def test_nothing_inside_is_reached(inner: str) -> None:
    """Names that are none of a literal lead inside too: whatever is let through would be a hit."""
    async with serving(always(ok(b"inside"))) as listener:
        wires = Wires(listener)
        fetcher = Fetcher(EgressPolicy(), resolve=Zone([inner]), sockets=wires)
        for url in URLS:
            with pytest.raises(EgressError) as refusal:
                await fetcher.fetch("POST", url, json={"secret": 1}, timeout=5)
            assert not refusal.value.sent, url
        assert (wires.opened, listener.asked) == ([], [])


async def test_what_the_table_differs_from_is_reached() -> None:
    async with serving(always(ok(b"outside"))) as listener:
        wires = Wires(listener)
        fetcher = Fetcher(EgressPolicy(), resolve=Zone([PUBLIC]), sockets=wires)
        assert (await fetcher.fetch("GET", "http://public.test/")).body == b"outside"
        assert (wires.opened, len(listener.asked)) == ([PUBLIC], 1)


@pytest.mark.parametrize("inner", INNER)
async def test_a_name_that_changes_between_the_look_and_the_connection_changes_nothing(inner: str) -> None:
    """Rebinding: the socket goes to the address that was judged, and a second look is judged again."""
    async with serving(always(ok(b"outside"))) as listener:
        wires = Wires(listener)
        fetcher = Fetcher(EgressPolicy(), resolve=Zone([PUBLIC], [inner]), sockets=wires)
        await fetcher.fetch("GET", "http://rebind.test/")
        for _ in range(3):
            with pytest.raises(EgressBlocked):
                await fetcher.fetch("GET", "http://rebind.test/")
        assert wires.opened == [PUBLIC]
        mixed = Fetcher(EgressPolicy(), resolve=Zone([PUBLIC, inner]), sockets=wires)
        with pytest.raises(EgressBlocked):
            await mixed.fetch("GET", "http://both.test/")
        assert wires.opened == [PUBLIC]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_leads_inside(status: int) -> None:
    """Each address of the table as the place to go on to: the first hop is the only connection."""
    targets = [url for url in URLS if url and url.isascii() and url.isprintable() and len(url) < 2000]
    turn = iter(targets)

    async def lead(asked: Asked) -> None:
        await asked.reply(redirect(next(turn), status))

    async with serving(lead) as listener:
        wires = Wires(listener)
        for url in targets:
            names = Zone([PUBLIC], ["10.0.0.1"])
            fetcher = Fetcher(EgressPolicy(), resolve=names, sockets=wires)
            with pytest.raises(EgressError) as refusal:
                await fetcher.fetch("GET", "http://public.test/", redirects=3, timeout=5)
            assert refusal.value.sent, url
        assert wires.opened == [PUBLIC] * len(targets)


# --- answers that attack ----------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"


async def endless(asked: Asked, piece: bytes, every: float = 0.0) -> None:
    """Say something again and again until nobody listens."""
    while True:
        await asked.reply(piece)
        await asyncio.sleep(every)


def bomb(kind: str) -> bytes:
    """Two hundred megabytes of nothing in less than one."""
    pressed = gzip.compress(bytes(200 * 2**20), 1) if kind == "gzip" else zlib.compress(bytes(200 * 2**20), 1)
    return ok(pressed, f"Content-Encoding: {kind}")


async def attack(name: str, asked: Asked) -> None:
    """Answer as an attacker."""
    match name:
        case "a gzip bomb":
            await asked.reply(bomb("gzip"))
        case "a deflate bomb":
            await asked.reply(bomb("deflate"))
        case "a bomb in a bomb":
            twice = gzip.compress(gzip.compress(bytes(2**20)))
            await asked.reply(ok(twice, "Content-Encoding: gzip, gzip"))
        case "a body a byte at a time":
            await asked.reply(HEAD + b"Content-Length: 100000\r\n\r\n")
            await endless(asked, b"x", 0.02)
        case "a head a byte at a time":
            await asked.reply(HEAD + b"X-Slow: ")
            await endless(asked, b"x", 0.02)
        case "silence":
            await asyncio.sleep(60)
        case "one header without an end":
            await asked.reply(HEAD + b"X: ")
            await endless(asked, b"x" * 65_536)
        case "headers without an end":
            await asked.reply(HEAD)
            await endless(asked, b"X-Y: z\r\n" * 4096)
        case "informational answers without an end":
            await endless(asked, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.001)
        case "chunks without an end":
            await asked.reply(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            await endless(asked, b"10000\r\n" + bytes(65_536) + b"\r\n")
        case "a chunk that says more than there is":
            await asked.reply(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n")
            await endless(asked, bytes(65_536))
        case "an extension of a chunk without an end":
            await asked.reply(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;")
            await endless(asked, b"x" * 65_536)
        case "a body until the connection ends, which it does not":
            await asked.reply(HEAD + b"Connection: close\r\n\r\n")
            await endless(asked, bytes(65_536))
        case "a length beyond everything":
            await asked.reply(HEAD + b"Content-Length: 9223372036854775807\r\n\r\n")
        case "another protocol":
            await asked.reply(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
            await asyncio.sleep(60)


ATTACKS = [
    "a gzip bomb",
    "a deflate bomb",
    "a bomb in a bomb",
    "a body a byte at a time",
    "a head a byte at a time",
    "silence",
    "one header without an end",
    "headers without an end",
    "informational answers without an end",
    "chunks without an end",
    "a chunk that says more than there is",
    "an extension of a chunk without an end",
    "a body until the connection ends, which it does not",
    "a length beyond everything",
    "another protocol",
]
PATIENCE_S = 1.5


@pytest.mark.parametrize("name", ATTACKS)
async def test_no_answer_takes_more_time_or_memory_than_it_was_given(name: str) -> None:
    async with AsyncExitStack() as stack:
        listener = await stack.enter_async_context(serving(lambda asked: attack(name, asked)))
        policy = EgressPolicy.parse(f"127.0.0.1:{listener.port}")
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        with pytest.raises(EgressError) as refusal:
            await Fetcher(policy).fetch(
                "GET", f"http://127.0.0.1:{listener.port}/", timeout=PATIENCE_S, max_bytes=2**20
            )
        assert time.monotonic() - began < PATIENCE_S + 3
        assert refusal.value.status in (502, 504) and refusal.value.sent
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < 64 + (200 if "bomb" in name else 0), "MiB; the test itself makes the bomb"
