"""What happens to a tenant's conversations and is told by events, in its order and once; and what is due by time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.occasions import HOOK_EVENT, News, Occasion, Silent, Stood, Waiting
from omnisupport.storage.queries.runs import conversation_of, customer_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Tenant, TriggerCursor, TriggerDue, TriggerSeen

AT_ONCE = 100
CHANGES = sa.text("select read_changes(:tenant, :cursor, :limit)")
EVENTS = sa.text(
    """
    select e.xid::text || '.' || e.number as place, e.id, e.name, e.data, e.customer_id, e.source from event e
      where e.tenant_id = :tenant
        and (e.xid, e.number) > (split_part(:cursor, '.', 1)::xid8, split_part(:cursor, '.', 2)::bigint)
        and e.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by e.xid, e.number limit :limit
    """
)
EVENTS_NOW = sa.text(
    """
    select coalesce((select e.xid::text || '.' || e.number from event e
      where e.tenant_id = :tenant and e.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by e.xid desc, e.number desc limit 1), '0.0')
    """
)
AWAITING = sa.text(
    """
    select 'conversation' as noun, c.id from conversation c
        join scenario_version v on v.tenant_id = c.tenant_id and v.ir_hash = c.ir_hash
      where c.tenant_id = :tenant and c.state -> 'waiting' ->> 'kind' = 'event'
        and (cast(:customer as uuid) is null or c.customer_id = :customer)
        and v.ir -> 'nodes' -> (c.state -> 'waiting' ->> 'node') ->> 'event' = :name
    union
    select 'run', r.id from scenario_run r
        join scenario_version v on v.tenant_id = r.tenant_id and v.ir_hash = r.ir_hash
      where r.tenant_id = :tenant and r.ended_at is null and r.state -> 'waiting' ->> 'kind' = 'event'
        and (cast(:customer as uuid) is null or r.customer_id is null or r.customer_id = :customer)
        and v.ir -> 'nodes' -> (r.state -> 'waiting' ->> 'node') ->> 'event' = :name
    limit 1000
    """
)
# A silence of the customer begins with the last word that was said to him, one of the operator with the customer's.
SILENT = sa.text(
    """
    select c.id, c.customer_id, m.seq from conversation c, lateral (
        select m.seq, m.direction, m.created_at from message m
          where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.direction in ('inbound', 'outbound')
          order by m.seq desc limit 1) m
      where c.tenant_id = :tenant and c.status in ('open', 'pending')
        and m.direction = case when :who = 'customer' then 'outbound' else 'inbound' end
        and (:who = 'customer' or c.controller = 'operator')
        and m.created_at <= :before and m.created_at > :since
      order by m.created_at limit 500
    """
)
CUSTOMERS = sa.text(
    """
    select c.id from customer c where c.tenant_id = :tenant and c.merged_into is null and c.id > :after
      order by c.id limit :limit
    """
)


class Triggers:
    """What begins scenarios of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def news(self, tenant_id: UUID) -> News:
        """What has happened since it was looked at last; the first look begins with what comes after it."""
        async with self._database.session(tenant_id) as session:
            cursor = await session.get(TriggerCursor, tenant_id)
            before = cursor.change_cursor if cursor else None
            feed = await session.scalar(CHANGES, {"tenant": tenant_id, "cursor": before, "limit": AT_ONCE})
            feed = orjson.loads(orjson.dumps(feed))
            if cursor is None:
                now = str(await session.scalar(EVENTS_NOW, {"tenant": tenant_id}))
                await self._move(session, tenant_id, str(feed["cursor"]), now)
                return News([], [], str(feed["cursor"]), now, more=False)
            occasions: list[Occasion] = []
            stood: list[Stood] = []
            for conversation_id in feed["conversations"]:
                conversation = await session.get(Conversation, (tenant_id, UUID(conversation_id)))
                if conversation is not None and (changes := await _changes_of(session, conversation)):
                    occasions += changes
                    stood.append(_stands(conversation))
            values = {"tenant": tenant_id, "cursor": cursor.event_cursor, "limit": AT_ONCE}
            told = (await session.exec(EVENTS, params=values)).all()  # type: ignore[call-overload]
            occasions += [_told(row) for row in told]
            event_cursor = str(told[-1].place) if told else cursor.event_cursor
            more = bool(feed.get("more")) or len(told) == AT_ONCE
            return News(occasions, stood, str(feed["cursor"]), event_cursor, more)

    async def watch(self, tenant_id: UUID) -> None:
        """Begin to look, where nobody has: with what happens from now on."""
        async with self._database.session(tenant_id) as session:
            values = {"tenant": tenant_id, "cursor": None, "limit": AT_ONCE}
            feed = orjson.loads(orjson.dumps(await session.scalar(CHANGES, values)))
            now = str(await session.scalar(EVENTS_NOW, {"tenant": tenant_id}))
            at = datetime.now(UTC)
            row = insert(TriggerCursor).values(
                tenant_id=tenant_id, change_cursor=str(feed["cursor"]), event_cursor=now, updated_at=at
            )
            # Who is looked at already goes on from where he was, and is not forgotten by a look under way.
            await session.exec(
                row.on_conflict_do_update(index_elements=["tenant_id"], set_={"updated_at": at})
            )

    async def forget(self, tenant_id: UUID, began: datetime) -> None:
        """Nothing is looked for any more, unless somebody has begun to since `began`: old news must begin nothing."""
        async with self._database.session(tenant_id) as session:
            await session.exec(
                sa.delete(TriggerCursor).where(
                    col(TriggerCursor.tenant_id) == tenant_id, col(TriggerCursor.updated_at) < began
                )
            )

    async def seen(self, tenant_id: UUID, news: News) -> None:
        """Everything of these news has been acted on."""
        async with self._database.session(tenant_id) as session:
            for stood in sorted(news.stood, key=lambda each: str(each.conversation_id)):
                if await session.get(Conversation, (tenant_id, stood.conversation_id)) is None:
                    continue
                key = {"tenant_id": tenant_id, "conversation_id": stood.conversation_id}
                values = {"status": stood.status, "assignee_id": stood.assignee_id, "turn": stood.turn}
                row = insert(TriggerSeen).values(**key, **values)
                await session.exec(row.on_conflict_do_update(index_elements=list(key), set_=values))
            await self._move(session, tenant_id, news.change_cursor, news.event_cursor)

    async def awaiting(self, tenant_id: UUID, name: str, customer_id: UUID | None) -> list[Waiting]:
        """Runs that wait for an event of this name, of this customer where one is known."""
        values = {"tenant": tenant_id, "name": name, "customer": customer_id}
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(AWAITING, params=values)  # type: ignore[call-overload]
            return [Waiting(f"{tenant_id}/{row.noun}/{row.id}") for row in rows.all()]

    async def silent(
        self, tenant_id: UUID, *, who: str, after: timedelta, since: datetime
    ) -> Sequence[Silent]:
        """Conversations in which somebody has not answered for so long, the silences that began after `since`."""
        now = datetime.now(UTC)
        values = {"tenant": tenant_id, "who": who, "before": now - after, "since": since}
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(SILENT, params=values)  # type: ignore[call-overload]
            return [Silent(row.id, row.customer_id, f"{row.id}:{row.seq}") for row in rows.all()]

    async def due(self, tenant_id: UUID, scenario_id: UUID, trigger_id: str) -> datetime | None:
        """When a trigger of time was said to fire next; None when nobody has said it yet."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(TriggerDue, (tenant_id, scenario_id, trigger_id))
            return found.due_at if found is not None else None

    async def set_due(self, tenant_id: UUID, scenario_id: UUID, trigger_id: str, at: datetime) -> None:
        """Say when a trigger of time fires next."""
        key = {"tenant_id": tenant_id, "scenario_id": scenario_id, "trigger_id": trigger_id}
        row = insert(TriggerDue).values(**key, due_at=at)
        async with self._database.session(tenant_id) as session:
            await session.exec(row.on_conflict_do_update(index_elements=list(key), set_={"due_at": at}))

    async def customers(self, tenant_id: UUID, after: UUID, limit: int) -> list[UUID]:
        """A page of the customers, by id."""
        values = {"tenant": tenant_id, "after": after, "limit": limit}
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(CUSTOMERS, params=values)  # type: ignore[call-overload]
            return [row.id for row in rows.all()]

    async def about(
        self, tenant_id: UUID, customer_id: UUID | None, conversation_id: UUID | None
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Customer, conversation and tenant, as scenarios read them."""
        async with self._database.session(tenant_id) as session:
            tenant = await session.get_one(Tenant, tenant_id)
            named = {
                "name": tenant.name,
                "slug": tenant.slug,
                "locale": tenant.locale,
                "timezone": tenant.timezone,
            }
            customer = await customer_of(session, tenant_id, customer_id)
            return customer, await conversation_of(session, tenant_id, conversation_id), named

    async def _move(
        self, session: AsyncSession, tenant_id: UUID, change_cursor: str, event_cursor: str
    ) -> None:
        values = {
            "change_cursor": change_cursor,
            "event_cursor": event_cursor,
            "updated_at": datetime.now(UTC),
        }
        row = insert(TriggerCursor).values(tenant_id=tenant_id, **values)
        await session.exec(row.on_conflict_do_update(index_elements=["tenant_id"], set_=values))


def _stands(now: Conversation) -> Stood:
    return Stood(now.id, now.status, now.assignee_id, now.turn)


async def _changes_of(session: AsyncSession, now: Conversation) -> list[Occasion]:
    """What has become of a conversation since it was looked at last, named by the turn of that look."""
    before = await session.get(TriggerSeen, (now.tenant_id, now.id))
    cursor = await session.get_one(TriggerCursor, now.tenant_id)
    happened: list[tuple[str, dict[str, Any]]] = []
    if before is None and now.created_at >= cursor.updated_at - timedelta(minutes=5):
        happened.append(("conversation.created", {"started_by": "customer"}))
    if before is not None and before.status == "resolved" and now.status != "resolved":
        happened.append(("conversation.reopened", {}))
    if now.assignee_id is not None and (before is None or before.assignee_id != now.assignee_id):
        happened.append(("conversation.assigned", {"assignee": now.assignee_name}))
    if now.status == "resolved" and (before is None or before.status != "resolved"):
        by = "operator" if now.assignee_id is not None else "bot"
        happened.append(("conversation.resolved", {"resolved_by": by}))
    since = before.turn if before is not None else 0
    return [
        Occasion(f"{name}:{now.id}:{since}", name, data, now.customer_id, now.id) for name, data in happened
    ]


def _told(row: Any) -> Occasion:
    if row.source == "webhook":
        data = {**(row.data or {}), "data": row.data or {}, "started_by": "api"}
        return Occasion(
            f"event:{row.id}",
            row.name,
            data,
            row.customer_id,
            connection=row.name.removeprefix(HOOK_EVENT),
        )
    data = {**(row.data or {}), "started_by": row.source}
    return Occasion(f"event:{row.id}", row.name, data, row.customer_id)
