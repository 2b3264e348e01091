"""The audit log for a person who may read it: the tenant's lines, newest first. Nothing here changes one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict
from omnisupport.storage.audit import fill_details, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit

MOST_EXPORTED = 100_000
EXPORT_PAGE = 1_000
"""Lines in one transaction of an export: short enough to hold no vacuum up."""

Place = tuple[datetime, int]
"""Where a page ends: the moment and the id of its last line."""


@dataclass(frozen=True)
class AuditFilter:
    """What lines are asked for; None asks for all. `action` is a beginning; moments have a zone, `until` is not in."""

    actor_id: UUID | None = None
    action: str | None = None
    target_kind: str | None = None
    target_id: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, tenant_id: UUID) -> list[Any]:
        """The same for SQL."""
        asked: dict[str, Any] = {
            "actor_id": self.actor_id,
            "target_kind": self.target_kind,
            "target_id": self.target_id,
            "outcome": self.outcome,
        }
        found: list[Any] = [col(Audit.tenant_id) == tenant_id]
        found += [getattr(Audit, name) == value for name, value in asked.items() if value is not None]
        if self.action is not None:
            found.append(col(Audit.action).startswith(self.action, autoescape=True))
        if self.since is not None:
            found.append(col(Audit.at) >= self.since)
        if self.until is not None:
            found.append(col(Audit.at) < self.until)
        return found


async def list_audit(
    database: Database, tenant_id: UUID, wanted: AuditFilter, *, before: Place | None, limit: int
) -> Sequence[Audit]:
    """Lines after a place in the order newest first."""
    conditions = wanted.conditions(tenant_id)
    if before is not None:
        conditions.append(tuple_(col(Audit.at), col(Audit.id)) < before)
    async with database.session(tenant_id) as session:
        lines = await session.exec(
            select(Audit).where(*conditions).order_by(col(Audit.at).desc(), col(Audit.id).desc()).limit(limit)
        )
        return await fill_details(session, tenant_id, lines.all())


async def begin_export(database: Database, tenant_id: UUID, actor: Actor, wanted: AuditFilter) -> None:
    """Write down that somebody takes lines out, before he gets the first.

    Raises:
        Conflict: they are more than `MOST_EXPORTED` (code `export_too_large`).
    """
    async with database.session(tenant_id) as session:
        counted = select(Audit.id).where(*wanted.conditions(tenant_id)).limit(MOST_EXPORTED + 1).subquery()
        count = (await session.exec(select(func.count()).select_from(counted))).one()
        if count > MOST_EXPORTED:
            raise Conflict(
                f"These are more than {MOST_EXPORTED} lines. Narrow them with from and to.",
                code="export_too_large",
            )
        asked = {name: str(value) for name, value in vars(wanted).items() if value is not None}
        record(session, tenant_id, actor, "audit.exported", after={**asked, "lines": count})


async def export_audit(
    database: Database, tenant_id: UUID, wanted: AuditFilter
) -> AsyncIterator[Sequence[Audit]]:
    """The lines of a filter, newest first, page by page, at most `MOST_EXPORTED`."""
    before: Place | None = None
    for _ in range(MOST_EXPORTED // EXPORT_PAGE):
        lines = await list_audit(database, tenant_id, wanted, before=before, limit=EXPORT_PAGE)
        if lines:
            yield lines
        if len(lines) < EXPORT_PAGE:
            return
        assert lines[-1].id is not None
        before = (lines[-1].at, lines[-1].id)
