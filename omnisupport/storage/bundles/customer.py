"""A customer's bundle: what is known of one person, to be handed to that person.

A request for access covers what is written about a person, so internal notes go along (decision 23).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

import orjson

from omnisupport.domain.bundle import Packed
from omnisupport.domain.files import clean_name
from omnisupport.errors import Invalid, NotFound
from omnisupport.storage.bundles.archive import ArchiveWriter, PartWriter, Progress
from omnisupport.storage.bundles.snapshot import Snapshot, snapshot_of
from omnisupport.storage.files import FileStore
from omnisupport.storage.session import Database
from omnisupport.texts.bundles import readme, word

OWN_IDS = """
with recursive own as (
  select c.id from customer c where c.tenant_id = :t and c.id = :customer
  union select c.id from customer c join own on c.merged_into = own.id where c.tenant_id = :t
) select id::text from own
"""
CUSTOMERS = "select to_jsonb(c)::text from customer c where c.tenant_id = :t and c.id = any(:ids) order by c.created_at"
SECTIONS = {
    "identities": "select "
    "(to_jsonb(i) - 'token_hash' - 'tenant_id' || jsonb_build_object('channel_type', h.type))::text "
    "from identity i join channel h on h.tenant_id = i.tenant_id and h.id = i.channel_id "
    "where i.tenant_id = :t and i.customer_id = any(:ids) order by i.created_at",
    "notes": "select (to_jsonb(n) - 'tenant_id')::text from customer_note n "
    "where n.tenant_id = :t and n.customer_id = any(:ids) order by n.created_at",
    "merges": "select (to_jsonb(m) - 'tenant_id')::text from customer_merge m "
    "where m.tenant_id = :t and (m.target_id = any(:ids) or m.source_id = any(:ids)) order by m.created_at",
    "events": "select (to_jsonb(e) - 'tenant_id')::text from event e "
    "where e.tenant_id = :t and e.customer_id = any(:ids) order by e.created_at",
    "scenario_runs": "select (to_jsonb(r) - 'tenant_id' || jsonb_build_object('scenario', s.key))::text "
    "from scenario_run r join scenario s on s.tenant_id = r.tenant_id and s.id = r.scenario_id "
    "where r.tenant_id = :t and r.customer_id = any(:ids) order by r.created_at",
    "ratings": "select (to_jsonb(g) - 'tenant_id')::text from rating g "
    "where g.tenant_id = :t and g.customer_id = any(:ids) order by g.created_at",
    "article_feedback": "select (to_jsonb(a) - 'tenant_id' || jsonb_build_object('article', d.title))::text "
    "from article_feedback a join knowledge_document d on d.tenant_id = a.tenant_id and d.id = a.document_id "
    "where a.tenant_id = :t and a.customer_id = any(:ids) order by a.created_at",
    "effects": "select (to_jsonb(e) - 'tenant_id')::text from effect e "
    "where e.tenant_id = :t and e.customer_id = any(:ids) order by e.created_at, e.id",
    "files": "select (to_jsonb(f) - 'tenant_id' - 'storage_key' - 'sha256')::text from file f where f.tenant_id = :t "
    "and f.uploader_kind = 'customer' and f.uploader_id = any(:ids) order by f.created_at",
}
"""Lists of customer.json, each a query of rows."""
CONVERSATIONS = """
select (conversation_summary(c) || jsonb_build_object('state', c.state, 'fields', coalesce(f.fields, '{}')))::text
from conversation c left join conversation_fields f on f.tenant_id = c.tenant_id and f.conversation_id = c.id
where c.tenant_id = :t and c.customer_id = any(:ids) order by c.created_at, c.id
"""
MESSAGES = """
select message_json(m)::text from message m where m.tenant_id = :t and m.conversation_id = :conversation order by m.seq
"""
FILES = """
select jsonb_build_array(f.id, f.name, f.storage_key)::text from file f
where f.tenant_id = :t and f.uploader_kind = 'customer' and f.uploader_id = any(:ids) order by f.created_at
"""


async def pack_customer(
    database: Database,
    store: FileStore,
    tenant_id: UUID,
    customer_id: UUID,
    file: IO[bytes],
    progress: Progress,
) -> Packed:
    """Write the bundle of a customer, with those who were merged into him; rows are of one moment.

    Raises:
        NotFound: there is no such customer any more.
    """
    archive = ArchiveWriter(file)
    await archive.text("README.txt", readme(datetime.now(UTC).isoformat(timespec="minutes")))
    async with snapshot_of(database, tenant_id) as snapshot:
        ids = [UUID(each) async for page in snapshot.lines(OWN_IDS, customer=customer_id) for each in page]
        if not ids:
            raise NotFound("There is no such customer.", code="customer_not_found")
        locale = str(await snapshot.one("select locale from tenant where tenant_id = :t"))
        async with archive.part("customer.json") as part:
            await _write_customer(part, snapshot, ids)
        conversations = [each async for page in snapshot.lines(CONVERSATIONS, ids=ids) for each in page]
        for number, line in enumerate(conversations):
            await _write_conversation(archive, snapshot, line, locale)
            await progress(0.8 * (number + 1) / len(conversations))
        files = [orjson.loads(each) async for page in snapshot.lines(FILES, ids=ids) for each in page]
    count = 0
    for number, (file_id, name, key) in enumerate(files):
        count += await _write_file(archive, store, f"files/{file_id}-{_plain(name)}", key)
        await progress(0.8 + 0.2 * (number + 1) / len(files))
    return Packed(await archive.close(), count)


async def _write_customer(part: PartWriter, snapshot: Snapshot, ids: Sequence[UUID]) -> None:
    """One JSON document, list by list."""
    rows = [orjson.loads(each) async for page in snapshot.lines(CUSTOMERS, ids=list(ids)) for each in page]
    for row in rows:
        del row["tenant_id"]
    own = next(row for row in rows if row["id"] == str(ids[0]))
    others = [row for row in rows if row is not own]
    await part.write(b'{"customer":' + orjson.dumps(own) + b',"merged":' + orjson.dumps(others))
    for name, sql in SECTIONS.items():
        await part.write(f',"{name}":'.encode())
        await _write_list(part, snapshot.lines(sql, ids=list(ids)))
    await part.write(b"}\n")


async def _write_list(part: PartWriter, pages: AsyncIterator[Sequence[str]]) -> None:
    before = "["
    async for page in pages:
        await part.write((before + ",\n".join(page)).encode())
        before = ",\n"
    await part.write(b"[]" if before == "[" else b"]")


async def _write_conversation(archive: ArchiveWriter, snapshot: Snapshot, line: str, locale: str) -> None:
    summary: dict[str, Any] = orjson.loads(line)
    at = UUID(summary["id"])
    async with archive.part(f"conversations/{at}.json") as part:
        await part.write(f'{{"conversation":{line},"messages":'.encode())
        await _write_list(part, snapshot.lines(MESSAGES, conversation=at))
        await part.write(b"}\n")
    async with archive.part(f"conversations/{at}.txt") as part:
        async for page in snapshot.lines(MESSAGES, conversation=at):
            await part.write("".join(_spoken(orjson.loads(each), locale) for each in page).encode())


def _spoken(message: dict[str, Any], locale: str) -> str:
    """A message as a line to read; what hangs on it is in the JSON."""
    author = message["author"]
    who = author["name"] or word(author["kind"], locale)
    note = f" ({word('note', locale)})" if message["direction"] == "note" else ""
    buttons = "".join(f"\n    [{each.get('label', '')}]" for each in message["content"].get("buttons", []))
    text = message["text"].replace("\n", "\n    ")
    return f"{message['created_at'][:16].replace('T', ' ')}  {who}{note}: {text}{buttons}\n"


async def _write_file(archive: ArchiveWriter, store: FileStore, name: str, key: str) -> bool:
    try:
        pieces = await store.get(key)
    except FileNotFoundError:  # deleted since the snapshot
        return False
    async with archive.part(name) as part:
        async for piece in pieces:
            await part.write(piece)
    return True


def _plain(name: str) -> str:
    try:
        return clean_name(name)
    except Invalid:
        return "file"
