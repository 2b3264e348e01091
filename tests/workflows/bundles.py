"""Exports on the stage: asked for as a route does it, kept for a moment instead of a week."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from unittest.mock import patch
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport import temporal
from omnisupport.api.exporting import start_export
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.domain.permissions import Scope
from omnisupport.storage.access.bundles import create_bundle
from omnisupport.storage.tables import Bundle, UserTenant
from omnisupport.workflows import options
from tests.support.tenants import ECHO, TestTenant
from tests.workflows.stage import Stage
from tests.workflows.stories import Told

KEPT = timedelta(seconds=1)


@contextmanager
def kept_briefly() -> Iterator[None]:
    """Bundles are removed after a second, without the sandbox: it has options of its own."""
    with patch.object(options, "EXPORT_KEPT", KEPT):
        yield


async def ask(stage: Stage, tenant: TestTenant, customer_id: UUID | None = None) -> Bundle:
    """A bundle, asked for by the owner."""
    database = stage.adapters.database
    async with database.session(tenant.id) as session:
        owner = (
            await session.exec(select(UserTenant.user_id).where(UserTenant.tenant_id == tenant.id))
        ).one()
    reach = CustomerReach(Scope.ALL, owner, frozenset())
    start = partial(start_export, stage.client, tenant.id)
    return await create_bundle(database, tenant.id, SYSTEM, reach, customer_id=customer_id, start=start)


def told_of(bundle: Bundle) -> Told:
    """Its workflow."""
    return Told(temporal.workflow_id(bundle.tenant_id, "export", bundle.id))


async def until_attempt(stage: Stage, bundle: Bundle, number: int) -> None:
    """Wait until it is made for the so-manieth time."""
    handle = stage.client.get_workflow_handle(told_of(bundle).workflow_id)
    async with asyncio.timeout(20):
        while True:
            pending = (await handle.describe()).raw_description.pending_activities
            if pending and pending[0].attempt >= number:
                return
            await asyncio.sleep(0.1)


async def result_of(stage: Stage, told: Told) -> str:
    """What a workflow returned."""
    return str(await stage.client.get_workflow_handle(told.workflow_id).result())


async def export_expired(stage: Stage) -> Told:
    """A workspace, made, told of by mail and removed when its time is over."""
    bundle = await ask(stage, await stage.tenant(ECHO))
    told = told_of(bundle)
    assert await result_of(stage, told) == "expired"
    return told


async def export_unwanted(stage: Stage) -> Told:
    """Deleted before a worker took it."""
    tenant = await stage.tenant()
    bundle_id = uuid4()
    await start_export(stage.client, tenant.id, bundle_id)
    told = Told(temporal.workflow_id(tenant.id, "export", bundle_id))
    assert await result_of(stage, told) == "unwanted"
    return told


EXPORTED: list[Callable[[Stage], Awaitable[Told]]] = [export_expired, export_unwanted]
