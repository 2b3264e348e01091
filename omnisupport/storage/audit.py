"""The audit log: written in the transaction of what it tells, so that neither stands without the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.storage.tables import Audit, AuditDetail

MOST_USER_AGENT = 300


def record(
    session: AsyncSession,
    tenant_id: UUID,
    actor: Actor,
    action: str,
    *,
    target: tuple[str, object] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    outcome: str = "done",
    key: str | None = None,
) -> None:
    """Add a line to the transaction of `session`.

    `action` is `noun.verb`; `target` its kind and id; `before` and `after` hold what changed, JSON values only and
    never a secret (`changed` picks them). Those of a customer are set apart by the database (`audit_detail`).
    `key`: of a line that exists once, whoever writes it.
    """
    kind, target_id = target if target is not None else (None, None)
    session.add(
        Audit(
            tenant_id=tenant_id,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            impersonator_id=actor.impersonator_id,
            action=action,
            outcome=outcome,
            target_kind=kind,
            target_id=None if target_id is None else str(target_id),
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            address=actor.address,
            user_agent=(actor.user_agent or "")[:MOST_USER_AGENT] or None,
            key=key,
        )
    )


async def fill_details(session: AsyncSession, tenant_id: UUID, lines: Sequence[Audit]) -> Sequence[Audit]:
    """Give lines about customers what they hold apart, for reading: the lines belong to no session afterwards."""
    about = {line.id: line for line in lines if line.target_kind == "customer"}
    for line in about.values():
        session.expunge(line)
    if about:
        found = await session.exec(
            select(AuditDetail).where(
                AuditDetail.tenant_id == tenant_id, col(AuditDetail.audit_id).in_(about.keys())
            )
        )
        for detail in found:
            line = about[detail.audit_id]
            line.before, line.after = detail.before, detail.after
    return lines


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The part of both that differs."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
