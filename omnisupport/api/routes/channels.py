"""Channels: accounts of providers that customers write to. Each is looked after by a workflow of its own."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Response

from omnisupport.api.channel_accounts import (
    PUBLIC,
    account_of,
    api,
    connected,
    email,
    max_bot,
    sms,
    telegram,
    vk,
    whatsapp,
)
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.sampling import send_sample
from omnisupport.api.schemas import channels as schemas
from omnisupport.api.schemas.widget_settings import NewWidget, WidgetChange
from omnisupport.api.services import Services
from omnisupport.api.widget_config import check_logo, settings_of
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import channels as access
from omnisupport.storage.access import widgets
from omnisupport.storage.access.channels import Connected, Door
from omnisupport.storage.tables import Channel

router = APIRouter(prefix="/api/v1/channels", tags=["channels"])

Reader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.CONNECTIONS_MANAGE, fresh=True))]


@router.get("", response_model=schemas.ChannelList)
async def list_channels(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every connected channel, the oldest first."""
    return {"items": [_out(each) for each in await access.list_channels(at.database, who.tenant_id)]}


@router.post("/telegram", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_telegram(body: schemas.NewTelegram, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect a Telegram bot; its webhook is registered at once."""
    return await _connect(at, who, body.name, telegram(body.account))


@router.post("/whatsapp", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_whatsapp(body: schemas.NewWhatsApp, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect a WhatsApp number, of Meta's Cloud API or of Twilio."""
    return await _connect(at, who, body.name, whatsapp(body.account))


@router.post("/sms", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_sms(body: schemas.NewSms, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect a number for SMS."""
    return await _connect(at, who, body.name, sms(body.account))


@router.post("/email", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_email(body: schemas.NewEmail, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect a mailbox."""
    return await _connect(at, who, body.name, email(body.account))


@router.post("/vk", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_vk(body: schemas.NewVk, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect a VK community."""
    return await _connect(at, who, body.name, vk(body.account))


@router.post("/max", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_max(body: schemas.NewMax, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect a bot of MAX."""
    return await _connect(at, who, body.name, max_bot(body.account))


@router.post("/widget", status_code=201, response_model=schemas.ChannelEnvelope)
async def connect_widget(body: NewWidget, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect the widget: a workspace has one. What was taken away comes back, with its visitors and conversations."""
    await check_logo(at.database, who.tenant_id, body.settings.theme)
    settings = body.settings.model_dump(mode="json", exclude_unset=True)
    made = await widgets.connect_widget(
        at.database, who.tenant_id, who.actor, name=body.name, settings=settings
    )
    return {"channel": _out(made)}


@router.post("/api", status_code=201, response_model=schemas.ConnectedChannel)
async def connect_api(body: schemas.NewApi, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Connect another system of the company's; `setup` has the address and the secret that it signs with."""
    return await _connect(at, who, body.name, api(body.account))


@router.get("/{channel_id}", response_model=schemas.ChannelEnvelope)
async def get_channel(channel_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One channel."""
    return {"channel": _out(await access.access_channel(at.database, who.tenant_id, channel_id))}


@router.patch("/widget/{channel_id}", response_model=schemas.ChannelEnvelope)
async def change_widget(
    channel_id: UUID, body: WidgetChange, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change what is given of the widget; each part takes the place of the one before, and null is its default."""
    await check_logo(at.database, who.tenant_id, body.theme)
    settings = body.model_dump(mode="json", exclude_unset=True, exclude={"name"})
    found = await access.change_channel(
        at.database, who.tenant_id, who.actor, "widget", channel_id, name=body.name, settings=settings
    )
    return {"channel": _out(found)}


@router.patch("/{channel_type}/{channel_id}", response_model=schemas.ChannelEnvelope)
async def change_channel(
    channel_type: str, channel_id: UUID, body: schemas.ChannelChange, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change what is given."""
    settings = body.model_dump(exclude_none=True, exclude={"name"})
    found = await access.change_channel(
        at.database, who.tenant_id, who.actor, channel_type, channel_id, name=body.name, settings=settings
    )
    await at.hints.publish(who.tenant_id, "channel", channel_id)
    return {"channel": _out(found)}


@router.delete("/{channel_id}", status_code=204)
async def disconnect_channel(channel_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Take a channel away: its provider is told, its secrets go, its conversations stay."""
    found = await access.disconnect_channel(at.database, who.tenant_id, who.actor, channel_id)
    if found.status == "closing":
        await at.bell.ring_channel(who.tenant_id, channel_id)
    await at.hints.publish(who.tenant_id, "channel", channel_id)
    return Response(status_code=204)


@router.get("/{channel_id}/health", response_model=schemas.HealthEnvelope)
async def get_health(channel_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """How the connection was found last."""
    return {"health": _health(await access.access_channel(at.database, who.tenant_id, channel_id))}


@router.get("/{channel_id}/statistics", response_model=schemas.ChannelStatistics)
async def get_statistics(channel_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """What went through the channel in the last 24 hours and 7 days."""
    return await access.read_statistics(at.database, who.tenant_id, channel_id)


@router.post("/{channel_id}/test", status_code=202, response_model=schemas.ChannelTested)
async def try_channel(
    channel_id: UUID,
    who: Manager,
    at: ServicesDep,
    body: Annotated[schemas.ChannelTest, Body(default_factory=schemas.ChannelTest)],
) -> dict[str, Any]:
    """Have the connection looked at now: credentials, webhook, and what was missed. Its health says what came of it.

    With `to` one test message is sent there, and the answer tells how that ended. No conversation is made by it; ten
    an hour of a channel.
    """
    found = await access.access_channel(at.database, who.tenant_id, channel_id)
    message = await send_sample(at, who, found, body.to) if body.to is not None else None
    await at.bell.ring_channel(who.tenant_id, channel_id)
    return {"health": _health(found), "message": message}


@router.post("/{channel_id}/reauthorize", response_model=schemas.ConnectedChannel)
async def reauthorize_channel(
    channel_id: UUID, body: schemas.Reauthorize, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Give a channel new credentials of the same account."""
    told = account_of(body)
    found, door = await access.reauthorize_channel(
        at.database, at.channel_sealer, who.tenant_id, who.actor, channel_id, told
    )
    await _tell(at, who, channel_id)
    return {"channel": _out(found), "setup": _setup(at, found, door)}


@router.post("/{channel_id}/backfill", status_code=202, response_model=schemas.ChannelEnvelope)
async def backfill_channel(
    channel_id: UUID, body: schemas.Backfill, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Have everything asked for anew that came in since then; what is here already comes once."""
    found = await access.backfill_channel(at.database, who.tenant_id, who.actor, channel_id, body.since)
    await _tell(at, who, channel_id)
    return {"channel": _out(found)}


async def _connect(at: Services, who: Person, name: str, told: Connected) -> dict[str, Any]:
    told = connected(told, name)
    made, door = await access.connect_channel(at.database, at.channel_sealer, who.tenant_id, who.actor, told)
    await _tell(at, who, made.id)
    return {"channel": _out(made), "setup": _setup(at, made, door)}


async def _tell(at: Services, who: Person, channel_id: UUID) -> None:
    """Wake the channel's connection, and say to open consoles that it has changed."""
    await at.bell.ring_channel(who.tenant_id, channel_id)
    await at.hints.publish(who.tenant_id, "channel", channel_id)


def _setup(at: Services, channel: Channel, door: Door) -> dict[str, Any]:
    return {
        "webhook_url": f"{at.public_origin}/webhooks/{channel.provider}/{door.token}",
        "verify_token": door.verify_token,
        "secret": door.secret,
    }


def _out(row: Channel) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "type": row.type,
        "provider": row.provider,
        "name": row.name,
        "account": row.external_id,
        "facts": {name: value for name, value in row.settings.items() if name in PUBLIC},
        "settings": _settings(row),
        "health": _health(row),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def _settings(row: Channel) -> dict[str, Any]:
    told = settings_of(row.settings).model_dump(mode="json") if row.type == "widget" else {}
    for name in ("hold_ms", "signature", "typing"):
        if name in row.settings:
            told[name] = row.settings[name]
    return told


def _health(row: Channel) -> dict[str, Any]:
    names = ("checked_at", "expires_at", "backfilled_at", "alerted_at")
    return {
        "state": row.health.get("state", "unknown"),
        "problems": row.health.get("problems", []),
        **{name: row.health.get(name) for name in names},
    }
