"""The shop's HTTP: pages in two languages, the order service, the form for leads."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from omnisupport.devstack.shop.catalogue import LOCALES, Locale, load_catalogue
from omnisupport.devstack.shop.orders import find_order
from omnisupport.devstack.shop.pages import Pages

ASSETS = Path(__file__).parent
MOSCOW = timezone(timedelta(hours=3))
LEAD_LIMIT = 16_384
Handler = Callable[[Request], Response]


def make_shop(widget_host: str) -> Starlette:
    """The site, with the widget loaded from this origin."""
    pages = Pages(widget_host)
    routes = [route for locale in LOCALES for route in _page_routes(pages, locale)]
    routes += [
        Route("/orders/{number}", _order, methods=["GET"]),
        Route("/leads", _lead, methods=["POST"]),
        Route("/healthz", lambda request: PlainTextResponse("ok")),
        Route("/assets/style.css", lambda request: FileResponse(ASSETS / "style.css", media_type="text/css")),
        Route(
            "/assets/icon.svg", lambda request: FileResponse(ASSETS / "icon.svg", media_type="image/svg+xml")
        ),
    ]

    def missing(request: Request, error: Exception) -> Response:
        locale: Locale = "en" if request.url.path.startswith("/en") else "ru"
        return HTMLResponse(pages.missing(locale), status_code=404)

    return Starlette(routes=routes, exception_handlers={404: missing})


def _page_routes(pages: Pages, locale: Locale) -> list[Route]:
    """The same pages below `/` in Russian and below `/en` in English."""
    prefix = "" if locale == "ru" else "/en"

    def found(html: str | None) -> Response:
        return HTMLResponse(
            html if html is not None else pages.missing(locale), status_code=200 if html else 404
        )

    def tea(request: Request) -> Response:
        one = load_catalogue().find(request.path_params["slug"])
        return found(pages.tea(one, locale) if one else None)

    def tracking(request: Request) -> Response:
        number = request.query_params.get("number", "")[:20].strip()
        return found(pages.tracking(locale, number, find_order(number, _today()) if number else None))

    handlers: dict[str, Handler] = {
        "/": lambda request: found(pages.home(locale)),
        "/tea/{slug}": tea,
        "/order": tracking,
        "/help": lambda request: found(pages.help(locale)),
        "/help/{slug}": lambda request: found(pages.article(locale, request.path_params["slug"])),
        "/delivery": lambda request: found(pages.article(locale, "delivery")),
    }
    routes = [Route(prefix + path, handler) for path, handler in handlers.items()]
    return routes if locale == "ru" else [*routes, Route("/en", handlers["/"])]


def _order(request: Request) -> Response:
    """`GET /orders/AB-123456`: what the order status scenario asks."""
    order = find_order(request.path_params["number"], _today())
    if order is None:
        return JSONResponse({"error": "order_not_found"}, status_code=404)
    return JSONResponse(order)


async def _lead(request: Request) -> Response:
    """`POST /leads`: what the lead capture scenario sends. Nothing is kept: it is a stranger's CRM."""
    body = await request.body()
    fields = await _fields(request) if len(body) <= LEAD_LIMIT else None
    if not fields or not (fields.get("phone") or fields.get("email")):
        return JSONResponse({"error": "phone_or_email_required"}, status_code=422)
    lead = {"id": str(uuid.uuid4()), "created_at": datetime.now(UTC).isoformat(), "fields": sorted(fields)}
    return JSONResponse(lead, status_code=201)


async def _fields(request: Request) -> dict[str, Any] | None:
    try:
        value = await request.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _today() -> date:
    return datetime.now(MOSCOW).date()
