"""Departments for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, literal, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.conversation import Status
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.team import count_rows, lock_team
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.scenario_uses import Named, check_unnamed
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Change, Conversation, Department, Invitation, Tenant

MOST = 500
"""Of one tenant."""
DEFAULT = "default_department"
"""Of a tenant's settings: the key of the department that takes what names none."""

Hours = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class DepartmentChange:
    """What to change; None leaves it. `default` true makes it the tenant's, false ends that it is."""

    name: Mapping[str, str] | None = None
    timezone: str | None = None
    hours: Hours | None = None
    default: bool | None = None


@dataclass(frozen=True)
class Found:
    """A department, and whether it is the tenant's default."""

    row: Department
    default: bool

    def line(self) -> dict[str, Any]:
        """As the audit log has it."""
        row = self.row
        return {
            "key": row.key,
            "name": dict(row.name),
            "timezone": row.timezone,
            "hours": dict(row.hours),
            "default": self.default,
        }


async def list_departments(
    database: Database, tenant_id: UUID, *, after: str | None, limit: int
) -> list[Found]:
    """Departments by key, after a key."""
    async with database.session(tenant_id) as session:
        query = select(Department).where(Department.tenant_id == tenant_id)
        if after is not None:
            query = query.where(Department.key > after)
        rows = (await session.exec(query.order_by(Department.key).limit(limit))).all()
        tenant = await session.get(Tenant, tenant_id)
        return [_found(row, tenant) for row in rows]


async def access_department(database: Database, tenant_id: UUID, department_id: UUID) -> Found:
    """One department.

    Raises:
        NotFound: absent, or another tenant's (code `department_not_found`).
    """
    async with database.session(tenant_id) as session:
        row = await _load(session, tenant_id, department_id)
        return _found(row, await session.get(Tenant, tenant_id))


async def create_department(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    *,
    key: str,
    made: DepartmentChange,
    timezone: str | None,
) -> Found:
    """A new department, in the tenant's time zone unless another is given.

    Raises:
        Conflict: codes `department_exists`, `too_many_departments`.
    """
    async with database.session(tenant_id) as session:
        tenant = await lock_team(session, tenant_id)
        if await count_rows(session, Department, tenant_id) >= MOST:
            raise Conflict(f"A workspace has at most {MOST} departments.", code="too_many_departments")
        same = select(Department.id).where(Department.tenant_id == tenant_id, Department.key == key)
        if (await session.exec(same)).first() is not None:
            raise Conflict(
                f"A department with the key '{key}' exists already.", code="department_exists", field="key"
            )
        row = Department(
            tenant_id=tenant_id,
            id=uuid4(),
            key=key,
            name=dict(made.name or {}),
            timezone=timezone or tenant.timezone,
            hours=_plain(made.hours or {}),
        )
        session.add(row)
        if made.default:
            _make_default(tenant, key)
        found = _found(row, tenant)
        record(
            session, tenant_id, actor, "department.created", target=("department", row.id), after=found.line()
        )
    return found


async def update_department(
    database: Database, tenant_id: UUID, actor: Actor, department_id: UUID, change: DepartmentChange
) -> Found:
    """Change a department; its key stays, for scenarios name it.

    Raises:
        NotFound: absent, or another tenant's (code `department_not_found`).
    """
    async with database.session(tenant_id) as session:
        tenant = await lock_team(session, tenant_id)
        row = await _load(session, tenant_id, department_id)
        before = _found(row, tenant).line()
        if change.name is not None:
            row.name = dict(change.name)
        if change.timezone is not None:
            row.timezone = change.timezone
        if change.hours is not None:
            row.hours = _plain(change.hours)
        if change.default is True:
            _make_default(tenant, row.key)
        elif change.default is False and _is_default(row, tenant):
            _make_default(tenant, None)
        found = _found(row, tenant)
        was, now = changed(before, found.line())
        if now:
            record(
                session,
                tenant_id,
                actor,
                "department.updated",
                target=("department", department_id),
                before=was,
                after=now,
            )
    return found


async def delete_department(
    database: Database, tenant_id: UUID, actor: Actor, department_id: UUID, *, move_to: UUID | None
) -> None:
    """Take a department away; its conversations, invitations and its place as default go to `move_to`.

    Raises:
        NotFound: absent, or another tenant's, this one or `move_to` (code `department_not_found`).
        Conflict: without `move_to`, conversations that are not resolved are in it, or it is the default (code
            `department_in_use`); it is moved to itself (code `move_to_itself`); or a published scenario names it (code
            `in_use`), which `move_to` does not change.
    """
    async with database.session(tenant_id) as session:
        tenant = await lock_team(session, tenant_id)
        row = await _load(session, tenant_id, department_id)
        # Locked against handoffs: a conversation that comes in now waits, and then finds it gone.
        await session.refresh(row, with_for_update=True)
        before = _found(row, tenant)
        if move_to == department_id:
            raise Conflict("A department cannot be moved to itself.", code="move_to_itself", field="move_to")
        heir = await _load(session, tenant_id, move_to, field="move_to") if move_to is not None else None
        await check_unnamed(session, tenant_id, Named.DEPARTMENT, row.key)
        if heir is None:
            await _check_unused(session, tenant_id, before)
        elif before.default:
            _make_default(tenant, heir.key)
        moved = await _move_conversations(session, tenant_id, department_id, move_to)
        await _leave_invitations(session, tenant_id, department_id)
        await session.flush()
        await session.delete(row)
        record(
            session,
            tenant_id,
            actor,
            "department.deleted",
            target=("department", department_id),
            before=before.line(),
            after=None if move_to is None else {"moved_to": str(move_to), "conversations": moved},
        )


async def _load(
    session: AsyncSession, tenant_id: UUID, department_id: UUID, *, field: str | None = None
) -> Department:
    found = await session.get(Department, (tenant_id, department_id))
    if found is None:
        raise NotFound("There is no such department.", code="department_not_found", field=field)
    return found


async def _check_unused(session: AsyncSession, tenant_id: UUID, found: Found) -> None:
    here = await session.exec(
        select(func.count())
        .select_from(Conversation)
        .where(
            Conversation.tenant_id == tenant_id,
            Conversation.department_id == found.row.id,
            Conversation.status != Status.RESOLVED,
        )
    )
    if count := here.one():
        raise Conflict(
            f"{count} conversations that are not resolved are in the department '{found.row.key}'. "
            "Say with move_to where they go.",
            code="department_in_use",
        )
    if found.default:
        raise Conflict(
            f"The department '{found.row.key}' is the default. Make another one the default, or say move_to.",
            code="department_in_use",
        )


async def _move_conversations(
    session: AsyncSession, tenant_id: UUID, department_id: UUID, heir: UUID | None
) -> int:
    """Where a conversation belongs; who holds it and what its workflow decides stay as they are."""
    here = (col(Conversation.tenant_id) == tenant_id, col(Conversation.department_id) == department_id)
    lines = select(Conversation.tenant_id, literal("conversation"), Conversation.id).where(*here)
    await session.exec(
        insert(Change).from_select(
            ["tenant_id", "kind", "conversation_id"], lines.where(Conversation.status != Status.RESOLVED)
        )
    )
    moved = await session.exec(update(Conversation).where(*here).values(department_id=heir))
    return moved.rowcount


async def _leave_invitations(session: AsyncSession, tenant_id: UUID, department_id: UUID) -> None:
    await session.exec(
        update(Invitation)
        .where(
            col(Invitation.tenant_id) == tenant_id, col(Invitation.department_ids).contains([department_id])
        )
        .values(department_ids=func.array_remove(Invitation.department_ids, department_id))
    )


def _found(row: Department, tenant: Tenant | None) -> Found:
    return Found(row, tenant is not None and _is_default(row, tenant))


def _is_default(row: Department, tenant: Tenant) -> bool:
    return bool(tenant.settings.get(DEFAULT) == row.key)


def _make_default(tenant: Tenant, key: str | None) -> None:
    others = {name: value for name, value in tenant.settings.items() if name != DEFAULT}
    tenant.settings = others if key is None else {**others, DEFAULT: key}


def _plain(hours: Hours) -> dict[str, list[list[str]]]:
    return {day: [list(span) for span in spans] for day, spans in hours.items()}
