"""Webhooks out: addresses of the tenant's that are told what happens here."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas import webhooks as schemas
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import webhooks as access
from omnisupport.storage.tables import Webhook, WebhookDelivery

router = APIRouter(prefix="/api/v1/settings/webhooks", tags=["settings"])

Manager = Annotated[Person, Depends(requires(Permission.WEBHOOKS_MANAGE, whole=True))]
Keeper = Annotated[Person, Depends(requires(Permission.WEBHOOKS_MANAGE, fresh=True, whole=True))]


@router.get("", response_model=schemas.WebhookList)
async def list_webhooks(who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Every webhook, the oldest first."""
    return {"items": [_out(each) for each in await access.list_webhooks(at.database, who.tenant_id)]}


@router.post("", status_code=201, response_model=schemas.WebhookMade)
async def create_webhook(body: schemas.NewWebhook, who: Keeper, at: ServicesDep) -> dict[str, Any]:
    """Make a webhook. Deliveries are signed as Standard Webhooks 1.0 has it, with the secret of this answer."""
    made, secret = await access.create_webhook(
        at.database,
        at.webhook_sealer,
        who.tenant_id,
        who.actor,
        name=body.name,
        url=body.url,
        events=_events(body.events),
    )
    await at.bell.ring_webhook(who.tenant_id, made.id)
    return {"webhook": _out(made), "secret": secret}


@router.get("/{webhook_id}", response_model=schemas.WebhookEnvelope)
async def get_webhook(webhook_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """One webhook."""
    return {"webhook": _out(await access.access_webhook(at.database, who.tenant_id, webhook_id))}


@router.patch("/{webhook_id}", response_model=schemas.WebhookEnvelope)
async def change_webhook(
    webhook_id: UUID, body: schemas.WebhookChange, who: Keeper, at: ServicesDep
) -> dict[str, Any]:
    """Change what is given; switched on again it is told of what happens from then on."""
    what = body.model_dump(exclude_none=True)
    if body.events is not None:
        what["events"] = _events(body.events)
    found = await access.change_webhook(at.database, who.tenant_id, who.actor, webhook_id, what=what)
    await at.bell.ring_webhook(who.tenant_id, webhook_id)
    return {"webhook": _out(found)}


@router.post("/{webhook_id}/secret", response_model=schemas.WebhookSecret)
async def renew_secret(webhook_id: UUID, who: Keeper, at: ServicesDep) -> dict[str, Any]:
    """Renew the secret; the one before it signs along until the next renewal."""
    secret = await access.renew_secret(at.database, at.webhook_sealer, who.tenant_id, who.actor, webhook_id)
    return {"secret": secret}


@router.delete("/{webhook_id}", status_code=204)
async def delete_webhook(webhook_id: UUID, who: Keeper, at: ServicesDep) -> Response:
    """Tell it no more, and forget its deliveries."""
    await access.delete_webhook(at.database, who.tenant_id, who.actor, webhook_id)
    await at.bell.ring_webhook(who.tenant_id, webhook_id)
    return Response(status_code=204)


@router.get("/{webhook_id}/deliveries", response_model=schemas.DeliveryPage)
async def list_deliveries(
    webhook_id: UUID,
    who: Manager,
    at: ServicesDep,
    status: Literal["pending", "delivered", "failed"] | None = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """What it was told, newest first."""
    rows = await access.list_deliveries(
        at.database, who.tenant_id, webhook_id, status=status, before=cursor, limit=limit
    )
    more = rows[-1].number if len(rows) == limit else None
    return {"items": [_delivery(each) for each in rows], "cursor": str(more) if more else None}


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    response_model=schemas.DeliveryEnvelope,
)
async def redeliver(webhook_id: UUID, delivery_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Tell it once more, now, with an id of its own."""
    made = await access.redeliver(at.database, who.tenant_id, who.actor, webhook_id, delivery_id)
    await at.bell.ring_webhook(who.tenant_id, webhook_id)
    return {"delivery": _delivery(made)}


@router.post("/{webhook_id}/test", status_code=202, response_model=schemas.DeliveryEnvelope)
async def send_test(webhook_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Tell it that this is a test."""
    made = await access.send_test(at.database, who.tenant_id, who.actor, webhook_id)
    await at.bell.ring_webhook(who.tenant_id, webhook_id)
    return {"delivery": _delivery(made)}


def _events(events: list[Any]) -> list[str]:
    return sorted({str(each) for each in events})


def _out(row: Webhook) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "url": row.url,
        "events": row.events,
        "active": row.active,
        "disabled_reason": row.disabled_reason,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "event": row.event,
        "status": row.status,
        "attempts": row.attempts,
        "last_status": row.last_status,
        "last_error": row.last_error,
        "next_at": row.next_at.isoformat() if row.status == "pending" else None,
        "created_at": row.created_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "body": row.body,
    }
