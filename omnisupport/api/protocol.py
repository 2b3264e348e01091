"""The server's HTTP, less patient than it comes: a head that trickles, or never ends, ends the connection."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from omnisupport.api.requests import HEAD_MAX

HEAD_S = 10.0
"""How long the head of a request may take to come; a connection that says nothing at all is given as much."""
SLACK = 64 * 1024
"""A head comes with the beginning of its body: what is counted here may be that. `Requests` counts exactly."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class ImpatientProtocol(HttpToolsProtocol):
    """One connection. Bodies have a time of their own (`Requests`)."""

    _until: asyncio.TimerHandle | None = None
    _unread = 0

    def connection_made(self, transport: Any) -> None:
        """Give the first head its time."""
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head without an end is not kept for ever."""
        if self._until is not None:
            self._unread += len(data)
        super().data_received(data)
        if self._until is not None and self._unread > HEAD_MAX + SLACK and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """The next head on a connection that was kept open has its time too."""
        super().on_message_begin()
        if self._until is None:
            self._arm()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._disarm()
        super().on_headers_complete()

    def _arm(self) -> None:
        self._unread = 0
        self._until = self.loop.call_later(HEAD_S, self._give_up)

    def _disarm(self) -> None:
        if self._until is not None:
            self._until.cancel()
            self._until = None

    def _give_up(self) -> None:
        self._until = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()
