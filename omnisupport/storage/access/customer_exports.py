"""Customers that leave as a file: told to the audit log before the first byte."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Conflict
from omnisupport.storage.access.customer_lists import CustomerFilter, count_customers, of_customer
from omnisupport.storage.access.customers import Found, identities_of, load_customer
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, CustomerNote, Message

MOST_ROWS = 100_000
MOST_CONVERSATIONS = 1000
MOST_MESSAGES = 10_000
MOST_NOTES = 1000


async def begin_export(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, wanted: CustomerFilter
) -> int:
    """Tell the audit log that a list leaves, and with which filter; gives its number of rows.

    Raises:
        Conflict: there are more than 100,000 (code `export_too_large`).
    """
    total = await count_customers(database, tenant_id, reach, wanted, most=MOST_ROWS)
    if total.is_more:
        raise Conflict(
            f"More than {MOST_ROWS:,} customers match. Filter them, and export in parts.",
            code="export_too_large",
        )
    # Of what may name a customer only that it was asked for: this line outlives him.
    filters = {
        "q": wanted.q is not None,
        "tag": wanted.tag,
        "attribute": wanted.attribute and wanted.attribute[0],
        "channel": wanted.channel,
        "consent": wanted.consent and list(wanted.consent),
    }
    async with database.session(tenant_id) as session:
        record(
            session,
            tenant_id,
            actor,
            "customer.export",
            after={"rows": total.number} | {name: value for name, value in filters.items() if value},
        )
    return total.number


async def export_customer(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, customer_id: UUID
) -> tuple[Found, dict[str, Any]]:
    """A customer, with {conversations, messages, notes, complete}: the newest where there are too many.

    Raises:
        NotFound: no such customer in reach.
    """
    async with database.session(tenant_id) as session:
        customer = await load_customer(session, tenant_id, reach, customer_id)
        newest = col(Conversation.created_at).desc(), col(Conversation.id).desc()
        own = of_customer(tenant_id, reach, customer_id)
        summary = sa.func.conversation_summary(sa.literal_column("conversation"), type_=JSONB)
        conversations = (
            await session.exec(
                select(summary)
                .select_from(Conversation)
                .where(*own)
                .order_by(*newest)
                .limit(MOST_CONVERSATIONS)
            )
        ).all()
        ids = [UUID(each["id"]) for each in conversations]
        text = sa.func.message_json(sa.literal_column("message"), type_=JSONB)
        messages = (
            await session.exec(
                select(text)
                .select_from(Message)
                .where(Message.tenant_id == tenant_id, col(Message.conversation_id).in_(ids))
                .order_by(col(Message.created_at).desc(), col(Message.seq).desc())
                .limit(MOST_MESSAGES)
            )
        ).all()
        notes = (
            await session.exec(
                select(CustomerNote)
                .where(CustomerNote.tenant_id == tenant_id, CustomerNote.customer_id == customer_id)
                .order_by(col(CustomerNote.created_at).desc(), col(CustomerNote.id).desc())
                .limit(MOST_NOTES)
            )
        ).all()
        record(
            session, tenant_id, actor, "customer.export", target=("customer", customer_id), after={"rows": 1}
        )
        parts = {
            "conversations": list(conversations),
            "messages": list(reversed(messages)),
            "notes": list(notes),
            "complete": len(conversations) < MOST_CONVERSATIONS
            and len(messages) < MOST_MESSAGES
            and len(notes) < MOST_NOTES,
        }
        return Found(customer, await identities_of(session, tenant_id, customer_id)), parts
