"""The steps of an erasure: in the database, in the file store, in Temporal. Each may be cut off and comes again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.domain.erasure import Standing
from omnisupport.errors import OmniError
from omnisupport.temporal import conversation_workflow_id, parse_workflow_id

DELETION_LOOK_S = 2


class StillKnown(OmniError):
    """The engine has not come to the deletion of a workflow."""

    code = "workflow_not_deleted"
    retryable = True


class ErasureStore(Protocol):
    """`storage/queries/erasing.py`."""

    async def begin(self, tenant_id: UUID, erasure_id: UUID) -> Standing:
        """Sign the customer out and write down what is his, unless a hold keeps him."""

    async def erase_rows(self, tenant_id: UUID, erasure_id: UUID) -> tuple[bool, Sequence[UUID]]:
        """Take a batch away; gives whether that was all, and the conversations that have gone."""

    async def end_bundles(self, tenant_id: UUID, erasure_id: UUID) -> Sequence[str]:
        """End the bundles that he may be in, made or under way; gives the storage keys of their bytes."""

    async def conversations(self, tenant_id: UUID, erasure_id: UUID) -> Sequence[UUID]:
        """All whose workflows are to go."""

    async def files(self, tenant_id: UUID, erasure_id: UUID) -> Sequence[tuple[UUID, str]]:
        """His files that are still there: id and storage key."""

    async def forget_file(self, tenant_id: UUID, erasure_id: UUID, file_id: UUID) -> None:
        """Take the row of a file away, whose bytes have gone."""

    async def count(self, tenant_id: UUID, erasure_id: UUID, counts: dict[str, int]) -> None:
        """Add what was done elsewhere."""

    def erase_traces(self, tenant_id: UUID, erasure_id: UUID) -> AsyncIterator[None]:
        """Take away what tells of him elsewhere in the database, a transaction a step."""

    async def finish(self, tenant_id: UUID, erasure_id: UUID) -> None:
        """Write the receipt."""

    async def give_up(self, tenant_id: UUID, erasure_id: UUID) -> None:
        """It could not be done."""


class Runs(Protocol):
    """`activities/executions.py`."""

    async def end(self, workflow_id: str) -> int:
        """End and delete every run of this id; gives how many."""

    async def is_known(self, workflow_id: str) -> bool:
        """Whether the service still finds a run of this id."""


class Files(Protocol):
    """`storage/files.py`."""

    async def delete(self, key: str) -> None:
        """Remove a file; one that is absent is no error."""


class Hints(Protocol):
    """`storage/redis.py`."""

    async def publish(self, tenant_id: UUID | str, kind: str, conversation_id: UUID | str) -> None:
        """Tell the tenant's listeners that something of a conversation changed."""


class ErasureActivities:
    """Activities on queue `channels`, of the erasure that the workflow's id names."""

    def __init__(self, store: ErasureStore, runs: Runs, files: Files, hints: Hints) -> None:
        self._store = store
        self._runs = runs
        self._files = files
        self._hints = hints

    @activity.defn
    async def begin_erasure(self) -> Standing:
        """Sign the customer out and write down what is his; or say that he is held, or that it is over."""
        tenant_id, erasure_id = _ours()
        standing = await self._store.begin(tenant_id, erasure_id)
        if standing is Standing.GO:
            await self._hints.publish(tenant_id, "sessions", erasure_id)
        return standing

    @activity.defn
    async def erase_rows(self) -> None:
        """Bundles, conversations, then the customer with all that hangs on him; open consoles drop it."""
        tenant_id, erasure_id = _ours()
        for key in await self._store.end_bundles(tenant_id, erasure_id):
            await self._files.delete(key)
        is_done = False
        while not is_done:
            is_done, gone = await self._store.erase_rows(tenant_id, erasure_id)
            for conversation_id in gone:
                await self._hints.publish(tenant_id, "commit", conversation_id)

    @activity.defn
    async def erase_files(self) -> None:
        """The bytes first, then the row: a row without bytes is found again."""
        tenant_id, erasure_id = _ours()
        for file_id, key in await self._store.files(tenant_id, erasure_id):
            await self._files.delete(key)
            await self._store.forget_file(tenant_id, erasure_id, file_id)

    @activity.defn
    async def erase_executions(self) -> None:
        """Workflows of his conversations, running or ended."""
        tenant_id, erasure_id = _ours()
        ended = 0
        for conversation_id in await self._store.conversations(tenant_id, erasure_id):
            ended += await self._runs.end(conversation_workflow_id(tenant_id, conversation_id))
        await self._store.count(tenant_id, erasure_id, {"workflow_executions": ended})

    @activity.defn
    async def erase_traces(self) -> None:
        """What tells of him elsewhere: audit details, the change feed, webhook deliveries, kept answers."""
        tenant_id, erasure_id = _ours()
        async for _ in self._store.erase_traces(tenant_id, erasure_id):
            pass

    @activity.defn
    async def finish_erasure(self) -> None:
        """Write the receipt, once the service finds none of his workflows any longer: it deletes in its own time."""
        tenant_id, erasure_id = _ours()
        for conversation_id in await self._store.conversations(tenant_id, erasure_id):
            if await self._runs.is_known(conversation_workflow_id(tenant_id, conversation_id)):
                raise StillKnown(
                    f"The workflow of conversation {conversation_id} is not deleted yet. It is looked at again.",
                    retry_after=DELETION_LOOK_S,
                )
        await self._store.finish(tenant_id, erasure_id)

    @activity.defn
    async def give_up_erasure(self) -> None:
        """It could not be done."""
        await self._store.give_up(*_ours())


def _ours() -> tuple[UUID, UUID]:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    tenant_id, name = parse_workflow_id(workflow_id)
    return tenant_id, UUID(name)
