"""Bundles for a person: asked for, looked at, opened and removed; each of these is a line of the audit log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.bundle import BundleKind, BundleStatus
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.customers import load_customer
from omnisupport.storage.audit import record
from omnisupport.storage.files import FileStore, new_key
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Bundle

Start = Callable[[UUID], Awaitable[None]]
"""Hands the work over; what it raises takes the bundle back."""


@dataclass(frozen=True)
class BundleReach:
    """Which bundles a person reaches: `all_of_them`, else of his own those of customers, if he may take them out."""

    user_id: UUID
    all_of_them: bool
    own: bool


async def create_bundle(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    *,
    customer_id: UUID | None,
    start: Start,
) -> Bundle:
    """Ask for the bundle of a customer in reach, or of the whole tenant (`customer_id` None).

    Raises:
        NotFound: no such customer in reach.
        Conflict: the same is being made (code `export_running`).
    """
    kind = BundleKind.TENANT if customer_id is None else BundleKind.CUSTOMER
    try:
        async with database.session(tenant_id) as session:
            if customer_id is not None:
                await load_customer(session, tenant_id, reach, customer_id)
            made = Bundle(
                tenant_id=tenant_id,
                id=uuid4(),
                kind=kind,
                customer_id=customer_id,
                storage_key=new_key(tenant_id),
                requested_by=reach.user_id,
                requested_name=actor.name,
            )
            session.add(made)
            record(
                session, tenant_id, actor, "export.requested", target=("export", made.id), after=_told(made)
            )
            await session.flush()
            await session.refresh(made)
            await start(made.id)
    except IntegrityError as twice:
        raise Conflict(
            "This export is being made already: wait until it is ready, or delete it.", code="export_running"
        ) from twice
    return made


async def list_bundles(
    database: Database,
    tenant_id: UUID,
    reach: BundleReach,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Bundle]:
    """Those in reach, the newest first; `before` is the place of an item."""
    query = select(Bundle).where(Bundle.tenant_id == tenant_id, *_in_reach(reach))
    if before is not None:
        query = query.where(sa.tuple_(col(Bundle.requested_at), col(Bundle.id)) < sa.tuple_(*before))
    async with database.session(tenant_id) as session:
        found = await session.exec(
            query.order_by(col(Bundle.requested_at).desc(), col(Bundle.id).desc()).limit(limit)
        )
        return found.all()


async def access_bundle(database: Database, tenant_id: UUID, reach: BundleReach, bundle_id: UUID) -> Bundle:
    """One in reach.

    Raises:
        NotFound: absent, out of reach, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, reach, bundle_id)


async def open_bundle(
    database: Database, tenant_id: UUID, actor: Actor, reach: BundleReach, bundle_id: UUID
) -> Bundle:
    """One that is ready, to be given out.

    Raises:
        NotFound: as above.
        Conflict: it is not ready, or not there any more (code `export_not_ready`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, reach, bundle_id)
        if found.status != BundleStatus.READY:
            raise Conflict(f"This export is {found.status}, so it has no file.", code="export_not_ready")
        record(session, tenant_id, actor, "export.opened", target=("export", found.id), after=_told(found))
    return found


async def find_bundle(database: Database, tenant_id: UUID, bundle_id: UUID) -> Bundle:
    """One that a signed link names.

    Raises:
        NotFound: it is gone.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(Bundle, (tenant_id, bundle_id))
    if found is None or found.status != BundleStatus.READY:
        raise NotFound("There is no such file.")
    return found


async def delete_bundle(
    database: Database,
    store: FileStore,
    tenant_id: UUID,
    actor: Actor,
    reach: BundleReach,
    bundle_id: UUID,
) -> None:
    """Remove one, also while it is made: its links end at once.

    Raises:
        NotFound: as above.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, reach, bundle_id, lock=True)
        record(session, tenant_id, actor, "export.deleted", target=("export", found.id), before=_told(found))
        await session.delete(found)
    await store.delete(found.storage_key)


async def _load(
    session: AsyncSession, tenant_id: UUID, reach: BundleReach, bundle_id: UUID, *, lock: bool = False
) -> Bundle:
    query = select(Bundle).where(Bundle.tenant_id == tenant_id, Bundle.id == bundle_id, *_in_reach(reach))
    found = (await session.exec(query.with_for_update() if lock else query)).first()
    if found is None:
        raise NotFound("There is no such export.")
    return found


def _in_reach(reach: BundleReach) -> list[Any]:
    if reach.all_of_them:
        return []
    if not reach.own:
        return [sa.false()]
    return [col(Bundle.requested_by) == reach.user_id, col(Bundle.kind) == BundleKind.CUSTOMER]


def _told(bundle: Bundle) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": str(bundle.kind)}
    return told | ({"customer_id": str(bundle.customer_id)} if bundle.customer_id else {})
