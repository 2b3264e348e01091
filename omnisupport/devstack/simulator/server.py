"""Serves the doubles: each below the name of its provider, with the faults that are wanted of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from omnisupport.devstack.ports import LOOPBACK
from omnisupport.devstack.simulator.addresses import ADDRESSES
from omnisupport.devstack.simulator.api import ApiDouble
from omnisupport.devstack.simulator.double import Answer, Called, Double, Heard, Hook
from omnisupport.devstack.simulator.forms import Field, fields_of
from omnisupport.devstack.simulator.max import MaxDouble
from omnisupport.devstack.simulator.pictures import shown_as
from omnisupport.devstack.simulator.telegram import TelegramDouble
from omnisupport.devstack.simulator.twilio import TwilioDouble
from omnisupport.devstack.simulator.vk import VkDouble
from omnisupport.devstack.simulator.whatsapp import MetaDouble

HOSTS = [LOOPBACK, "localhost"]
"""A page of somebody else that points its own name at this machine reads nothing."""
SILENCE_S = 60.0
"""After so long a caller has given up."""
CALL_S = 15.0
LOOK_EVERY_S = 0.2
DOUBLES: tuple[type[Double], ...] = (TelegramDouble, MetaDouble, TwilioDouble, VkDouble, MaxDouble)
Fault = Literal["busy", "blocked", "silent"]
"""`silent`: the message arrives, and the provider says nothing."""


class Simulator:
    """Every double, at `url`; `faults` say in which way the sends of a provider go wrong, until they are taken out."""

    def __init__(self, url: str, *, kept: Path | None = None, shop_url: str = "") -> None:
        """`kept` is a file for what cannot be asked for again, `shop_url` the page with the widget."""
        self.url = url
        self.shop_url = shop_url
        self.faults: dict[str, Fault] = {}
        self._http = httpx2.AsyncClient(timeout=CALL_S, trust_env=False)
        self.doubles: dict[str, Double] = {
            made.provider: made(f"{url}/{made.provider}", self._call) for made in DOUBLES
        }
        self.doubles["api"] = ApiDouble(f"{url}/api", self._call, kept)

    async def close(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    def environment(self) -> dict[str, str]:
        """Where the product finds the providers."""
        return {name: f"{self.url}/{provider}" for name, provider in ADDRESSES.items()}

    async def serve(self, request: Request) -> Response:
        """A call of the product to a provider."""
        double = self.doubles.get(request.path_params["provider"])
        if double is None:
            return PlainTextResponse("There is no such provider here.", 404)
        called = await _called(request, f"/{double.provider}")
        fault = self.faults.get(double.provider) if double.is_send(called) else None
        if fault in ("busy", "blocked"):
            return _response(double.refuse(fault))
        answer = await double.answer(called)
        if fault == "silent":
            await _say_nothing(request)
        return _response(answer)

    def serve_file(self, request: Request) -> Response:
        """A file of a customer, as storages of providers give it; or one for him, which the page shows."""
        double, id = self.doubles.get(request.path_params["provider"]), request.path_params["id"]
        if double is None or id not in double.files:
            return PlainTextResponse("There is no such file.", 404)
        _, type, content = double.files[id]
        # What a customer sends must not become a page of this origin.
        headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
        return Response(content, media_type=shown_as(type, content), headers=headers)

    async def _call(self, hook: Hook) -> Heard:
        try:
            heard = await self._http.request(
                hook.method, hook.url, content=hook.body or None, headers=dict(hook.headers)
            )
        except httpx2.HTTPError as silent:
            return Heard(0, type(silent).__name__)
        return Heard(heard.status_code, heard.text)


def make_simulator(simulator: Simulator, *pages: BaseRoute) -> Starlette:
    """The providers, and pages beside them."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await simulator.close()

    methods = ["GET", "POST", "PUT", "DELETE"]
    routes = [
        Route("/healthz", lambda _: PlainTextResponse("ok")),
        *pages,
        Route("/{provider}/files/{id}", simulator.serve_file),
        Route("/{provider}/{path:path}", simulator.serve, methods=methods),
    ]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    return Starlette(routes=routes, middleware=[guard], lifespan=lifespan)


async def _called(request: Request, prefix: str) -> Called:
    body, type = await request.body(), request.headers.get("content-type", "")
    fields = fields_of(type, body)
    files = {name: value for name, value in fields.items() if isinstance(value, Field)}
    form = {name: str(value) for name, value in fields.items() if name not in files}
    called = Called(
        request.method,
        request.url.path.removeprefix(prefix),
        dict(request.query_params),
        {name.lower(): value for name, value in request.headers.items()},
        body,
        form,
        files,
    )
    if type.startswith("application/json") and body and isinstance(read := called.json(), dict):
        form |= {name: value if isinstance(value, str) else str(value) for name, value in read.items()}
    return called


def _response(answer: Answer) -> Response:
    headers = dict(answer.headers)
    if isinstance(answer.body, str | bytes):
        return Response(answer.body, answer.status, headers, answer.content_type)
    return JSONResponse(answer.body, answer.status, headers)


async def _say_nothing(request: Request) -> None:
    for _ in range(int(SILENCE_S / LOOK_EVERY_S)):
        if await request.is_disconnected():
            return
        await asyncio.sleep(LOOK_EVERY_S)
