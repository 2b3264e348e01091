"""A stage for conversations: real Temporal, Postgres and Valkey of a running stack, the worker in this process.

The stage has a namespace of its own, so that the stack's worker never meets its workflows, and chats
without HTTP: what the api does with a message (accept, ring) is done here by the same code.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self, cast
from unittest.mock import patch
from uuid import UUID

from google.protobuf.duration_pb2 import Duration
from sqlmodel import update
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client, ScheduleHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from omnisupport import temporal, worker
from omnisupport.activities.turns import TurnActivities
from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase
from omnisupport.devstack.temporal import SEARCH_ATTRIBUTES
from omnisupport.settings import Settings
from omnisupport.storage.tables import Channel
from omnisupport.workflows.footprint import LeanRunner
from tests.support.tenants import TestTenant, make_tenant
from tests.workflows.chat import Chat
from tests.workflows.provider import Provider, Providers
from tests.workflows.shelf import Shelf

KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
RETENTION = timedelta(days=1)
PATIENCE_S = 20.0

MakeTurns = Callable[["StageAdapters"], TurnActivities]


class StageAdapters(worker.Adapters):
    """The product's adapters, with the local activities of a turn open to a test."""

    make_turns: MakeTurns | None = None

    def turn_activities(self) -> TurnActivities:
        """The product's own, or what the test has put in their place."""
        return self.make_turns(self) if self.make_turns else super().turn_activities()

    def plain_turns(self) -> TurnActivities:
        """The product's own."""
        return super().turn_activities()


class Stage:
    """Where conversations of a test happen."""

    def __init__(self, settings: Settings, client: Client, adapters: StageAdapters) -> None:
        self.settings = settings
        self.client = client
        self.adapters = adapters
        self.shelf = Shelf()
        self.senders: dict[str, Provider] = {}
        """Providers of the test, by channel type."""
        adapters.outlets = Providers(self.senders)
        self.sweeper: ScheduleHandle | None = None
        """Of the stack beneath: it would start our conversations in its own namespace, if they were late."""
        self.neighbour: Client | None = None
        """The namespace of the stack beneath, whose triggers hear of our tenants."""

    @classmethod
    async def open(
        cls,
        settings: Settings,
        *,
        state_dir: Path,
        egress_allow: str = "",
        address: str | None = None,
        namespace: str = "stage",
        keys: temporal.KeyRing | None = None,
    ) -> Self:
        """A stage on the servers of `settings`; another Temporal server by its address."""
        own = settings.model_copy(update={"state_dir": state_dir, "egress_allow": egress_allow})
        adapters = StageAdapters(own)
        client = await temporal.connect(
            address or settings.temporal_address or "", namespace=namespace, keys=keys or adapters.keys
        )
        await add_namespace(client)
        return cls(own, client, adapters)

    async def close(self) -> None:
        """Give connections back."""
        await self.adapters.close()

    @asynccontextmanager
    async def working(
        self,
        *,
        sandboxed: bool = True,
        turns: MakeTurns | None = None,
        queues: Collection[str] = temporal.QUEUES,
    ) -> AsyncIterator[None]:
        """The product's worker, in this process; sandboxed as the Replayer is, unless asked for as in production."""
        runner: Callable[[], WorkflowRunner] = SandboxedWorkflowRunner if sandboxed else LeanRunner
        self.adapters.make_turns = turns
        self.shelf.open.set()
        with patch.object(worker, "LeanRunner", runner):
            workers = worker.build_workers(self.client, self.adapters, queues)
            if temporal.AI in queues:
                shelf = cast(KnowledgeBase, self.shelf)
                workers.append(worker.build_ai_worker(self.client, self.adapters, shelf))
        await self.pause_sweeper(True)
        try:
            async with AsyncExitStack() as stack:
                # No sweeper heals a lost ring here, so none is given up.
                stack.enter_context(patch.object(temporal, "RING_DEADLINE_S", PATIENCE_S))
                for one in workers:
                    await stack.enter_async_context(one)
                yield
        except BaseException:
            await self._end_all()  # what a failed test has left would be worked on, and counted, in the next
            raise
        finally:
            self.adapters.make_turns = None
            await self.pause_sweeper(False)

    async def _end_all(self) -> None:
        async for left in self.client.list_workflows("ExecutionStatus = 'Running'"):
            with contextlib.suppress(RPCError):  # it has ended meanwhile
                await self.client.get_workflow_handle(left.id, run_id=left.run_id).terminate()

    async def pause_sweeper(self, pause: bool) -> None:
        """Hold the sweeper of the stack beneath, which knows nothing of this namespace, or let it go on."""
        if self.sweeper is not None:
            await (self.sweeper.pause() if pause else self.sweeper.unpause())

    async def tenant(self, *scenarios: str) -> TestTenant:
        """A tenant of its own, with scenarios published; the stack beneath does not look for its triggers."""
        made = await make_tenant(self.settings, *scenarios)
        if self.neighbour is not None:
            await self.neighbour.start_workflow(
                "TriggersWorkflow",
                id=temporal.workflow_id(made.id, "triggers", "main"),
                task_queue="nobody",
                id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            )
        return made

    async def chat(self, tenant: TestTenant, *, locale: str = "ru") -> Chat:
        """A new visitor of a tenant's widget."""
        return await Chat.begin(
            self.client, self.adapters.conversations, self.adapters.database, tenant, locale
        )

    async def chats(self, tenant: TestTenant, count: int) -> Sequence[Chat]:
        """Several visitors."""
        return [await self.chat(tenant) for _ in range(count)]

    async def chat_over(self, sender: Provider, *scenarios: str) -> Chat:
        """A new visitor, of a tenant of his own, who writes through a provider instead of the widget."""
        kind = sender.channel_type
        self.senders[kind] = sender
        tenant = await self.tenant(*(source.replace("[widget]", f"[{kind}]") for source in scenarios))
        chat = await self.chat(tenant)
        async with self.adapters.database.session(tenant.id) as session:
            await session.exec(update(Channel).values(type=kind))
        return chat

    async def connect_shop(self, tenant_id: UUID, base_url: str) -> None:
        """Let the tenant's scenarios call a service as `shop`."""
        await self.adapters.connections.put(tenant_id, "shop", base_url, {})


async def add_namespace(client: Client) -> None:
    """Make the client's namespace, and wait until the engine knows it and the product's search attributes."""
    request = RegisterNamespaceRequest(
        namespace=client.namespace,
        workflow_execution_retention_period=Duration(seconds=int(RETENTION.total_seconds())),
    )
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as refused:
        # The time-skipping server has one namespace and cannot make others.
        if refused.status not in (RPCStatusCode.ALREADY_EXISTS, RPCStatusCode.UNIMPLEMENTED):
            raise
    await _add_attributes(client)


async def _add_attributes(client: Client) -> None:
    wanted = AddSearchAttributesRequest(
        namespace=client.namespace, search_attributes=dict.fromkeys(SEARCH_ATTRIBUTES, KEYWORD)
    )
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await client.operator_service.add_search_attributes(wanted)
            except RPCError as early:
                if early.status == RPCStatusCode.ALREADY_EXISTS:
                    return
                if early.status != RPCStatusCode.NOT_FOUND:
                    raise
                await asyncio.sleep(0.1)
            else:
                return
