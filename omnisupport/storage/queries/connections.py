"""Connections of a tenant: where `http` nodes may go, with their secrets sealed."""

from __future__ import annotations

from uuid import UUID, uuid4

import orjson
from sqlmodel import select

from omnisupport.domain.calls import Target
from omnisupport.domain.tools import Operation
from omnisupport.errors import NotFound
from omnisupport.net.sealing import Place, Sealer
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Connection

PURPOSE = "connection-secrets"
"""For `MasterKey.derive`: the key that seals the headers of connections."""


class Connections:
    """Connections of every tenant, one tenant at a time."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def connection(self, tenant_id: UUID, key: str) -> Target:
        """Open a connection by its key."""
        async with self._database.session(tenant_id) as session:
            found = (
                await session.exec(
                    select(Connection).where(Connection.tenant_id == tenant_id, Connection.key == key)
                )
            ).first()
        if found is None:
            raise NotFound(f"There is no connection '{key}'.", code="connection_unknown")
        headers: dict[str, str] = {}
        if found.secret is not None:
            headers = orjson.loads(self._sealer.open(found.secret, place_of_connection(found)))
        return Target(base_url=found.base_url, headers=headers)

    async def operations(self, tenant_id: UUID) -> dict[str, Operation]:
        """What assistants may read, by `connection.operation`."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Connection.key, Connection.operations).where(Connection.tenant_id == tenant_id)
            )
            listed = rows.all()
        return {f"{key}.{each['key']}": Operation.from_dict(each) for key, held in listed for each in held}

    async def put(self, tenant_id: UUID, key: str, base_url: str, headers: dict[str, str]) -> None:
        """Write a connection, its headers sealed."""
        async with self._database.session(tenant_id) as session:
            found = (
                await session.exec(
                    select(Connection).where(Connection.tenant_id == tenant_id, Connection.key == key)
                )
            ).first() or Connection(tenant_id=tenant_id, id=uuid4(), key=key, base_url=base_url)
            found.base_url = base_url
            found.secret = (
                self._sealer.seal(orjson.dumps(headers), place_of_connection(found)) if headers else None
            )
            session.add(found)


def place_of_connection(connection: Connection) -> Place:
    """Where the headers of a connection are sealed for."""
    return Place(connection.tenant_id, f"connection/{connection.id}")


def place_of_signing(connection: Connection) -> Place:
    """Where the secrets are sealed for that the service signs its calls with."""
    return Place(connection.tenant_id, f"connection/{connection.id}/signing")
