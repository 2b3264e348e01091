"""Addresses that runs give out, made without a run."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from omnisupport.auth.callbacks import PURPOSE, CallbackLinks
from omnisupport.settings import Settings
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.callbacks import Callbacks
from omnisupport.storage.session import Database


async def callback_link(settings: Settings, tenant_id: UUID, conversation_id: UUID, *, run: int = 1) -> str:
    """The last part of an address of a run of a conversation, good for an hour."""
    database = Database(settings.database_url or "", pool_size=1)
    try:
        callback_id, until = await Callbacks(database).make(
            tenant_id,
            key=str(uuid4()),
            conversation_id=conversation_id,
            run_id=None,
            run=run,
            event="order.paid",
            ttl=timedelta(hours=1),
        )
    finally:
        await database.close()
    links = CallbackLinks(parse_master_key(settings.master_key).derive(PURPOSE), settings.public_origin)
    return links.address(tenant_id, callback_id, until).rpartition("/")[2]
