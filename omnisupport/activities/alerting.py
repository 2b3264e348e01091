"""Tells a tenant's owners that a connection has broken, and that it is well again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from omnisupport.channels.base import Health
from omnisupport.domain.account import Account
from omnisupport.domain.channel_health import Told, Trouble
from omnisupport.domain.mail import Mail, MailTemplate
from omnisupport.errors import OmniError
from omnisupport.observability import get_logger
from omnisupport.texts.channel_problems import say_problem

log = get_logger(__name__)

TEMPLATES = {Told.BROKEN: MailTemplate.CHANNEL_BROKEN, Told.MENDED: MailTemplate.CHANNEL_MENDED}


class LookedAt(Protocol):
    """A channel as it was before it was looked at (`storage/queries/channel_care.Care`)."""

    @property
    def account(self) -> Account:
        """The account."""

    @property
    def health(self) -> dict[str, Any]:
        """How it was found last."""

    @property
    def name(self) -> str:
        """The channel's."""

    @property
    def workspace(self) -> str:
        """The tenant's name."""


class AlertStore(Protocol):
    """`storage/queries/channel_care.py`."""

    async def troubled(self, tenant_id: UUID, channel_id: UUID, trouble: Trouble) -> None:
        """Write since when a connection is not well, and when people were told."""

    async def owners(self, tenant_id: UUID) -> Sequence[tuple[str, str, str]]:
        """Address, name and language of the owners who can be written to."""


class Post(Protocol):
    """Who hands mail over (`mail/mailer.py`)."""

    async def send(self, tenant_id: UUID, mail: Mail) -> None:
        """Hand a mail over; the same key is the same mail."""


class Alerts:
    """One mail to each owner when a connection has not worked for a while, and one when it works again."""

    def __init__(self, store: AlertStore, post: Post) -> None:
        self._store = store
        self._post = post

    async def follow(self, before: LookedAt, health: Health) -> bool:
        """Keep the trouble of a connection after a look; whether people were told something.

        The mails come first, by a key of this break: what is interrupted in between is done again and sends nothing
        twice. Where no mail can be handed over the trouble stays as it was, and the next look tries again.
        """
        was = Trouble.of(before.health)
        trouble, told = was.look(health.state, datetime.now(UTC))
        if told is not None:
            try:
                await self._tell(before, health, told, trouble if told is Told.BROKEN else was)
            except OmniError as away:
                log.warning(
                    "alert_not_sent", channel_id=str(before.account.channel_id), told=told, code=away.code
                )
                return False
        if trouble != was:
            await self._store.troubled(before.account.tenant_id, before.account.channel_id, trouble)
        return told is not None

    async def _tell(self, channel: LookedAt, health: Health, told: Told, trouble: Trouble) -> None:
        account, since = channel.account, trouble.troubled_since
        assert since is not None
        for email, name, locale in await self._store.owners(account.tenant_id):
            names = {
                "link": f"/settings/channels/{account.channel_id}",
                "name": name,
                "channel": channel.name,
                "workspace": channel.workspace,
            }
            if told is Told.BROKEN:
                names["at"] = since.isoformat(timespec="seconds")
                if health.problems:
                    names["problem"] = say_problem(health.problems[0].code, locale)
            reader = hashlib.sha256(email.encode()).hexdigest()[:16]
            template = TEMPLATES[told]
            key = f"{template}/{account.channel_id}/{int(since.timestamp())}/{reader}"
            await self._post.send(account.tenant_id, Mail(email, template, locale, names, key))
