"""What a webhook is to be told: made from the change feed, in its order, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.webhook import GONE, Delivery, Due, WebhookEvent, pause_after
from omnisupport.net.sealing import Place, Sealer
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Webhook, WebhookDelivery, WebhookProgress

PURPOSE = "webhook-secrets"
"""For `MasterKey.derive`: the key that seals what deliveries are signed with."""
CHANGES_AT_ONCE = 100
SENT_AT_ONCE = 20
CHANGES = text("select read_changes(:tenant, :cursor, :limit)")
STATE = text(
    "select c.status, c.assignee_id, c.created_at, c.last_seq, conversation_summary(c) "
    "from conversation c where c.tenant_id = :tenant and c.id = :conversation"
)
NEWS = text(
    "select m.seq, m.direction, message_json(m) from message m where m.tenant_id = :tenant "
    "and m.conversation_id = :conversation and m.seq > :after and m.created_at >= :since "
    "and m.direction <> 'event' order by m.seq"
)


class Webhooks:
    """Webhooks of every tenant, one tenant at a time."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def active(self, tenant_id: UUID) -> list[UUID]:
        """The webhooks that are told."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Webhook.id).where(Webhook.tenant_id == tenant_id, col(Webhook.active))
            )
            return list(rows.all())

    async def due(self, tenant_id: UUID, webhook_id: UUID) -> Due | None:
        """Turn what has changed into deliveries, and say what is to be sent now; None: it is told no more."""
        async with self._database.session(tenant_id) as session:
            webhook = await session.get(Webhook, (tenant_id, webhook_id), with_for_update=True)
            if webhook is None or not webhook.active:
                return None
            feed = orjson.loads(
                orjson.dumps(
                    await session.scalar(
                        CHANGES,
                        {"tenant": tenant_id, "cursor": webhook.cursor, "limit": CHANGES_AT_ONCE},
                    )
                )
            )
            for conversation_id in feed["conversations"]:
                await _tell(session, webhook, UUID(conversation_id))
            webhook.cursor = feed["cursor"]
            session.add(webhook)
            await session.flush()
            waiting = (
                select(WebhookDelivery)
                .where(
                    WebhookDelivery.tenant_id == tenant_id,
                    WebhookDelivery.webhook_id == webhook_id,
                    WebhookDelivery.status == "pending",
                )
                .order_by(col(WebhookDelivery.next_at), col(WebhookDelivery.number))
                .limit(SENT_AT_ONCE + 1)
            )
            found = (await session.exec(waiting)).all()
            now = datetime.now(UTC)
            ready = [each for each in found if each.next_at <= now]
            later = [each.next_at for each in found if each.next_at > now]
            secrets = self.open_secrets(webhook)
        return Due(
            url=webhook.url,
            secrets=secrets,
            deliveries=[Delivery(d.id, d.event, d.body, d.attempts) for d in ready[:SENT_AT_ONCE]],
            more=bool(feed.get("more")) or len(ready) > SENT_AT_ONCE,
            next_at=int(min(later).timestamp() * 1000) if later else None,
        )

    async def told(
        self, tenant_id: UUID, webhook_id: UUID, delivery_id: UUID, *, status: int | None, error: str | None
    ) -> int | None:
        """Write down how an attempt went; returns when the next is due (epoch ms), None for none."""
        now = datetime.now(UTC)
        async with self._database.session(tenant_id) as session:
            row = await session.get(WebhookDelivery, (tenant_id, delivery_id), with_for_update=True)
            if row is None:
                return None
            row.attempts += 1
            row.last_status, row.last_error = status, error
            pause = pause_after(row.attempts)
            if status is not None and 200 <= status < 300:
                row.status, row.finished_at = "delivered", now
            elif status == GONE or pause is None:
                row.status, row.finished_at = "failed", now
            else:
                row.next_at = now + pause
            session.add(row)
            if status == GONE:
                webhook = await session.get(Webhook, (tenant_id, webhook_id), with_for_update=True)
                if webhook is not None:
                    webhook.active, webhook.disabled_reason = False, "gone"
                    session.add(webhook)
            return int(row.next_at.timestamp() * 1000) if row.status == "pending" else None

    def open_secrets(self, webhook: Webhook) -> list[str]:
        """What its deliveries are signed with, the newest first."""
        opened: list[str] = orjson.loads(self._sealer.open(webhook.secrets, place_of(webhook)))
        return opened


async def _tell(session: AsyncSession, webhook: Webhook, conversation_id: UUID) -> None:
    """Deliveries of one conversation: what came after what this webhook was told last."""
    key = {"tenant": webhook.tenant_id, "conversation": conversation_id}
    state = (await session.exec(STATE, params=key)).first()  # type: ignore[call-overload]
    if state is None:
        return
    status, assignee_id, created_at, last_seq, summary = state
    before = await session.get(
        WebhookProgress, (webhook.tenant_id, webhook.id, conversation_id), with_for_update=True
    )
    since = {"after": before.seq if before else 0, "since": webhook.created_at}
    news = (await session.exec(NEWS, params=key | since)).all()  # type: ignore[call-overload]
    told: list[tuple[str, dict[str, Any]]] = []
    if before is None and created_at >= webhook.created_at:
        told.append((WebhookEvent.CONVERSATION_CREATED, {}))
    if before is not None and before.status == "resolved" and status != "resolved":
        told.append((WebhookEvent.CONVERSATION_REOPENED, {}))
    for _, direction, message in news:
        kind = WebhookEvent.NOTE_CREATED if direction == "note" else WebhookEvent.MESSAGE_CREATED
        told.append((kind, {"message": message}))
    if assignee_id is not None and (before is None or before.assignee_id != assignee_id):
        told.append((WebhookEvent.CONVERSATION_ASSIGNED, {}))
    if status == "resolved" and (before is None or before.status != "resolved"):
        told.append((WebhookEvent.CONVERSATION_RESOLVED, {}))
    for event, data in told:
        if event in webhook.events:
            add_delivery(session, webhook, event, {"conversation": summary} | data)
    values = {"seq": last_seq, "status": status, "assignee_id": assignee_id}
    await session.exec(
        insert(WebhookProgress)
        .values(tenant_id=webhook.tenant_id, webhook_id=webhook.id, conversation_id=conversation_id, **values)
        .on_conflict_do_update(index_elements=["tenant_id", "webhook_id", "conversation_id"], set_=values)
    )


def add_delivery(
    session: AsyncSession, webhook: Webhook, event: str, data: dict[str, Any]
) -> WebhookDelivery:
    """One more thing to tell, in this transaction."""
    made = WebhookDelivery(
        tenant_id=webhook.tenant_id,
        id=uuid4(),
        webhook_id=webhook.id,
        event=event,
        body={"type": event, "timestamp": datetime.now(UTC).isoformat(), "data": data},
    )
    session.add(made)
    return made


async def feed_position(session: AsyncSession, tenant_id: UUID) -> str:
    """Where the change feed stands now."""
    feed = await session.scalar(CHANGES, {"tenant": tenant_id, "cursor": None, "limit": 1})
    return str(feed["cursor"])


def place_of(webhook: Webhook) -> Place:
    """Where the secrets of a webhook are sealed for."""
    return Place(webhook.tenant_id, f"webhook/{webhook.id}")
