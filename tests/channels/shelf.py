"""Files of ours as adapters are given them, without a database behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

from omnisupport.channels import registry
from omnisupport.channels.base import Adapter
from omnisupport.domain.files import OpenFile, media_of
from omnisupport.errors import NotFound, Unavailable
from tests.channels.conformance import TENANT, Kit

PHOTO, PAPER = UUID(int=71), UUID(int=72)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PDF = b"%PDF-1.7\n" + b"0123456789" * 1000
LINK = "https://support.example.com/api/v1/file-content/"


class Shelf:
    """One tenant's files; `is_away`: the store does not answer."""

    def __init__(self) -> None:
        self.files = {PHOTO: ("схема.png", "image/png", PNG), PAPER: ("счёт.pdf", "application/pdf", PDF)}
        self.opens = 0
        self.is_away = False

    @asynccontextmanager
    async def opened(self, tenant_id: UUID, file_id: UUID) -> AsyncIterator[OpenFile]:
        """As `storage/open_files.py`."""
        assert tenant_id == TENANT
        if self.is_away:
            raise Unavailable("The file store does not answer.")
        if file_id not in self.files:
            raise NotFound("There is no such file.")
        self.opens += 1
        name, type, content = self.files[file_id]
        yield OpenFile(name, type, len(content), BytesIO(content))


def media(file_id: UUID, **more: Any) -> dict[str, Any]:
    """A file as `activities/sent_files.py` names it in a message."""
    name, type, content = Shelf().files[file_id]
    kind = "image" if type.startswith("image/") else "file"
    told: Mapping[str, Any] = {"id": str(file_id), "kind": kind, "name": name, "mime": type}
    return media_of({**told, "size": len(content)}, f"{LINK}{file_id}") | more


def adapter(kit: Kit, url: str, shelf: Shelf) -> Adapter:
    """The way out of a channel with these files."""
    return registry.outbound_of(kit.folder, replace(kit.transport(url), files=shelf))
