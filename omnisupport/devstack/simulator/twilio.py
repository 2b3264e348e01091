"""A double of Twilio: texts of a phone, and WhatsApp by the same door."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from decimal import Decimal
from email.utils import formatdate
from typing import Any, ClassVar
from urllib.parse import urldefrag, urlencode

from omnisupport.devstack.simulator.double import (
    BUSY_S,
    NAME,
    Answer,
    Called,
    Double,
    Hook,
    Line,
    Refusal,
    Shown,
    stranger,
)
from omnisupport.domain.sms import sms_size

PREFIX = "whatsapp:"
PRICE = Decimal("0.0079")
"""Of one segment."""
STRANGER = stranger("Twilio", "TWILIO_API_URL", "https://api.twilio.com")
_MADE = re.compile(r"AC1555\d{7}[0-9a-f]+")
_ACCOUNT = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-f]{32})(/.*)?\.json$")


class TwilioDouble(Double):
    """Numbers of accounts; whatever number is asked for is there. A line is a sender (`+1…`, `whatsapp:+1…`)."""

    types: ClassVar[tuple[str, ...]] = ("sms", "whatsapp")
    provider: ClassVar[str] = "twilio"
    receipts: ClassVar[tuple[str, ...]] = ("delivered", "read", "failed")

    async def answer(self, called: Called) -> Answer:
        """The account, its numbers and senders, and its messages."""
        sid, token = _credentials(called)
        if not token or not _MADE.fullmatch(sid):
            return _refusal(401, 20003, f"Authenticate. {STRANGER}")
        if called.path.startswith("/v2/Channels/Senders"):
            return self._senders(sid, token, called)
        if called.path.startswith("/media/"):
            _, type, content = self.files[called.path.rpartition("/")[2]]
            return Answer(body=content, content_type=type)
        found = _ACCOUNT.match(called.path)
        match called.method, (found[2] or "").strip("/").split("/") if found else ["nothing"]:
            case "GET", [""]:
                return Answer(body={"sid": sid, "status": "active", "friendly_name": "Simulated"})
            case "GET", ["IncomingPhoneNumbers"]:
                line = self._of(called.query["PhoneNumber"], sid, token)
                return Answer(body={"incoming_phone_numbers": [_number(line)]})
            case "POST", ["IncomingPhoneNumbers", id]:
                line = self._by_id(id)
                line.hook = urldefrag(called.form.get("SmsUrl", line.hook)).url
                line.facts["url"] = called.form.get("SmsUrl", line.hook)
                return Answer(body=_number(line))
            case "POST", ["Messages"]:
                return self._sent(sid, token, called)
            case "GET", ["Messages"]:
                return Answer(body={"messages": self._listed(called.query), "next_page_uri": None})
        return _refusal(404, 20404, "The requested resource was not found")

    def is_send(self, called: Called) -> bool:
        """A message that is made."""
        return called.method == "POST" and called.path.endswith("/Messages.json")

    def refuse(self, how: Refusal) -> Answer:
        """By Twilio's codes."""
        if how == "busy":
            return _refusal(429, 20429, "Too Many Requests", {"Retry-After": str(BUSY_S)})
        return _refusal(400, 21610, "Attempt to send to unsubscribed recipient")

    def new_account(self, type: str) -> dict[str, Any]:
        """A number of an account of its own; the account's SID begins with its digits."""
        number = f"1555{secrets.randbelow(10**7):07d}"
        held = {"account_sid": f"AC{number}{secrets.token_hex(16)[len(number) :]}"}
        held |= {"auth_token": secrets.token_hex(16)}
        if type == "whatsapp":
            return held | {"provider": "twilio", "sender": f"+{number}"}
        return held | {"number": f"+{number}"}

    def chat_of(self, account: str, person: str) -> str:
        """His number, marked where it is WhatsApp's."""
        return f"{PREFIX if account.startswith(PREFIX) else ''}+{person}"

    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """A form, signed."""
        id = f"SM{hashlib.md5(message.id.encode(), usedforsecurity=False).hexdigest()}"
        told = {"MessageSid": id, "AccountSid": line.facts["sid"], "From": message.chat, "To": line.account}
        told |= {"Body": message.text, "NumMedia": str(len(message.files)), "NumSegments": "1"}
        for at, file in enumerate(message.files):
            told |= {
                f"MediaUrl{at}": f"{self.url}/media/{file}",
                f"MediaContentType{at}": self.files[file][1],
            }
        return self._form(line, line.hook, told | _about(line, person))

    def receipt(self, line: Line, message: Shown, status: str) -> Hook | None:
        """A status, at the address that the message was sent with."""
        address = urldefrag(str(message.raw.get("StatusCallback", ""))).url
        told = {
            "MessageSid": message.id,
            "AccountSid": line.facts["sid"],
            "From": line.account,
            "To": message.chat,
        }
        told |= {"MessageStatus": status} | ({"ErrorCode": "30003"} if status == "failed" else {})
        return self._form(line, address, told) if address else None

    def _form(self, line: Line, url: str, told: dict[str, str]) -> Hook:
        signed = url + "".join(name + told[name] for name in sorted(told))
        digest = hmac.new(line.secret.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers |= {"x-twilio-signature": b64encode(digest).decode()}
        return Hook(url, urlencode(told).encode(), headers)

    def _sent(self, sid: str, token: str, called: Called) -> Answer:
        line = self._of(called.form["From"], sid, token)
        files = (called.form["MediaUrl"],) if "MediaUrl" in called.form else ()
        text = called.form.get("Body") or called.form.get("ContentVariables", "")
        id = f"SM{secrets.token_hex(16)}"
        shown = Shown(id, line.account, called.form["To"], text, files=files, raw=dict(called.form))
        self.show(shown)
        return Answer(201, _message(shown))

    def _listed(self, query: Any) -> list[dict[str, Any]]:
        mine = [each for each in self.shown if not each.own and each.chat == query.get("To")]
        return [_message(each) for each in reversed(mine) if query.get("From") in (None, each.account)]

    def _senders(self, sid: str, token: str, called: Called) -> Answer:
        """The one sender of WhatsApp that an account has: its SID tells the number."""
        self._of(f"{PREFIX}+{sid[2:13]}", sid, token)
        id = called.path.removeprefix("/v2/Channels/Senders").strip("/")
        if not id:
            lines = [each for each in self.lines.values() if each.account.startswith(PREFIX)]
            return Answer(body={"senders": [_sender(each) for each in lines if each.facts["sid"] == sid]})
        line = self._by_id(id)
        if called.method == "POST":
            wanted = called.json()["webhook"]["callback_url"]
            line.hook, line.facts["url"] = urldefrag(wanted).url, wanted
        return Answer(body=_sender(line))

    def _of(self, sender: str, sid: str, token: str) -> Line:
        line = self.lines.setdefault(sender, Line(sender))
        line.secret = token
        line.facts |= {"sid": sid, "id": _id(sender)}
        return line

    def _by_id(self, id: str) -> Line:
        return next(each for each in self.lines.values() if each.facts.get("id") == id)


def _credentials(called: Called) -> tuple[str, str]:
    scheme, _, told = called.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    sid, _, token = b64decode(told).decode().partition(":")
    return sid, token


def _about(line: Line, person: str) -> dict[str, str]:
    return {"WaId": person, "ProfileName": " ".join(NAME)} if line.account.startswith(PREFIX) else {}


def _id(sender: str) -> str:
    return f"PN{hashlib.md5(sender.encode(), usedforsecurity=False).hexdigest()}"


def _number(line: Line) -> dict[str, Any]:
    return {
        "sid": line.facts["id"],
        "phone_number": line.account,
        "sms_url": line.facts.get("url", ""),
        "sms_method": "POST",
        "sms_application_sid": "",
    }


def _sender(line: Line) -> dict[str, Any]:
    hook = {"callback_url": line.facts.get("url", ""), "callback_method": "POST"}
    return {"sid": line.facts["id"], "sender_id": line.account, "status": "ONLINE", "webhook": hook}


def _message(shown: Shown) -> dict[str, Any]:
    return {
        "sid": shown.id,
        "from": shown.account,
        "to": shown.chat,
        "body": shown.text,
        "status": "queued",
        "direction": "outbound-api",
        "num_media": str(len(shown.files)),
        "date_created": formatdate(shown.at),
        "error_code": None,
        "num_segments": str(sms_size(shown.text).parts),
        "price": f"-{PRICE * sms_size(shown.text).parts}",
        "price_unit": "USD",
    }


def _refusal(status: int, code: int, words: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"code": code, "message": words, "status": status}, headers or {})
