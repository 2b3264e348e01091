"""Webhooks for a person: where the tenant is told, what was told, and telling it again."""

from __future__ import annotations

import base64
import secrets as random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.webhook import SECRET_PREFIX, WebhookEvent
from omnisupport.errors import Conflict, NotFound
from omnisupport.net.sealing import Sealer
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.webhooks import add_delivery, feed_position, place_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Webhook, WebhookDelivery

MOST_WEBHOOKS = 20
"""Of a tenant: each is told of everything that it asks for."""
SECRET_BYTES = 32
KEPT_SECRETS = 2
"""The newest signs, and so does the one before it, until the other side has changed over."""


async def list_webhooks(database: Database, tenant_id: UUID) -> Sequence[Webhook]:
    """Every webhook, the oldest first."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(Webhook)
            .where(Webhook.tenant_id == tenant_id)
            .order_by(col(Webhook.created_at), col(Webhook.id))
        )
        return rows.all()


async def access_webhook(database: Database, tenant_id: UUID, webhook_id: UUID) -> Webhook:
    """One webhook.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, webhook_id)


async def create_webhook(
    database: Database,
    sealer: Sealer,
    tenant_id: UUID,
    actor: Actor,
    *,
    name: str,
    url: str,
    events: list[str],
) -> tuple[Webhook, str]:
    """A new webhook, told of what happens from now on; with the secret that signs, which is shown this once.

    Raises:
        Conflict: the tenant has twenty already (code `webhooks_full`).
    """
    secret = new_secret()
    async with database.session(tenant_id) as session:
        counted = await session.exec(
            select(func.count()).select_from(Webhook).where(Webhook.tenant_id == tenant_id)
        )
        if counted.one() >= MOST_WEBHOOKS:
            raise Conflict(
                f"A workspace has at most {MOST_WEBHOOKS} webhooks: delete one first.", code="webhooks_full"
            )
        made = Webhook(tenant_id=tenant_id, id=uuid4(), name=name, url=url, events=events, secrets=b"")
        made.secrets = _seal(sealer, made, [secret])
        made.cursor = await feed_position(session, tenant_id)
        session.add(made)
        record(session, tenant_id, actor, "webhook.created", target=("webhook", made.id), after=_told(made))
        await session.flush()
        await session.refresh(made)
    return made, secret


async def change_webhook(
    database: Database, tenant_id: UUID, actor: Actor, webhook_id: UUID, *, what: dict[str, Any]
) -> Webhook:
    """Change name, url, events or active. One that is switched on again is told of what happens from then on.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, webhook_id, lock=True)
        before = _told(found)
        if what.get("active") and not found.active:
            found.cursor, found.disabled_reason = await feed_position(session, tenant_id), None
        for name, value in what.items():
            setattr(found, name, value)
        found.updated_at = datetime.now(UTC)
        session.add(found)
        was, now = changed(before, _told(found))
        record(
            session,
            tenant_id,
            actor,
            "webhook.changed",
            target=("webhook", webhook_id),
            before=was,
            after=now,
        )
    return found


async def renew_secret(
    database: Database, sealer: Sealer, tenant_id: UUID, actor: Actor, webhook_id: UUID
) -> str:
    """A new secret beside the one before it, which signs along until the next renewal.

    Raises:
        NotFound: absent, or another tenant's.
    """
    secret = new_secret()
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, webhook_id, lock=True)
        held: list[str] = orjson.loads(sealer.open(found.secrets, place_of(found)))
        found.secrets = _seal(sealer, found, [secret, *held][:KEPT_SECRETS])
        found.updated_at = datetime.now(UTC)
        session.add(found)
        record(session, tenant_id, actor, "webhook.secret_renewed", target=("webhook", webhook_id))
    return secret


async def delete_webhook(database: Database, tenant_id: UUID, actor: Actor, webhook_id: UUID) -> None:
    """Tell it no more, and forget what it was told.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, webhook_id, lock=True)
        record(
            session, tenant_id, actor, "webhook.deleted", target=("webhook", webhook_id), before=_told(found)
        )
        await session.delete(found)


async def list_deliveries(
    database: Database,
    tenant_id: UUID,
    webhook_id: UUID,
    *,
    status: str | None,
    before: int | None,
    limit: int,
) -> Sequence[WebhookDelivery]:
    """What it was told, newest first; `before` is the number of a delivery.

    Raises:
        NotFound: the webhook is absent, or another tenant's.
    """
    query = select(WebhookDelivery).where(
        WebhookDelivery.tenant_id == tenant_id, WebhookDelivery.webhook_id == webhook_id
    )
    if status is not None:
        query = query.where(WebhookDelivery.status == status)
    if before is not None:
        query = query.where(col(WebhookDelivery.number) < before)
    async with database.session(tenant_id) as session:
        await _load(session, tenant_id, webhook_id)
        rows = await session.exec(query.order_by(col(WebhookDelivery.number).desc()).limit(limit))
        return rows.all()


async def redeliver(
    database: Database, tenant_id: UUID, actor: Actor, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery:
    """Tell it once more: a copy with an id of its own, sent now.

    Raises:
        NotFound: the webhook or the delivery is absent, or another tenant's.
        Conflict: the webhook is switched off (code `webhook_inactive`), or the delivery still waits (`still_pending`).
    """
    async with database.session(tenant_id) as session:
        webhook = await _active(session, tenant_id, webhook_id)
        old = await session.get(WebhookDelivery, (tenant_id, delivery_id))
        if old is None or old.webhook_id != webhook_id:
            raise NotFound("There is no such delivery.")
        if old.status == "pending":
            raise Conflict("It has not been given up: it is tried again by itself.", code="still_pending")
        made = add_delivery(session, webhook, old.event, {})
        made.body = old.body
        record(
            session,
            tenant_id,
            actor,
            "webhook.redelivered",
            target=("webhook", webhook_id),
            after={"delivery": str(made.id), "copy_of": str(delivery_id)},
        )
        await session.flush()
        await session.refresh(made)
    return made


async def send_test(database: Database, tenant_id: UUID, actor: Actor, webhook_id: UUID) -> WebhookDelivery:
    """Tell it that this is a test.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: it is switched off (code `webhook_inactive`).
    """
    async with database.session(tenant_id) as session:
        webhook = await _active(session, tenant_id, webhook_id)
        made = add_delivery(session, webhook, WebhookEvent.TEST, {"by": actor.name})
        record(session, tenant_id, actor, "webhook.tested", target=("webhook", webhook_id))
        await session.flush()
        await session.refresh(made)
    return made


def new_secret() -> str:
    """A secret to sign with: `whsec_` and base64 of 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(random.token_bytes(SECRET_BYTES)).decode()


def _seal(sealer: Sealer, webhook: Webhook, held: list[str]) -> bytes:
    return sealer.seal(orjson.dumps(held), place_of(webhook))


def _told(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "active": webhook.active,
    }


async def _active(session: AsyncSession, tenant_id: UUID, webhook_id: UUID) -> Webhook:
    found = await _load(session, tenant_id, webhook_id, lock=True)
    if not found.active:
        raise Conflict("The webhook is switched off: switch it on first.", code="webhook_inactive")
    return found


async def _load(session: AsyncSession, tenant_id: UUID, webhook_id: UUID, *, lock: bool = False) -> Webhook:
    found = await session.get(Webhook, (tenant_id, webhook_id), with_for_update=lock or None)
    if found is None:
        raise NotFound("There is no such webhook.")
    return found
