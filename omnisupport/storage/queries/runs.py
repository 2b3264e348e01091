"""Runs without a conversation: begun once, read once a worker, written turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.runs import ADVERTISING, Asked, Loaded, Written
from omnisupport.storage.session import Database
from omnisupport.storage.tables import (
    Conversation,
    Customer,
    Effect,
    Identity,
    Scenario,
    ScenarioRun,
    ScenarioRunTurn,
    ScenarioVersion,
    Tenant,
)

# Where a customer is talked to: the newest conversation of his, else the identity that was seen last.
PLACE = sa.text(
    """
    select c.id from conversation c where c.tenant_id = :tenant and c.customer_id = :customer
      order by (c.status <> 'resolved') desc, c.updated_at desc limit 1
    """
)
BUSY = sa.text(
    """
    select count(*) filter (where r.ended_at > now() - make_interval(secs => :cooldown)) as recent, count(*) as all_runs
    from scenario_run r join scenario s on s.tenant_id = r.tenant_id and s.id = r.scenario_id
    where r.tenant_id = :tenant and s.key = :scenario
      and case when :per = 'conversation' then r.conversation_id = :conversation else r.customer_id = :customer end
    """
)


class Runs:
    """Runs of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, tenant_id: UUID, asked: Asked) -> tuple[UUID, bool] | None:
        """Write the run down, once by its key: its id, and whether it is new; None: nothing of this name is live."""
        run_id = uuid5(tenant_id, asked.key)
        async with self._database.session(tenant_id) as session:
            found = await _version(session, tenant_id, asked.scenario, asked.version)
            if found is None:
                return None
            scenario_id, version, ir_hash, engine = found
            row = insert(ScenarioRun).values(
                tenant_id=tenant_id,
                id=run_id,
                scenario_id=scenario_id,
                version=version,
                ir_hash=ir_hash,
                engine=engine,
                mode=asked.mode,
                status="waiting",
                inputs={"inputs": asked.inputs, "trigger": asked.trigger, "event": asked.event},
                conversation_id=UUID(asked.conversation_id) if asked.conversation_id else None,
                customer_id=UUID(asked.customer_id) if asked.customer_id else None,
                parent=asked.parent,
                started_by=UUID(asked.started_by) if asked.started_by else None,
            )
            new = await session.exec(row.on_conflict_do_nothing().returning(col(ScenarioRun.id)))
            return run_id, new.first() is not None

    async def kind_of(self, tenant_id: UUID, scenario: str) -> str | None:
        """The kind of a live scenario, or None."""
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(ScenarioVersion.ir)
                .join(
                    Scenario,
                    (col(Scenario.tenant_id) == col(ScenarioVersion.tenant_id))
                    & (col(Scenario.id) == col(ScenarioVersion.scenario_id))
                    & (col(Scenario.live_version) == col(ScenarioVersion.version)),
                )
                .where(Scenario.tenant_id == tenant_id, Scenario.key == scenario)
            )
            ir = found.first()
            return str(ir["kind"]) if ir is not None else None

    async def has_opted_out(
        self, tenant_id: UUID, *, customer_id: UUID | None, conversation_id: UUID | None
    ) -> bool:
        """Whether the customer, or that of the conversation, has denied what he has not asked for."""
        async with self._database.session(tenant_id) as session:
            if customer_id is None and conversation_id is not None:
                place = await session.get(Conversation, (tenant_id, conversation_id))
                customer_id = place.customer_id if place is not None else None
            who = await session.get(Customer, (tenant_id, customer_id)) if customer_id is not None else None
            if who is None:
                return False
            return bool((who.consents.get(ADVERTISING) or {}).get("status") == "denied")

    async def whose(self, tenant_id: UUID, thing_id: UUID, *, is_run: bool) -> tuple[str | None, str | None]:
        """Customer and conversation of a run, or of a conversation."""
        async with self._database.session(tenant_id) as session:
            if is_run:
                run = await session.get_one(ScenarioRun, (tenant_id, thing_id))
                conversation_id = str(run.conversation_id) if run.conversation_id else None
                return str(run.customer_id) if run.customer_id else None, conversation_id
            conversation = await session.get_one(Conversation, (tenant_id, thing_id))
            return str(conversation.customer_id), str(thing_id)

    async def conversation_of(self, tenant_id: UUID, customer_id: UUID) -> UUID | None:
        """Where the customer is talked to: his open conversation, else his newest, else a new one; None: nowhere."""
        values = {"tenant": tenant_id, "customer": customer_id}
        async with self._database.session(tenant_id) as session:
            found = (await session.exec(PLACE, params=values)).first()  # type: ignore[call-overload]
            if found is not None:
                return UUID(str(found[0]))
            identity = (
                await session.exec(
                    select(Identity)
                    .where(Identity.tenant_id == tenant_id, Identity.customer_id == customer_id)
                    .order_by(col(Identity.last_seen_at).desc())
                    .limit(1)
                )
            ).first()
            if identity is None:
                return None
            conversation_id = uuid5(identity.id, "outbound")
            made = insert(Conversation).values(
                tenant_id=tenant_id,
                id=conversation_id,
                channel_id=identity.channel_id,
                identity_id=identity.id,
                customer_id=customer_id,
            )
            await session.exec(made.on_conflict_do_nothing())
            return conversation_id

    async def load(self, tenant_id: UUID, run_id: UUID) -> Loaded | None:
        """Where a run stands; None for one that is over or gone."""
        async with self._database.session(tenant_id) as session:
            run = await session.get(ScenarioRun, (tenant_id, run_id))
            if run is None or run.ended_at is not None:
                return None
            version = ScenarioVersion
            compiled = await session.exec(
                select(sa.cast(col(version.ir), sa.Text)).where(
                    version.tenant_id == tenant_id,
                    version.scenario_id == run.scenario_id,
                    version.version == run.version,
                )
            )
            scenario = await session.get_one(Scenario, (tenant_id, run.scenario_id))
            tenant = await session.get_one(Tenant, tenant_id)
            owes = await session.exec(
                select(Effect.id)
                .where(Effect.tenant_id == tenant_id, Effect.run_id == run_id, Effect.status == "pending")
                .limit(1)
            )
            return Loaded(
                turn=run.turn,
                state=run.state,
                ir_hash=run.ir_hash,
                ir=compiled.one(),
                inputs=run.inputs.get("inputs") or {},
                trigger=run.inputs.get("trigger"),
                event=run.inputs.get("event") or {},
                scenario_key=scenario.key,
                tenant={
                    "name": tenant.name,
                    "slug": tenant.slug,
                    "locale": tenant.locale,
                    "timezone": tenant.timezone,
                },
                customer=await customer_of(session, tenant_id, run.customer_id),
                conversation=await conversation_of(session, tenant_id, run.conversation_id),
                parent=run.parent,
                owes=owes.first() is not None,
            )

    async def commit(self, tenant_id: UUID, run_id: UUID, body: Mapping[str, Any]) -> Written:
        """Write a turn that follows on `body["turn"]`, with its effects; an older or repeated one changes nothing."""
        async with self._database.session(tenant_id) as session:
            run = await session.get(ScenarioRun, (tenant_id, run_id), with_for_update=True)
            if run is None:
                return Written(False, 0, gone=True)
            if run.turn != body["turn"] or run.ended_at is not None:
                return Written(False, run.turn, gone=run.ended_at is not None)
            now = datetime.now(UTC)
            run.turn += 1
            run.state, run.updated_at = body["state"], now
            run.status = "running"
            ended = (body["state"] or {}).get("ended")
            if ended is not None:
                run.outcome, run.ended_at, run.state = ended["outcome"], now, None
                run.status = "failed" if ended["outcome"] == "failed" else "ended"
            session.add(run)
            turn = {name: body.get(name) or [] for name in ("commands", "results", "trace")}
            session.add(
                ScenarioRunTurn(
                    tenant_id=tenant_id,
                    run_id=run_id,
                    turn=run.turn,
                    state=body["state"],
                    created_at=now,
                    **turn,
                )
            )
            for place, effect in enumerate(body.get("effects") or (), 1):
                session.add(
                    Effect(
                        tenant_id=tenant_id,
                        id=f"{run_id}:{run.turn}:{place:03}",
                        run_id=run_id,
                        conversation_id=run.conversation_id,
                        customer_id=run.customer_id,
                        kind=effect["kind"],
                        body=effect["body"],
                    )
                )
            return Written(True, run.turn)

    async def counts(
        self,
        tenant_id: UUID,
        scenario: str,
        *,
        per: str,
        conversation_id: UUID | None,
        customer_id: UUID | None,
        cooldown_s: int,
    ) -> tuple[int, int]:
        """How many runs of a scenario a customer (or conversation) has had: within the cooldown, and in all."""
        values = {
            "tenant": tenant_id,
            "scenario": scenario,
            "per": per,
            "conversation": conversation_id,
            "customer": customer_id,
            "cooldown": cooldown_s,
        }
        async with self._database.session(tenant_id) as session:
            row = (await session.exec(BUSY, params=values)).one()  # type: ignore[call-overload]
            return int(row.recent), int(row.all_runs)


async def _version(
    session: AsyncSession, tenant_id: UUID, scenario: str, version: int | None
) -> tuple[UUID, int, str, int] | None:
    wanted = col(Scenario.live_version) if version is None else sa.literal(version)
    found = await session.exec(
        select(
            ScenarioVersion.scenario_id,
            ScenarioVersion.version,
            ScenarioVersion.ir_hash,
            ScenarioVersion.engine,
        )
        .join(
            Scenario,
            (col(Scenario.tenant_id) == col(ScenarioVersion.tenant_id))
            & (col(Scenario.id) == col(ScenarioVersion.scenario_id))
            & (col(ScenarioVersion.version) == wanted),
        )
        .where(Scenario.tenant_id == tenant_id, Scenario.key == scenario, col(Scenario.archived_at).is_(None))
    )
    row = found.first()
    return (row[0], row[1], row[2], row[3]) if row is not None else None


async def customer_of(session: AsyncSession, tenant_id: UUID, customer_id: UUID | None) -> dict[str, Any]:
    """A customer as scenarios read him; nothing for nobody."""
    found = await session.get(Customer, (tenant_id, customer_id)) if customer_id else None
    if found is None:
        return {}
    return {
        "id": str(found.id),
        "name": found.name,
        "email": found.email,
        "phone": found.phone,
        "locale": found.locale,
        "verified": found.verified,
        "fields": found.fields,
        "consents": {purpose: given["status"] for purpose, given in found.consents.items()},
    }


async def conversation_of(
    session: AsyncSession, tenant_id: UUID, conversation_id: UUID | None
) -> dict[str, Any]:
    """A conversation as scenarios read it; nothing for none."""
    found = await session.get(Conversation, (tenant_id, conversation_id)) if conversation_id else None
    if found is None:
        return {}
    assignee = {"id": str(found.assignee_id), "name": found.assignee_name} if found.assignee_id else None
    return {"id": str(found.id), "status": found.status, "tags": found.tags, "assignee": assignee}
