"""Reads a channel that is read by a cursor. One mail that cannot be taken does not stand in the way of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from omnisupport.activities.receiving import Receiver
from omnisupport.channels.base import Health, Piece, Problem, Watched
from omnisupport.domain.account import Account
from omnisupport.domain.inbound import InboundEvent
from omnisupport.errors import OmniError
from omnisupport.observability import PUT_ASIDE, get_logger
from omnisupport.texts import say

log = get_logger(__name__)

TRIES = 3
"""Of one mail that our own side refuses, before its plain form is taken."""
LASTING = timedelta(seconds=20)
"""What does not last so long is an accident of the moment, however many readers have met it."""
TRIES_AWAY = 20
"""Where the refusal says that another try helps: with the pauses between them more than an hour."""
OVERLAP = timedelta(minutes=10)
"""A backfill asks for this much more than it must: providers' clocks are not ours, and repeats do no harm."""
FIRST_BACKFILL = timedelta(hours=1)
PUT_ASIDE_CODE = "mails_put_aside"
SHOWN_FOR = timedelta(days=7)
"""How long a connection tells of what was put aside, unless it is asked for anew."""


class CursorStore(Protocol):
    """`storage/queries/reading.py`."""

    async def read_to(
        self, tenant_id: UUID, channel_id: UUID, cursor: Mapping[str, Any], at: datetime
    ) -> None:
        """A channel was read so far."""

    async def go_back(self, tenant_id: UUID, channel_id: UUID, cursor: Mapping[str, Any], wish: str) -> None:
        """It is read from an earlier place on, as somebody wished; what was put aside comes once more."""

    async def failed(
        self, tenant_id: UUID, channel_id: UUID, name: str, at: datetime
    ) -> tuple[int, datetime]:
        """How often the mail at the cursor could not be taken, with this time, and since when."""

    async def put_aside(
        self, tenant_id: UUID, channel_id: UUID, name: str, code: str, cursor: Mapping[str, Any], at: datetime
    ) -> None:
        """A mail is in no conversation; the reading goes on behind it."""


class Read(Protocol):
    """`storage/queries/channel_care.Care`."""

    @property
    def account(self) -> Account:
        """The account."""

    @property
    def health(self) -> dict[str, Any]:
        """How it was found last, and how far it was read."""


async def read_on(store: CursorStore, receiver: Receiver, care: Read, adapter: Watched) -> bool:
    """Take all that lies behind the cursor, and keep how far that went; whether something was put aside.

    A death in between reads some once more, and each mail is here once by its key. A mail that cannot be taken is tried
    again, at later readings; then it is taken in a plain form, with its original; what cannot be taken so either stays
    in its mailbox, and the connection says so.

    Raises:
        NotSent: it cannot be read now.
        Exception: what a mail was refused by, while it is tried again.
    """
    account, wish = care.account, care.health.get("wanted_since")
    cursor: Mapping[str, Any] | None = care.health.get("cursor")
    if wish is not None:
        cursor = await adapter.begin(account, datetime.fromisoformat(wish) - OVERLAP)
        await store.go_back(account.tenant_id, account.channel_id, cursor, wish)
    elif cursor is None:
        cursor = await adapter.begin(account, datetime.now(UTC) - FIRST_BACKFILL)
    has_put_aside = False
    while True:
        now = datetime.now(UTC)
        reading = await adapter.read_on(account, cursor)
        for piece in reading.pieces:
            try:
                is_taken = await _take(store, receiver, account, adapter, piece)
            except Exception:
                await store.read_to(account.tenant_id, account.channel_id, cursor, now)
                raise
            cursor, has_put_aside = piece.cursor, has_put_aside or not is_taken
        cursor = reading.cursor
        await store.read_to(account.tenant_id, account.channel_id, cursor, now)
        if reading.is_all:
            return has_put_aside


def with_put_aside(health: Health, kept: Mapping[str, Any]) -> Health:
    """How a connection is, with the mails that lie aside (`kept` is what its row says of itself)."""
    aside = kept.get("aside")
    if not aside or datetime.now(UTC) - datetime.fromisoformat(aside["last"]["at"]) > SHOWN_FOR:
        return health
    last = aside["last"]
    detail = f"{aside['count']} (UID {last['name'].rpartition(':')[2]}, {last['at'][:16]}Z, {last['code']})"
    problem = Problem(PUT_ASIDE_CODE, detail, "backfill")
    state = "degraded" if health.state == "ok" else health.state
    return replace(health, state=state, problems=(*health.problems, problem))


def is_calm(health: Health) -> bool:
    """Whether the connection itself is well: mails that lie aside are no reason to sign in more often."""
    return health.state == "ok" or {each.code for each in health.problems} == {PUT_ASIDE_CODE}


async def _take(
    store: CursorStore, receiver: Receiver, account: Account, adapter: Watched, piece: Piece
) -> bool:
    """Take a mail, in its plain form if it has to be; whether it is in a conversation now."""
    code = piece.fault
    if code is None:
        try:
            await receiver.take(account, piece.events)
            return True
        except Exception as refused:
            retryable = isinstance(refused, OmniError) and refused.retryable
            now = datetime.now(UTC)
            tries, since = await store.failed(account.tenant_id, account.channel_id, piece.name, now)
            if tries < (TRIES_AWAY if retryable else TRIES) or now - since < LASTING:
                raise
            code = refused.code if isinstance(refused, OmniError) else "mail_refused"
            log.warning(
                "mail_not_taken",
                channel_id=str(account.channel_id),
                uid=piece.name,
                tries=tries,
                exc_info=refused,
            )
    if await _take_plain(receiver, account, adapter.plain(account, piece)):
        PUT_ASIDE.labels("plain").inc()
        return True
    PUT_ASIDE.labels("left").inc()
    await store.put_aside(
        account.tenant_id, account.channel_id, piece.name, code, piece.cursor, datetime.now(UTC)
    )
    return False


async def _take_plain(receiver: Receiver, account: Account, event: InboundEvent | None) -> bool:
    """Say in the customer's conversation that a mail of his came; its original shows it, where that can be kept."""
    if event is None:
        return False
    plain = replace(event, text=say("mail_unshown", account.locale))
    for form in (plain, replace(plain, original=None, extra={})):
        try:
            await receiver.take(account, [form])
            return True
        except Exception as refused:
            log.warning("plain_mail_not_taken", channel_id=str(account.channel_id), exc_info=refused)
    return False
