"""Erasures and sweeps on the stage, begun by the code of the api and of the command line."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport import temporal
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.domain.permissions import Scope
from omnisupport.storage.access import erasures, holds
from omnisupport.storage.tables import Customer
from tests.support.tenants import ECHO, TestTenant
from tests.workflows.stage import PATIENCE_S, Stage

EVERYBODY = CustomerReach(Scope.ALL, UUID(int=1), frozenset())


async def begin_with_chat(stage: Stage) -> tuple[TestTenant, UUID, UUID]:
    """Somebody who has written, and his erasure, which nobody has started: tenant, customer, erasure."""
    tenant = await stage.tenant(ECHO)
    chat = await stage.chat(tenant)
    await chat.ask("раз")
    database = stage.adapters.database
    async with database.session(tenant.id) as session:
        customer_id = (await session.exec(select(Customer.id).where(Customer.tenant_id == tenant.id))).one()
    made = await erasures.create_erasure(database, tenant.id, SYSTEM, EVERYBODY, customer_id, reason=None)
    return tenant, customer_id, made.id


async def erased(stage: Stage) -> str:
    """A customer with a running conversation; gives the id of the workflow."""
    tenant, _, erasure_id = await begin_with_chat(stage)
    return await _ended(stage, tenant.id, erasure_id)


async def erased_after_a_hold(stage: Stage) -> str:
    """One who is held before the workflow begins, and let go."""
    tenant, customer_id, erasure_id = await begin_with_chat(stage)
    database = stage.adapters.database
    held = await holds.create_hold(
        database, tenant.id, SYSTEM, EVERYBODY, customer_id, reason="спор", until=None
    )
    assert await temporal.Bell(stage.client).ring_erasure(tenant.id, erasure_id)
    await asyncio.sleep(1)
    assert (await erasures.access_erasure(database, tenant.id, EVERYBODY, erasure_id)).status == "waiting"
    assert await holds.delete_hold(database, tenant.id, SYSTEM, EVERYBODY, held.id) == [erasure_id]
    return await _ended(stage, tenant.id, erasure_id)


async def swept(stage: Stage) -> str:
    """A sweep of every tenant that there is."""
    await stage.tenant()
    workflow_id = temporal.workflow_id(temporal.SYSTEM_TENANT, "retention", uuid4())
    await stage.client.execute_workflow(
        "RetentionWorkflow",
        id=workflow_id,
        task_queue=temporal.CONVERSATIONS,
        task_timeout=temporal.TASK_TIMEOUT,
    )
    return workflow_id


async def _ended(stage: Stage, tenant_id: UUID, erasure_id: UUID) -> str:
    assert await temporal.Bell(stage.client).ring_erasure(tenant_id, erasure_id)
    workflow_id = temporal.workflow_id(tenant_id, "erasure", erasure_id)
    async with asyncio.timeout(PATIENCE_S * 2):
        await stage.client.get_workflow_handle(workflow_id).result()
    done = await erasures.access_erasure(stage.adapters.database, tenant_id, EVERYBODY, erasure_id)
    assert done.status == "done" and done.receipt is not None
    return workflow_id
