"""No request body above a limit is read; one ASGI layer that costs others a look at their headers."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from omnisupport.api.errors import problem

BODY_MAX = 1024 * 1024
LARGER = {"/api/v1/customers/import": 5 * 1024 * 1024}
"""What takes a file as its body."""


class BodyLimit:
    """Wraps the app. FastAPI's own `max_body_size` answers in plain text where a length is named."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request whose body is small, or says nothing of its length and is counted as it comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        most = LARGER.get(scope["path"], BODY_MAX)
        if int(headers.get(b"content-length", 0)) > most:  # the server has seen that it is a number
            await problem(413, "body_too_large", _detail(most))(scope, receive, send)
        elif b"transfer-encoding" in headers:
            await self._app(scope, _counted(receive, most), send)
        else:
            await self._app(scope, receive, send)


def _detail(most: int) -> str:
    return f"A request has at most {most:,} bytes."


def _counted(receive: Receive, most: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, _detail(most))  # FastAPI lets no other error of a body through
        return message

    return counted
