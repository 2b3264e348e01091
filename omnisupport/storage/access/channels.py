"""Channels for a person: connected, changed, connected anew and taken away; secrets go in and never come out."""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.net.sealing import Sealer
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.channels import WEBHOOK, place_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, ChannelRoute

MOST_CHANNELS = 100
"""Of a tenant."""
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Connected:
    """What a person enters of an account, and what we make for it: `secrets` are sealed together."""

    type: str
    provider: str
    name: str
    external_id: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Door:
    """Where the provider calls: the token that ends the webhook's address, and what it is asked to send along.

    `secret`: what calls are signed with, where we make it and not the provider.
    """

    token: str = field(repr=False)
    verify_token: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


async def list_channels(database: Database, tenant_id: UUID) -> Sequence[Channel]:
    """Every channel that is connected, the oldest first."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(Channel)
            .where(Channel.tenant_id == tenant_id, Channel.status == "active")
            .order_by(col(Channel.created_at), col(Channel.id))
        )
        return rows.all()


async def access_channel(database: Database, tenant_id: UUID, channel_id: UUID) -> Channel:
    """One channel.

    Raises:
        NotFound: absent, deleted, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, channel_id)


async def read_statistics(database: Database, tenant_id: UUID, channel_id: UUID) -> dict[str, dict[str, Any]]:
    """What went through a channel in the last day and week, by `day` and `week`.

    Raises:
        NotFound: absent, deleted, or another tenant's.
    """
    await access_channel(database, tenant_id, channel_id)
    found: dict[str, dict[str, Any]] = await database.call(
        "select channel_statistics($1, $2)", tenant_id, channel_id
    )
    return found


async def connect_channel(
    database: Database, sealer: Sealer, tenant_id: UUID, actor: Actor, told: Connected
) -> tuple[Channel, Door]:
    """A new channel, with an address of its own for its provider.

    Raises:
        Conflict: this account is connected already (code `account_connected`), or there are too many channels
            (`too_many_channels`).
    """
    made = Channel(
        tenant_id=tenant_id,
        id=uuid4(),
        type=told.type,
        provider=told.provider,
        name=told.name,
        external_id=told.external_id,
        settings=told.settings,
    )
    try:
        async with database.session(tenant_id) as session:
            here = await session.exec(
                select(Channel.id).where(Channel.tenant_id == tenant_id, Channel.status != "deleted")
            )
            if len(here.all()) >= MOST_CHANNELS:
                raise Conflict(f"A workspace has at most {MOST_CHANNELS} channels.", code="too_many_channels")
            door = _put_secrets(made, sealer, told.secrets)
            session.add(made)
            await session.flush()
            session.add(_route(made, door.token))
            record(
                session,
                tenant_id,
                actor,
                "channel.connected",
                target=("channel", made.id),
                after=told_of(made),
            )
            await session.flush()
            await session.refresh(made)
    except IntegrityError as twice:
        raise _twice(told) from twice
    return made, door


async def change_channel(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    type: str,
    channel_id: UUID,
    *,
    name: str | None,
    settings: dict[str, Any],
) -> Channel:
    """Change what is given; a setting that is None goes, and its default counts.

    Raises:
        NotFound: absent, deleted, of another type, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, channel_id, lock=True, type=type)
        before = told_of(found)
        found.name = found.name if name is None else name
        joined = {**found.settings, **settings}
        found.settings = {name: value for name, value in joined.items() if value is not None}
        found.updated_at = datetime.now(UTC)
        session.add(found)
        was, now = changed(before, told_of(found))
        record(
            session, tenant_id, actor, "channel.changed", target=("channel", found.id), before=was, after=now
        )
    return found


async def reauthorize_channel(
    database: Database, sealer: Sealer, tenant_id: UUID, actor: Actor, channel_id: UUID, told: Connected
) -> tuple[Channel, Door]:
    """Give a channel new credentials of the same account; its provider is told a new address.

    Raises:
        NotFound: absent, deleted, or another tenant's.
        Conflict: these are credentials of another account, or of another type (code `another_account`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, channel_id, lock=True)
        if (found.type, found.provider) != (told.type, told.provider) or (
            found.external_id and told.external_id and found.external_id != told.external_id
        ):
            raise Conflict(
                "These are credentials of another account. Connect it as a channel of its own: the customers of one"
                " account are not those of another.",
                code="another_account",
            )
        door = _put_secrets(found, sealer, told.secrets)
        found.settings = {**found.settings, **told.settings}
        found.external_id = found.external_id or told.external_id
        found.updated_at = datetime.now(UTC)
        session.add(found)
        await session.exec(
            delete(ChannelRoute).where(
                col(ChannelRoute.tenant_id) == tenant_id, col(ChannelRoute.channel_id) == channel_id
            )
        )
        session.add(_route(found, door.token))
        record(
            session,
            tenant_id,
            actor,
            "channel.reauthorized",
            target=("channel", found.id),
            after={"secrets": "replaced"},
        )
    return found, door


async def backfill_channel(
    database: Database, tenant_id: UUID, actor: Actor, channel_id: UUID, since: datetime
) -> Channel:
    """Have everything asked for anew that came in since then.

    Raises:
        NotFound: absent, deleted, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, channel_id, lock=True)
        at = since.isoformat()
        found.health = {**found.health, "backfilled_at": at, "wanted_since": at}
        session.add(found)
        record(
            session,
            tenant_id,
            actor,
            "channel.backfilled",
            target=("channel", found.id),
            after={"since": since.isoformat()},
        )
    return found


async def disconnect_channel(database: Database, tenant_id: UUID, actor: Actor, channel_id: UUID) -> Channel:
    """Take a channel away: its provider is told (until then it is `closing`), its secrets go, its conversations stay.

    Raises:
        NotFound: absent, deleted, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, channel_id, lock=True)
        # Of the widget no provider is to be told.
        found.status = "deleted" if found.type == "widget" else "closing"
        found.updated_at = datetime.now(UTC)
        session.add(found)
        record(
            session,
            tenant_id,
            actor,
            "channel.disconnected",
            target=("channel", found.id),
            before=told_of(found),
        )
    return found


async def _load(
    session: AsyncSession, tenant_id: UUID, channel_id: UUID, *, lock: bool = False, type: str | None = None
) -> Channel:
    found = await session.get(Channel, (tenant_id, channel_id), with_for_update=lock)
    if found is None or found.status != "active" or type not in (None, found.type):
        raise NotFound("There is no such channel.", code="channel_not_found")
    return found


def _put_secrets(channel: Channel, sealer: Sealer, told: dict[str, Any]) -> Door:
    token = random.token_urlsafe(TOKEN_BYTES)
    sealed = orjson.dumps({**told, WEBHOOK: token})
    channel.secret = sealer.seal(sealed, place_of(channel.tenant_id, channel.id))
    return Door(token, told.get("verify_token"), next(iter(told.get("signing", ())), None))


def _route(channel: Channel, token: str) -> ChannelRoute:
    digest = hashlib.sha256(token.encode()).digest()
    return ChannelRoute(token_hash=digest, tenant_id=channel.tenant_id, channel_id=channel.id)


def told_of(channel: Channel) -> dict[str, Any]:
    return {
        "type": channel.type,
        "provider": channel.provider,
        "name": channel.name,
        "account": channel.external_id,
        "settings": channel.settings,
    }


def _twice(told: Connected) -> Conflict:
    return Conflict(
        f"This account is connected already ({told.type}, {told.external_id}).", code="account_connected"
    )
