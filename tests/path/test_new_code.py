"""New code meets old conversations: those that it would break go on from their row."""

from __future__ import annotations

from uuid import UUID, uuid4

from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from omnisupport import temporal
from omnisupport.devstack.replay import replay_open
from omnisupport.domain.conversation import Ring
from omnisupport.settings import Settings
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.session import Database
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor


@workflow.defn(name="ConversationWorkflow")
class OtherCode:
    """What another release might have been: it begins with a timer."""

    def __init__(self) -> None:
        self.rung = False

    @workflow.run
    async def run(self) -> None:
        """Sleep first, then wait for ever."""
        await workflow.sleep(0.01)
        self.rung = True
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def ring(self, ring: Ring) -> None:
        """Taken, and forgotten."""

    @workflow.query
    def began(self) -> bool:
        """Whether the timer has fired."""
        return self.rung


async def test_a_conversation_that_new_code_would_break_goes_on_from_its_row(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, ECHO)
    database = Database(settings.database_url or "", pool_size=1)
    keys = DatabaseKeyRing(database, parse_master_key(settings.master_key))
    client = await temporal.connect(settings.temporal_address or "", namespace="default", keys=keys)
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        conversation = UUID(visitor.conversation_id)
        handle = client.get_workflow_handle(temporal.conversation_workflow_id(tenant.id, conversation))
        await handle.terminate()
        queue = f"other-{uuid4()}"
        async with Worker(
            client, task_queue=queue, workflows=[OtherCode], workflow_runner=UnsandboxedWorkflowRunner()
        ):
            other = await client.start_workflow("ConversationWorkflow", id=handle.id, task_queue=queue)
            while not await other.query("began"):
                pass

        done = await replay_open(settings)
        assert done.started_again == 1

        assert (await visitor.ask("два"))[0]["text"] == "эхо: два"
        assert [m["seq"] for m in (await visitor.read())["messages"]] == [1, 2, 3, 4]
        assert (await replay_open(settings)).started_again == 0
    await database.close()
