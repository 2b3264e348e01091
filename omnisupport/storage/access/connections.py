"""Connections for a person: made, changed and taken away; their secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.net.sealing import Sealer
from omnisupport.storage.access.webhooks import KEPT_SECRETS, new_secret
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.connections import place_of_connection, place_of_signing
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Connection, Scenario, ScenarioVersion, Tenant


@dataclass(frozen=True)
class Secrets:
    """How a connection signs in: the kind and the names of its headers for people, the headers themselves sealed."""

    auth: dict[str, Any]
    headers: dict[str, str]


async def list_connections(database: Database, tenant_id: UUID) -> Sequence[Connection]:
    """Every connection, by key."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(Connection).where(Connection.tenant_id == tenant_id).order_by(Connection.key)
        )
        return rows.all()


async def access_connection(database: Database, tenant_id: UUID, connection_id: UUID) -> Connection:
    """One connection.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, connection_id)


async def create_connection(
    database: Database,
    sealer: Sealer,
    tenant_id: UUID,
    actor: Actor,
    *,
    key: str,
    name: str,
    base_url: str,
    secrets: Secrets,
    operations: list[dict[str, Any]],
) -> Connection:
    """A new connection.

    Raises:
        Conflict: the key is taken (code `connection_exists`).
    """
    made = Connection(
        tenant_id=tenant_id, id=uuid4(), key=key, name=name, base_url=base_url, operations=operations
    )
    _put_secrets(made, sealer, secrets)
    try:
        async with database.session(tenant_id) as session:
            session.add(made)
            record(
                session,
                tenant_id,
                actor,
                "connection.created",
                target=("connection", made.id),
                after=_told(made),
            )
            await session.flush()
            await session.refresh(made)
    except IntegrityError as twice:
        raise Conflict(
            f"A connection with the key '{key}' exists already.", code="connection_exists", field="key"
        ) from twice
    return made


async def change_connection(
    database: Database,
    sealer: Sealer,
    tenant_id: UUID,
    actor: Actor,
    connection_id: UUID,
    *,
    name: str | None,
    base_url: str | None,
    secrets: Secrets | None,
    operations: list[dict[str, Any]] | None,
) -> Connection:
    """Change what is given. Another base URL needs the secrets again: they were meant for the old one.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: the base URL moves and the secrets would go along (code `secrets_required`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, connection_id, lock=True)
        before = _told(found)
        if base_url not in (None, found.base_url) and found.secret is not None and secrets is None:
            raise Conflict(
                "The address changes: enter the secrets again, so that they are not sent to a place they are not for.",
                code="secrets_required",
                field="auth",
            )
        found.name = found.name if name is None else name
        found.base_url = base_url or found.base_url
        found.operations = found.operations if operations is None else operations
        if secrets is not None:
            _put_secrets(found, sealer, secrets)
        found.updated_at = datetime.now(UTC)
        session.add(found)
        was, now = changed(before, _told(found))
        if secrets is not None:
            now |= {"secrets": "replaced"}
        record(
            session,
            tenant_id,
            actor,
            "connection.changed",
            target=("connection", found.id),
            before=was,
            after=now,
        )
    return found


async def renew_signing(
    database: Database, sealer: Sealer, tenant_id: UUID, actor: Actor, connection_id: UUID
) -> tuple[str, str]:
    """A new secret for the service to sign its calls with; the one before it is good until the next renewal.

    Returns it, and where the calls go: `{slug of the tenant}/{key}`.

    Raises:
        NotFound: absent, or another tenant's.
    """
    secret = new_secret()
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, connection_id, lock=True)
        place = place_of_signing(found)
        held = orjson.loads(sealer.open(found.signing, place)) if found.signing is not None else []
        found.signing = sealer.seal(orjson.dumps([secret, *held][:KEPT_SECRETS]), place)
        found.updated_at = datetime.now(UTC)
        session.add(found)
        record(session, tenant_id, actor, "connection.signing_renewed", target=("connection", found.id))
        tenant = await session.get_one(Tenant, tenant_id)
        return secret, f"{tenant.slug}/{found.key}"


async def delete_connection(database: Database, tenant_id: UUID, actor: Actor, connection_id: UUID) -> None:
    """Take a connection away.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: a published scenario calls it (code `connection_in_use`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, connection_id, lock=True)
        live = await session.exec(
            select(Scenario.key, ScenarioVersion.ir)
            .join(
                ScenarioVersion,
                (col(ScenarioVersion.tenant_id) == Scenario.tenant_id)
                & (col(ScenarioVersion.scenario_id) == Scenario.id)
                & (col(ScenarioVersion.version) == Scenario.live_version),
            )
            .where(Scenario.tenant_id == tenant_id)
        )
        users = [key for key, ir in live.all() if names_connection(ir, found.key)]
        if users:
            raise Conflict(
                f"Published scenarios call it: {', '.join(sorted(users))}. Publish them without it first.",
                code="connection_in_use",
            )
        record(
            session,
            tenant_id,
            actor,
            "connection.deleted",
            target=("connection", found.id),
            before=_told(found),
        )
        await session.delete(found)


def names_connection(part: Any, key: str) -> bool:
    """Whether a compiled scenario calls a connection anywhere, by itself or by an assistant's tools."""
    if isinstance(part, dict):
        tools = part.get("tools")
        return (
            part.get("connection") == key
            or (isinstance(tools, list) and any(str(tool).startswith(f"{key}.") for tool in tools))
            or any(names_connection(each, key) for each in part.values())
        )
    return isinstance(part, list) and any(names_connection(each, key) for each in part)


def _put_secrets(connection: Connection, sealer: Sealer, secrets: Secrets) -> None:
    connection.auth = secrets.auth
    sealed = (
        sealer.seal(orjson.dumps(secrets.headers), place_of_connection(connection))
        if secrets.headers
        else None
    )
    connection.secret = sealed


def _told(connection: Connection) -> dict[str, Any]:
    return {
        "key": connection.key,
        "name": connection.name,
        "base_url": connection.base_url,
        "auth": connection.auth,
        "operations": connection.operations,
    }


async def _load(
    session: AsyncSession, tenant_id: UUID, connection_id: UUID, *, lock: bool = False
) -> Connection:
    found = await session.get(Connection, (tenant_id, connection_id), with_for_update=lock or None)
    if found is None:
        raise NotFound("There is no such connection.")
    return found
