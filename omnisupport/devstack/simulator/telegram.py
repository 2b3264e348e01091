"""A double of Telegram's Bot API."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from html import unescape
from typing import Any, ClassVar

import orjson

from omnisupport.devstack.simulator.double import (
    BUSY_S,
    NAME,
    Answer,
    Button,
    Called,
    Double,
    Heard,
    Hook,
    Line,
    Refusal,
    Shown,
    as_json,
    stranger,
)

STRANGER = stranger("Telegram", "TELEGRAM_API_URL", "https://api.telegram.org")
# A real token has 35 characters of all kinds behind its colon.
_MADE = re.compile(r"^(?:/file)?/bot\d+:[0-9a-f]{36}/")
_PATH = re.compile(r"^(/file)?/bot(\d+):[A-Za-z0-9_-]+/(.+)$")
_FILES = ("photo", "video", "audio", "voice", "document")
_CALM_S = 0.2
_METHODS = (
    "getMe",
    "getWebhookInfo",
    "setWebhook",
    "deleteWebhook",
    "getUpdates",
    "getFile",
    "sendChatAction",
    "answerCallbackQuery",
)


class TelegramDouble(Double):
    """Bots of Telegram: updates go to the webhook, or wait for `getUpdates` where there is none."""

    types: ClassVar[tuple[str, ...]] = ("telegram",)
    provider: ClassVar[str] = "telegram"

    async def answer(self, called: Called) -> Answer:
        """Its methods."""
        if called.path.startswith(("/bot", "/file/bot")) and not _MADE.match(called.path):
            return _refusal(401, f"Unauthorized. {STRANGER}")
        found = _PATH.match(called.path)
        if found is None:
            return _refusal(404, "Not Found")
        line = self.lines.setdefault(found[2], Line(found[2]))
        if found[1]:
            return self._file(found[3])
        if found[3].startswith("send") and found[3] != "sendChatAction":
            return _done(self._sent(line, found[3], called))
        if found[3] not in _METHODS:
            return _refusal(404, "Not Found")
        return _done(await getattr(self, f"_{found[3]}")(line, called.form))

    def is_send(self, called: Called) -> bool:
        """The methods that begin so, except the one for a sign."""
        method = called.path.rpartition("/")[2]
        return method.startswith("send") and method != "sendChatAction"

    def refuse(self, how: Refusal) -> Answer:
        """In the words of the Bot API."""
        if how == "busy":
            return _refusal(429, f"Too Many Requests: retry after {BUSY_S}", retry_after=BUSY_S)
        return _refusal(403, "Forbidden: bot was blocked by the user")

    def new_account(self, type: str) -> dict[str, Any]:
        """A bot."""
        return {"token": f"{7_000_000_000 + secrets.randbelow(10**9)}:{secrets.token_hex(18)}"}

    def chat_of(self, account: str, person: str) -> str:
        """His own id."""
        return person

    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """An update with a message."""
        told = self._message(person, message.id) | {"text": message.text}
        if message.files:
            name, type, content = self.files[message.files[0]]
            del told["text"]
            facts = {
                "file_id": message.files[0],
                "file_unique_id": message.files[0],
                "file_size": len(content),
            }
            told |= {"document": facts | {"file_name": name, "mime_type": type}}
            told |= {"caption": message.text} if message.text else {}
        return self._update(line, {"message": told})

    def pressed(self, line: Line, message: Shown, under: Shown, button: Button, person: str) -> Hook:
        """A callback query."""
        shown = self._message(person, under.id) | {"text": under.text}
        press = {"id": str(self.number()), "from": shown["from"], "message": shown, "data": button.data}
        return self._update(line, {"callback_query": press | {"chat_instance": "1"}})

    async def _tell(self, message: Shown, hook: Hook) -> Heard:
        if hook.url:
            return await super()._tell(message, hook)
        self.show(message)
        self.lines[message.account].facts.setdefault("waiting", []).append(orjson.loads(hook.body))
        return Heard(200, "")

    def _line(self, account: str) -> Line:
        return self.lines[account] if account in self.lines else super()._line(account)

    def _update(self, line: Line, told: dict[str, Any]) -> Hook:
        headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": line.secret}
        return Hook(line.hook, as_json({"update_id": self.number(), **told}), headers)

    def _message(self, person: str, id: str) -> dict[str, Any]:
        who = {"id": int(person), "is_bot": False, "first_name": NAME[0], "last_name": NAME[1]}
        return {
            "message_id": int(re.sub(r"\D", "", id.rpartition(":")[2])),
            "date": int(time.time()),
            "chat": {"id": int(person), "type": "private", "first_name": NAME[0]},
            "from": who | {"language_code": "ru"},
        }

    def _sent(self, line: Line, method: str, called: Called) -> dict[str, Any]:
        form, number = called.form, self.number()
        text = form.get("text") or form.get("caption") or form.get("phone_number") or ""
        if form.get("parse_mode") == "HTML":
            text = unescape(re.sub(r"<[^>]*>", "", text))
        if "latitude" in form:
            text = f"{form['latitude']}, {form['longitude']}"
        files = tuple(self._given(form[name], called) for name in _FILES if form.get(name))
        chat = form["chat_id"]
        raw = {"method": method, **form}
        shown = Shown(
            f"{chat}:{number}", line.account, chat, text, buttons=_buttons(form), files=files, raw=raw
        )
        self.show(shown)
        about = {"message_id": number, "date": int(time.time()), "text": text}
        return about | {"chat": {"id": int(chat), "type": "private"}}

    def _given(self, told: str, called: Called) -> str:
        """A file of a call: its bytes, which are kept, or its address."""
        upload = called.files.get(told.removeprefix("attach://"))
        return self.keep_upload(upload) if upload is not None else told

    def _file(self, id: str) -> Answer:
        if id not in self.files:
            return _refusal(404, "Not Found")
        return Answer(body=self.files[id][2], content_type="application/octet-stream")

    async def _getMe(self, line: Line, form: Any) -> Any:
        bot = {
            "id": int(line.account),
            "is_bot": True,
            "first_name": "Simulated",
            "username": "simulated_bot",
        }
        return bot | {"can_join_groups": False}

    async def _getWebhookInfo(self, line: Line, form: Any) -> Any:
        facts = {"url": line.hook, "has_custom_certificate": False, "pending_update_count": 0}
        return facts | {"allowed_updates": line.facts.get("allowed", [])}

    async def _setWebhook(self, line: Line, form: Any) -> Any:
        line.hook, line.secret = form["url"], form.get("secret_token", "")
        line.facts["allowed"] = orjson.loads(form.get("allowed_updates", "[]"))
        return True

    async def _deleteWebhook(self, line: Line, form: Any) -> Any:
        line.hook = ""
        return True

    async def _getUpdates(self, line: Line, form: Any) -> Any:
        line.facts["polled"] = True
        until = time.monotonic() + min(float(form.get("timeout", 0)), 50)
        offset = int(form.get("offset", 0))
        while True:
            waiting = [each for each in line.facts.get("waiting", ()) if each["update_id"] >= offset]
            line.facts["waiting"] = waiting
            if waiting or time.monotonic() >= until:
                return waiting[:100]
            await asyncio.sleep(_CALM_S)

    async def _getFile(self, line: Line, form: Any) -> Any:
        id = form["file_id"]
        return {"file_id": id, "file_unique_id": id, "file_size": len(self.files[id][2]), "file_path": id}

    async def _sendChatAction(self, line: Line, form: Any) -> Any:
        return True

    async def _answerCallbackQuery(self, line: Line, form: Any) -> Any:
        return True


def _buttons(form: Any) -> tuple[Button, ...]:
    rows = orjson.loads(form.get("reply_markup") or "{}").get("inline_keyboard", [])
    keys = [key for row in rows for key in row]
    return tuple(Button(key["text"], key.get("callback_data", ""), key.get("url", "")) for key in keys)


def _done(result: Any) -> Answer:
    return Answer(body={"ok": True, "result": result})


def _refusal(status: int, words: str, **parameters: Any) -> Answer:
    told = {"ok": False, "error_code": status, "description": words}
    return Answer(status, told | ({"parameters": parameters} if parameters else {}))
