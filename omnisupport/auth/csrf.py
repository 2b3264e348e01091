"""A request that rides on a cookie must come from a page of ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from omnisupport.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CODE = "csrf"


def check_same_origin(method: str, headers: Mapping[str, str], allowed_origins: Collection[str]) -> None:
    """Let a request by cookie through if it changes nothing or if our own page sent it.

    The browser says so with `Sec-Fetch-Site: same-origin`, or by an `Origin` that is one of
    `allowed_origins` (`https://support.example`, exact). A request with `Authorization` uses no cookie and needs
    no check. `headers` is read by lower-case names.

    Raises:
        Forbidden: code `csrf`; neither header says that it is ours.
    """
    if method.upper() in SAFE_METHODS or headers.get("sec-fetch-site") == "same-origin":
        return
    _check_origin(headers, allowed_origins)


def check_socket_origin(headers: Mapping[str, str], allowed_origins: Collection[str]) -> None:
    """Let a WebSocket handshake through only from a page of ours.

    A handshake is a GET that no CORS rule holds back, so here the method excuses nothing and the exact
    `Origin`, which every browser sends, is required.

    Raises:
        Forbidden: code `csrf`; the origin is absent or foreign.
    """
    _check_origin(headers, allowed_origins)


def _check_origin(headers: Mapping[str, str], allowed_origins: Collection[str]) -> None:
    origin = headers.get("origin", "").lower()
    allowed = {each.rstrip("/").lower() for each in allowed_origins}
    # "null" is what sandboxed frames and local files send: never ours, even if somebody lists it.
    if not origin or origin == "null" or origin not in allowed:
        raise Forbidden("The request did not come from a page of this service.", code=CODE)
