"""Calls of the Bot API, one request each; the token goes in a header and never in an address."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from html import escape, unescape
from typing import Any, ClassVar, Literal
from urllib.parse import quote

import orjson

from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Health,
    NotSent,
    Problem,
    Rates,
    RecipientGone,
    SendResult,
    Transient,
)
from omnisupport.channels.max.errors import sorted_error
from omnisupport.channels.max.files import upload, uploads_of
from omnisupport.channels.max.inbound import UPDATE_TYPES
from omnisupport.channels.transport import Transport
from omnisupport.channels.uploads import Uploads, in_plainer_form
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native

FILES = ("image", "video", "audio", "file")
LOOKED_BACK = 100
"""Messages of a chat that are looked through, as many as MAX lists at once."""
VIDEO_SIZES = ("mp4_720", "mp4_480", "mp4_360", "mp4_240", "mp4_144", "mp4_1080")
"""The best one first; the widest would often be larger than what is taken over."""


class MaxAdapter(Adapter):
    """One for every bot."""

    idempotent: ClassVar[bool] = False
    reconcilable: ClassVar[bool] = True

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._uploads = Uploads()

    def rates(self, account: Account) -> Rates:
        """30 requests a second of a bot."""
        return Rates(account=30)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One call; MAX has no key for it, so `key` stays here. Files are handed over before."""
        try:
            body = await self._with_files(part, key, account)
        except NotSent as refused:
            raise in_plainer_form(refused, _without_files(part)) from refused
        where = {"chat_id": str(part.payload["chat_id"])}
        try:
            told = await self._call("POST", "/messages", account, params=where, json=body)
        except BadPayload as refused:
            raise BadPayload(refused.detail, fallback=_plainer(part)) from None
        mid = _body_of(told.get("message")).get("mid")
        if not isinstance(mid, str) or not mid:
            raise Ambiguous("MAX did not say which message it made.")
        return SendResult(mid)

    async def _with_files(self, part: Native, key: str, account: Account) -> dict[str, Any]:
        body = {name: value for name, value in part.payload.items() if name != "chat_id"}
        given = {}
        for each in uploads_of(part):
            handed = partial(upload, self._call, self._transport, each, account)
            given[id(each)] = await self._uploads.once(account, key, each["payload"]["upload"], handed)
        if given:
            body["attachments"] = [
                {**each, "payload": given[id(each)]} if id(each) in given else each
                for each in body["attachments"]
            ]
        return body

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """The bot's first message since then that reads like the part, among the last 100 of the chat."""
        where = {"chat_id": str(part.payload["chat_id"]), "count": str(LOOKED_BACK)}
        try:
            told = await self._call("GET", "/messages", account, params=where)
        except RecipientGone:
            return None
        except (NotSent, Ambiguous) as away:
            raise Transient(away.detail, retry_after=away.retry_after) from None
        found = None
        for message in _dicts(told.get("messages")):  # newest first
            if _is_own(message, account, since) and _reads_like(_body_of(message), part):
                found = _body_of(message).get("mid")
        return SendResult(found) if isinstance(found, str) and found else None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Typing for some seconds, or everything read."""
        action = "typing_on" if what == "typing" else "mark_seen"
        path = f"/chats/{quote(chat, safe='-')}/actions"
        try:
            await self._call("POST", path, account, json={"action": action})
        except BadPayload:
            if what == "typing":
                raise
            # `mark_seen` is no longer in the schema of 2026-07: where it is refused there is no such sign.

    async def answer_press(self, extra: Mapping[str, Any], account: Account) -> None:
        """Let a button stop turning; `extra` is that of its event."""
        where = {"callback_id": str(extra["callback_id"])}
        # Without a changed message MAX wants a notification, which is shown for a moment.
        await self._call("POST", "/answers", account, params=where, json={"notification": "✓"})

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """The bytes of a file at MAX's storage, 25 MiB at most."""
        yield await self._transport.fetch_file(await self._address(ref, account))

    async def connect(self, account: Account) -> Health:
        """Ask for the bot, then subscribe where MAX has no subscription of ours, or has dropped it."""
        try:
            me = await self._call("GET", "/me", account)
            listed = await self._call("GET", "/subscriptions", account)
            problems = () if _is_subscribed(listed, account) else await self._subscribe(account)
        except AuthFailed as refused:
            return Health("down", (Problem("unauthorized", refused.detail, "reauthorize"),))
        except (NotSent, Ambiguous) as away:
            return Health("degraded", (Problem("provider_unreachable", away.detail),))
        name = " ".join(str(me[each]) for each in ("first_name", "last_name") if me.get(each))
        facts = {
            "bot_name": name or str(me.get("name") or ""),
            "bot_username": me.get("username"),
            "webhook_mark": _mark(account),
        }
        external_id = str(me["user_id"]) if isinstance(me.get("user_id"), int) else None
        return Health("down" if problems else "ok", problems, facts, external_id=external_id)

    async def disconnect(self, account: Account) -> None:
        """Take the subscription back."""
        try:
            await self._call("DELETE", "/subscriptions", account, params={"url": account.webhook_url})
        except (AuthFailed, BadPayload, RecipientGone):
            return  # nothing is ours any more, or it is gone

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """MAX repeats what was not taken for eight hours; it lists no messages of every chat."""
        return ()

    async def close(self) -> None:
        """Connections belong to the transport."""

    async def _subscribe(self, account: Account) -> tuple[Problem, ...]:
        wanted = {
            "url": account.webhook_url,
            "update_types": list(UPDATE_TYPES),
            "secret": str(account.secrets["webhook"][0]),
        }
        try:
            told = await self._call("POST", "/subscriptions", account, json=wanted)
        except BadPayload as refused:
            return (Problem("webhook_refused", refused.detail, "resubscribe"),)
        if told.get("success") is False:
            detail = _clean(str(told.get("message") or "MAX does not take the address."), account)
            return (Problem("webhook_refused", detail, "resubscribe"),)
        return ()

    async def _address(self, ref: MediaRef, account: Account) -> str:
        """Where a file is: a video's address is asked for."""
        token = ref.ref.get("video")
        if token:
            try:
                told = await self._call("GET", f"/videos/{quote(str(token), safe='')}", account)
            except (BadPayload, RecipientGone):
                told = {}
            except Ambiguous as away:
                raise Transient(away.detail) from None
            urls = told.get("urls")
            shown = [urls[size] for size in VIDEO_SIZES if urls.get(size)] if isinstance(urls, dict) else []
            if shown:
                return str(shown[0])
        return str(ref.ref.get("url", ""))

    async def _call(self, method: str, path: str, account: Account, **options: Any) -> dict[str, Any]:
        answer = await self._transport.call(
            method,
            self._transport.max_url + path,
            provider="max",
            account=account.external_id,
            headers={"Authorization": str(account.secrets["token"])},
            **options,
        )
        try:
            told = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            told = None
        if answer.status_code == 200 and isinstance(told, dict):
            return told
        code, words = _error(told, account)
        raise sorted_error(answer.status_code, code, words, _seconds(answer.headers.get("Retry-After")))


def build(transport: Transport) -> MaxAdapter:
    """The adapter for a worker."""
    return MaxAdapter(transport)


def new_secrets() -> dict[str, Any]:
    """What we make ourselves for a new account."""
    return {"webhook": [secrets.token_hex(32)]}


def _error(told: Any, account: Account) -> tuple[str, str]:
    code = told.get("code") if isinstance(told, dict) else None
    if not isinstance(code, str):
        return "", ""
    return _clean(code[:100], account), _clean(str(told.get("message", ""))[:200], account)


def _clean(words: str, account: Account) -> str:
    held = [account.secrets["token"], *account.secrets.get("webhook", ())]
    for secret in held:
        words = words.replace(str(secret), "…")
    return words


def _plainer(part: Native) -> Native | None:
    """Without markup and with links for files: MAX does not say which of them it could not take."""
    bare = _without_files(part)
    if "format" not in part.payload:
        return bare
    part = bare or part
    payload = {name: value for name, value in part.payload.items() if name != "format"}
    payload["text"] = _words(part.payload)
    return Native(part.index, part.method, payload, (*part.lossy, "formatting_lost"))


def _without_files(part: Native) -> Native | None:
    """With links for files; None: it has none."""
    attachments = part.payload.get("attachments") or []
    files = [
        each["payload"].get("upload") or each["payload"] for each in attachments if each["type"] in FILES
    ]
    if not files:
        return None
    links = [": ".join(filter(None, (each.get("name"), str(each["url"])))) for each in files]
    if part.payload.get("format") == "html":
        links = [escape(each, quote=False) for each in links]
    kept = [each for each in attachments if each["type"] not in FILES]
    text = "\n".join(filter(None, (str(part.payload.get("text") or ""), *links)))
    payload = {**part.payload, "text": text, "attachments": kept or None}
    return Native(part.index, part.method, payload, tuple(dict.fromkeys([*part.lossy, "media_as_link"])))


def _words(payload: Mapping[str, Any]) -> str:
    """The text of a payload as it is read."""
    text = str(payload.get("text") or "")
    return unescape(re.sub(r"<[^>]*>", "", text)) if payload.get("format") == "html" else text


def _is_own(message: Mapping[str, Any], account: Account, since: datetime) -> bool:
    sender, at = message.get("sender"), message.get("timestamp")
    is_bot = isinstance(sender, dict) and str(sender.get("user_id")) == account.external_id
    return is_bot and isinstance(at, int) and at >= since.timestamp() * 1000


def _reads_like(body: Mapping[str, Any], part: Native) -> bool:
    shown = {each.get("type") for each in _dicts(body.get("attachments"))}
    sent = {each["type"] for each in part.payload.get("attachments") or []}
    return _words(part.payload).split() == str(body.get("text") or "").split() and sent <= shown


def _is_subscribed(listed: Mapping[str, Any], account: Account) -> bool:
    if account.settings.get("webhook_mark") != _mark(account):
        return False
    ours = [each for each in _dicts(listed.get("subscriptions")) if each.get("url") == account.webhook_url]
    return any(set(UPDATE_TYPES) <= set(each.get("update_types") or ()) for each in ours)


def _mark(account: Account) -> str:
    # MAX does not tell which secret it has: ours are told apart by their beginnings' digest.
    return hashlib.sha256(str(account.secrets["webhook"][0]).encode()).hexdigest()[:12]


def _body_of(message: Any) -> Mapping[str, Any]:
    body = message.get("body") if isinstance(message, dict) else None
    return body if isinstance(body, dict) else {}


def _dicts(listed: Any) -> list[dict[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
