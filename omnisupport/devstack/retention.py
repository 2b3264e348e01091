"""A sweep of retention that somebody wants now."""

from __future__ import annotations

from datetime import UTC, datetime

from omnisupport import temporal
from omnisupport.activities.retention import Swept
from omnisupport.devstack.attach import attached_settings
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.session import Database


async def sweep() -> str:
    """Run one sweep on the Temporal that the environment names, and wait for it; gives what it ended, in words."""
    settings = attached_settings()
    assert settings.temporal_address and settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        client = await temporal.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            keys=DatabaseKeyRing(database, parse_master_key(settings.master_key)),
        )
        swept = await client.execute_workflow(
            "RetentionWorkflow",
            id=temporal.workflow_id(temporal.SYSTEM_TENANT, "retention", datetime.now(UTC).isoformat()),
            task_queue=temporal.CONVERSATIONS,
            task_timeout=temporal.TASK_TIMEOUT,
            priority=temporal.fairness_of(temporal.SYSTEM_TENANT),
            result_type=Swept,
        )
    finally:
        await database.close()
    told = ", ".join(f"{name} {count}" for name, count in sorted(swept.counts.items()))
    return f"Swept: {told or 'nothing was over its term'}."
