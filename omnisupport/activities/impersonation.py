"""The end of a session in which an admin of the platform acted as a member, when its time is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from temporalio import activity

from omnisupport.temporal import parse_workflow_id


class ImpersonationActivities:
    """Activity on queue `channels`. `expire` writes the end of a tenant's session (`storage/access/platform.py`)."""

    def __init__(self, expire: Callable[[UUID, UUID], Awaitable[None]]) -> None:
        self._expire = expire

    @activity.defn
    async def expire_impersonation(self) -> None:
        """Write the end down, unless it was written before. The workflow's id names tenant and session."""
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        tenant_id, key = parse_workflow_id(workflow_id)
        await self._expire(tenant_id, UUID(key.rpartition("/")[2]))
