"""The ways out of this process: an adapter for each provider, loaded when its first message leaves."""

from __future__ import annotations

import asyncio

from omnisupport.channels.base import Account, Adapter, Chat
from omnisupport.channels.registry import folder_of, outbound_of, render_of
from omnisupport.channels.transport import Transport
from omnisupport.domain.message import Native, Outbound


class Outlets:
    """Adapters by the folder that serves an account."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._adapters: dict[str, Adapter] = {}
        self._loading = asyncio.Lock()

    async def adapter(self, account: Account) -> Adapter | None:
        """The adapter for an account; None: this release has none.

        A provider's SDK takes seconds to load: beside the loop, which has other conversations to see to.
        """
        folder = folder_of(account.type, account.provider)
        if folder is None:
            return None
        async with self._loading:
            if folder not in self._adapters:
                self._adapters[folder] = await asyncio.to_thread(outbound_of, folder, self._transport)
        return self._adapters[folder]

    def render(self, message: Outbound, account: Account, chat: Chat) -> list[Native]:
        """A message in the account's own form."""
        folder = folder_of(account.type, account.provider)
        assert folder is not None
        return render_of(folder).render(message, account, chat)

    async def close(self) -> None:
        """Give connections back."""
        for adapter in self._adapters.values():
            await adapter.close()
        await self._transport.close()
