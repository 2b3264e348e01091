"""Mails out over a tenant's SMTP server, and what its mailbox holds."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, ClassVar, Literal

from omnisupport.channels.base import (
    Account,
    AuthFailed,
    BadPayload,
    Health,
    NotSent,
    Piece,
    Problem,
    Rates,
    Reading,
    SendResult,
    Unreadable,
    Watched,
)
from omnisupport.channels.email.ids import address_of
from omnisupport.channels.email.inbound import read_mail, read_plain
from omnisupport.channels.email.letter import Enclosed, enclosed, write
from omnisupport.channels.email.mailbox import Cursor, Mailbox, work
from omnisupport.channels.email.mime import part_content
from omnisupport.channels.email.render import without_files
from omnisupport.channels.email.server import Doors
from omnisupport.channels.email.smtp import DATA_S, Smtp, TooLarge
from omnisupport.channels.email.tokens import Tokens
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.observability import get_logger

log = get_logger(__name__)

BATCH = 50
"""Mails that are read at once."""
CHUNK = 64 * 1024
FULL_AT_ONCE = 2
"""Mails with files under way in a worker: each is in memory whole, some 60 MB at most."""
AUTOMATIC_AN_HOUR = 30
"""To one address: more than a person reads, and few enough that a loop of two machines is no flood."""


class EmailAdapter(Watched):
    """Signs in to the tenant's servers for each call."""

    idempotent: ClassVar[bool] = False
    """A repeat has the same Message-ID, and many programs show it once; not all do."""
    reconcilable: ClassVar[bool] = False

    def __init__(
        self, transport: Transport, *, tls: ssl.SSLContext | None = None, data_s: float = DATA_S
    ) -> None:
        self._transport = transport
        self._full = asyncio.Semaphore(FULL_AT_ONCE)
        self._tokens = tokens = Tokens(transport.fetcher)
        self._smtp = Smtp(Doors(transport.fetcher, tls), tokens, command_s=transport.call_s, data_s=data_s)
        self._mailbox = Mailbox(transport, tokens=tokens, tls=tls)

    def rates(self, account: Account) -> Rates:
        """One a second: what servers for people let through without asking why."""
        return Rates(account=1, automatic=AUTOMATIC_AN_HOUR)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One mail to one address; its Message-ID is made of the key."""
        at, has_files = datetime.now(UTC), bool(part.payload.get("files"))
        try:
            if not has_files:
                letter = write(part.payload, key, account, at)
                await self._smtp.deliver(letter, account)
                return SendResult(letter.message_id)
            async with self._full:
                files = [await self._enclosed(ref, account) for ref in part.payload["files"]]
                letter = await asyncio.to_thread(write, part.payload, key, account, at, files)
                await self._smtp.deliver(letter, account)
        except TooLarge as refused:
            raise BadPayload(refused.detail, fallback=without_files(part) if has_files else None) from None
        return SendResult(letter.message_id)

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """SMTP shows nobody what was taken; a bounce comes by itself."""
        return None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Mail has no such signs."""

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """Bytes of an attachment; the whole mail is fetched for it."""
        gone = NotSent("The mail with this file is no longer in the mailbox.", code="media_gone")
        validity, _, uid = str(ref.ref.get("uid")).partition(":")
        place = str(ref.ref.get("part"))
        if not uid.isdecimal() or not place.isdecimal():
            raise gone
        async with self._mailbox.opened(account) as (connection, folder):
            if validity != str(folder.uid_validity):
                raise gone
            mails = await work(connection, lambda: connection.mails([int(uid)]))
        found = None
        with suppress(Unreadable):
            found = part_content(mails[0][1], int(place)) if mails else None
        if found is None:
            raise gone
        for start in range(0, len(found), CHUNK):
            yield found[start : start + CHUNK]

    async def connect(self, account: Account) -> Health:
        """Sign in on both sides."""
        outward = await self._try_smtp(account)
        inward = await self._try_imap(account)
        problems = tuple(each for each in (outward, inward) if each is not None)
        state: Literal["ok", "degraded", "down"] = ("ok", "degraded", "down")[len(problems)]
        return Health(
            state,
            tuple(dict.fromkeys(problems)),
            external_id=address_of(account),
            secrets={**self._tokens.given(account), **_plus(account)},
        )

    async def disconnect(self, account: Account) -> None:
        """There is nothing to take back."""
        await self._mailbox.leave(account)

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """A mailbox is read by its cursor."""
        return ()

    async def begin(self, account: Account, since: datetime) -> Mapping[str, Any]:
        """Before the first mail that came in since then, by its server's clock."""
        return _written(await self._mailbox.begin(account, since))

    async def read_on(self, account: Account, cursor: Mapping[str, Any]) -> Reading:
        """The next mails, at most 50."""
        before = _cursor(cursor)
        mails, after = await self._mailbox.fetch(account, before, BATCH)
        pieces = [_piece(name, raw, account, after.begun) for name, raw in mails]
        return Reading(pieces, _written(after), is_all=after == before)

    def plain(self, account: Account, piece: Piece) -> InboundEvent | None:
        """By its headers alone."""
        return read_plain(piece.raw, account)

    async def wait(self, account: Account, cursor: Mapping[str, Any], seconds: float) -> bool:
        """By IDLE; a server that has it not is asked every half minute."""
        return await self._mailbox.wait(account, _cursor(cursor), seconds)

    async def close(self) -> None:
        """Give connections back."""
        await self._mailbox.close()

    async def _enclosed(self, ref: Mapping[str, Any], account: Account) -> Enclosed:
        async with self._transport.file(ref, account) as file:
            return await asyncio.to_thread(enclosed, ref, file)

    async def _try_smtp(self, account: Account) -> Problem | None:
        try:
            async with self._smtp.signed_in(account):
                return None
        except NotSent as refused:
            return _problem(refused)

    async def _try_imap(self, account: Account) -> Problem | None:
        try:
            async with self._mailbox.opened(account):
                return None
        except NotSent as refused:
            return _problem(refused)


def build(transport: Transport) -> EmailAdapter:
    """The adapter for a worker."""
    return EmailAdapter(transport)


def _piece(name: str, raw: bytes, account: Account, begun: datetime | None) -> Piece:
    validity, _, uid = name.partition(":")
    cursor = _written(Cursor(int(validity), int(uid), begun))
    try:
        return Piece(name, raw, read_mail(raw, account, uid=name), cursor)
    except Unreadable as refused:
        log.warning("mail_unreadable", channel_id=str(account.channel_id), uid=name, reason=refused.detail)
    except (
        Exception
    ):  # a fault of ours, the same at every reading: it must not hide the mails behind this one
        log.exception("mail_unreadable", channel_id=str(account.channel_id), uid=name)
    return Piece(name, raw, (), cursor, fault="mail_unreadable")


def _plus(account: Account) -> Mapping[str, str]:
    """What plus-addresses are signed with, once they are wanted."""
    if not account.settings.get("plus") or account.secrets.get("plus"):
        return {}
    return {"plus": token_hex(16)}


def _problem(refused: NotSent) -> Problem:
    if not isinstance(refused, AuthFailed):
        return Problem("provider_unreachable", refused.detail)
    if type(refused) is AuthFailed:
        return Problem("unauthorized", refused.detail, "reauthorize")
    return Problem(refused.code, refused.detail)


def _cursor(told: Mapping[str, Any]) -> Cursor:
    begun = told.get("begun")
    return Cursor(
        int(told.get("uidvalidity") or 0),
        int(told.get("uid") or 0),
        datetime.fromisoformat(str(begun)) if begun else None,
    )


def _written(cursor: Cursor) -> dict[str, Any]:
    begun = cursor.begun.isoformat() if cursor.begun else None
    return {"uidvalidity": cursor.uidvalidity, "uid": cursor.uid, "begun": begun}
