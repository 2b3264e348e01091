"""The built front ends, served from `static/`, with the headers that keep them alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from omnisupport.api.reference import reference_page

STATIC = Path(__file__).parent / "static"
YEAR = "public, max-age=31536000, immutable"

WIDGET_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DOCS_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOT_BUILT = (
    "<!doctype html><title>OmniSupport</title><p>The front end is not built. Run <code>npm run build</code>."
)


def install(app: FastAPI) -> None:
    """Serve widget and console; every path that is nobody's belongs to the console's router."""
    static = STATIC
    for path, folder in (
        ("/widget/assets", static / "widget" / "assets"),
        ("/assets", static / "console" / "assets"),
    ):
        app.mount(path, _Hashed(directory=folder, check_dir=False))
    app.router.routes.extend(
        [
            Route("/widget/loader.js", _loader),
            Route("/widget/{slug}", _widget),
            Route("/docs", _docs),
            Route("/openapi.json", _openapi),
            Route("/demo", _demo),
            Route("/{path:path}", _console),
        ]
    )


Page = Callable[[Request], Awaitable[Response]]


def public(page: Page) -> Page:
    """Marks a page that everybody may see: `check_routes` lets no other start."""
    page.is_public = True  # type: ignore[attr-defined]
    return page


class _Hashed(StaticFiles):
    """Files whose names change with their content: cached for a year."""

    is_public = True

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = YEAR
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@public
async def _loader(_request: Request) -> Response:
    file = STATIC / "widget" / "loader.js"
    if not file.is_file():
        return Response("// not built", media_type="text/javascript", status_code=404)
    return FileResponse(
        file,
        media_type="text/javascript",
        headers={
            "Cache-Control": "public, max-age=300",
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
        },
    )


@public
async def _widget(_request: Request) -> Response:
    return _page(STATIC / "widget" / "chat" / "index.html", WIDGET_POLICY)


@public
async def _console(request: Request) -> Response:
    if request.url.path.startswith(("/api/", "/widget/", "/assets/")):
        from omnisupport.api.errors import problem

        return problem(404, "not_found", "There is nothing at this address.")
    top = STATIC / "console" / request.path_params["path"]
    if "/" not in request.path_params["path"] and request.path_params["path"] and top.is_file():
        return FileResponse(top, headers={"X-Content-Type-Options": "nosniff"})
    return _page(STATIC / "console" / "index.html", CONSOLE_POLICY)


@public
async def _demo(request: Request) -> Response:
    shop = request.app.state.services.settings.shop_url
    if not shop:
        return HTMLResponse(
            "<!doctype html><title>Demo</title><p>The demo shop runs with <code>omni dev</code>.", 404
        )
    return RedirectResponse(shop)


@public
async def _docs(request: Request) -> Response:
    headers = {
        "Content-Security-Policy": DOCS_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(reference_page(request.app.openapi()), headers=headers)


@public
async def _openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


def _page(file: Path, policy: str) -> Response:
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cache-Control": "no-cache",
    }
    if not file.is_file():
        return HTMLResponse(NOT_BUILT, status_code=503, headers=headers)
    return FileResponse(file, media_type="text/html", headers=headers)
