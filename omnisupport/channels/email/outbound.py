"""Mails out over a tenant's SMTP server, and what its mailbox holds."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from omnisupport.channels.base import (
    Account,
    Adapter,
    AuthFailed,
    Health,
    NotSent,
    Problem,
    Rates,
    SendResult,
    Unreadable,
)
from omnisupport.channels.email.ids import address_of
from omnisupport.channels.email.imap import Connection
from omnisupport.channels.email.inbound import read_mail
from omnisupport.channels.email.letter import write
from omnisupport.channels.email.mailbox import Mailbox, name_of, work
from omnisupport.channels.email.mime import part_content
from omnisupport.channels.email.server import Doors
from omnisupport.channels.email.smtp import DATA_S, Smtp
from omnisupport.channels.email.tokens import Tokens
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native

BACKFILL = 200
"""Mails that are read at once; whoever wants more asks again from the last one on."""
CHUNK = 64 * 1024


class EmailAdapter(Adapter):
    """Signs in to the tenant's servers for each call."""

    idempotent: ClassVar[bool] = False
    """A repeat has the same Message-ID, and many programs show it once; not all do."""
    reconcilable: ClassVar[bool] = False

    def __init__(
        self, transport: Transport, *, tls: ssl.SSLContext | None = None, data_s: float = DATA_S
    ) -> None:
        tokens = Tokens(transport.fetcher)
        self._smtp = Smtp(Doors(transport.fetcher, tls), tokens, command_s=transport.call_s, data_s=data_s)
        self._mailbox = Mailbox(transport, tokens=tokens, tls=tls)

    def rates(self, account: Account) -> Rates:
        """One a second: what servers for people let through without asking why."""
        return Rates(account=1)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One mail to one address; its Message-ID is made of the key."""
        letter = write(part.payload, key, account, datetime.now(UTC))
        await self._smtp.deliver(letter, account)
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
        """Sign in on both sides; `settings` say where the mailbox stands: reading begins with what comes next."""
        facts: dict[str, Any] = {}
        outward = await self._try_smtp(account)
        inward = await self._try_imap(account, facts)
        problems = tuple(each for each in (outward, inward) if each is not None)
        state: Literal["ok", "degraded", "down"] = ("ok", "degraded", "down")[len(problems)]
        return Health(state, tuple(dict.fromkeys(problems)), facts, external_id=address_of(account))

    async def disconnect(self, account: Account) -> None:
        """There is nothing to take back."""
        await self._mailbox.leave(account)

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """The first 200 mails that came in since then, oldest first; those that nobody can read are left out."""
        found: list[InboundEvent] = []
        async with self._mailbox.opened(account) as (connection, folder):
            for uid, raw in await work(connection, lambda: _since(connection, since)):
                with suppress(Unreadable):
                    found += read_mail(raw, account, uid=name_of(folder, uid))
        return found

    async def close(self) -> None:
        """Give connections back."""
        await self._mailbox.close()

    async def _try_smtp(self, account: Account) -> Problem | None:
        try:
            async with self._smtp.signed_in(account):
                return None
        except NotSent as refused:
            return _problem(refused)

    async def _try_imap(self, account: Account, facts: dict[str, Any]) -> Problem | None:
        try:
            async with self._mailbox.opened(account) as (_, folder):
                facts |= {"uidvalidity": folder.uid_validity, "uidnext": folder.uid_next}
                return None
        except NotSent as refused:
            return _problem(refused)


def build(transport: Transport) -> EmailAdapter:
    """The adapter for a worker."""
    return EmailAdapter(transport)


def _problem(refused: NotSent) -> Problem:
    if not isinstance(refused, AuthFailed):
        return Problem("provider_unreachable", refused.detail)
    if type(refused) is AuthFailed:
        return Problem("unauthorized", refused.detail, "reauthorize")
    return Problem(refused.code, refused.detail)


def _since(connection: Connection, since: datetime) -> list[tuple[int, bytes]]:
    uids = connection.since(since)
    arrived = connection.arrived(uids)
    return connection.mails([uid for uid in uids if arrived.get(uid, since) >= since][:BACKFILL])
