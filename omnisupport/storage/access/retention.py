"""The terms of a tenant for a person: how long what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from omnisupport.domain.actor import Actor
from omnisupport.domain.retention import Terms
from omnisupport.errors import OmniError
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.retention import terms_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Retention, Tenant


class RetentionChanged(OmniError):
    """Somebody else saved meanwhile; read again before writing."""

    code = "retention_changed"
    status = 412


async def access_retention(database: Database, tenant_id: UUID) -> tuple[Terms, int]:
    """The terms and their revision; 0: nobody has set any."""
    async with database.session(tenant_id) as session:
        found = await session.get(Retention, tenant_id)
        return terms_of(found), 0 if found is None else found.revision


async def change_retention(
    database: Database, tenant_id: UUID, actor: Actor, wanted: Terms, *, revision: int
) -> int:
    """Put other terms in the place of all these, over the revision that was read; gives the new one.

    Raises:
        RetentionChanged: they are at another revision now.
    """
    async with database.session(tenant_id) as session:
        await session.get(Tenant, tenant_id, with_for_update=True)  # two first saves wait for each other
        found = await session.get(Retention, tenant_id, with_for_update=True)
        now = 0 if found is None else found.revision
        if now != revision:
            raise RetentionChanged(f"The terms are at revision {now} now. Read them again before saving.")
        before, after = changed(terms_of(found).as_json(), wanted.as_json())
        row = found or Retention(tenant_id=tenant_id)
        for name, days in wanted.as_json().items():
            setattr(row, name, days)
        row.revision, row.updated_at = revision + 1, datetime.now(UTC)
        session.add(row)
        if after:
            record(session, tenant_id, actor, "retention.change", before=before, after=after)
        return row.revision
