"""A connection on the stage: connected as the API does it, looked after, and taken away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.client import Client

from omnisupport import temporal
from omnisupport.channels.base import Health, Problem
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.inbound import EventKind, InboundEvent, MediaRef, Sender
from omnisupport.storage.access import channels
from omnisupport.storage.access.channels import Connected
from omnisupport.storage.tables import Channel
from tests.support.tenants import ECHO
from tests.workflows.chat import until
from tests.workflows.provider import Provider
from tests.workflows.stage import Stage

PDF = b"%PDF-1.7 something"


@dataclass(frozen=True)
class Connection:
    """A channel and what can be done about it."""

    client: Client
    stage: Stage
    provider: Provider
    tenant_id: UUID
    channel_id: UUID

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return temporal.workflow_id(self.tenant_id, "channel", self.channel_id)

    async def ring(self) -> None:
        """Have it looked at."""
        assert await temporal.Bell(self.client).ring_channel(self.tenant_id, self.channel_id)

    async def row(self) -> Channel:
        """As the database has it."""
        async with self.stage.adapters.database.session(self.tenant_id) as session:
            found = await session.get(Channel, (self.tenant_id, self.channel_id))
            assert found is not None
            return found

    async def until(self, state: str) -> Channel:
        """Wait until it was found so."""

        async def found() -> Channel | None:
            row = await self.row()
            return row if row.health.get("state") == state else None

        row: Channel = await until(found, f"the connection to be {state}")
        return row


async def connect(stage: Stage, provider: Provider) -> Connection:
    """A new channel over this provider."""
    stage.senders[provider.channel_type] = provider
    tenant = await stage.tenant(ECHO.replace("[widget]", f"[{provider.channel_type}]"))
    told = Connected(provider.channel_type, provider.channel_type, "Бот", "42", {}, {"token": "secret"})
    made, _ = await channels.connect_channel(
        stage.adapters.database, stage.adapters.channel_sealer, tenant.id, SYSTEM, told
    )
    connection = Connection(stage.client, stage, provider, tenant.id, made.id)
    await connection.ring()
    return connection


def written(number: int, text: str = "раз", **more: Any) -> InboundEvent:
    """A message of a customer, as an adapter reads it."""
    who = Sender(("7",), name="Иван")
    told: dict[str, Any] = {"sender": who, "text": text, "ref": f"m{number}", **more}
    return InboundEvent(EventKind.MESSAGE, f"m{number}", "7", datetime.now(UTC), **told)


async def a_connection(stage: Stage) -> Connection:
    """Well, then not, then well again; a file and a message that were missed come by a backfill; taken away."""
    provider = Provider()
    provider.files["счёт"] = PDF
    provider.missed = [written(1, media=(MediaRef("file", {"file": "счёт"}, "счёт.pdf"),))]
    connection = await connect(stage, provider)
    await connection.until("ok")
    provider.health = Health("down", (Problem("unauthorized", "no", "reauthorize"),))
    await connection.ring()
    await connection.until("down")
    provider.health = Health("ok")
    await connection.ring()
    await connection.until("ok")
    await channels.disconnect_channel(
        stage.adapters.database, connection.tenant_id, SYSTEM, connection.channel_id
    )
    await connection.ring()
    await stage.client.get_workflow_handle(connection.workflow_id).result()
    return connection


CONNECTED: list[Callable[[Stage], Awaitable[Connection]]] = [a_connection]
