"""A mail that a message is said to have come as, kept as the product keeps it, without a mailbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from omnisupport.auth.links import PURPOSE, FileLinks
from omnisupport.settings import Settings
from omnisupport.storage.files import FileStore
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.originals import Originals
from omnisupport.storage.session import Database
from tests.support.accounts import run

NEWEST = """
select id, conversation_id, author_id from message
where direction = 'inbound' and (cast(:message as uuid) is null or id = :message)
order by created_at desc, id desc limit 1
"""


@dataclass(frozen=True)
class Planted:
    """Where it is, and the last part of the address of its page."""

    conversation_id: str
    message_id: str
    file_id: str
    link: str


async def plant_original(
    settings: Settings, tenant_id: UUID, raw: bytes, *, message: UUID | None = None
) -> Planted:
    """Let this message of a customer, or the newest one, have come as this mail."""
    found = await run(settings, tenant_id, NEWEST, message=message)
    [(message_id, conversation_id, customer_id)] = found
    file_id, database = uuid4(), Database(settings.database_url or "", pool_size=1)
    try:
        store = Originals(database, FileStore(settings.files_url, settings.files_dir))
        await store.keep(tenant_id, UUID(customer_id), file_id, raw)
        await store.keep(tenant_id, UUID(customer_id), file_id, raw)  # a delivery that comes again
    finally:
        await database.close()
    told = json.dumps({"original": {"id": str(file_id), "size": len(raw)}})
    sql = "update message set content = content || cast(:told as jsonb) where id = :id"
    await run(settings, tenant_id, sql, told=told, id=message_id)
    links = FileLinks(parse_master_key(settings.master_key).derive(PURPOSE))
    return Planted(
        str(conversation_id),
        str(message_id),
        str(file_id),
        links.sign(tenant_id, file_id, datetime.now(UTC)),
    )
