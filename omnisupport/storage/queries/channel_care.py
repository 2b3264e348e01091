"""What a connection keeps of itself: its account, how it was found, and the files that still lie with the provider."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import IO, Any, cast
from uuid import UUID

import orjson
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select

from omnisupport.domain.account import Account
from omnisupport.domain.channel_health import Trouble
from omnisupport.domain.files import BY_MEDIA, HEAD_BYTES, clean_name, type_of
from omnisupport.domain.inbound import MediaRef
from omnisupport.domain.permissions import Role
from omnisupport.net.sealing import Sealer
from omnisupport.storage.files import FileStore, new_key
from omnisupport.storage.images import remake
from omnisupport.storage.queries.channels import WEBHOOK, place_of
from omnisupport.storage.queries.reading import Cursors
from omnisupport.storage.session import Database
from omnisupport.storage.tables import (
    Channel,
    ChannelRoute,
    Conversation,
    File,
    InboundFile,
    Member,
    Message,
    Tenant,
    User,
    UserTenant,
)

FILES_AT_ONCE = 20
PIECE_BYTES = 2**20
KEPT = (
    "backfilled_at",
    "cursor",
    "aside",
    "stuck",
    "templates",
    "wanted_since",
    "troubled_since",
    "alerted_at",
)
"""Of `health`, what a look at the connection leaves as it is."""


@dataclass(frozen=True)
class Care:
    """A channel that is looked after; `status` is active or closing."""

    status: str
    account: Account
    health: dict[str, Any]
    name: str = ""
    workspace: str = ""


@dataclass(frozen=True)
class Waiting:
    """A file that lies with the provider."""

    id: UUID
    customer_id: UUID
    ref: MediaRef
    tries: int


class ChannelCare(Cursors):
    """Channels of every tenant, one at a time."""

    def __init__(
        self, database: Database, sealer: Sealer, files: FileStore, address: Callable[[str, str], str]
    ) -> None:
        super().__init__(database)
        self._files = files
        self._sealer = sealer
        self._address = address

    async def read(self, tenant_id: UUID, channel_id: UUID) -> Care | None:
        """A channel and how it was found last; None: it is gone, or its tenant."""
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id))
            tenant = await session.get(Tenant, tenant_id)
        if row is None or tenant is None or row.status not in ("active", "closing"):
            return None
        held: dict[str, Any] = {}
        if row.secret is not None:
            held = orjson.loads(self._sealer.open(row.secret, place_of(tenant_id, channel_id)))
        token = held.pop(WEBHOOK, None)
        account = Account(
            tenant_id,
            channel_id,
            row.type,
            row.provider,
            row.external_id or "",
            row.settings,
            held,
            webhook_url=self._address(row.provider, token) if token else "",
            locale=tenant.locale,
        )
        return Care(row.status, account, row.health, row.name, tenant.name)

    async def found(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        health: dict[str, Any],
        facts: dict[str, Any],
        external_id: str | None,
        secrets: Mapping[str, Any],
    ) -> bool:
        """Write how a connection is; tells whether that is another state, or other problems, than before.

        A problem that stays keeps the time since when it is there. `secrets` take the place of those of the same name.
        """
        try:
            return await self._found(tenant_id, channel_id, health, facts, external_id, secrets)
        except IntegrityError:
            twice = {"code": "connected_twice", "detail": "", "mends": None}
            worse = {**health, "state": "down", "problems": [*health["problems"], twice]}
            return await self._found(tenant_id, channel_id, worse, facts, None, secrets)

    async def _found(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        health: dict[str, Any],
        facts: dict[str, Any],
        external_id: str | None,
        secrets: Mapping[str, Any],
    ) -> bool:
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id), with_for_update=True)
            if row is None:
                return False
            now = datetime.now(UTC).isoformat()
            since = {each["code"]: each.get("since", now) for each in row.health.get("problems", ())}
            problems = [each | {"since": since.get(each["code"], now)} for each in health["problems"]]
            before = (row.health.get("state"), [each["code"] for each in row.health.get("problems", ())])
            kept = {name: row.health[name] for name in KEPT if name in row.health}
            row.health = kept | health | {"problems": problems, "checked_at": now}
            row.settings = {**row.settings, **facts}
            row.external_id = external_id or row.external_id
            if secrets and row.secret is not None:
                place = place_of(tenant_id, channel_id)
                held = orjson.loads(self._sealer.open(row.secret, place))
                row.secret = self._sealer.seal(orjson.dumps({**held, **secrets}), place)
            session.add(row)
            return before != (health["state"], [each["code"] for each in problems])

    async def troubled(self, tenant_id: UUID, channel_id: UUID, trouble: Trouble) -> None:
        """Write since when a connection is not well, and when people were told."""
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id), with_for_update=True)
            if row is not None:
                row.health = row.health | trouble.kept()
                session.add(row)

    async def owners(self, tenant_id: UUID) -> Sequence[tuple[str, str, str]]:
        """Address, name and language of the owners who can be written to."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(User.email, User.name, User.locale)
                .join(UserTenant, col(UserTenant.user_id) == User.id)
                .outerjoin(
                    Member,
                    (col(Member.user_id) == User.id) & (col(Member.tenant_id) == UserTenant.tenant_id),
                )
                .where(
                    UserTenant.tenant_id == tenant_id,
                    UserTenant.role == Role.OWNER,
                    col(User.disabled_at).is_(None),
                    col(Member.disabled_at).is_(None),
                    col(User.email_verified_at).is_not(None),
                )
                .order_by(User.email)
            )
            return list(rows.all())

    async def closed(self, tenant_id: UUID, channel_id: UUID) -> None:
        """The provider knows nothing of us any more: the secrets go, the conversations stay."""
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id), with_for_update=True)
            if row is not None:
                row.status, row.secret, row.health = "deleted", None, {"state": "unknown", "problems": []}
                row.updated_at = datetime.now(UTC)
                session.add(row)
            await session.exec(
                delete(ChannelRoute).where(
                    col(ChannelRoute.tenant_id) == tenant_id, col(ChannelRoute.channel_id) == channel_id
                )
            )

    async def waiting_files(self, tenant_id: UUID, channel_id: UUID) -> Sequence[Waiting]:
        """Files that lie with the provider, the oldest first; each look counts as a try."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(InboundFile)
                .where(InboundFile.tenant_id == tenant_id, InboundFile.channel_id == channel_id)
                .order_by(col(InboundFile.created_at))
                .limit(FILES_AT_ONCE)
                .with_for_update()
            )
            found = []
            for row in rows.all():
                row.tries += 1
                session.add(row)
                kind = cast(Any, row.kind)
                ref = MediaRef(kind, row.ref, row.name, row.type, row.size)
                found.append(Waiting(row.id, row.customer_id, ref, row.tries))
            return found

    async def keep_file(self, tenant_id: UUID, file: Waiting, content: IO[bytes]) -> dict[str, Any]:
        """Look at a file and keep it: the bytes first, then the row. Gives what its message says of it.

        Only images come into memory, to be made anew.

        Raises:
            Invalid: a type that is not let in, or an image that cannot be read.
            FilesUnavailable: it could not be written.
        """
        name = clean_name(_named(file.ref))
        content.seek(0)
        kind = type_of(content.read(HEAD_BYTES), name)
        content.seek(0)
        width = height = None
        if kind.is_image:
            made = await remake(content.read(), kind)
            content, width, height = BytesIO(made.content), made.width, made.height
        size, digest = await asyncio.to_thread(_measure, content)
        key = new_key(tenant_id)
        await self._files.put_file(key, content)
        row = File(
            tenant_id=tenant_id,
            id=file.id,
            storage_key=key,
            name=name,
            type=kind.media,
            size=size,
            sha256=digest,
            width=width,
            height=height,
            uploader_kind="customer",
            uploader_id=file.customer_id,
        )
        async with self._database.session(tenant_id) as session:
            if await session.get(File, (tenant_id, file.id)) is None:
                session.add(row)
        return {"state": "ready", "name": name, "mime": kind.media, "size": size}

    async def settle_file(self, tenant_id: UUID, file_id: UUID, attachment: dict[str, Any]) -> str | None:
        """Say in its message that a file has come or will not; gives the conversation's id."""
        found = await self._database.call(
            "select settle_file($1, $2, $3)", tenant_id, file_id, orjson.dumps(attachment).decode()
        )
        return None if found is None else str(found["conversation_id"])

    async def stranded(
        self, tenant_id: UUID, channel_id: UUID, age: timedelta, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """Conversation and id of messages that have waited so long to be sent, the oldest first.

        Most of them are in the queue of their conversation; one whose ring was lost is in none.
        """
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Message.conversation_id, Message.id)
                .join(
                    Conversation,
                    (col(Conversation.id) == Message.conversation_id)
                    & (col(Conversation.tenant_id) == Message.tenant_id),
                )
                .where(
                    Message.tenant_id == tenant_id,
                    Message.status == "pending",
                    Message.direction == "outbound",
                    Conversation.channel_id == channel_id,
                    Message.created_at < datetime.now(UTC) - age,
                )
                .order_by(col(Message.created_at))
                .limit(limit)
            )
            return list(rows.all())

    async def backfilled(self, tenant_id: UUID, channel_id: UUID, at: datetime) -> None:
        """Everything up to then was asked for."""
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id), with_for_update=True)
            if row is not None:
                row.health = {**row.health, "backfilled_at": at.isoformat()}
                session.add(row)


_EXTENSIONS = {
    "image": "jpg",
    "voice": "ogg",
    "audio": "mp3",
    "video": "mp4",
    "sticker": "webp",
    "file": "bin",
}


def _measure(content: IO[bytes]) -> tuple[int, bytes]:
    """Its size and its SHA-256; it is at its beginning before and after."""
    digest = hashlib.sha256()
    while piece := content.read(PIECE_BYTES):
        digest.update(piece)
    size = content.tell()
    content.seek(0)
    return size, digest.digest()


def _named(ref: MediaRef) -> str:
    """A file's name with an extension: the sender's, else one of its type, else one of its kind."""
    if ref.name and "." in ref.name:
        return ref.name
    known = BY_MEDIA.get((ref.type or "").partition(";")[0].strip())
    extension = known.extensions[0] if known is not None else _EXTENSIONS[ref.kind]
    return f"{ref.name or ref.kind}.{extension}"
