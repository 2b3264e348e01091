"""Operators who can take a conversation now, and which of them should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from omnisupport.storage.presence import Presence
from omnisupport.storage.session import Database

# Who is online by his own word, in the department and with the skills that are asked for, and has room for one more.
# `held` is for least_busy, `given_at` for round_robin, `had_at` for last_operator.
CAN_TAKE = sa.text(
    """
    with wanted as (select c.* from conversation c where c.tenant_id = :tenant and c.id = :conversation)
    select u.id, u.name, (
        select count(*) from conversation o
          where o.tenant_id = :tenant and o.assignee_id = u.id and o.status in ('open', 'pending')) held,
      (select max(o.updated_at) from conversation o where o.tenant_id = :tenant and o.assignee_id = u.id) given_at,
      (select max(o.updated_at) from conversation o join wanted w on w.customer_id = o.customer_id
        where o.tenant_id = :tenant and o.assignee_id = u.id and o.id <> w.id) had_at
    from user_tenant ut
      join "user" u on u.id = ut.user_id
      left join member m on m.tenant_id = ut.tenant_id and m.user_id = ut.user_id
      left join availability a on a.tenant_id = ut.tenant_id and a.key = m.availability
    where ut.tenant_id = :tenant and m.disabled_at is null
      and coalesce(a.kind, m.availability, 'online') = 'online'
      and (cast(:present as uuid[]) is null or u.id = any(cast(:present as uuid[])))
      and (:operator = '' or u.email = :operator or u.id::text = :operator)
      and (:department = '' or exists (
        select from member_department md join department d on d.tenant_id = md.tenant_id and d.id = md.department_id
          where md.tenant_id = ut.tenant_id and md.user_id = u.id and d.key = :department))
      and not exists (
        select from unnest(cast(:skills as text[])) s(key) where not exists (
          select from member_skill ms join skill k on k.tenant_id = ms.tenant_id and k.id = ms.skill_id
            where ms.tenant_id = ut.tenant_id and ms.user_id = u.id and k.key = s.key))
      and not exists (select from wanted w, load_of(:tenant, u.id, w) l where l.held >= l.most)
    order by u.id
    """
)
WAITING = sa.text(
    """
    select count(*) from conversation c left join department d on d.tenant_id = c.tenant_id and d.id = c.department_id
    where c.tenant_id = :tenant and c.status = 'open' and c.controller = 'operator' and c.assignee_id is null
      and c.id <> :conversation and (:department = '' or d.key = :department)
    """
)
# Of those who wait in the department, how many have waited longer. The conversation that is just being handed over is
# not written as waiting yet: all who wait have waited longer. Later it is where it is, whoever has moved it there.
POSITION = sa.text(
    """
    with own as (
      select c.id, c.status = 'open' and c.controller = 'operator' and c.assignee_id is null as waits,
        case when :again then c.waiting_since end as since,
        case when :again then c.department_id else coalesce(
          (select d.id from department d where d.tenant_id = :tenant and d.key = :department),
          c.department_id, default_department(:tenant, c.channel_id)) end as department_id
      from conversation c where c.tenant_id = :tenant and c.id = :conversation)
    select own.waits, (
      select count(*) from conversation o
        where o.tenant_id = :tenant and o.status = 'open' and o.controller = 'operator' and o.assignee_id is null
          and o.id <> own.id and o.department_id is not distinct from own.department_id
          and (own.since is null or (o.waiting_since, o.id) < (own.since, own.id))) before
    from own
    """
)


@dataclass(frozen=True)
class Operator:
    """Somebody who can take one more."""

    id: UUID
    name: str


class Operators:
    """Operators of a tenant, as scenarios ask for them."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def can_take(
        self, tenant_id: UUID, conversation_id: UUID, target: dict[str, Any], *, now: bool = True
    ) -> list[Operator]:
        """Who can take the conversation, best first by the target's strategy; `now`: with an open console."""
        present = await self._presence.online(tenant_id) if now else None
        values = {
            "tenant": tenant_id,
            "conversation": conversation_id,
            "present": sorted(present) if present is not None else None,
            "operator": str(target.get("operator") or ""),
            "department": str(target.get("department") or ""),
            "skills": [str(skill) for skill in target.get("skills") or []],
        }
        async with self._database.session(tenant_id) as session:
            rows = (await session.exec(CAN_TAKE, params=values)).all()  # type: ignore[call-overload]
        ordered = sorted(rows, key=_ORDERS.get(str(target.get("strategy")), _by_load))
        return [Operator(row.id, row.name or "") for row in ordered]

    async def waiting(self, tenant_id: UUID, conversation_id: UUID, department: str | None) -> int:
        """How many other conversations wait for somebody to take them."""
        values = {"tenant": tenant_id, "conversation": conversation_id, "department": department or ""}
        async with self._database.session(tenant_id) as session:
            return int((await session.exec(WAITING, params=values)).scalar_one())  # type: ignore[call-overload]

    async def position(
        self, tenant_id: UUID, conversation_id: UUID, department: str | None, *, again: bool
    ) -> int | None:
        """The place in the queue of a department, from 1; None: nobody has to take it any more.

        Not `again`: it is being handed over to that department now.
        """
        values = {
            "tenant": tenant_id,
            "conversation": conversation_id,
            "department": department or "",
            "again": again,
        }
        async with self._database.session(tenant_id) as session:
            row = (await session.exec(POSITION, params=values)).one_or_none()  # type: ignore[call-overload]
        return None if row is None or (again and not row.waits) else row.before + 1


def _by_load(row: Any) -> tuple[Any, ...]:
    return (row.held, row.given_at is not None, row.given_at, row.id)


def _in_turn(row: Any) -> tuple[Any, ...]:
    return (row.given_at is not None, row.given_at, row.id)


def _last_first(row: Any) -> tuple[Any, ...]:
    had_ago = -row.had_at.timestamp() if row.had_at is not None else 0.0
    return (had_ago, *_by_load(row))


_ORDERS = {"least_busy": _by_load, "round_robin": _in_turn, "last_operator": _last_first}
