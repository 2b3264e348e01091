"""Files for who uploaded them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.errors import NotFound
from omnisupport.storage.audit import record
from omnisupport.storage.files import FileStore, new_key
from omnisupport.storage.session import Database
from omnisupport.storage.tables import File, Message


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept."""

    name: str
    type: str
    content: bytes
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None


@dataclass(frozen=True)
class Uploader:
    """Who uploads: a person (with his actor for the audit), or a customer by his widget."""

    kind: str
    id: UUID
    actor: Actor | None = None


async def create_file(
    database: Database, store: FileStore, tenant_id: UUID, by: Uploader, upload: Upload
) -> File:
    """Keep a file: the bytes first, then the row, so that no row leads to nothing."""
    made = File(
        tenant_id=tenant_id,
        id=uuid4(),
        storage_key=new_key(tenant_id),
        name=upload.name,
        type=upload.type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).digest(),
        width=upload.width,
        height=upload.height,
        duration_ms=upload.duration_ms,
        uploader_kind=by.kind,
        uploader_id=by.id,
    )
    await store.put(made.storage_key, upload.content)
    try:
        async with database.session(tenant_id) as session:
            session.add(made)
            if by.actor is not None:
                told = {"name": made.name, "type": made.type, "size": made.size}
                record(session, tenant_id, by.actor, "file.uploaded", target=("file", made.id), after=told)
            await session.flush()
            await session.refresh(made)
    except BaseException:
        await store.delete(made.storage_key)
        raise
    return made


async def access_file(database: Database, tenant_id: UUID, by: Uploader, file_id: UUID) -> File:
    """A file of one's own.

    Raises:
        NotFound: absent, another's or another tenant's.
    """
    found = await find_file(database, tenant_id, file_id)
    if (found.uploader_kind, found.uploader_id) != (by.kind, by.id):
        raise NotFound("There is no such file.")
    return found


async def access_attachment(
    database: Database, tenant_id: UUID, conversation_id: UUID, file_id: UUID
) -> File:
    """A file that stands in a message of a conversation; that one is in reach was looked at before.

    Raises:
        NotFound: it stands in none, or is gone.
    """
    wanted = col(Message.content)["attachments"].contains([{"id": str(file_id)}])
    async with database.session(tenant_id) as session:
        found = await session.exec(
            select(Message.seq)
            .where(Message.tenant_id == tenant_id, Message.conversation_id == conversation_id, wanted)
            .limit(1)
        )
        if found.first() is None:
            raise NotFound("There is no such file.")
    return await find_file(database, tenant_id, file_id)


async def find_file(database: Database, tenant_id: UUID, file_id: UUID) -> File:
    """A file that a signed link names.

    Raises:
        NotFound: it is gone.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(File, (tenant_id, file_id))
    if found is None:
        raise NotFound("There is no such file.")
    return found


async def delete_file(
    database: Database, store: FileStore, tenant_id: UUID, by: Uploader, file_id: UUID
) -> None:
    """Remove a file of one's own: the row first, so that nobody reads what is going.

    Raises:
        NotFound: absent, another's or another tenant's.
    """
    found = await access_file(database, tenant_id, by, file_id)
    async with database.session(tenant_id) as session:
        row = await session.get(File, (tenant_id, file_id), with_for_update=True)
        if row is None:
            raise NotFound("There is no such file.")
        if by.actor is not None:
            record(
                session,
                tenant_id,
                by.actor,
                "file.deleted",
                target=("file", file_id),
                before={"name": row.name},
            )
        await session.delete(row)
    await store.delete(found.storage_key)
