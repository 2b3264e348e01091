"""The built front ends, served from `static/`, with the headers that keep them alone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from omnisupport.api.headers import ALWAYS, API, new_nonce, page_policy
from omnisupport.api.launcher import launcher_of
from omnisupport.api.reference import reference_page

STATIC = Path(__file__).parent / "static"
YEAR = "public, max-age=31536000, immutable"

VIEWS = ("", "/form", "/articles", "/articles/{article_id}")
"""Of the chat page, each by an address of its own."""
DOCS_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FOREIGN = {
    "loader.js": "text/javascript",
    "sdk.js": "text/javascript",
    "openings.js": "text/javascript",
    "omni.d.ts": "text/plain",
}
"""What other sites load: the names stay, so they are looked at again every five minutes."""
FOR_OTHERS = {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
LISTENING = ALWAYS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
"""Of the chat, for voice messages: a page that frames it has to allow the microphone, and the visitor, too."""
REFERRER = "strict-origin-when-cross-origin"
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
            *(Route(f"/widget/{name}", _foreign) for name in FOREIGN),
            Route("/widget/{slug}/launcher.js", _launcher),
            *(Route(f"/widget/{{slug}}{view}", _widget) for view in VIEWS),
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
        return response


@public
async def _foreign(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    file = STATIC / "widget" / name
    if not file.is_file():
        return Response("// not built", media_type=FOREIGN[name], status_code=404)
    return FileResponse(file, media_type=FOREIGN[name], headers=FOR_OTHERS)


@public
async def _launcher(request: Request) -> Response:
    """How a widget looks before it is opened, as a module: a policy that lets the loader in lets it in, too."""
    slug, locale = request.path_params["slug"], request.query_params.get("locale")
    told = await launcher_of(request.app.state.services, slug, locale)
    # In ASCII: the two line ends of Unicode are none in a text of JSON and were some in older scripts.
    return Response(f"export default {json.dumps(told)};\n", media_type="text/javascript", headers=FOR_OTHERS)


@public
async def _widget(request: Request) -> Response:
    ancestors = await request.app.state.services.embedding.ancestors(request.path_params["slug"])
    response = _page(request, STATIC / "widget" / "chat" / "index.html", ancestors=ancestors)
    response.headers["Permissions-Policy"] = LISTENING
    return response


@public
async def _console(request: Request) -> Response:
    if request.url.path.startswith((*API, "/widget/", "/assets/")):
        from omnisupport.api.errors import problem

        return problem(404, "not_found", "There is nothing at this address.")
    top = STATIC / "console" / request.path_params["path"]
    if "/" not in request.path_params["path"] and request.path_params["path"] and top.is_file():
        return FileResponse(top)
    return _page(request, STATIC / "console" / "index.html", forms="'self'", frames="'self'")


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
    nonce = new_nonce()
    headers = {"Content-Security-Policy": DOCS_POLICY.format(nonce=nonce), "Cache-Control": "no-cache"}
    return HTMLResponse(reference_page(request.app.openapi(), nonce), headers=headers)


@public
async def _openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


def _page(
    request: Request,
    file: Path,
    *,
    ancestors: Sequence[str] = (),
    forms: str = "'none'",
    frames: str = "'none'",
) -> Response:
    nonce = new_nonce()
    headers = {
        "Content-Security-Policy": page_policy(
            nonce, request.url.netloc, ancestors=ancestors, forms=forms, frames=frames
        ),
        "Referrer-Policy": REFERRER,
        # Without an ETag: an answer of 304 would bring a new nonce to an old page.
        "Cache-Control": "no-store",
    }
    if not file.is_file():
        return HTMLResponse(NOT_BUILT, status_code=503, headers=headers)
    return HTMLResponse(_with_nonce(_source(file, file.stat().st_mtime_ns), nonce), headers=headers)


@lru_cache(maxsize=8)
def _source(file: Path, _written_ns: int) -> str:
    return file.read_text("utf-8")


def _with_nonce(source: str, nonce: str) -> str:
    """The page with the nonce on its scripts, and where the build's own loader of chunks looks for it."""
    meta = f'<meta property="csp-nonce" nonce="{nonce}">'
    return source.replace("<script ", f'<script nonce="{nonce}" ').replace("<head>", f"<head>{meta}", 1)
