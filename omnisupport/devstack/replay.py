"""Before a worker with new code takes work: the open histories are replayed against it.

The embedded stack runs unversioned. A conversation that the new code would break is closed and started
again from its row, which is the truth: nobody waits for a workflow task that fails for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from temporalio.client import Client
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from omnisupport import temporal
from omnisupport.domain.conversation import Ring
from omnisupport.settings import Settings
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.session import Database
from omnisupport.worker import WORKFLOWS

OPEN = "WorkflowType = 'ConversationWorkflow' and ExecutionStatus = 'Running'"
NEW_CODE = "The code changed in a way that this history does not replay against; it goes on from its row."


@dataclass
class Replayed:
    """How many open conversations went through, and how many were started again."""

    kept: int = 0
    started_again: int = 0


async def replay_open(settings: Settings) -> Replayed:
    """Replay every open conversation; start again those that do not go through."""
    assert settings.database_url
    assert settings.temporal_address
    database = Database(settings.database_url, pool_size=2)
    try:
        keys = DatabaseKeyRing(database, parse_master_key(settings.master_key))
        client = await temporal.connect(
            settings.temporal_address, namespace=settings.temporal_namespace, keys=keys
        )
        return await _replay(client)
    finally:
        await database.close()


async def _replay(client: Client) -> Replayed:
    replayer = Replayer(
        workflows=WORKFLOWS,
        data_converter=client.data_converter,
        namespace=client.namespace,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    done = Replayed()
    async for execution in client.list_workflows(OPEN):
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        result = await replayer.replay_workflow(await handle.fetch_history(), raise_on_replay_failure=False)
        if result.replay_failure is None:
            done.kept += 1
            continue
        await handle.terminate(reason=NEW_CODE)
        tenant_id, conversation_id = temporal.parse_workflow_id(execution.id)
        # A ring for nothing new: the run reads its row, takes what is unanswered and arms its timers.
        await temporal.Bell(client).ring(tenant_id, UUID(conversation_id), Ring(seq=0))
        done.started_again += 1
    return done
