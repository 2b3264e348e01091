"""What others ask of the worker's index, by its activities: take a document in, or forget it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import ActivityFailureError, Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.activities.knowledge import FORGET, INGEST, Document, Forgotten
from omnisupport.ai.knowledge.space import SPACE
from omnisupport.errors import Invalid, Unavailable
from omnisupport.storage.tables import KnowledgeDocument

DEADLINE = timedelta(minutes=5)
TAKEN_WITHIN = timedelta(seconds=15)
HEARTBEAT = timedelta(seconds=60)
"""A worker that says nothing for so long is gone; it says something about every 2 s."""


class IndexSilent(Unavailable):
    """No worker takes the work; nothing was changed, and the same call may be made again."""

    code = "engine_unavailable"


def content_hash(title: str, url: str | None, markdown: str) -> str:
    """What of a document stands in the index, in short: another one means that it has to be indexed again."""
    return hashlib.sha256("\0".join((SPACE, title, str(url), markdown)).encode()).hexdigest()


async def index_document(client: Client, row: KnowledgeDocument, *, deadline: timedelta = DEADLINE) -> None:
    """Index a document as its row is; the same again replaces itself.

    Raises:
        Invalid: there is no text to read in it (code `knowledge_empty`).
        IndexSilent: no worker takes the work.
    """
    document = Document(
        tenant_id=str(row.tenant_id),
        document_id=str(row.id),
        knowledge=row.knowledge,
        locale=row.locale,
        title=row.title,
        url=row.url,
        markdown=row.markdown,
    )
    try:
        await _ask(client, row.tenant_id, INGEST, document, deadline)
    except ActivityFailureError as failed:
        cause = failed.__cause__
        if isinstance(cause, ApplicationError):
            raise Invalid(cause.message.removeprefix(f"{row.title}: "), code=cause.type) from failed
        raise _silent() from failed


async def forget_document(
    client: Client, tenant_id: UUID, document_id: UUID, *, deadline: timedelta = DEADLINE
) -> None:
    """Take a document out of the index; one that is not in it is no error.

    Raises:
        IndexSilent: no worker takes the work.
    """
    try:
        await _ask(client, tenant_id, FORGET, Forgotten(str(tenant_id), str(document_id)), deadline)
    except ActivityFailureError as failed:
        raise _silent() from failed


async def _ask(client: Client, tenant_id: UUID, activity: str, told: Any, deadline: timedelta) -> None:
    try:
        await client.execute_activity(
            activity,
            told,
            id=temporal.workflow_id(tenant_id, "ingest", uuid4()),
            task_queue=temporal.AI,
            start_to_close_timeout=deadline,
            schedule_to_close_timeout=deadline,
            schedule_to_start_timeout=min(TAKEN_WITHIN, deadline),
            heartbeat_timeout=HEARTBEAT,
            priority=temporal.fairness_of(tenant_id),
        )
    except (RPCError, RuntimeError) as failed:
        raise _silent() from failed


def _silent() -> IndexSilent:
    return IndexSilent("No worker takes the index work. Nothing was changed; try again in a moment.")
