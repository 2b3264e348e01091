"""Calls of the Bot API, by aiogram's methods and session: no dispatcher, no retries of its own."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any, ClassVar, Literal, TypeVar

import aiohttp
from aiogram import Bot, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import InputFile, Message, WebhookInfo

from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Health,
    Moved,
    NotSent,
    Problem,
    RateLimited,
    Rates,
    RecipientGone,
    SendResult,
    Transient,
    in_words,
)
from omnisupport.channels.telegram.inbound import ALLOWED_UPDATES
from omnisupport.channels.transport import FILE_S, Transport
from omnisupport.domain.files import OpenFile
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native

MAX_CONNECTIONS = 40
FAILING_S = 600
"""A webhook that Telegram could not reach within this time is told as a problem."""
CHUNK = 256 * 1024
FILE_FIELDS = ("photo", "video", "audio", "voice", "document")
UNFIT = ("wrong file", "failed to get http url", "wrong type of the web page")
"""What Telegram says of an address whose file it cannot take."""
Found = TypeVar("Found")


class Upload(InputFile):
    """A file of ours as aiogram sends it, piece by piece."""

    def __init__(self, file: OpenFile) -> None:
        super().__init__(file.name)
        self._content = file.content

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Its bytes, which lie on this machine's disk."""
        while piece := self._content.read(CHUNK):
            yield piece


class TelegramAdapter(Adapter):
    """One session for every bot."""

    idempotent: ClassVar[bool] = False
    reconcilable: ClassVar[bool] = False

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._sessions: dict[str | None, AiohttpSession] = {}

    def rates(self, account: Account) -> Rates:
        """30 a second of a bot; one a second into a chat, short bursts are taken (Bots FAQ)."""
        return Rates(account=30, chat=1, chat_burst=3)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One call, with the bytes of a file of ours in it; the Bot API has no key, so `key` stays here."""
        field = file_field(part)
        try:
            if field is None:
                made = await self._call(_method(part), account)
            else:
                async with self._transport.file(part.payload[field], account) as file:
                    made = await self._call(_method(part, **{field: Upload(file)}), account, FILE_S)
        except TelegramBadRequest as refused:
            raise _refused(refused, part) from refused
        except TooLarge as refused:
            raise BadPayload(refused.detail, fallback=_without_file(part)) from refused
        assert isinstance(made, Message)
        return SendResult(f"{made.chat.id}:{made.message_id}")

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """The Bot API shows nobody what was sent."""
        return None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Typing for five seconds."""
        if what == "typing":
            await self._call(methods.SendChatAction(chat_id=chat, action="typing"), account)

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """Bytes of a file; its address holds the token and is told to nobody."""
        try:
            found = await self._call(methods.GetFile(file_id=str(ref.ref["file_id"])), account)
        except TelegramBadRequest as refused:
            raise NotSent("Telegram does not give this file any more.", code="media_gone") from refused
        session = self._session(account)
        if found.file_path is None:
            raise NotSent("Telegram gives no file of this size.", code="media_gone")
        address = session.api.file_url(_token(account), found.file_path)
        try:
            async for chunk in session.stream_content(address, timeout=60):
                yield chunk
        except (aiohttp.ClientError, TimeoutError):
            raise Transient("The file could not be fetched from Telegram.") from None

    async def connect(self, account: Account) -> Health:
        """Ask for the bot, then make the webhook ours where it is not."""
        try:
            me = await self._call(methods.GetMe(), account)
            info = await self._call(methods.GetWebhookInfo(), account)
            problems = await self._see_to_webhook(info, account)
        except AuthFailed as refused:
            return Health("down", (Problem("unauthorized", refused.detail, "reauthorize"),))
        except (NotSent, Ambiguous) as away:
            return Health("degraded", (Problem("provider_unreachable", away.detail),))
        problems += [] if self._transport.polls_telegram else _failing(info)
        facts = {"bot_name": me.full_name, "bot_username": me.username, "webhook_mark": _mark(account)}
        state: Literal["ok", "degraded", "down"] = "degraded" if problems else "ok"
        if any(each.code == "webhook_refused" for each in problems):
            state = "down"
        return Health(state, tuple(problems), facts, external_id=str(me.id))

    async def disconnect(self, account: Account) -> None:
        """Take the webhook back."""
        try:
            await self._call(methods.DeleteWebhook(drop_pending_updates=False), account)
        except AuthFailed:
            return  # nothing is ours any more

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """What was not taken waits in Telegram's own queue for a day."""
        return ()

    async def _see_to_webhook(self, info: WebhookInfo, account: Account) -> list[Problem]:
        if self._transport.polls_telegram:
            if info.url:
                await self._call(methods.DeleteWebhook(drop_pending_updates=False), account)
            return []
        return [] if await self._is_registered(info, account) else await self._register(account)

    async def _is_registered(self, info: WebhookInfo, account: Account) -> bool:
        return (
            info.url == account.webhook_url
            and set(info.allowed_updates or ()) == set(ALLOWED_UPDATES)
            and account.settings.get("webhook_mark") == _mark(account)
        )

    async def _register(self, account: Account) -> list[Problem]:
        wanted = methods.SetWebhook(
            url=account.webhook_url,
            secret_token=str(account.secrets["webhook"][0]),
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=MAX_CONNECTIONS,
        )
        try:
            await self._call(wanted, account)
        except TelegramBadRequest as refused:
            return [Problem("webhook_refused", refused.message, "resubscribe")]
        return []

    async def _call(
        self, method: TelegramMethod[Found], account: Account, within_s: float | None = None
    ) -> Found:
        bot = Bot(_token(account), session=self._session(account))
        try:
            return await bot(method, request_timeout=max(1, int(within_s or self._transport.call_s)))
        except TelegramBadRequest:
            raise
        except (TelegramAPIError, ClientDecodeError) as failed:
            raise _sorted(failed) from None

    def _session(self, account: Account) -> AiohttpSession:
        proxy = self._transport.proxy_of("telegram", account.external_id)
        if proxy not in self._sessions:
            server = TelegramAPIServer.from_base(self._transport.telegram_url)
            self._sessions[proxy] = AiohttpSession(proxy=proxy, api=server, timeout=self._transport.call_s)
        return self._sessions[proxy]

    async def close(self) -> None:
        """Give connections back."""
        for session in self._sessions.values():
            await session.close()


class TooLarge(BadPayload):
    """Telegram does not take so many bytes."""


def _method(part: Native, **files: Upload) -> TelegramMethod[Any]:
    method = getattr(methods, part.method[0].upper() + part.method[1:])
    found: TelegramMethod[Any] = method(**{**part.payload, **files})
    return found


def build(transport: Transport) -> TelegramAdapter:
    """The adapter for a worker."""
    return TelegramAdapter(transport)


def new_secrets() -> dict[str, Any]:
    """What we make ourselves for a new account."""
    return {"webhook": [secrets.token_urlsafe(32)]}


def _token(account: Account) -> str:
    return str(account.secrets["token"])


def _mark(account: Account) -> str:
    # Telegram does not tell which secret it has: ours are told apart by their beginnings' digest.
    return hashlib.sha256(str(account.secrets["webhook"][0]).encode()).hexdigest()[:12]


def _failing(info: WebhookInfo) -> list[Problem]:
    if info.last_error_date is None or not info.last_error_message:
        return []
    happened = info.last_error_date
    at = happened.timestamp() if isinstance(happened, datetime) else float(happened)
    if time.time() - at > FAILING_S:
        return []
    return [Problem("webhook_failing", info.last_error_message, "resubscribe")]


def _refused(refused: TelegramBadRequest, part: Native) -> Exception:
    text = refused.message.lower()
    if "chat not found" in text or "user not found" in text or "peer_id_invalid" in text:
        return RecipientGone("Telegram knows no such chat.")
    field = "caption" if "caption" in part.payload else "text"
    if "can't parse" in text and part.payload.get("parse_mode") == "HTML":
        plain = {name: value for name, value in part.payload.items() if name != "parse_mode"}
        plain[field] = _words(str(part.payload[field]))
        lossy = (*part.lossy, "formatting_lost")
        return BadPayload(refused.message, fallback=Native(part.index, part.method, plain, lossy))
    if file_field(part) is not None or any(word in text for word in UNFIT):
        return BadPayload(refused.message, fallback=_without_file(part))
    return BadPayload(refused.message)


def file_field(part: Native) -> str | None:
    """Where a payload names a file of ours."""
    return next((name for name in FILE_FIELDS if isinstance(part.payload.get(name), Mapping)), None)


def _without_file(part: Native) -> Native | None:
    """A file of ours as a document, which is taken whatever it is; else its address in words."""
    field = file_field(part)
    if field is not None and part.method != "sendDocument":
        payload = {name: value for name, value in part.payload.items() if name != field}
        payload["document"] = part.payload[field]
        return Native(part.index, "sendDocument", payload, part.lossy)
    media = next((part.payload[name] for name in FILE_FIELDS if name in part.payload), None)
    if media is None:
        return None
    address = media["url"] if isinstance(media, Mapping) else media
    words = "\n".join(filter(None, (_words(str(part.payload.get("caption", ""))), str(address))))
    payload = {"chat_id": part.payload["chat_id"], "text": words}
    if "reply_markup" in part.payload:
        payload["reply_markup"] = part.payload["reply_markup"]
    return Native(part.index, "sendMessage", payload, (*part.lossy, "media_as_link"))


def _words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def _sorted(failed: TelegramAPIError | ClientDecodeError) -> NotSent | Ambiguous:
    """The taxonomy of `channels.md` 6, from aiogram's exceptions as they are raised."""
    match failed:
        case TelegramRetryAfter():
            return RateLimited(
                "Telegram asks to wait.", scope="account", retry_after=float(failed.retry_after)
            )
        case TelegramAPIError() if failed.message.startswith("Too Many Requests"):  # without a hint
            return RateLimited("Telegram asks to wait.", scope="account", retry_after=1.0)
        case TelegramForbiddenError():
            return RecipientGone("The customer has blocked the bot, or never wrote to it.")
        case TelegramUnauthorizedError() | TelegramNotFound():
            return AuthFailed(in_words("Telegram does not know this token.", failed.message))
        case TelegramConflictError():
            return AuthFailed("Another program takes this bot's updates.")
        case TelegramMigrateToChat():
            return Moved("The group has moved.", to=str(failed.migrate_to_chat_id))
        case TelegramEntityTooLarge():
            return TooLarge("Telegram refuses a file of this size.")
        case RestartingTelegram():
            return Transient("Telegram is restarting.")
        case TelegramNetworkError() if isinstance(failed.__cause__, aiohttp.ClientConnectorError):
            return Transient("Telegram cannot be reached.")
        case TelegramServerError() | TelegramNetworkError() | ClientDecodeError():
            return Ambiguous("Telegram did not answer.")
    return BadPayload(str(failed))
