"""`python -m omnisupport.devstack.mailbox`: catches the mail of `omni dev` and shows it on a page of this machine.

SMTP on `MAILBOX_SMTP_PORT`, the page on `MAILBOX_PORT`, the mails in `MAILBOX_FOLDER`; nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from omnisupport.devstack.ports import LOOPBACK

MOST_KEPT = 200
MOST_BYTES = 1_000_000
HOSTS = [LOOPBACK, "localhost"]
"""A page of somebody else that points its own name at this machine reads nothing."""
FRAME = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2129 }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #dde1e6 }}
pre {{ white-space: pre-wrap; background: #f4f5f7; padding: 1rem }}
iframe {{ width: 100%; height: 32rem; border: 1px solid #dde1e6 }}
</style></head><body>
{body}
</body></html>
"""


@dataclass(frozen=True)
class Caught:
    """A mail as it was caught."""

    id: str
    message: EmailMessage

    def part(self, subtype: str) -> str:
        """Its text (`plain`) or page (`html`); empty where it has none."""
        body = self.message.get_body((subtype,))
        return str(body.get_content()) if isinstance(body, EmailMessage) else ""

    def header(self, name: str) -> str:
        """One header, decoded."""
        return str(self.message.get(name, ""))

    def to_dict(self) -> dict[str, str]:
        """For programs."""
        names = ("From", "To", "Subject", "Date", "Message-ID")
        fields = {name.lower().replace("-", "_"): self.header(name) for name in names}
        return {"id": self.id, **fields, "text": self.part("plain"), "html": self.part("html")}


class Mailbox:
    """Mails in a folder, one file each; the newest stay. The handler of the SMTP server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail; a repeat, which has the same Message-ID, takes the place of the first."""
        self.keep(bytes(envelope.original_content or b""))
        return "250 kept"

    def keep(self, content: bytes) -> str:
        """Write a mail; returns its id."""
        message = BytesParser(policy=default).parsebytes(content)
        digest = sha256(str(message["Message-ID"] or content).encode()).hexdigest()[:16]
        for older in self._folder.glob(f"*-{digest}.eml"):
            older.unlink()
        id = f"{time.time_ns():020d}-{digest}"
        written = self._folder / f".{id}"
        written.touch(mode=0o600)
        written.write_bytes(content)
        written.rename(self._folder / f"{id}.eml")
        for old in self._files()[MOST_KEPT:]:
            old.unlink(missing_ok=True)
        return id

    def all(self) -> Sequence[Caught]:
        """Every mail, newest first."""
        return [_read(file) for file in self._files()]

    def find(self, id: str) -> Caught | None:
        """One mail; an id names a file of this folder and no other."""
        return next((_read(file) for file in self._files() if file.stem == id), None)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.eml"), reverse=True)


def make_mailbox(mailbox: Mailbox, smtp_port: int | None = None) -> Starlette:
    """The page, and with a port the SMTP server beside it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = None
        if smtp_port is not None:
            server = await loop.create_server(lambda: _smtp(mailbox, loop), LOOPBACK, smtp_port)
        yield
        if server is not None:
            server.close()

    def found(request: Request) -> Caught:
        mail = mailbox.find(request.path_params["id"])
        if mail is None:
            raise HTTPException(404)
        return mail

    def show_html(request: Request) -> Response:
        page = '<base target="_blank">' + found(request).part("html")
        return HTMLResponse(
            page, headers={"Content-Security-Policy": FRAME, "Referrer-Policy": "no-referrer"}
        )

    def list_as_json(request: Request) -> Response:
        to = request.query_params.get("to")
        mails = [mail.to_dict() for mail in mailbox.all()]
        return JSONResponse({"items": [mail for mail in mails if to is None or mail["to"] == to]})

    routes = [
        Route("/", lambda _: HTMLResponse(_list(mailbox.all()))),
        Route("/mails.json", list_as_json),
        Route("/mails/{id}", lambda request: HTMLResponse(_one(found(request)))),
        Route("/mails/{id}/html", show_html),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
    ]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    return Starlette(routes=routes, middleware=[guard], lifespan=lifespan)


def _smtp(mailbox: Mailbox, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(mailbox, enable_SMTPUTF8=True, data_size_limit=MOST_BYTES, hostname="localhost", loop=loop)


def _read(file: Path) -> Caught:
    return Caught(file.stem, BytesParser(policy=default).parsebytes(file.read_bytes()))


def _list(mails: Sequence[Caught]) -> str:
    rows = "".join(
        f'<tr><td><a href="/mails/{mail.id}">{escape(mail.header("Subject") or "(no subject)")}</a></td>'
        f"<td>{escape(mail.header('To'))}</td><td>{escape(mail.header('Date'))}</td></tr>"
        for mail in mails
    )
    table = f"<table><tr><th>Subject</th><th>To</th><th>Date</th></tr>{rows}</table>"
    nothing = "<p>No mail yet. What the product sends on this machine comes here and goes nowhere else.</p>"
    return PAGE.format(title="Mailbox", body="<h1>Mailbox</h1>" + (table if mails else nothing))


def _one(mail: Caught) -> str:
    facts = "".join(
        f"<tr><th>{name}</th><td>{escape(mail.header(name))}</td></tr>" for name in ("From", "To", "Date")
    )
    subject = escape(mail.header("Subject") or "(no subject)")
    frame = (
        f'<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="The mail as HTML" '
        f'src="/mails/{mail.id}/html"></iframe>'
    )
    body = f'<p><a href="/">Mailbox</a></p><h1>{subject}</h1><table>{facts}</table>{frame}<h2>As text</h2>'
    return PAGE.format(title=subject, body=f"{body}<pre>{escape(mail.part('plain'))}</pre>")


def main() -> None:
    """Serve until SIGTERM."""
    options: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 2}
    app = make_mailbox(Mailbox(Path(os.environ["MAILBOX_FOLDER"])), int(os.environ["MAILBOX_SMTP_PORT"]))
    uvicorn.run(app, host=LOOPBACK, port=int(os.environ["MAILBOX_PORT"]), **options)


if __name__ == "__main__":
    main()
