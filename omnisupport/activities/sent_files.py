"""Files of ours in a message that goes out: named by their ids for adapters, and by a link where no file is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from omnisupport.auth.links import CONTENT_PATH, SENT_LIFETIME, FileLinks
from omnisupport.domain.files import kind_of, media_of
from omnisupport.domain.message import Outbound
from omnisupport.errors import NotFound


class StoredFile(Protocol):
    """`storage/tables.File`."""

    id: UUID
    name: str
    type: str
    size: int


class SentFiles:
    """Reads a message's attachments, and links to our own files in what a scenario shows."""

    def __init__(
        self, links: FileLinks, origin: str, find: Callable[[UUID, UUID], Awaitable[StoredFile]]
    ) -> None:
        """`find` gives the file of a tenant by its id, or raises `NotFound`."""
        self._links = links
        self._address = f"{origin}{CONTENT_PATH}"
        self._find = find

    async def named(self, tenant_id: UUID, message: Outbound) -> Outbound:
        """The message with what `channels/rendering.py` reads: `files`, and `forms.media` with its `file`."""
        content = dict(message.content)
        if given := content.get("attachments"):
            content["files"] = [media_of(each, self._link(tenant_id, UUID(each["id"]))) for each in given]
        if media := (content.get("forms") or {}).get("media"):
            own = await self._own(tenant_id, media)
            content["forms"] = {**content["forms"], "media": own or media}
        return replace(message, content=content)

    async def _own(self, tenant_id: UUID, media: Mapping[str, Any]) -> dict[str, Any] | None:
        """A medium whose address is a link of ours, perhaps one that is over by now."""
        address = str(media.get("url") or "")
        if not address.startswith(self._address):
            return None
        try:
            owner, file_id = self._links.names(address.removeprefix(self._address)[:200])
            if owner != tenant_id:
                return None
            row = await self._find(tenant_id, file_id)
        except NotFound:
            return None
        found = {"id": str(row.id), "name": row.name, "mime": row.type, "size": row.size}
        made = media_of({**found, "kind": kind_of(row.type)}, self._link(tenant_id, row.id))
        return {**media, **made, "kind": media["kind"], "name": media.get("name") or row.name}

    def _link(self, tenant_id: UUID, file_id: UUID) -> str:
        return self._address + self._links.sign(tenant_id, file_id, datetime.now(UTC), SENT_LIFETIME)
