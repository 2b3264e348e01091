"""A person's own sessions in a tenant: to look at, and to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import NotFound
from omnisupport.storage.audit import record
from omnisupport.storage.queries.sessions import IDLE
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Session

MOST = 100
MOST_AGENTS = 200


@dataclass(frozen=True)
class OwnSession:
    """A live session; `id` is that of its family."""

    id: UUID
    kind: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str | None
    address: str | None
    impersonated: bool


async def list_sessions(database: Database, tenant_id: UUID, user_id: UUID) -> list[OwnSession]:
    """The live ones, seen last first; 100 at most."""
    seen = func.max(Session.last_seen_at)
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(
                Session.family,
                func.min(Session.kind),
                func.min(Session.created_at),
                seen,
                func.max(Session.expires_at),
                func.max(Session.user_agent),
                func.max(Session.address),
                func.bool_or(col(Session.impersonator_id).is_not(None)),
            )  # type: ignore[call-overload]
            .where(*_live(tenant_id, user_id))
            .group_by(Session.family)
            .order_by(seen.desc(), Session.family)
            .limit(MOST)
        )
        return [OwnSession(*row) for row in rows.all()]


async def access_end(session: AsyncSession, tenant_id: UUID, family: UUID) -> datetime | None:
    """When a session ends if nobody ends it before; None when there is no such session."""
    query = select(func.max(Session.expires_at)).where(
        Session.tenant_id == tenant_id, Session.family == family
    )
    return (await session.exec(query)).one()


async def user_agents(database: Database, tenant_id: UUID, user_id: UUID) -> dict[str, int]:
    """What a person's sessions in a tenant said of themselves, ended ones too, and how many each; 200 at most."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(func.coalesce(Session.user_agent, ""), func.count())
            .where(Session.tenant_id == tenant_id, Session.user_id == user_id)
            .group_by(Session.user_agent)
            .order_by(func.max(Session.created_at).desc())
            .limit(MOST_AGENTS)
        )
        return {str(agent): int(count) for agent, count in rows.all()}


async def end_session(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, session_id: UUID
) -> None:
    """End one of one's own sessions.

    Raises:
        NotFound: there is none alive with this id, or it is somebody else's.
    """
    ended = await _end(database, tenant_id, actor, user_id, col(Session.family) == session_id)
    if not ended:
        raise NotFound("There is no such session.")


async def end_other_sessions(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, current: UUID
) -> int:
    """End all of one's own sessions but the current; returns how many."""
    return len(await _end(database, tenant_id, actor, user_id, col(Session.family) != current))


async def _end(
    database: Database, tenant_id: UUID, actor: Actor, user_id: UUID, which: ColumnElement[bool]
) -> Sequence[UUID]:
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            update(Session)
            .where(*_live(tenant_id, user_id), which)
            .values(revoked_at=datetime.now(UTC))
            .returning(col(Session.family))
        )
        families = sorted({row[0] for row in rows.all()})
        for family in families:
            record(session, tenant_id, actor, "session.ended", target=("session", family))
    return families


def _live(tenant_id: UUID, user_id: UUID) -> list[ColumnElement[bool]]:
    now = datetime.now(UTC)
    return [
        col(Session.tenant_id) == tenant_id,
        col(Session.user_id) == user_id,
        col(Session.revoked_at).is_(None),
        col(Session.expires_at) > now,
        or_(col(Session.kind) != "cookie", col(Session.last_seen_at) > now - IDLE),
    ]
