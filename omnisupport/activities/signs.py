"""Small signs for customers of providers: a press was heard, somebody is writing, something was read.

They are asked for by hints, as everything live is, and belong to no turn: each is shown once at most, soon or never.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from omnisupport.activities.messaging import Accounts, Outlets, Pacer
from omnisupport.channels.base import Account, Adapter
from omnisupport.domain.sign import Whom
from omnisupport.errors import OmniError
from omnisupport.observability import get_logger

log = get_logger(__name__)

AT_ONCE = 50
"""Signs under way in this process; beyond, they are not shown."""
SLOT_AT_MOST_S = 1.5
"""A sign takes its place among the account's sends; a later one would tell of what is over."""
TYPING_S = 4.0
"""Providers show it for five seconds: it is told again in this time."""
ONCE_S = 60.0

What = Literal["press", "typing", "read"]


@dataclass(frozen=True)
class Sign:
    """What is to be shown in a conversation; `once` names it among all workers for `for_s` seconds.

    `message_id` is the press that is answered.
    """

    what: What
    conversation_id: str
    once: str
    for_s: float
    message_id: str | None = None


class Recipients(Protocol):
    """`storage/queries/signs.py`."""

    async def whom(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID | None) -> Whom | None:
        """Whom a conversation is with, and what he said last, or in this message; None: no provider reaches him."""


class Turns(Protocol):
    """`storage/signs.py`."""

    async def take(self, tenant_id: UUID, name: str, seconds: float) -> bool:
        """Whether it is this process's turn to show it; nobody else's for so long."""


def sign_of(hint: Mapping[str, Any]) -> Sign | None:
    """What a hint asks for, if it does."""
    about = str(hint.get("c"))
    match hint:
        case {"k": "press", "m": str(message)}:
            return Sign("press", about, f"press:{message}", ONCE_S, message)
        case {"k": "typing", "who": "operator", "on": True} | {"k": "answering"}:
            return Sign("typing", about, f"typing:{about}", TYPING_S)
        case {"k": "seen"}:
            return Sign("read", about, f"read:{about}", TYPING_S / 2)
    return None


class SignBearer:
    """Shows what hints ask for. What fails is logged and forgotten: nothing is decided by a sign."""

    def __init__(
        self, recipients: Recipients, turns: Turns, accounts: Accounts, outlets: Outlets, pacer: Pacer
    ) -> None:
        self._recipients = recipients
        self._turns = turns
        self._accounts = accounts
        self._outlets = outlets
        self._pacer = pacer
        self._showing: set[asyncio.Task[None]] = set()

    async def listen(self, hints: AsyncIterator[tuple[UUID, dict[str, Any]]]) -> None:
        """Show what every hint asks for, until they end."""
        async for tenant_id, hint in hints:
            sign = sign_of(hint)
            if sign is not None and len(self._showing) < AT_ONCE:
                task = asyncio.create_task(self.show(tenant_id, sign))
                self._showing.add(task)
                task.add_done_callback(self._showing.discard)

    async def show(self, tenant_id: UUID, sign: Sign) -> None:
        """Show one, unless another worker does. Never raises."""
        try:
            if await self._turns.take(tenant_id, sign.once, sign.for_s):
                await self._show(tenant_id, sign)
        except OmniError as refused:
            log.info("sign_not_shown", what=sign.what, code=refused.code, reason=refused.detail)
        except Exception:
            log.exception("sign_broken", what=sign.what)

    async def _show(self, tenant_id: UUID, sign: Sign) -> None:
        message_id = UUID(sign.message_id) if sign.message_id is not None else None
        whom = await self._recipients.whom(tenant_id, UUID(sign.conversation_id), message_id)
        account = await self._accounts.read(tenant_id, whom.channel_id) if whom is not None else None
        adapter = await self._outlets.adapter(account) if account is not None else None
        if whom is None or account is None or adapter is None:
            return
        if sign.what == "typing" and not account.settings.get("typing", True):
            return
        if not await self._has_slot(sign, whom, account, adapter):
            return
        if sign.what == "press":
            await adapter.answer_press(whom.extra, account)
        else:
            await adapter.signal(sign.what, whom.chat, whom.ref, account)

    async def _has_slot(self, sign: Sign, whom: Whom, account: Account, adapter: Adapter) -> bool:
        wait_s = await self._pacer.turn(
            whom.channel_id,
            whom.chat,
            sign.once,
            account=adapter.rates(account).account,
            per_chat=None,
            burst=1,
            patience_s=SLOT_AT_MOST_S,
        )
        return wait_s == 0
