"""A double of WhatsApp's Cloud API."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Any, ClassVar
from urllib.parse import quote

from omnisupport.devstack.simulator.double import (
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
    made_secret,
    stranger,
)

STRANGER = stranger("WhatsApp", "WHATSAPP_API_URL", "https://graph.facebook.com")
BUSINESS = "500000000000001"
APP = "600000000000001"


class MetaDouble(Double):
    """Numbers of one business; a token follows from its number and tells it."""

    types: ClassVar[tuple[str, ...]] = ("whatsapp",)
    provider: ClassVar[str] = "meta"
    receipts: ClassVar[tuple[str, ...]] = ("delivered", "read", "failed")

    def __init__(self, url: str, call: Caller) -> None:
        super().__init__(url, call)
        self._subscribed = False

    async def answer(self, called: Called) -> Answer:
        """The objects of the Graph API."""
        token = called.headers.get("authorization", "").removeprefix("Bearer ")
        number = _number(token)
        if number is None:
            return _refusal(401, 190, f"Invalid OAuth access token. {STRANGER}")
        line = self.lines.setdefault(number, Line(number, secret=made_secret(token)))
        match called.method, called.path.strip("/").split("/")[1:]:
            case "GET", ["debug_token"]:
                return Answer(body={"data": {"app_id": APP, "is_valid": True, "expires_at": 0}})
            case "GET", ["file", id] if id in self.files:
                return Answer(body=self.files[id][2], content_type=self.files[id][1])
            case "GET", [_, "subscribed_apps"]:
                app = {"whatsapp_business_api_data": {"id": APP, "name": "Simulated"}}
                return Answer(body={"data": [app] if self._subscribed else []})
            case method, [_, "subscribed_apps"]:
                self._subscribed = method == "POST"
                return Answer(body={"success": True})
            case "POST", [_, "media"] if "file" in called.files:
                return Answer(body={"id": self.keep_upload(called.files["file"])})
            case "POST", [_, "messages"]:
                return self._sent(line, called.json())
            case "POST", [_]:
                return await self._led(line, called.json().get("webhook_configuration") or {})
            case "GET", [id] if id in self.files:
                _, type, content = self.files[id]
                facts = {"url": f"{self.url}/v23.0/file/{id}", "mime_type": type, "file_size": len(content)}
                return Answer(body=facts | {"id": id, "messaging_product": "whatsapp"})
            case "GET", [_]:
                return Answer(body=_facts(line))
        return _refusal(400, 100, "Unsupported request")

    def is_send(self, called: Called) -> bool:
        """Messages, and not the signs that go to the same address."""
        return called.method == "POST" and called.path.endswith("/messages") and "type" in called.form

    def refuse(self, how: Refusal) -> Answer:
        """By the codes of the Cloud API."""
        if how == "busy":
            return _refusal(429, 130429, "(#130429) Rate limit hit")
        return _refusal(400, 131026, "(#131026) Message undeliverable")

    def new_account(self, type: str) -> dict[str, Any]:
        """A number."""
        number = str(400_000_000_000_000 + secrets.randbelow(10**12))
        token = f"EAASimulated.{number}.{secrets.token_hex(12)}"
        facts = {"provider": "meta", "phone_number_id": number, "business_account_id": BUSINESS}
        return facts | {"token": token, "app_secret": made_secret(token)}

    def chat_of(self, account: str, person: str) -> str:
        """His WhatsApp id."""
        return person

    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """A text, or a file."""
        if message.files:
            name, type, _ = self.files[message.files[0]]
            file = {"id": message.files[0], "filename": name, "mime_type": type, "caption": message.text}
            return self._message(line, message, person, type="document", document=file)
        return self._message(line, message, person, type="text", text={"body": message.text})

    def pressed(self, line: Line, message: Shown, under: Shown, button: Button, person: str) -> Hook:
        """A reply to a button or to a line of a list."""
        kind = "list_reply" if under.raw.get("interactive", {}).get("type") == "list" else "button_reply"
        told = {"type": kind, kind: {"id": button.data, "title": button.label}}
        context = {"from": line.account, "id": under.id}
        return self._message(line, message, person, type="interactive", interactive=told, context=context)

    def receipt(self, line: Line, message: Shown, status: str) -> Hook | None:
        """A status, which brings back our key."""
        told: dict[str, Any] = {"id": message.id, "status": status, "timestamp": str(int(time.time()))}
        told |= {"recipient_id": message.chat, "biz_opaque_callback_data": message.key}
        if status == "failed":
            told |= {"errors": [{"code": 131026, "title": "Message undeliverable"}]}
        return self._webhook(line, {"statuses": [told]})

    def _message(self, line: Line, message: Shown, person: str, **told: Any) -> Hook:
        about = {"from": person, "id": f"wamid.{message.id}", "timestamp": str(int(time.time()))}
        contact = {"profile": {"name": " ".join(NAME)}, "wa_id": person}
        return self._webhook(line, {"contacts": [contact], "messages": [about | told]})

    def _webhook(self, line: Line, value: dict[str, Any]) -> Hook:
        metadata = {"display_phone_number": line.account, "phone_number_id": line.account}
        told = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        change = {"field": "messages", "value": told}
        body = as_json(
            {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": [change]}]}
        )
        signature = hmac.new(line.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        return Hook(line.hook, body, headers)

    def _sent(self, line: Line, told: dict[str, Any]) -> Answer:
        if "status" in told:  # read, or typing
            return Answer(body={"success": True})
        chat = str(told.get("to") or told["recipient"])
        kind = told["type"]
        content = told[kind]
        text, files = _words(kind, content)
        shown = Shown(f"wamid.{self.number()}", line.account, chat, text, files=files, raw=told)
        shown.key, shown.buttons = told.get("biz_opaque_callback_data", ""), _buttons(kind, content)
        self.show(shown)
        made = {"contacts": [{"input": chat, "wa_id": chat}], "messages": [{"id": shown.id}]}
        return Answer(body={"messaging_product": "whatsapp", **made})

    async def _led(self, line: Line, wanted: dict[str, str]) -> Answer:
        """Where webhooks of the number go: asked first, as Meta does."""
        url = wanted.get("override_callback_uri", "")
        if url:
            challenge = secrets.token_hex(8)
            query = f"hub.mode=subscribe&hub.verify_token={quote(wanted.get('verify_token', ''))}"
            heard = await self.call(Hook(f"{url}?{query}&hub.challenge={challenge}", method="GET"))
            if heard.body != challenge:
                return _refusal(400, 100, "The callback URL did not answer the challenge")
        line.hook = url
        return Answer(body={"success": True})


def _number(token: str) -> str | None:
    head, _, rest = token.partition(".")
    number = rest.partition(".")[0]
    return number if head == "EAASimulated" and number.isdecimal() else None


def _facts(line: Line) -> dict[str, Any]:
    led = {"webhook_configuration": {"phone_number": line.hook} if line.hook else {}}
    facts = {"id": line.account, "verified_name": "Simulated", "display_phone_number": line.account}
    return (
        facts | {"quality_rating": "GREEN", "status": "CONNECTED", "throughput": {"level": "STANDARD"}} | led
    )


def _words(kind: str, content: Any) -> tuple[str, tuple[str, ...]]:
    """The words and the files of a message."""
    match kind:
        case "text":
            return content["body"], ()
        case "interactive":
            header = content.get("header", {})
            return content["body"]["text"], ((_named(header[header["type"]]),) if header else ())
        case "template":
            values = [each["text"] for part in content.get("components", ()) for each in part["parameters"]]
            return " ".join([f"[{content['name']}]", *values]), ()
        case "location":
            return f"{content['latitude']}, {content['longitude']}", ()
        case "contacts":
            return content[0]["name"]["formatted_name"], ()
    return content.get("caption", ""), (_named(content),)


def _named(content: Any) -> str:
    """A file by its address, or by the id that was given for it."""
    return str(content.get("link") or content["id"])


def _buttons(kind: str, content: Any) -> tuple[Button, ...]:
    if kind != "interactive":
        return ()
    action = content["action"]
    if content["type"] == "cta_url":
        link = action["parameters"]
        return (Button(link["display_text"], url=link["url"]),)
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    return tuple(
        Button(each["title"], each["id"]) for each in rows or [b["reply"] for b in action["buttons"]]
    )


def _refusal(status: int, code: int, words: str) -> Answer:
    return Answer(status, {"error": {"message": words, "type": "OAuthException", "code": code}})
