"""Legal holds for a person: whoever is held is neither erased nor touched by retention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.domain.erasure import OPEN, ErasureStatus
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.storage.access.customers import in_reach, load_customer
from omnisupport.storage.audit import record
from omnisupport.storage.erasing import family_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer, Erasure, LegalHold

MOST_HOLDS = 20
"""Of one customer at a time."""


async def create_hold(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    reason: str,
    until: datetime | None,
) -> LegalHold:
    """Hold a customer in reach, and with him whoever was or will be merged into him. A waiting erasure goes on waiting.

    Raises:
        NotFound: absent, another tenant's, out of reach, or merged (code `customer_merged`).
        Invalid: `until` has passed (code `until_passed`).
        Conflict: he is being erased (code `erasure_running`), or has 20 holds (code `holds_full`).
    """
    if until is not None and until <= datetime.now(UTC):
        raise Invalid(
            "The hold would be over already. Name a later moment.", code="until_passed", field="until"
        )
    async with database.session(tenant_id) as session:
        await load_customer(session, tenant_id, reach, customer_id, lock=True)
        family = await family_of(session, tenant_id, customer_id)
        running = await session.exec(
            select(Erasure.id)
            .where(
                Erasure.tenant_id == tenant_id,
                col(Erasure.customer_id).in_(family),
                Erasure.status == ErasureStatus.RUNNING,
            )
            .limit(1)
        )
        if running.first() is not None:
            raise Conflict(
                "This customer is being erased, and part of him has gone. He cannot be held any more.",
                code="erasure_running",
            )
        held = await session.exec(
            select(sa.func.count())
            .select_from(LegalHold)
            .where(LegalHold.tenant_id == tenant_id, LegalHold.customer_id == customer_id, _holds())
        )
        if held.one() >= MOST_HOLDS:
            raise Conflict(
                f"This customer has {MOST_HOLDS} holds. End one that counts no more.", code="holds_full"
            )
        made = LegalHold(
            tenant_id=tenant_id,
            id=uuid4(),
            customer_id=customer_id,
            reason=reason,
            until=until,
            created_by=reach.user_id,
        )
        session.add(made)
        told = {"customer_id": str(customer_id), "until": None if until is None else until.isoformat()}
        record(session, tenant_id, actor, "legal_hold.create", target=("legal_hold", made.id), after=told)
        await session.flush()
        await session.refresh(made)
        return made


async def list_holds(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None,
) -> Sequence[LegalHold]:
    """Holds that keep somebody in reach now, the newest first."""
    wanted = select(LegalHold).where(
        LegalHold.tenant_id == tenant_id, _holds(), *_of_customers(tenant_id, reach)
    )
    if before is not None:
        wanted = wanted.where(sa.tuple_(col(LegalHold.created_at), col(LegalHold.id)) < before)
    newest = col(LegalHold.created_at).desc(), col(LegalHold.id).desc()
    async with database.session(tenant_id) as session:
        return (await session.exec(wanted.order_by(*newest).limit(limit))).all()


async def delete_hold(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, hold_id: UUID
) -> Sequence[UUID]:
    """End a hold; gives the erasures that may have waited for it.

    Raises:
        NotFound: absent, another tenant's, of a customer out of reach, or over by itself.
    """
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(LegalHold)
            .where(
                LegalHold.tenant_id == tenant_id,
                LegalHold.id == hold_id,
                _holds(),
                *_of_customers(tenant_id, reach),
            )
            .with_for_update()
        )
        found = rows.first()
        if found is None:
            raise NotFound("There is no such hold.")
        told = {
            "customer_id": str(found.customer_id),
            "until": None if found.until is None else found.until.isoformat(),
        }
        record(session, tenant_id, actor, "legal_hold.delete", target=("legal_hold", hold_id), before=told)
        family = await family_of(session, tenant_id, found.customer_id)
        await session.delete(found)
        waiting = await session.exec(
            select(Erasure.id).where(
                Erasure.tenant_id == tenant_id,
                col(Erasure.customer_id).in_(family),
                col(Erasure.status).in_(OPEN),
            )
        )
        return list(waiting.all())


def _of_customers(tenant_id: UUID, reach: CustomerReach) -> list[sa.ColumnElement[bool]]:
    if reach.is_all:
        return []
    return [
        col(LegalHold.customer_id).in_(
            select(Customer.id).where(Customer.tenant_id == tenant_id, in_reach(reach))
        )
    ]


def _holds() -> sa.ColumnElement[bool]:
    return sa.or_(col(LegalHold.until).is_(None), col(LegalHold.until) > sa.func.now())
