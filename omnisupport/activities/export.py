"""Makes bundles: packed into a nameless file of this machine, then put into the file store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import TemporaryFile
from typing import IO, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.domain.bundle import Asked, Made, Packed
from omnisupport.domain.mail import Mail
from omnisupport.errors import OmniError
from omnisupport.observability import fault_point
from omnisupport.temporal import parse_workflow_id

ROW_LOOKS = 40
"""The engine may be quicker than the transaction that asks: so often, each quarter of a second, the row is awaited."""
ROW_PAUSE_S = 0.25


class Unwanted(OmniError):
    """The bundle was deleted while it was made."""

    code = "export_unwanted"
    status = 409


class BundleStore(Protocol):
    """`storage/queries/bundles.py`."""

    async def begin(self, tenant_id: UUID, bundle_id: UUID) -> Asked | None:
        """Say that it is being made; None: there is no such bundle under way."""

    async def tell(self, tenant_id: UUID, bundle_id: UUID, progress: float) -> bool:
        """Say how much is done; false: nobody wants it any more."""

    async def finish(self, tenant_id: UUID, bundle_id: UUID, packed: Packed) -> bool:
        """Say that it is ready; false: nobody wants it any more."""

    async def fail(self, tenant_id: UUID, bundle_id: UUID, code: str) -> None:
        """Say why it was not made."""

    async def expire(self, tenant_id: UUID, bundle_id: UUID) -> None:
        """Say that its bytes are gone."""

    async def notice(self, tenant_id: UUID, bundle_id: UUID) -> Mail | None:
        """The mail to the person who asked."""


class Packs(Protocol):
    """`storage/bundles/packer.py`."""

    async def pack(
        self, tenant_id: UUID, asked: Asked, file: IO[bytes], progress: Callable[[float], Awaitable[None]]
    ) -> Packed:
        """Write a bundle to an open file."""
        ...


class Files(Protocol):
    """`storage/files.py`."""

    async def put_file(self, key: str, file: IO[bytes]) -> None:
        """Write a file."""

    async def delete(self, key: str) -> None:
        """Remove a file; one that is absent is no error."""


class ExportActivities:
    """Activities on queue `channels`; tenant and bundle come from the workflow's id."""

    def __init__(self, bundles: BundleStore, packer: Packs, files: Files, *, sends_mail: bool) -> None:
        self._bundles = bundles
        self._packer = packer
        self._files = files
        self._sends_mail = sends_mail

    @activity.defn
    async def make_bundle(self) -> Made | None:
        """Make it; None when nobody wants it any more.

        Each attempt begins anew: half of one moment and half of another would not fit together.

        Raises:
            OmniError: what it is made of is gone (code `customer_not_found`), or a store does not answer.
        """
        tenant_id, bundle_id = _whose()
        asked = await self._await_row(tenant_id, bundle_id)
        if asked is None:
            return None

        async def tell(progress: float) -> None:
            fault_point("export_progress")
            if not await self._bundles.tell(tenant_id, bundle_id, progress):
                raise Unwanted("The bundle was deleted.")

        with TemporaryFile() as file:  # without a name: whatever kills us, nothing of it stays
            try:
                packed = await self._packer.pack(tenant_id, asked, file, tell)
            except Unwanted:
                return None
            file.seek(0)
            await self._files.put_file(asked.storage_key, file)
        if not await self._bundles.finish(tenant_id, bundle_id, packed):
            await self._files.delete(asked.storage_key)
            return None
        mail = await self._bundles.notice(tenant_id, bundle_id) if self._sends_mail else None
        return Made(asked.storage_key, mail)

    @activity.defn
    async def fail_bundle(self, code: str) -> None:
        """Write down that it could not be made."""
        await self._bundles.fail(*_whose(), code)

    @activity.defn
    async def expire_bundle(self, storage_key: str) -> None:
        """Remove the bytes, whatever became of the row."""
        await self._files.delete(storage_key)
        await self._bundles.expire(*_whose())

    async def _await_row(self, tenant_id: UUID, bundle_id: UUID) -> Asked | None:
        for _ in range(ROW_LOOKS):
            if (asked := await self._bundles.begin(tenant_id, bundle_id)) is not None:
                return asked
            await asyncio.sleep(ROW_PAUSE_S)
        return None


def _whose() -> tuple[UUID, UUID]:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    tenant_id, bundle_id = parse_workflow_id(workflow_id)
    return tenant_id, UUID(bundle_id)
