"""Accounts of channels with their secrets in the clear, for one request or one activity."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson

from omnisupport.domain.account import Account
from omnisupport.net.sealing import Place, Sealer
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel

PURPOSE = "channels"
"""For `MasterKey.derive`: the key that seals what a provider's account is opened with (S15)."""
FIND = "select find_channel($1)"
READ = "select channel_account($1, $2)"
WEBHOOK = "webhook_token"
"""Among the secrets of an account: the last part of the address that its provider calls."""


def place_of_channel(channel: Channel) -> Place:
    """Sealed for one channel of one tenant: in another row it stays shut."""
    return place_of(channel.tenant_id, channel.id)


def place_of(tenant_id: UUID, channel_id: UUID) -> Place:
    """The same by ids."""
    return Place(tenant_id, PURPOSE, str(channel_id))


def webhook_address(origin: str) -> Callable[[str, str], str]:
    """How the addresses that providers call are made, below this origin."""
    return lambda provider, token: f"{origin}/webhooks/{provider}/{token}"


class Accounts:
    """Accounts of every tenant. `address` makes a webhook's URL of a provider and a token."""

    def __init__(self, database: Database, sealer: Sealer, address: Callable[[str, str], str]) -> None:
        self._database = database
        self._sealer = sealer
        self._address = address

    async def by_token(self, token_hash: bytes) -> Account | None:
        """Whose webhook's address ends so; None: nobody's, or its channel or tenant is closed."""
        return self._opened(await self._database.call(FIND, token_hash))

    async def read(self, tenant_id: UUID, channel_id: UUID) -> Account | None:
        """The account of a channel; None: the channel or its tenant is closed."""
        return self._opened(await self._database.call(READ, tenant_id, channel_id))

    def _opened(self, found: dict[str, Any] | None) -> Account | None:
        if found is None:
            return None
        tenant_id, channel_id = UUID(found["tenant_id"]), UUID(found["channel_id"])
        secrets: dict[str, Any] = {}
        if found["secret"]:
            sealed = base64.b64decode(found["secret"])
            secrets = orjson.loads(self._sealer.open(sealed, place_of(tenant_id, channel_id)))
        token = secrets.pop(WEBHOOK, None)
        return Account(
            tenant_id,
            channel_id,
            found["type"],
            found["provider"],
            found["external_id"],
            found["settings"],
            secrets,
            webhook_url=self._address(found["provider"], token) if token else "",
            locale=found["locale"],
        )
