"""The ways out of this process: an adapter for each provider, loaded when its first message leaves."""

from __future__ import annotations

from omnisupport.channels.base import Account, Adapter, Chat
from omnisupport.channels.registry import folder_of, outbound_of, render_of
from omnisupport.channels.transport import Transport
from omnisupport.domain.message import Native, Outbound


class Outlets:
    """Adapters by the folder that serves an account."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._adapters: dict[str, Adapter] = {}

    def adapter(self, account: Account) -> Adapter | None:
        """The adapter for an account; None: this release has none."""
        folder = folder_of(account.type, account.provider)
        if folder is None:
            return None
        if folder not in self._adapters:
            self._adapters[folder] = outbound_of(folder, self._transport)
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
