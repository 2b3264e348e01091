"""Tags for a person: the ones that the tenant offers, by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.scenario_uses import Named, check_unnamed
from omnisupport.storage.session import Database
from omnisupport.storage.tables import TagRow


async def list_tags(database: Database, tenant_id: UUID) -> Sequence[TagRow]:
    """Every tag, by key."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(select(TagRow).where(TagRow.tenant_id == tenant_id).order_by(TagRow.key))
        return rows.all()


async def create_tag(
    database: Database, tenant_id: UUID, actor: Actor, *, key: str, name: str, color: str
) -> TagRow:
    """A new tag.

    Raises:
        Conflict: the key is taken (code `tag_exists`).
    """
    made = TagRow(tenant_id=tenant_id, key=key, name=name, color=color)
    try:
        async with database.session(tenant_id) as session:
            session.add(made)
            record(
                session,
                tenant_id,
                actor,
                "tag.created",
                target=("tag", key),
                after={"name": name, "color": color},
            )
    except IntegrityError as twice:
        raise Conflict(
            f"A tag with the key '{key}' exists already.", code="tag_exists", field="key"
        ) from twice
    return made


async def add_tag(session: AsyncSession, tenant_id: UUID, actor: Actor, key: str) -> None:
    """A tag in the caller's transaction, named as its key; one that is there already stays as it is."""
    row = insert(TagRow).values(tenant_id=tenant_id, key=key, name=key)
    new = await session.exec(row.on_conflict_do_nothing().returning(col(TagRow.key)))
    if new.first() is not None:
        record(session, tenant_id, actor, "tag.created", target=("tag", key), after={"name": key})


async def change_tag(
    database: Database, tenant_id: UUID, actor: Actor, key: str, *, name: str | None, color: str | None
) -> TagRow:
    """Change what is given; the key stays, conversations hold it.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(TagRow, (tenant_id, key), with_for_update=True)
        if found is None:
            raise NotFound("There is no such tag.")
        before = {"name": found.name, "color": found.color}
        found.name, found.color = name or found.name, color or found.color
        found.updated_at = datetime.now(UTC)
        session.add(found)
        was, now = changed(before, {"name": found.name, "color": found.color})
        record(session, tenant_id, actor, "tag.changed", target=("tag", key), before=was, after=now)
    return found


async def delete_tag(database: Database, tenant_id: UUID, actor: Actor, key: str) -> None:
    """Offer a tag no more; what holds it keeps it.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: a published scenario gives it (code `in_use`).
    """
    async with database.session(tenant_id) as session:
        found = await session.get(TagRow, (tenant_id, key), with_for_update=True)
        if found is None:
            raise NotFound("There is no such tag.")
        await check_unnamed(session, tenant_id, Named.TAG, key)
        record(
            session,
            tenant_id,
            actor,
            "tag.deleted",
            target=("tag", key),
            before={"name": found.name, "color": found.color},
        )
        await session.delete(found)
