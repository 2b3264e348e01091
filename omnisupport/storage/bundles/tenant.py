"""A tenant's bundle: a manifest, one JSONL file a table in the order of their references, and the files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from omnisupport.domain.bundle import FORMAT, MANIFEST, PEOPLE, Packed
from omnisupport.storage.bundles.archive import ArchiveWriter, Part, Progress
from omnisupport.storage.bundles.portable import (
    MEMBERS_ONLY,
    WITHOUT,
    columns_of,
    left_out,
    portable_tables,
    schema_revision,
)
from omnisupport.storage.bundles.snapshot import Snapshot, snapshot_of
from omnisupport.storage.files import FileStore
from omnisupport.storage.session import Database

PEOPLE_ROWS = """
select jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name, 'locale', u.locale, 'role', ut.role)::text
from user_tenant ut join "user" u on u.id = ut.user_id where ut.tenant_id = :t order by u.id
"""
TENANT = "select jsonb_build_object('id', tenant_id, 'slug', slug, 'name', name)::text from tenant where tenant_id = :t"
FILES = "select id::text || ' ' || storage_key from file where tenant_id = :t order by id"
DETAILS = """ || coalesce((select jsonb_build_object('before', d.before, 'after', d.after) from audit_detail d
  where d.tenant_id = r.tenant_id and d.audit_id = r.id), '{}'::jsonb)"""
"""What a line of the audit log holds apart, in its place; where it comes in, the database sets it apart again."""
ROWS_SHARE = 0.5
"""Of the progress; the rest is files."""


async def pack_tenant(
    database: Database, store: FileStore, tenant_id: UUID, file: IO[bytes], progress: Progress
) -> Packed:
    """Write the bundle of a tenant: its rows are of one moment, the files are those that these rows name.

    Memory holds some hundred rows; an index of the files lies in a nameless file of this machine.
    """
    archive = ArchiveWriter(file)
    with TemporaryFile() as index:
        async with snapshot_of(database, tenant_id) as snapshot:
            manifest = await _manifest(snapshot)
            manifest["tables"] = {}
            tables = portable_tables()
            parts = {PEOPLE: await _write_rows(archive, PEOPLE, snapshot.lines(PEOPLE_ROWS))}
            for number, table in enumerate(tables):
                name = str(table.name)
                parts[name] = await _write_rows(archive, name, snapshot.lines(_rows_of(table)))
                manifest["tables"][name] = list(columns_of(table))
                await progress(ROWS_SHARE * (number + 1) / len(tables))
            count = 0
            async for lines in snapshot.lines(FILES):
                index.write("".join(f"{line}\n" for line in lines).encode())
                count += len(lines)
        index.seek(0)
        missing = await _write_files(archive, store, index, count, progress)
    manifest["parts"] = {f"tables/{name}.jsonl": asdict(part) for name, part in parts.items()}
    manifest["files"] = {"count": count - len(missing), "missing": missing}
    manifest["left_out"] = left_out()
    async with archive.part(MANIFEST) as written:
        await written.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return Packed(await archive.close(), count - len(missing))


async def _manifest(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": "tenant",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "product": version("omnisupport"),
        "schema": schema_revision(),
        "tenant": orjson.loads(await snapshot.one(TENANT)),
    }


def _rows_of(table: sa.Table) -> str:
    """The query of a table's rows as JSON, in the order of its key. Names are of our metadata, values are bound."""
    row = "to_jsonb(r)" + "".join(f" - '{name}'" for name in WITHOUT.get(table.name, {}))
    row += DETAILS if table.name == "audit" else ""
    wanted = "r.tenant_id = :t"
    if table.name in MEMBERS_ONLY:
        wanted += (
            " and exists (select from user_tenant ut where ut.tenant_id = :t and ut.user_id = r.user_id)"
        )
    order = ", ".join(f"r.{column.name}" for column in table.primary_key)
    return f'select ({row})::text from "{table.name}" r where {wanted} order by {order}'  # noqa: S608


async def _write_rows(archive: ArchiveWriter, name: str, rows: AsyncIterator[Any]) -> Part:
    async with archive.part(f"tables/{name}.jsonl") as part:
        async for lines in rows:
            await part.write("".join(f"{line}\n" for line in lines).encode(), rows=len(lines))
    return part.part


async def _write_files(
    archive: ArchiveWriter, store: FileStore, index: IO[bytes], count: int, progress: Progress
) -> list[str]:
    """The bytes of every file; returns the ids of those that are gone."""
    missing = []
    for number, line in enumerate(index):
        file_id, _, key = line.decode().rstrip("\n").partition(" ")
        try:
            pieces = await store.get(key)
        except FileNotFoundError:
            missing.append(file_id)
            continue
        async with archive.part(f"files/{file_id}") as part:
            async for piece in pieces:
                await part.write(piece)
        await progress(ROWS_SHARE + (1 - ROWS_SHARE) * (number + 1) / count)
    return missing
