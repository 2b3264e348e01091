"""A new master key takes over: data keys are wrapped anew and get successors, secrets at rest are sealed anew.

`OMNI_MASTER_KEY` names the new key first and the old ones after it while this runs. It may be interrupted and repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.net.sealing import MasterKey, Place, Sealer
from omnisupport.storage.access.security import PURPOSE as IDENTITY_KEYS
from omnisupport.storage.access.security import place_of_key
from omnisupport.storage.queries.accounts import SEEDS, place_of_seed
from omnisupport.storage.queries.channels import PURPOSE as CHANNELS
from omnisupport.storage.queries.channels import place_of_channel
from omnisupport.storage.queries.connections import PURPOSE as CONNECTIONS
from omnisupport.storage.queries.connections import place_of_connection, place_of_signing
from omnisupport.storage.queries.webhooks import PURPOSE as WEBHOOKS
from omnisupport.storage.queries.webhooks import place_of as place_of_webhook
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Connection, IdentityKey, TenantKey, TenantSlug, User, Webhook

SEEN_AT_ONCE = 500


@dataclass(frozen=True)
class Sealed:
    """A column of a tenant's table that holds secrets sealed by a key made of the master key for a purpose."""

    table: type[SQLModel]
    column: str
    purpose: str
    place: Callable[[Any], Place]


SEALED: Sequence[Sealed] = (
    Sealed(Connection, "secret", CONNECTIONS, place_of_connection),
    Sealed(Connection, "signing", CONNECTIONS, place_of_signing),
    Sealed(Webhook, "secrets", WEBHOOKS, place_of_webhook),
    Sealed(Channel, "secret", CHANNELS, place_of_channel),
    Sealed(IdentityKey, "secret", IDENTITY_KEYS, lambda key: place_of_key(key.tenant_id, key.id)),
)
"""Every secret of a tenant that is sealed so: a new one is added here, or it dies with the old master key."""
SEALED_OF_PEOPLE: Sequence[Sealed] = (
    Sealed(User, "totp_secret", SEEDS, lambda user: place_of_seed(user.id)),
)
"""The same in columns of `user`, which belongs to no tenant."""


@dataclass(frozen=True)
class Rotated:
    """What a rotation has done; all zero: everything is under the current key."""

    tenants: int = 0
    wrapped: int = 0
    made: int = 0
    sealed: int = 0


async def rotate(database: Database, master: MasterKey) -> Rotated:
    """Bring every tenant under the current master key, a tenant a transaction.

    A tenant whose keys were under a former one gets a new data key for what comes; those of before go on opening.

    Raises:
        SealBroken: something is under a master key that is not set. What was done before stays done.
    """
    done, after = Rotated(), UUID(int=0)
    while True:
        async with database.session(None) as session:
            page = (
                await session.exec(
                    select(TenantSlug.tenant_id)
                    .where(col(TenantSlug.tenant_id) > after)
                    .order_by(col(TenantSlug.tenant_id))
                    .limit(SEEN_AT_ONCE)
                )
            ).all()
        for tenant_id in page:
            async with database.session(tenant_id) as session:
                wrapped, made = await _rotate_keys(session, master, tenant_id)
                sealed = 0
                for each in SEALED:
                    sealed += await _seal_anew(session, master, tenant_id, each)
            done = replace(
                done,
                tenants=done.tenants + 1,
                wrapped=done.wrapped + wrapped,
                made=done.made + made,
                sealed=done.sealed + sealed,
            )
        if len(page) < SEEN_AT_ONCE:
            return replace(done, sealed=done.sealed + await _seal_people(database, master))
        after = page[-1]


async def _rotate_keys(session: AsyncSession, master: MasterKey, tenant_id: UUID) -> tuple[int, int]:
    held = select(TenantKey).where(TenantKey.tenant_id == tenant_id).with_for_update()
    rows = (await session.exec(held)).all()
    former = [row for row in rows if not master.is_current(row.wrapped)]
    for row in former:
        row.wrapped = master.wrap(tenant_id, master.unwrap(tenant_id, row.wrapped))
        session.add(row)
    if not former:
        return 0, 0
    newest = max(int(row.key_id) for row in rows)
    _, wrapped = master.new_data_key(tenant_id)
    session.add(TenantKey(tenant_id=tenant_id, key_id=str(newest + 1), wrapped=wrapped))
    return len(former), 1


async def _seal_anew(session: AsyncSession, master: MasterKey, tenant_id: UUID, where: Sealed) -> int:
    table: Any = where.table
    held = select(table).where(table.tenant_id == tenant_id).with_for_update()
    return _seal_rows(session, master, where, (await session.exec(held)).all())


async def _seal_people(database: Database, master: MasterKey) -> int:
    done = 0
    for each in SEALED_OF_PEOPLE:
        table: Any = each.table
        async with database.session(None) as session:
            filled = select(table).where(getattr(table, each.column).is_not(None)).with_for_update()
            done += _seal_rows(session, master, each, (await session.exec(filled)).all())
    return done


def _seal_rows(session: AsyncSession, master: MasterKey, where: Sealed, rows: Sequence[Any]) -> int:
    sealer = Sealer(master.derive(where.purpose))
    done = 0
    for row in rows:
        sealed = getattr(row, where.column)
        if sealed is None or sealer.is_current(sealed):
            continue
        setattr(row, where.column, sealer.seal(sealer.open(sealed, where.place(row)), where.place(row)))
        session.add(row)
        done += 1
    return done
