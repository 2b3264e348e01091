"""The rows of bundles as their workflow writes them. A row that is gone was deleted: its work is for nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult
from sqlmodel import col, update

from omnisupport.domain.bundle import KEPT, Asked, BundleKind, BundleStatus, Packed
from omnisupport.domain.mail import Mail, MailTemplate
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Bundle, Tenant, User


class Bundles:
    """Bundles of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, tenant_id: UUID, bundle_id: UUID) -> Asked | None:
        """Say that it is being made, from the start; None: there is no such bundle under way."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(Bundle, (tenant_id, bundle_id), with_for_update=True)
            if found is None or found.status not in (BundleStatus.WAITING, BundleStatus.RUNNING):
                return None
            found.status, found.progress = BundleStatus.RUNNING, 0
            session.add(found)
            return Asked(BundleKind(found.kind), found.customer_id, found.storage_key)

    async def tell(self, tenant_id: UUID, bundle_id: UUID, progress: float) -> bool:
        """Say how much is done, 0 to 1; false: nobody wants it any more."""
        return await self._write(tenant_id, bundle_id, progress=progress)

    async def finish(self, tenant_id: UUID, bundle_id: UUID, packed: Packed) -> bool:
        """Say that it is ready; false: nobody wants it any more."""
        now = datetime.now(UTC)
        return await self._write(
            tenant_id,
            bundle_id,
            status=BundleStatus.READY,
            progress=1,
            size=packed.size,
            files=packed.files,
            ready_at=now,
            expires_at=now + KEPT,
        )

    async def fail(self, tenant_id: UUID, bundle_id: UUID, code: str) -> None:
        """Say why it was not made."""
        await self._write(tenant_id, bundle_id, status=BundleStatus.FAILED, failure=code)

    async def expire(self, tenant_id: UUID, bundle_id: UUID) -> None:
        """Say that its bytes are gone."""
        await self._write(tenant_id, bundle_id, was=(BundleStatus.READY,), status=BundleStatus.EXPIRED)

    async def notice(self, tenant_id: UUID, bundle_id: UUID) -> Mail | None:
        """The mail to the person who asked; None where it was a key."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(Bundle, (tenant_id, bundle_id))
            user = None if found is None else await session.get(User, found.requested_by)
            tenant = await session.get(Tenant, tenant_id)
        if user is None or tenant is None:
            return None
        names = {"name": user.name, "workspace": tenant.name, "hours": str(int(KEPT.total_seconds()) // 3600)}
        key = f"export_ready/{bundle_id}"
        return Mail(user.email, MailTemplate.EXPORT_READY, user.locale, names, key)

    async def _write(
        self,
        tenant_id: UUID,
        bundle_id: UUID,
        *,
        was: tuple[BundleStatus, ...] = (BundleStatus.WAITING, BundleStatus.RUNNING),
        **values: Any,
    ) -> bool:
        async with self._database.session(tenant_id) as session:
            done = await session.exec(
                update(Bundle)
                .where(
                    col(Bundle.tenant_id) == tenant_id,
                    col(Bundle.id) == bundle_id,
                    col(Bundle.status).in_(was),
                )
                .values(**values)
            )
            assert isinstance(done, CursorResult)
            return done.rowcount == 1
