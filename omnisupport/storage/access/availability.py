"""Availability for a person: his own state, others', and the states of the tenant's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.availability import AvailabilityKind, kind_of
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.members import load_member, own_row
from omnisupport.storage.access.team import lock_team
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Availability, Member

MOST = 50
"""States of a tenant's own."""


@dataclass(frozen=True)
class MemberState:
    """How a member stands; `since` is None for one who has never said it."""

    user_id: UUID
    state: str
    kind: AvailabilityKind
    since: datetime | None


async def list_states(database: Database, tenant_id: UUID) -> Sequence[Availability]:
    """The states of a tenant's own, by key; at most `MOST`."""
    async with database.session(tenant_id) as session:
        return await _states(session, tenant_id)


async def kinds(database: Database, tenant_id: UUID) -> dict[str, str]:
    """The states of a tenant's own, key to kind."""
    return {each.key: each.kind for each in await list_states(database, tenant_id)}


async def access_availability(database: Database, tenant_id: UUID, user_id: UUID) -> MemberState:
    """How a member stands.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await load_member(session, tenant_id, user_id)
        own = {each.key: each.kind for each in await _states(session, tenant_id)}
        return MemberState(
            user_id, found.availability, kind_of(found.availability, own), found.availability_since
        )


async def set_availability(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, state: str
) -> MemberState:
    """Put a member into a state; the one he is in already goes on since when it began.

    Raises:
        NotFound: the member (code `member_not_found`) or the state (code `availability_not_found`).
    """
    async with database.session(tenant_id) as session:
        await load_member(session, tenant_id, user_id)
        own = {each.key: each.kind for each in await _states(session, tenant_id)}
        if state not in own and state not in set(AvailabilityKind):
            raise NotFound(f"There is no state '{state}'.", code="availability_not_found", field="state")
        row = await own_row(session, tenant_id, user_id)
        if row.availability != state:
            record(
                session,
                tenant_id,
                actor,
                "availability.set",
                target=("member", user_id),
                before={"state": row.availability},
                after={"state": state},
            )
            row.availability = state
            row.availability_since = datetime.now(UTC)
        return MemberState(user_id, state, kind_of(state, own), row.availability_since)


async def create_state(
    database: Database, tenant_id: UUID, actor: Actor, *, key: str, name: str, kind: AvailabilityKind
) -> Availability:
    """A new state of the tenant's own.

    Raises:
        Conflict: codes `availability_exists`, `too_many_states`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        existing = await _states(session, tenant_id)
        if key in {*AvailabilityKind, *(each.key for each in existing)}:
            raise Conflict(f"There is a state '{key}' already.", code="availability_exists", field="name")
        if len(existing) >= MOST:
            raise Conflict(f"A workspace has at most {MOST} states of its own.", code="too_many_states")
        made = Availability(tenant_id=tenant_id, key=key, name=name, kind=kind)
        session.add(made)
        record(
            session,
            tenant_id,
            actor,
            "availability_state.created",
            target=("availability_state", key),
            after={"name": name, "kind": kind.value},
        )
    return made


async def update_state(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    key: str,
    *,
    name: str | None,
    kind: AvailabilityKind | None,
) -> Availability:
    """Change a state for everybody who is in it; None leaves a part.

    Raises:
        NotFound: code `availability_not_found`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        found = await _load(session, tenant_id, key)
        before = {"name": found.name, "kind": found.kind}
        found.name = name or found.name
        found.kind = kind.value if kind else found.kind
        was, now = changed(before, {"name": found.name, "kind": found.kind})
        if now:
            record(
                session,
                tenant_id,
                actor,
                "availability_state.updated",
                target=("availability_state", key),
                before=was,
                after=now,
            )
    return found


async def delete_state(database: Database, tenant_id: UUID, actor: Actor, key: str) -> None:
    """Take a state away; who is in it is then in the plain state of its kind.

    Raises:
        NotFound: code `availability_not_found`.
    """
    async with database.session(tenant_id) as session:
        await lock_team(session, tenant_id)
        found = await _load(session, tenant_id, key)
        await session.exec(
            update(Member)
            .where(col(Member.tenant_id) == tenant_id, col(Member.availability) == key)
            .values(availability=found.kind)
        )
        await session.delete(found)
        record(
            session,
            tenant_id,
            actor,
            "availability_state.deleted",
            target=("availability_state", key),
            before={"name": found.name, "kind": found.kind},
        )


async def _states(session: AsyncSession, tenant_id: UUID) -> Sequence[Availability]:
    rows = await session.exec(
        select(Availability).where(Availability.tenant_id == tenant_id).order_by(Availability.key).limit(MOST)
    )
    return rows.all()


async def _load(session: AsyncSession, tenant_id: UUID, key: str) -> Availability:
    found = await session.get(Availability, (tenant_id, key))
    if found is None:
        raise NotFound(f"There is no state '{key}' of your own.", code="availability_not_found")
    return found
