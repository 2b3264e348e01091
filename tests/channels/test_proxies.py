"""Providers are reached through the proxies that the deployment names: HTTP and SOCKS, for every library in use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address

import pytest

from omnisupport.channels import registry
from omnisupport.channels.transport import Transport
from tests.channels.conformance import Kit
from tests.channels.stub import Stub
from tests.channels.test_max import MaxKit
from tests.channels.test_telegram import TelegramKit

CALL_S = 10.0


class Proxy:
    """SOCKS5 (RFC 1928, no login) and plain HTTP forwarding by its first byte; `asked` are the targets."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.port = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Proxy]:
        """Listen on loopback."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readexactly(1)
            if first == b"\x05":
                target, said = await self._socks(reader, writer), b""
            else:
                target, said = await self._http(first, reader, writer)
            self.asked.append(target)
            there, away = await asyncio.open_connection(*target)
            away.write(said)
            await asyncio.gather(_pipe(reader, away), _pipe(there, writer))
        finally:
            writer.close()

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        if kind == 1:
            host = str(ip_address(await reader.readexactly(4)))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2))
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        return host, port

    async def _http(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[tuple[str, int], bytes]:
        head = first + await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        where = target.removeprefix(b"http://").partition(b"/")[0].decode()
        host, _, port = where.rpartition(":")
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            return (host, int(port)), b""
        return (host, int(port)), head.replace(b"http://" + where.encode(), b"", 1)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()
    writer.close()


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize("kit", [TelegramKit(), MaxKit()], ids=["telegram", "max"])
async def test_a_send_goes_through_the_proxy_of_its_account(kit: Kit, scheme: str) -> None:
    async with Stub(kit.respond) as stub, Proxy().open() as proxy:
        account = kit.account()
        named = {f"{kit.provider}:{account.external_id}": f"{scheme}://127.0.0.1:{proxy.port}"}
        other = {kit.provider: "http://127.0.0.1:9"}  # an account's own goes before its provider's
        transport: Transport = replace(kit.transport(stub.url), proxies=other | named, call_s=CALL_S)
        adapter = registry.outbound_of(kit.folder, transport)
        [part] = kit.render.render(kit.message("раз"), account, kit.chat())
        found = await adapter.send(part, "key/0", account)
        await adapter.close()
        await transport.close()
        assert found.provider_message_id and proxy.asked == [("127.0.0.1", stub.port)]
