"""A double of MAX's Bot API."""

from __future__ import annotations

import re
import secrets
import time
from html import unescape
from typing import Any, ClassVar

from omnisupport.devstack.simulator.double import (
    BUSY_S,
    NAME,
    Answer,
    Button,
    Called,
    Double,
    Hook,
    Line,
    Refusal,
    Shown,
    as_json,
    stranger,
)

STRANGER = stranger("MAX", "MAX_API_URL", "https://platform-api2.max.ru")


class MaxDouble(Double):
    """Bots; a token tells its bot."""

    types: ClassVar[tuple[str, ...]] = ("max",)
    provider: ClassVar[str] = "max"

    async def answer(self, called: Called) -> Answer:
        """Its methods."""
        if called.path.startswith("/upload/"):  # a place for one file, which asks for no token
            return self._uploaded(called)
        bot = _bot(called.headers.get("authorization", ""))
        if bot is None:
            return _refusal(401, "verify.token", f"Invalid access_token. {STRANGER}")
        line = self.lines.setdefault(bot, Line(bot, facts={"types": []}))
        match called.method, called.path.strip("/").split("/"):
            case "GET", ["me"]:
                return Answer(body=_person(int(bot), is_bot=True) | {"username": "simulated_bot"})
            case "GET", ["subscriptions"]:
                ours = {"url": line.hook, "time": 0, "update_types": line.facts["types"]}
                return Answer(body={"subscriptions": [ours] if line.hook else []})
            case "POST", ["subscriptions"]:
                told = called.json()
                line.hook, line.secret = told["url"], told.get("secret", "")
                line.facts["types"] = told["update_types"]
            case "DELETE", ["subscriptions"]:
                line.hook = ""
            case "POST", ["uploads"]:
                token, kind = secrets.token_hex(8), called.query.get("type", "")
                named = {"token": token} if kind in ("video", "audio") else {}
                return Answer(body={"url": f"{self.url}/upload/{kind}/{token}", **named})
            case "POST", ["messages"]:
                return self._sent(line, called)
            case "GET", ["messages"]:
                shown = [each for each in self.shown if each.chat == called.query["chat_id"]]
                newest = list(reversed(shown))[: int(called.query.get("count", 50))]
                return Answer(body={"messages": [self._message(line, each) for each in newest]})
            case "POST", ["answers"] | ["chats", _, "actions"]:
                pass
            case _:
                return _refusal(404, "not.found", "Unknown path")
        return Answer(body={"success": True})

    def is_send(self, called: Called) -> bool:
        """A message."""
        return called.method == "POST" and called.path == "/messages"

    def refuse(self, how: Refusal) -> Answer:
        """By MAX's codes."""
        if how == "busy":
            return _refusal(429, "too.many.requests", "Slow down", {"Retry-After": str(BUSY_S)})
        return _refusal(403, "chat.denied", "Key: error.dialog.suspended, args: [].")

    def new_account(self, type: str) -> dict[str, Any]:
        """A bot."""
        return {"token": f"simulated.{90_000_000 + secrets.randbelow(10**7)}.{secrets.token_hex(20)}"}

    def chat_of(self, account: str, person: str) -> str:
        """His dialog with a bot."""
        return person

    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """A new message."""
        told = self._message(line, message)
        return self._update(line, "message_created", message=told, user_locale="ru")

    def pressed(self, line: Line, message: Shown, under: Shown, button: Button, person: str) -> Hook:
        """A callback."""
        user = _person(int(person))
        press: dict[str, Any] = {"callback_id": secrets.token_hex(16), "payload": button.data, "user": user}
        press |= {"timestamp": int(time.time() * 1000)}
        told = self._message(line, under)
        return self._update(line, "message_callback", callback=press, message=told, user_locale="ru")

    def _update(self, line: Line, type: str, **told: Any) -> Hook:
        body = as_json({"update_type": type, "timestamp": int(time.time() * 1000), **told})
        headers = {"content-type": "application/json", "x-max-bot-api-secret": line.secret}
        return Hook(line.hook, body, headers)

    def _message(self, line: Line, shown: Shown) -> dict[str, Any]:
        user, bot = int(shown.chat), int(line.account)
        sender = _person(user) if shown.own else _person(bot, is_bot=True)
        recipient = {"chat_id": user, "chat_type": "dialog", "user_id": bot if shown.own else user}
        attachments = (
            [self._attached(each) for each in shown.files] if shown.own else shown.raw.get("attachments")
        )
        body = {"mid": f"mid.{shown.id}", "seq": 1, "text": shown.text, "attachments": attachments or []}
        return {"sender": sender, "recipient": recipient, "timestamp": int(shown.at * 1000), "body": body}

    def _attached(self, id: str) -> dict[str, Any]:
        name, _, content = self.files[id]
        payload = {"url": f"{self.url}/files/{id}", "token": id}
        return {"type": "file", "payload": payload, "filename": name, "size": len(content)}

    def _uploaded(self, called: Called) -> Answer:
        _, kind, token = called.path.strip("/").split("/")
        if "data" not in called.files:
            return _refusal(400, "upload.error", "No file")
        self.keep_upload(called.files["data"], token)
        if kind == "image":
            return Answer(body={"photos": {token: {"token": token}}})
        return Answer(body={"token": token} if kind == "file" else {"retval": 1})

    def _sent(self, line: Line, called: Called) -> Answer:
        told, chat = called.json(), called.query["chat_id"]
        text = told.get("text") or ""
        if told.get("format") == "html":
            text = unescape(re.sub(r"<[^>]*>", "", text))
        attachments = told.get("attachments") or []
        files = tuple(name for each in attachments for name in _files(each.get("payload") or {}))
        shown = Shown(f"max-{self.number()}", line.account, chat, text, files=files, raw=told)
        shown.buttons = _buttons(attachments)
        return Answer(body={"message": self._message(line, self.show(shown))})


def _files(payload: dict[str, Any]) -> list[str]:
    """The files of an attachment, by their addresses or tokens."""
    if payload.get("photos"):
        return [str(each["token"]) for each in payload["photos"].values()]
    return [str(payload[name]) for name in ("url", "token") if payload.get(name)]


def _bot(token: str) -> str | None:
    parts = token.split(".")
    return parts[1] if parts[0] == "simulated" and len(parts) == 3 else None


def _person(id: int, *, is_bot: bool = False) -> dict[str, Any]:
    first, last = ("Simulated", None) if is_bot else NAME
    named = {"first_name": first, "last_name": last, "username": None, "is_bot": is_bot}
    return {"user_id": id, "last_activity_time": int(time.time() * 1000), **named}


def _buttons(attachments: list[dict[str, Any]]) -> tuple[Button, ...]:
    rows = [
        row for each in attachments if each["type"] == "inline_keyboard" for row in each["payload"]["buttons"]
    ]
    keys = [key for row in rows for key in row]
    return tuple(Button(key["text"], key.get("payload", ""), key.get("url", "")) for key in keys)


def _refusal(status: int, code: str, words: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"code": code, "message": words}, headers or {})
