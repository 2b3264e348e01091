"""One stage for all workflow tests of a process, on the stack that the process has started."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client, ScheduleHandle

from omnisupport import temporal
from tests.support.product import Product
from tests.workflows.shop import Shop, open_shop
from tests.workflows.skipping import SkippingStage, open_skipping_stage
from tests.workflows.stage import Stage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage_shop() -> AsyncIterator[Shop]:
    """The order service that scenarios on the stage may call."""
    async with open_shop() as shop:
        yield shop


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    product: Product, stage_shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """Conversations with the worker in this process."""
    opened = await Stage.open(
        product.settings(),
        state_dir=tmp_path_factory.mktemp("stage"),
        egress_allow=f"127.0.0.1:{stage_shop.port}",
    )
    opened.neighbour = await temporal.connect(
        product.settings().temporal_address or "", namespace="default", keys=opened.adapters.keys
    )
    opened.sweeper = _sweeper(opened.neighbour)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping(
    stage: Stage, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SkippingStage]:
    """Conversations on a clock that the test moves."""
    opened = await open_skipping_stage(product.settings(), state_dir=tmp_path_factory.mktemp("skipping"))
    yield opened
    await opened.close()


def _sweeper(client: Client) -> ScheduleHandle:
    return client.get_schedule_handle(temporal.workflow_id(temporal.SYSTEM_TENANT, "sweeper", "main"))


@pytest.fixture
def shop(stage_shop: Shop) -> Shop:
    """The order service, in its good state."""
    stage_shop.reset()
    return stage_shop
