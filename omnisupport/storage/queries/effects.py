"""Effects of scenarios, carried out one by one, each in a transaction that says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.attribute import Subject
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.domain.effects import Effect, EffectKind
from omnisupport.domain.permissions import Scope
from omnisupport.storage import tables
from omnisupport.storage.access.attributes import definitions_of
from omnisupport.storage.access.customer_keys import find_customers
from omnisupport.storage.access.customers import (
    columns_of,
    join_fields,
    parse_values,
    tell_change,
    twins_refused,
    who_remains,
    write_values,
)
from omnisupport.storage.access.merges import merge_customers
from omnisupport.storage.queries.ratings import write_rating
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Change, ConversationFields, Customer, EventRow, Tenant

SOURCE = "scenario"
MEMBERS = sa.text(
    """
    select u.email, u.name, u.locale from user_tenant ut
      join "user" u on u.id = ut.user_id
      left join member m on m.tenant_id = ut.tenant_id and m.user_id = ut.user_id
    where ut.tenant_id = :tenant and m.disabled_at is null and (
      (:role <> '' and ut.role = :role)
      or (:operator <> '' and (lower(u.email) = lower(:operator) or u.id::text = :operator or u.name = :operator))
      or (:department <> '' and exists (
        select from member_department md join department d on d.tenant_id = md.tenant_id and d.id = md.department_id
          where md.tenant_id = ut.tenant_id and md.user_id = ut.user_id and d.key = :department)))
    order by u.email limit 200
    """
)


class Effects:
    """Effects of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(
        self, tenant_id: UUID, *, conversation_id: UUID | None, run_id: UUID | None, limit: int
    ) -> list[Effect]:
        """What waits to be carried out for a conversation or a run, in its order."""
        table = tables.Effect
        whose = table.conversation_id == conversation_id if conversation_id else table.run_id == run_id
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(table)
                .where(table.tenant_id == tenant_id, whose, table.status == "pending")
                .order_by(table.id)
                .limit(limit)
            )
            return [
                Effect(row.id, row.kind, row.body, row.conversation_id, row.run_id, row.customer_id)
                for row in rows.all()
            ]

    async def carry_out(self, tenant_id: UUID, effect: Effect) -> None:
        """Do what is the database's to do, and say that it is done; nothing when that was said already.

        Raises:
            Invalid, NotFound, Conflict: it cannot be done, and never will.
        """
        twin = None
        with twins_refused():
            async with self._database.session(tenant_id) as session:
                if await self._finish(session, tenant_id, effect.id, "done"):
                    await _CARRIED[EffectKind(effect.kind)](session, tenant_id, effect)
                    twin = await _twin(session, tenant_id, effect)
        if twin is not None:
            source, target = twin
            reach = CustomerReach(Scope.ALL, UUID(int=0), frozenset())
            await merge_customers(
                self._database, tenant_id, SYSTEM, reach, source_id=source, target_id=target
            )

    async def finish(self, tenant_id: UUID, effect_id: str, *, refused: str | None = None) -> None:
        """Say that it is done, or why it is not."""
        async with self._database.session(tenant_id) as session:
            await self._finish(session, tenant_id, effect_id, "refused" if refused else "done", refused)

    async def workspace(self, tenant_id: UUID) -> str:
        """The company's name."""
        async with self._database.session(tenant_id) as session:
            return (await session.get_one(Tenant, tenant_id)).name

    async def members(self, tenant_id: UUID, target: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Address, name and language of the members whom a target names; at most 200."""
        wanted = {key: str(target.get(key) or "") for key in ("role", "operator", "department")}
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(MEMBERS, params={"tenant": tenant_id, **wanted})  # type: ignore[call-overload]
            return [(row.email, row.name or "", row.locale or "ru") for row in rows.all()]

    async def _finish(
        self, session: AsyncSession, tenant_id: UUID, effect_id: str, status: str, reason: str | None = None
    ) -> bool:
        table = tables.Effect
        done = await session.exec(
            sa.update(table)
            .where(
                col(table.tenant_id) == tenant_id,
                col(table.id) == effect_id,
                col(table.status) == "pending",
            )
            .values(status=status, reason=reason, finished_at=datetime.now(UTC))
            .returning(col(table.id))
        )
        return done.first() is not None


async def _customer(session: AsyncSession, tenant_id: UUID, effect: Effect) -> None:
    if effect.customer_id is None:
        return
    customer_id = await who_remains(session, tenant_id, effect.customer_id)
    found = await session.get_one(Customer, (tenant_id, customer_id), with_for_update=True)
    values = {name: value for name, value in effect.body.items() if name != "merge_by"}
    granted = values.pop("consents", None) or {}
    if granted:
        statuses = {purpose: "granted" if given else "denied" for purpose, given in granted.items()}
        values["consents"] = {name: {"status": status, "source": SOURCE} for name, status in statuses.items()}
    before = columns_of(found)
    definitions = await definitions_of(session, tenant_id, Subject.CUSTOMER)
    write_values(found, parse_values(values), definitions)
    session.add(found)
    await session.flush()
    await session.refresh(found)
    tell_change(session, SYSTEM, found, before)


async def _twin(session: AsyncSession, tenant_id: UUID, effect: Effect) -> tuple[UUID, UUID] | None:
    """The customer and who he is already, where the scenario asks for it and what he says of himself is proved.

    What a visitor only says of himself must give him nothing of another: he is left as he is.
    """
    name = effect.body.get("merge_by") if effect.kind == EffectKind.CUSTOMER else None
    if name not in ("email", "phone") or effect.customer_id is None:
        return None
    own = await session.get_one(
        Customer, (tenant_id, await who_remains(session, tenant_id, effect.customer_id))
    )
    value = getattr(own, name)
    if not own.verified or value is None:
        return None
    found = await find_customers(session, tenant_id, {(name, value)})
    others = [each.id for each in found.get((name, value), []) if each.id != own.id]
    return (own.id, others[0]) if len(others) == 1 else None


async def _conversation(session: AsyncSession, tenant_id: UUID, effect: Effect) -> None:
    here = {"tenant_id": tenant_id, "conversation_id": effect.conversation_id}
    await session.exec(insert(ConversationFields).values(**here).on_conflict_do_nothing())
    row = await session.get_one(ConversationFields, (tenant_id, effect.conversation_id), with_for_update=True)
    attributes: dict[str, Any] = effect.body.get("attributes") or {}
    if attributes:
        definitions = await definitions_of(session, tenant_id, Subject.CONVERSATION)
        row.fields = join_fields(row.fields, attributes, definitions, is_new=False)
    for name in ("subject", "priority"):
        if name in effect.body:
            setattr(row, name, effect.body[name])
    row.updated_at = datetime.now(UTC)
    session.add(row)
    await session.exec(insert(Change).values(**here, kind="conversation"))


async def _rating(session: AsyncSession, tenant_id: UUID, effect: Effect) -> None:
    body = effect.body
    given = {"scale": body["scale"], "score": body["score"]}
    if body.get("comment") is not None:
        given["comment"] = body["comment"]
    assert effect.conversation_id is not None and effect.customer_id is not None
    await write_rating(
        session,
        tenant_id,
        effect.conversation_id,
        effect.customer_id,
        scenario_key=body["scenario_key"],
        run=body["run"],
        node=body["node"],
        given=given,
        source=SOURCE,
    )


async def _event(session: AsyncSession, tenant_id: UUID, effect: Effect) -> None:
    values = {
        "tenant_id": tenant_id,
        "id": f"effect:{effect.id}",
        "name": effect.body["name"],
        "customer_id": effect.customer_id,
        "data": effect.body.get("data") or {},
        "source": SOURCE,
    }
    await session.exec(insert(EventRow).values(**values).on_conflict_do_nothing())


_CARRIED = {
    EffectKind.CUSTOMER: _customer,
    EffectKind.CONVERSATION: _conversation,
    EffectKind.RATING: _rating,
    EffectKind.EVENT: _event,
}
