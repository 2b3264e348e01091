"""A double of a company's own system that is connected as an API channel: an app with its customers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson

from omnisupport.devstack.simulator.double import (
    BUSY_S,
    NAME,
    Answer,
    Button,
    Called,
    Caller,
    Double,
    Hook,
    Line,
    Refusal,
    Shown,
    as_json,
)
from omnisupport.domain.webhook import is_signed, signature

LOST = (
    "The simulator has not kept the secret of this channel: connect another one on its page. "
    "Симулятор не сохранил секрет этого канала: подключите новый на его странице."
)


class ApiDouble(Double):
    """Apps; both sides sign with the secret that the product gave at connecting, which `kept` holds from then on."""

    types: ClassVar[tuple[str, ...]] = ("api",)
    provider: ClassVar[str] = "api"
    receipts: ClassVar[tuple[str, ...]] = ("delivered", "read", "failed")

    def __init__(self, url: str, call: Caller, kept: Path | None = None) -> None:
        super().__init__(url, call)
        self._kept = kept
        self._answered: dict[str, str] = {}
        if kept is not None and kept.exists():
            for account, told in orjson.loads(kept.read_bytes()).items():
                self.lines[account] = Line(account, told["hook"], told["secret"])

    async def answer(self, called: Called) -> Answer:
        """What docs/api-channel.md asks of the other side: signed, once by its key, named by an id."""
        line = self.lines.get(called.path.strip("/"))
        if line is None:
            return Answer(401, {"detail": LOST})
        id, written = (called.headers.get(f"webhook-{name}", "") for name in ("id", "signature"))
        at = called.headers.get("webhook-timestamp", "")
        if not at.isdecimal() or not is_signed([line.secret], written, id, int(at), called.body):
            return Answer(401, {"detail": "The signature is not by this channel's secret."})
        told = called.json()
        if told["type"] != "send":
            return Answer(body={"ok": True})
        if id in self._answered:
            return Answer(body={"id": self._answered[id], "duplicate": True})
        shown = self.show(_shown(f"api-{self.number()}", line.account, told["data"]))
        shown.key = id
        self._answered[id] = shown.id
        return Answer(body={"id": shown.id})

    def is_send(self, called: Called) -> bool:
        """A call of the type `send`."""
        return called.form.get("type") == "send"

    def refuse(self, how: Refusal) -> Answer:
        """As an app may."""
        if how == "busy":
            return Answer(429, {"detail": "Later, please."}, {"Retry-After": str(BUSY_S)})
        return Answer(422, {"code": "recipient_gone"})

    def new_account(self, type: str) -> dict[str, Any]:
        """The address of an app."""
        return {"url": f"{self.url}/app-{secrets.token_hex(4)}"}

    def connected(self, account: Mapping[str, Any], setup: Mapping[str, Any]) -> None:
        """The product shows address and secret this once."""
        name = str(account["url"]).rpartition("/")[2]
        self.lines[name] = Line(name, str(setup["webhook_url"]), str(setup["secret"]))
        if self._kept is not None:
            told = {each.account: {"hook": each.hook, "secret": each.secret} for each in self.lines.values()}
            self._kept.touch(mode=0o600)
            self._kept.write_bytes(as_json(told))

    def chat_of(self, account: str, person: str) -> str:
        """An id of the app's own."""
        return f"user-{person}"

    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """A message, with its file."""
        told = self._message(message, person)
        if message.files:
            name, type, content = self.files[message.files[0]]
            file = {"url": f"{self.url}/files/{message.files[0]}", "name": name, "type": type}
            told["files"] = [file | {"kind": "file", "size": len(content)}]
        return self._signed(line, "message", told)

    def pressed(self, line: Line, message: Shown, under: Shown, button: Button, person: str) -> Hook:
        """A message that is a press."""
        return self._signed(line, "message", self._message(message, person) | {"button": button.data})

    def receipt(self, line: Line, message: Shown, status: str) -> Hook | None:
        """By the id that the app gave it."""
        told = {"chat": message.chat, "id": message.id, "status": status}
        return self._signed(line, "status", told)

    def _message(self, message: Shown, person: str) -> dict[str, Any]:
        customer = {"id": message.chat, "name": " ".join(NAME), "phone": f"+{person}", "locale": "ru"}
        return {"chat": message.chat, "id": message.id, "text": message.text, "customer": customer}

    def _signed(self, line: Line, type: str, data: dict[str, Any]) -> Hook:
        now, id = int(time.time()), f"{type}-{secrets.token_hex(8)}"
        body = as_json(
            {"type": type, "timestamp": datetime.fromtimestamp(now, UTC).isoformat(), "data": data}
        )
        headers = {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(now),
            "webhook-signature": signature([line.secret], id, now, body),
        }
        return Hook(line.hook, body, headers)


def _shown(id: str, account: str, data: dict[str, Any]) -> Shown:
    place, person = data.get("location") or {}, data.get("contact") or {}
    words = [data.get("text", "")]
    words += [f"{place['lat']}, {place['lon']}"] if place else []
    words += [" ".join(str(each) for each in person.values())] if person else []
    buttons = [Button(each["label"], each["id"]) for each in data.get("buttons", ())]
    buttons += [Button(each["label"], url=each["url"]) for each in data.get("links", ())]
    files = (data["file"]["url"],) if data.get("file") else ()
    text = "\n".join(each for each in words if each)
    return Shown(id, account, data["chat"], text, buttons=tuple(buttons), files=files, raw=data)
