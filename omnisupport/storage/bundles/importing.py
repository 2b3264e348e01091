"""Writes a tenant from a bundle that was looked at: batch by batch, in a state that serves nobody until it is whole.

Not one transaction: every tenant's change feed waits for the oldest that writes (`read_changes`).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
import sqlalchemy as sa
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM
from omnisupport.errors import Conflict
from omnisupport.net.sealing import MasterKey, Sealer
from omnisupport.storage.access.platform import IMPORTING
from omnisupport.storage.access.webhooks import new_secret
from omnisupport.storage.audit import record
from omnisupport.storage.bundles.portable import portable_tables
from omnisupport.storage.bundles.reading import BundleInvalid, BundleReader
from omnisupport.storage.files import FileStore, FilesUnavailable
from omnisupport.storage.keys import new_tenant_key
from omnisupport.storage.queries.accounts import end_all
from omnisupport.storage.queries.tenants import check_slug
from omnisupport.storage.queries.webhooks import PURPOSE as WEBHOOKS
from omnisupport.storage.queries.webhooks import place_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Tenant, TenantSlug, User, UserTenant, Webhook

STATUSES = ("active", "suspended")
NO_PASSWORD = "!"  # noqa: S105 - no hash: it opens nothing, and the link of a mail sets one
FILES = "bundle-files"
"""For `MasterKey.derive`: where files lie cannot be guessed, and is the same when an import begins anew."""
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 2 * 2**20
DELETED_AT_ONCE = 2000
NEVER_DELETED = frozenset({"audit", "audit_detail", "erasure", "erasure_subject", "user"})

OWN: Mapping[str, Mapping[str, str]] = {
    "audit": {"key": "coalesce(r.key, 'import/' || r.id)"},
    "conversation": {
        # The sweeper rings for what is unanswered: not before the rest is there.
        "last_in_at": "case when r.last_in > r.cursor_seq then null else r.last_in_at end",
        "rung_at": "null",
    },
    "file": {
        "storage_key": "r.tenant_id || '/' || encode(sha256(convert_to(:salt || r.id::text, 'UTF8')), 'hex')"
    },
    # Where it comes from it may still be sent: here a person decides.
    "message": {"status": "case when r.status in ('pending', 'sending') then 'uncertain' else r.status end"},
    "tenant": {"slug": ":slug", "status": f"'{IMPORTING}'"},
    "webhook": {"secrets": "''::bytea", "active": "false", "disabled_reason": "'imported'"},
}
"""Columns that are not taken as they are."""


@dataclass
class Imported:
    """What came of it. `secrets`: what has to be entered again, in words."""

    tenant_id: UUID
    slug: str
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    new_people: list[str] = field(default_factory=list)
    known_people: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)


class TenantImport:
    """One import. The bundle must have passed `BundleReader.check`."""

    def __init__(self, database: Database, store: FileStore, master: MasterKey, bundle: BundleReader) -> None:
        self._database = database
        self._store = store
        self._master = master
        self._bundle = bundle
        self._tenant_id = bundle.manifest.tenant.id
        self._salt = hmac.new(master.derive(FILES)[0], self._tenant_id.bytes, sha256).hexdigest()
        self._ids: dict[str, str] = {}
        self._made: list[UUID] = []

    async def run(self, slug: str) -> Imported:
        """Write the tenant under this slug.

        Raises:
            Invalid: the slug is none, or a value does not fit its column (code `bundle_invalid`); nothing is left.
            Conflict: the tenant is here already (code `tenant_exists`), or the slug is taken (code `slug_taken`).
        """
        check_slug(slug)
        await self._make_room(slug)
        await self._check_values()
        done = Imported(self._tenant_id, slug)
        try:
            await self._begin(slug)
            await self._write_people(done)
            for table in portable_tables():
                name = str(table.name)
                if name == "tenant":
                    continue
                if name == "file":
                    done.files = await self._write_files()
                done.rows[name] = await self._write_table(table)
            await self._finish(done)
        except BaseException as failed:
            await self.wipe()
            if isinstance(failed, DBAPIError) and not isinstance(failed, sa.exc.OperationalError):
                raise BundleInvalid("Its rows do not fit together: nothing was kept.") from failed
            raise
        return done

    async def wipe(self) -> None:
        """Take back what an import has written, but for lines of the audit log, which nobody may take back."""
        tables = [t for t in SQLModel.metadata.sorted_tables if "tenant_id" in t.c]
        for table in reversed(tables):
            if table.name not in NEVER_DELETED:
                await self._delete_all(str(table.name))
        async with self._database.session(None) as session:
            belong = select(UserTenant.user_id)
            await session.exec(
                sa.delete(User).where(col(User.id).in_(self._made), col(User.id).not_in(belong))
            )
        with suppress(FilesUnavailable):  # they are written over when the import begins anew
            for line in self._bundle.lines("file"):
                await self._store.delete(self._key_of(str(orjson.loads(line)["id"])))

    async def _delete_all(self, table: str) -> None:
        part = f'select ctid from "{table}" where tenant_id = :t limit {DELETED_AT_ONCE}'  # noqa: S608
        while True:
            async with self._database.session(self._tenant_id) as session:
                done = await _run(
                    session,
                    f'delete from "{table}" where tenant_id = :t and ctid = any(array({part}))',  # noqa: S608
                    t=self._tenant_id,
                )
            if done < DELETED_AT_ONCE:
                return

    async def _make_room(self, slug: str) -> None:
        """Refuse what is here already; what an import that was killed has left goes."""
        async with self._database.session(self._tenant_id) as session:
            here = await session.get(Tenant, self._tenant_id)
            taken = await session.get(TenantSlug, slug)
            claimed = (
                await session.exec(select(TenantSlug).where(TenantSlug.tenant_id == self._tenant_id))
            ).first()
        if here is not None and here.status != IMPORTING:
            raise Conflict(f"This tenant is here already, as '{here.slug}'.", code="tenant_exists")
        if taken is not None and taken.tenant_id != self._tenant_id:
            raise Conflict(f"The slug '{slug}' is taken: name another with --slug.", code="slug_taken")
        if here is not None or claimed is not None:
            await self.wipe()

    async def _check_values(self) -> None:
        """Have the database read every value once, before anything is written."""
        for table in portable_tables():
            name = str(table.name)
            sql = f'select count(*) from jsonb_populate_recordset(null::"{name}", cast(:rows as jsonb))'  # noqa: S608
            for batch in _batches(self._bundle.lines(name)):
                try:
                    async with self._database.session(self._tenant_id) as session:
                        await _run(session, sql, rows=batch)
                except DBAPIError as wrong:
                    raise BundleInvalid(
                        f"tables/{name}.jsonl has a value that its column cannot hold."
                    ) from wrong
        row = orjson.loads(next(self._bundle.lines("tenant")))
        if row.get("status") not in STATUSES:
            raise BundleInvalid("The tenant of the bundle is neither active nor suspended.")

    async def _begin(self, slug: str) -> None:
        (tenant,) = [table for table in portable_tables() if table.name == "tenant"]
        try:
            async with self._database.session(self._tenant_id) as session:
                session.add(TenantSlug(slug=slug, tenant_id=self._tenant_id))
                await session.flush()
                sql = self._insert(tenant)
                await _run(session, sql, rows=_array(self._bundle.lines("tenant")), slug=slug)
                session.add(new_tenant_key(self._master, self._tenant_id))
        except IntegrityError as twice:
            raise Conflict(
                "This tenant, or its slug, has come into being meanwhile.", code="tenant_exists"
            ) from twice

    async def _write_people(self, done: Imported) -> None:
        """People by their address. Nobody is attached by an id: it may be anybody's here."""
        people = {person.email: person for person in self._bundle.people}
        ids = {person.id for person in people.values()} | self._bundle.named
        async with self._database.session(self._tenant_id) as session:
            found = (await session.exec(select(User).where(col(User.email).in_(people)))).all()
            known = {user.email: user for user in found}
            here = set((await session.exec(select(User.id).where(col(User.id).in_(ids)))).all())
            for email, person in people.items():
                user = known.get(email)
                if user is None:
                    user = User(
                        id=uuid4() if person.id in here else person.id,
                        email=email,
                        name=person.name,
                        password_hash=NO_PASSWORD,
                        locale=person.locale,
                        password_changed_at=datetime.now(UTC),
                    )
                    self._made.append(user.id)
                    done.new_people.append(email)
                else:
                    done.known_people.append(email)
                    if user.email_verified_at is None:
                        await self._close(session, user)
                session.add(user)
                await session.flush()
                session.add(UserTenant(user_id=user.id, tenant_id=self._tenant_id, role=person.role))
                self._ids[str(person.id)] = str(user.id)
        for stranger in here - {person.id for person in people.values()}:
            self._ids[str(stranger)] = str(uuid5(self._tenant_id, str(stranger)))
        self._ids = {old: new for old, new in self._ids.items() if old != new}

    async def _close(self, session: AsyncSession, user: User) -> None:
        """Nobody has shown that the address is his: what was set on the account opens nothing any more."""
        user.password_hash, user.password_changed_at = NO_PASSWORD, datetime.now(UTC)
        user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
        user.recovery_hashes = []
        await end_all(session, self._tenant_id, user.id, keys=True)

    async def _write_table(self, table: sa.Table) -> int:
        """The rows of a table; those that refer to others of it when these are there."""
        name, reference = str(table.name), _self_reference(table)
        sql, count = self._insert(table), 0
        with TemporaryFile() as held:
            lines = self._renamed(self._bundle.lines(name))
            if reference is not None:
                lines = _split(lines, reference, held)
            for batch in _batches(lines):
                count += await self._run(sql, batch)
            held_back = _count_lines(held)
            if reference is not None and held_back:
                count += await self._write_held(sql, name, reference, held, held_back)
        return count

    async def _write_held(self, sql: str, name: str, reference: str, held: Any, wanted: int) -> int:
        there = f'select from "{name}" k where k.tenant_id = r.tenant_id and k.id = r.'
        ready = f"{sql} where exists ({there}{reference}) and not exists ({there}id)"
        total = 0
        while total < wanted:
            held.seek(0)
            wave = 0
            for batch in _batches(line.decode().rstrip("\n") for line in held):
                wave += await self._run(ready, batch)
            if not wave:
                raise BundleInvalid(f"tables/{name}.jsonl has a row that refers to one that is not there.")
            total += wave
        return total

    async def _write_files(self) -> int:
        count = 0
        for line in self._bundle.lines("file"):
            file_id = str(orjson.loads(line)["id"])
            content = self._bundle.file(file_id)
            if content is not None:
                await self._store.put(self._key_of(file_id), content)
                count += 1
        return count

    async def _finish(self, done: Imported) -> None:
        """From here on it serves."""
        row = orjson.loads(next(self._bundle.lines("tenant")))
        sealer = Sealer(self._master.derive(WEBHOOKS))
        async with self._database.session(self._tenant_id) as session:
            for webhook in (await session.exec(select(Webhook))).all():
                webhook.secrets = sealer.seal(orjson.dumps([new_secret()]), place_of(webhook))
                session.add(webhook)
                done.secrets.append(f"webhook '{webhook.name}': make a new secret, then switch it on")
            await _run(
                session,
                "update conversation set last_in_at = now() "
                "where tenant_id = :t and last_in > cursor_seq and last_in_at is null",
                t=self._tenant_id,
            )
            await session.exec(
                update(Tenant).where(col(Tenant.tenant_id) == self._tenant_id).values(status=row["status"])
            )
            after = {"slug": done.slug, "people": len(self._bundle.people), "files": done.files}
            target = ("tenant", self._tenant_id)
            record(session, self._tenant_id, SYSTEM, "tenant.imported", target=target, after=after)

    async def _run(self, sql: str, batch: str) -> int:
        values = {"salt": self._salt} if ":salt" in sql else {}
        async with self._database.session(self._tenant_id) as session:
            return await _run(session, sql, rows=batch, **values)

    def _insert(self, table: sa.Table) -> str:
        """The statement for a batch of rows; numbers that the database gives are given anew."""
        name = str(table.name)
        own = OWN.get(name, {})
        numbered = {str(c.name) for c in table.columns if c.identity is not None}
        columns = [c for c in self._bundle.manifest.tables[name] if c not in numbered and c not in own]
        into = ", ".join(f'"{c}"' for c in (*columns, *own))
        values = ", ".join((*(f'r."{c}"' for c in columns), *own.values()))
        rows = f'jsonb_populate_recordset(null::"{name}", cast(:rows as jsonb)) r'
        if name == "audit":  # whose lines an import that was killed has left
            return f'insert into "{name}" ({into}) select {values} from {rows} order by r.id on conflict do nothing'  # noqa: S608
        return f'insert into "{name}" ({into}) select {values} from {rows}'  # noqa: S608

    def _renamed(self, lines: Iterable[str]) -> Iterator[str]:
        """Rows with the ids that people have here, wherever they stand in them."""
        if not self._ids:
            yield from lines
            return
        pattern = re.compile("|".join(map(re.escape, self._ids)))
        for line in lines:
            yield pattern.sub(lambda found: self._ids[found[0]], line)

    def _key_of(self, file_id: str) -> str:
        """Where a file lies here: nobody can guess it, and no row of a bundle says it."""
        return f"{self._tenant_id}/{sha256(f'{self._salt}{file_id}'.encode()).hexdigest()}"


async def _run(session: AsyncSession, sql: str, **values: Any) -> int:
    done = await session.exec(text(sql), params=values)  # type: ignore[call-overload]
    assert isinstance(done, CursorResult)
    return done.rowcount


def _self_reference(table: sa.Table) -> str | None:
    """The column by which rows of a table refer to others of it."""
    for reference in table.foreign_key_constraints:
        if reference.referred_table is table:
            return next(str(name) for name in reference.column_keys if name != "tenant_id")
    return None


def _split(lines: Iterable[str], reference: str, held: Any) -> Iterator[str]:
    """The rows that refer to no other; the rest is written to `held`."""
    for line in lines:
        if orjson.loads(line)[reference] is None:
            yield line
        else:
            held.write(f"{line}\n".encode())


def _count_lines(held: Any) -> int:
    held.seek(0)
    return sum(1 for _ in held)


def _batches(lines: Iterable[str]) -> Iterator[str]:
    """JSON arrays of some hundred rows, or some megabytes."""
    batch: list[str] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield _array(batch)
            batch, size = [], 0
    if batch:
        yield _array(batch)


def _array(lines: Iterable[str] | Sequence[str]) -> str:
    return f"[{','.join(lines)}]"
