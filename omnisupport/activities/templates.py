"""Keeps the templates of a connection as its provider lists them: once an hour, and when a person asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from omnisupport.channels.base import Adapter, Ambiguous, NotSent, Templated
from omnisupport.domain.account import Account
from omnisupport.domain.template import Template
from omnisupport.observability import get_logger

log = get_logger(__name__)

EVERY = timedelta(hours=1)


class TemplateStore(Protocol):
    """`storage/queries/template_sync.py`."""

    async def keep(self, tenant_id: UUID, channel_id: UUID, listed: Sequence[Template]) -> None:
        """What is listed is what there is."""

    async def told(self, tenant_id: UUID, channel_id: UUID, state: dict[str, Any]) -> None:
        """How it stands."""


class TemplateKeeper:
    """Asks the provider; that it does not answer is told beside the list, which then stays as it was."""

    def __init__(self, store: TemplateStore) -> None:
        self._store = store

    async def see_to(self, account: Account, adapter: Adapter, health: dict[str, Any]) -> bool:
        """List them if they are due; whether they were asked for."""
        if not isinstance(adapter, Templated) or not _is_due(health.get("templates") or {}):
            return False
        place = (account.tenant_id, account.channel_id)
        try:
            await self._store.keep(*place, await adapter.templates(account))
        except (NotSent, Ambiguous) as away:
            log.warning("templates_not_listed", channel_id=str(account.channel_id), reason=away.detail)
            tried = {"tried_at": datetime.now(UTC).isoformat(), "problem": away.code, "wanted": False}
            await self._store.told(*place, tried)
        else:
            await self._store.told(*place, {"wanted": False, "tried_at": None})
        return True


def _is_due(state: dict[str, Any]) -> bool:
    last = state.get("tried_at") or state.get("synced_at")
    return (
        bool(state.get("wanted")) or last is None or datetime.now(UTC) - datetime.fromisoformat(last) > EVERY
    )
