"""Values of a conversation's attributes, for a person who reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.attribute import Subject
from omnisupport.domain.reach import Reach
from omnisupport.storage.access.attributes import definitions_of
from omnisupport.storage.access.conversations import absent
from omnisupport.storage.access.customers import join_fields
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.inbox import scope_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Change, Conversation, ConversationFields


async def access_fields(
    database: Database, tenant_id: UUID, reach: Reach | None, conversation_id: UUID
) -> dict[str, Any]:
    """The values by their attributes' keys.

    Raises:
        NotFound: the conversation is absent, another tenant's, or out of reach.
    """
    async with database.session(tenant_id) as session:
        await _check_reached(session, tenant_id, reach, conversation_id)
        found = await session.get(ConversationFields, (tenant_id, conversation_id))
        return dict(found.fields) if found is not None else {}


async def change_fields(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: Reach | None,
    conversation_id: UUID,
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """Write what is named, null takes a value away; all values as they are then.

    Raises:
        NotFound: as above.
        Invalid: a value cannot be used, with its field (`join_fields`).
    """
    async with database.session(tenant_id) as session:
        await _check_reached(session, tenant_id, reach, conversation_id)
        definitions = await definitions_of(session, tenant_id, Subject.CONVERSATION)
        here = {"tenant_id": tenant_id, "conversation_id": conversation_id}
        await session.exec(insert(ConversationFields).values(**here).on_conflict_do_nothing())
        row = await session.get_one(ConversationFields, (tenant_id, conversation_id), with_for_update=True)
        written = join_fields(row.fields, changes, definitions, is_new=False)
        was, now = changed(row.fields, written)
        if was or now:
            row.fields, row.updated_at = written, datetime.now(UTC)
            session.add(row)
            await session.exec(insert(Change).values(**here, kind="conversation"))
            record(
                session,
                tenant_id,
                actor,
                "conversation.updated",
                target=("conversation", conversation_id),
                before={"fields": was},
                after={"fields": now},
            )
        return written


async def _check_reached(
    session: AsyncSession, tenant_id: UUID, reach: Reach | None, conversation_id: UUID
) -> None:
    in_scope = sa.func.in_scope(
        sa.literal_column("conversation"),
        sa.cast(sa.literal(scope_of(reach), sa.Text), JSONB),
        type_=sa.Boolean,
    )
    found = await session.exec(
        select(Conversation.id)
        .where(Conversation.tenant_id == tenant_id, col(Conversation.id) == conversation_id, in_scope)
        .with_for_update(read=True, key_share=True)
    )
    if found.first() is None:
        raise absent()
