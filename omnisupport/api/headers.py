"""What every answer tells a browser: what our pages may load, who may frame them, and what nobody keeps.

The outermost layer, so that a refusal of any other, and a failure, have it too.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = ("/api/", "/admin/v1/")
"""What is no page: the tenants' API and that of the platform's people."""
API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": API_POLICY,
}
"""Unless the answer says otherwise of itself."""
HSTS = "max-age=31536000"
"""Without subdomains: they are the customer's own, and not ours to bind."""
NO_STORE = "no-store"
PAGES = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; connect-src 'self' {sockets}; "
    "frame-src {frames}; base-uri 'none'; form-action {forms}; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class Headers:
    """Wraps the whole app, its answer to a failure included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and complete the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), scope, message["status"])
            await send(message)

        await self._app(scope, receive, complete)


def install(app: FastAPI) -> None:
    """Put the layer around everything: what `add_middleware` adds is inside Starlette's answer to a failure."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Headers(build())  # type: ignore[method-assign]


def new_nonce() -> str:
    """A nonce for one page."""
    return secrets.token_urlsafe(18)


def page_policy(
    nonce: str, host: str, *, ancestors: Sequence[str] = (), forms: str = "'none'", frames: str = "'none'"
) -> str:
    """The policy of one page of ours: scripts by nonce alone, no markup made of text, sockets to `host` only."""
    return PAGES.format(
        nonce=nonce,
        sockets=f"ws://{host} wss://{host}",
        forms=forms,
        frames=frames,
        ancestors=" ".join(ancestors) or "'none'",
    )


def _complete(headers: MutableHeaders, scope: Scope, status: int) -> None:
    if status in (408, 431):  # what is left of the request would go on trickling
        headers["Connection"] = "close"
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if scope["path"].startswith(API):
        headers.setdefault("Cache-Control", NO_STORE)
    if scope.get("scheme") == "https":
        headers["Strict-Transport-Security"] = HSTS
