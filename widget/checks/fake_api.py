"""A widget API in memory for the browser check: the contract's answers, and faults on request.

It stands in for the server only where the check needs faults the real one does not offer (a lost frame, a
refused token, a 503 with Retry-After). The product's own end-to-end tests run on the real api.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, Response

STATIC = Path(__file__).resolve().parents[2] / "omnisupport" / "api" / "static" / "widget"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
Row = dict[str, Any]


@dataclass
class Visitor:
    token: str
    conversation: str | None = None
    rows: list[Row] = field(default_factory=list)
    sockets: set[WebSocket] = field(default_factory=set)
    frames: list[Row] = field(default_factory=list)
    identity: Row = field(default_factory=dict)


class FakeApi:
    """State of the fake and its levers; the levers may be called from another thread than the server's."""

    def __init__(self) -> None:
        self.visitors: dict[str, Visitor] = {}
        self.faults: list[tuple[int, dict[str, str]]] = []
        self.requests: list[str] = []
        self.sockets_allowed = True
        self.lose_next_frame = False
        self.loop: asyncio.AbstractEventLoop | None = None

    # ---- Levers -------------------------------------------------------------------------------------------

    @property
    def visitor(self) -> Visitor:
        """The newest visitor."""
        return list(self.visitors.values())[-1]

    def say(self, text: str, **more: Any) -> Row:
        """A row of the bot, an operator or an event in the newest visitor's conversation."""
        return self.add(self.visitor, {"text": text, "direction": "outbound", "kind": "scenario", **more})

    def refuse_tokens(self) -> None:
        self.visitors.clear()

    def fail(self, times: int, status: int, headers: dict[str, str] | None = None) -> None:
        """The next `times` sends are answered with `status`."""
        self.faults += [(status, headers or {})] * times

    def switch_conversation(self) -> None:
        """The open conversation was closed; the next row begins another."""
        self.visitor.conversation, self.visitor.rows = None, []

    def drop_sockets(self) -> None:
        for visitor in self.visitors.values():
            for socket in list(visitor.sockets):
                self._run(socket.close(1012))

    # ---- Rows ---------------------------------------------------------------------------------------------

    def add(self, visitor: Visitor, row: Row) -> Row:
        visitor.conversation = visitor.conversation or str(uuid.uuid4())
        stored = {
            "id": str(uuid.uuid4()),
            "conversation_id": visitor.conversation,
            "seq": len(visitor.rows) + 1,
            "direction": row["direction"],
            "author": {"kind": row["kind"], "id": None, "name": row.get("name")},
            "text": row["text"],
            "content": {
                "parts": [],
                "buttons": row.get("buttons", []),
                "sources": row.get("sources", []),
                "event": row.get("event"),
            },
            "attachments": [],
            "reply_to": None,
            "status": "sent",
            "external_id": None,
            "client_message_id": row.get("client_message_id"),
            "turn": None,
            "created_at": datetime.now(UTC).isoformat(),
        }
        visitor.rows.append(stored)
        if self.lose_next_frame:
            self.lose_next_frame = False
        elif stored["direction"] != "note":
            self.broadcast(visitor, {"type": "message", "message": stored})
        return stored

    def broadcast(self, visitor: Visitor, frame: Row) -> None:
        for socket in list(visitor.sockets):
            self._run(socket.send_json(frame))

    def _run(self, action: Any) -> None:
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(action, self.loop)

    def bearer(self, request: Request) -> Visitor | None:
        return self.visitors.get(request.headers.get("authorization", "").removeprefix("Bearer "))


def config(locale: str) -> Row:
    russian = locale == "ru"
    labels = ["Доставка", "Позвать оператора"] if russian else ["Delivery", "Talk to a person"]
    return {
        "tenant": {"slug": "demo", "name": "Чайный дом"},
        "title": "Чайный дом" if russian else "Tea House",
        "locale": locale,
        "locales": ["ru", "en"],
        "theme": {"accent": "#7a3b2e"},
        "greeting": {
            "text": "Здравствуйте! Чем помочь?" if russian else "Hello! How can I help?",
            "buttons": [{"id": f"0.1.{at}", "label": label} for at, label in enumerate(labels)],
        },
        "hours": {"open": True, "next_open": None},
        "limits": {"text_max": 8000},
    }


def problem(status: int, code: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"type": "about:blank", "title": code, "status": status, "detail": code, "code": code}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer_to(text: str) -> Row:
    row: Row = {"text": f"Ответ: {text}", "direction": "outbound", "kind": "scenario"}
    if "меню" in text:
        row["buttons"] = [{"id": "1.1.a", "label": "Первый"}, {"id": "1.1.b", "label": "Второй"}]
    return row


def build_app(fake: FakeApi) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def note(request: Request, proceed: Any) -> Response:
        fake.requests.append(f"{request.method} {request.url.path}")
        response: Response = await proceed(request)
        response.headers["content-security-policy"] = CSP
        response.headers["cache-control"] = "no-store"
        return response

    @app.post("/api/v1/widget/{slug}/sessions", status_code=201)
    async def sessions(slug: str, body: dict[str, Any]) -> Any:
        if slug != "demo":
            return problem(404, "tenant_not_found")
        visitor = fake.visitors.get(body.get("visitor_token", ""))
        if visitor is None:
            visitor = Visitor(token=uuid.uuid4().hex)
            fake.visitors[visitor.token] = visitor
        settings = config(body.get("locale", "ru"))
        return {"visitor_token": visitor.token, "conversation_id": visitor.conversation, "config": settings}

    @app.post("/api/v1/widget/messages", status_code=202)
    async def send(request: Request, body: dict[str, Any]) -> Any:
        visitor = fake.bearer(request)
        if visitor is None:
            return problem(401, "visitor_token_invalid")
        if fake.faults:
            status, headers = fake.faults.pop(0)
            return problem(status, f"http_{status}", headers)
        key = body["client_message_id"]
        known = [row for row in visitor.rows if row["client_message_id"] == key]
        if known:
            return {"message": known[0]}
        labels = {item["id"]: item["label"] for item in config("ru")["greeting"]["buttons"]}
        text = body.get("text") or labels.get(body["button"], body["button"])
        row = {"text": text, "direction": "inbound", "kind": "customer", "client_message_id": key}
        stored = fake.add(visitor, row)
        asyncio.get_running_loop().call_later(0.05, lambda: fake.add(visitor, answer_to(text)))
        return {"message": stored}

    @app.get("/api/v1/widget/messages")
    async def messages(request: Request, conversation_id: str | None = None, after: int = 0) -> Any:
        visitor = fake.bearer(request)
        if visitor is None:
            return problem(401, "visitor_token_invalid")
        start = after if conversation_id == visitor.conversation else 0
        rows = [row for row in visitor.rows if row["seq"] > start and row["direction"] != "note"]
        return {"conversation_id": visitor.conversation, "messages": rows, "last_seq": len(visitor.rows)}

    @app.post("/api/v1/widget/identify", status_code=204)
    async def identify(request: Request, body: dict[str, Any]) -> None:
        visitor = fake.bearer(request)
        if visitor is not None:
            visitor.identity = body

    @app.post("/api/v1/widget/ws-ticket")
    async def ticket(request: Request) -> Any:
        visitor = fake.bearer(request)
        if visitor is None:
            return problem(401, "visitor_token_invalid")
        if not fake.sockets_allowed:
            return problem(503, "http_503")
        return {"ticket": visitor.token, "expires_in": 30}

    @app.websocket("/api/v1/widget/ws")
    async def socket(websocket: WebSocket, ticket: str, after: int = 0) -> None:
        visitor = fake.visitors[ticket]
        await websocket.accept()
        welcome = {"type": "welcome", "conversation_id": visitor.conversation, "last_seq": len(visitor.rows)}
        await websocket.send_json(welcome)
        for row in visitor.rows[after:]:
            if row["direction"] != "note":
                await websocket.send_json({"type": "message", "message": row})
        visitor.sockets.add(websocket)
        try:
            while True:
                visitor.frames.append(await websocket.receive_json())
        except WebSocketDisconnect:
            visitor.sockets.discard(websocket)

    @app.get("/widget/{name}.js")
    async def script(name: Literal["loader", "sdk", "openings"]) -> FileResponse:
        return FileResponse(STATIC / f"{name}.js", headers={"Access-Control-Allow-Origin": "*"})

    @app.get("/widget/{slug}/launcher.js")
    async def look(slug: str) -> Response:
        told = json.dumps({"theme": config("en")["theme"], "openings": []})
        headers = {"Access-Control-Allow-Origin": "*"}
        return Response(f"export default {told};", media_type="text/javascript", headers=headers)

    @app.get("/widget/assets/{name}")
    async def asset(name: str) -> FileResponse:
        return FileResponse(STATIC / "assets" / name)

    @app.get("/widget/{slug}")
    async def page(slug: str) -> FileResponse:
        return FileResponse(STATIC / "chat" / "index.html")

    return app


def build_host(api: str) -> FastAPI:
    """A customer's site on another origin, under a strict CSP, with the snippet pasted twice."""
    app = FastAPI()
    policy = f"default-src 'none'; script-src 'self' {api}; style-src 'self'; frame-src {api}; img-src 'self'"
    snippet = (
        "(function(w,d,s,o,f,js,fjs){w['OmniSupport']=o;w[o]=w[o]||function(){(w[o].q=w[o].q||[]).push(arguments)};"
        "js=d.createElement(s),fjs=d.getElementsByTagName(s)[0];js.id=o;js.src=f;js.async=1;"
        f"fjs.parentNode.insertBefore(js,fjs);}}(window,document,'script','omni','{api}/widget/loader.js'));"
    )

    @app.get("/snippet.js")
    async def script() -> Response:
        log = "window.seen=[];for(const e of ['ready','open','close','message','unread'])"
        log += "omni('on',e,(d)=>seen.push([e,d]));"
        code = f"{snippet}\n{snippet}\n{log}omni('init','demo');omni('init','demo');"
        return Response(code, media_type="text/javascript")

    @app.get("/host.css")
    async def style() -> Response:
        hostile = (
            "*{box-sizing:content-box!important} button{background:red!important;display:none!important}"
        )
        hostile += (
            " omni-widget{display:none!important;position:static!important} iframe{width:10px!important}"
        )
        page = "body{font:16px/1.6 Georgia,serif;margin:40px;color:#333;background:#f7f3ea}"
        return Response(page + hostile, media_type="text/css")

    @app.get("/")
    async def page() -> Response:
        html = (
            "<!doctype html><html lang='ru'><head><meta charset='utf-8'><title>Чайная лавка</title>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            "<link rel='stylesheet' href='/host.css'><script src='/snippet.js'></script></head><body>"
            "<h1>Чайная лавка</h1><p>Улуны, пуэры и травы с доставкой по всей стране.</p>"
            "<a href='/?page=2'>Каталог</a></body></html>"
        )
        return Response(html, media_type="text/html", headers={"content-security-policy": policy})

    return app


def serve(app: FastAPI, fake: FakeApi | None = None) -> tuple[str, uvicorn.Server]:
    """Run `app` on a free port in a thread; answers its address and the server to stop."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))

    async def run() -> None:
        if fake is not None:
            fake.loop = asyncio.get_running_loop()
        await server.serve()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    end = time.monotonic() + 10
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}", server
