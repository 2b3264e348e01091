"""Tenants out of a deployment and into another, by its operator: the same bundle as the console's, without it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlmodel import col, select
from temporalio.client import Client

from omnisupport import temporal
from omnisupport.devstack.provision import Articles
from omnisupport.domain.bundle import Asked, BundleKind
from omnisupport.domain.conversation import Ring
from omnisupport.errors import NotFound, OmniError
from omnisupport.scenario_dsl.ir import ENGINE, hash_ir
from omnisupport.settings import Settings
from omnisupport.storage.access.platform import IMPORTING
from omnisupport.storage.bundles.importing import Imported, TenantImport
from omnisupport.storage.bundles.packer import Packer
from omnisupport.storage.bundles.reading import BundleReader
from omnisupport.storage.files import FileStore
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.queries.tenants import Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Connection, Conversation, KnowledgeDocument, Tenant

Tell = Callable[[str], None]
READ_AT_ONCE = 500
WIDGET = "widget"


async def export_tenant(settings: Settings, slug: str, file: Path, *, tell: Tell) -> None:
    """Write a tenant's bundle to a file that must not be there yet.

    Raises:
        NotFound: there is no such tenant (code `tenant_not_found`).
        OmniError: the file is there, or cannot be written (code `file_refused`).
    """
    async with _opened(settings) as (database, store):
        tenant_id = await Tenants(database, parse_master_key(settings.master_key)).find(slug)
        if tenant_id is None:
            raise NotFound(f"There is no tenant '{slug}'.", code="tenant_not_found")
        async with database.session(tenant_id) as session:
            tenant = await session.get(Tenant, tenant_id)
        if tenant is None or tenant.status == IMPORTING:
            raise NotFound(
                f"The tenant '{slug}' is not whole: its import has not ended.", code="tenant_not_found"
            )
        shown = -1

        async def progress(done: float) -> None:
            nonlocal shown
            if int(done * 10) > shown:
                shown = int(done * 10)
                tell(f"{shown * 10:3} %")

        try:
            with _create(file) as out:
                packed = await Packer(database, store).pack(
                    tenant_id, Asked(BundleKind.TENANT, None, ""), out, progress
                )
        except OSError as refused:
            raise OmniError(f"{file}: {refused.strerror}.", code="file_refused") from refused
        tell(f"Tenant {slug}: {packed.size} bytes, {packed.files} files, in {file}. It holds personal data.")


async def import_tenant(settings: Settings, file: Path, *, slug: str | None, tell: Tell) -> Imported:
    """Bring a tenant in from a bundle, and put it to work.

    Raises:
        Invalid: the bundle cannot be taken (codes `bundle_…`); nothing is left of it.
        Conflict: the tenant is here already, or the slug is taken.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.", code="file_not_found")
    bundle = BundleReader(file)
    try:
        bundle.check(check_scenario)
        tell("The bundle is whole.")
        async with _opened(settings) as (database, store):
            work = TenantImport(database, store, parse_master_key(settings.master_key), bundle)
            done = await work.run(slug or bundle.manifest.tenant.slug)
            tell(f"Tenant {done.slug} is written: {sum(done.rows.values())} rows, {done.files} files.")
            await _name_secrets(database, done)
            await _put_to_work(settings, database, done.tenant_id, tell)
        for line in report(done, bundle):
            tell(line)
        return done
    finally:
        bundle.close()


def check_scenario(table: str, row: dict[str, Any]) -> None:
    """A version of a scenario is what its hash says: processes keep one copy for all tenants by it.

    Raises:
        ValueError: it is not.
    """
    if table != "scenario_version":
        return
    ir = row["ir"]
    if not isinstance(ir, dict) or not row["ir_hash"] == ir.get("hash") == hash_ir(ir):
        raise ValueError("the version of a scenario is not what its hash says")
    if row["engine"] != ENGINE or ir.get("engine") != ENGINE:
        raise ValueError(f"the version of a scenario is of engine {row['engine']}, this release has {ENGINE}")


def report(done: Imported, bundle: BundleReader) -> list[str]:
    """What the operator has to know and to do."""
    lines = []
    if done.known_people:
        lines.append(f"Had an account here already: {', '.join(done.known_people)}.")
    if done.new_people:
        lines.append(f"New here, set a password by 'Forgot password': {', '.join(done.new_people)}.")
    lines += [f"Enter again: {each}." for each in done.secrets]
    lines += [f"Left out: {name}. {why}" for name, why in bundle.manifest.left_out.items()]
    if missing := bundle.manifest.files.missing:
        lines.append(f"{len(missing)} files were gone where it comes from.")
    return lines


async def _name_secrets(database: Database, done: Imported) -> None:
    async with database.session(done.tenant_id) as session:
        connections = (await session.exec(select(Connection).order_by(col(Connection.key)))).all()
        channels = (await session.exec(select(Channel).where(col(Channel.type) != WIDGET))).all()
    done.secrets += [
        f"connection '{each.key}' ({each.auth['kind']})"
        for each in connections
        if each.auth.get("kind", "none") != "none"
    ]
    done.secrets += [f"channel '{each.name}' ({each.type}): connect it again" for each in channels]


async def _put_to_work(settings: Settings, database: Database, tenant_id: UUID, tell: Tell) -> None:
    """Conversations take up their timers, documents are indexed. What cannot be done now is said, not undone."""
    if not settings.temporal_address:
        tell(
            "TEMPORAL_ADDRESS is not set: conversations go on with their next message, knowledge is not indexed."
        )
        return
    keys = DatabaseKeyRing(database, parse_master_key(settings.master_key))
    client = await temporal.connect(
        settings.temporal_address, namespace=settings.temporal_namespace, keys=keys, lazy=True
    )
    rung, late = await _ring(database, client, tenant_id)
    tell(f"{rung} open conversations go on" + (f", {late} with their next message." if late else "."))
    indexed = 0
    async for document in _documents(database, tenant_id):
        try:
            await Articles(database, client, tenant_id).index_again(document)
        except OmniError as refused:
            tell(f"Not indexed: {document.title}: {refused.detail}")
        else:
            indexed += 1
    tell(f"{indexed} documents are indexed.")


async def _ring(database: Database, client: Client, tenant_id: UUID) -> tuple[int, int]:
    """Ring every conversation that is not resolved, for nothing new: it reads its row and arms its timers."""
    bell, rung, late, after = temporal.Bell(client), 0, 0, UUID(int=0)
    while True:
        async with database.session(tenant_id) as session:
            rows = (
                await session.exec(
                    select(Conversation.id, Conversation.scenario_key, Channel.type)
                    .join(
                        Channel,
                        (col(Channel.tenant_id) == Conversation.tenant_id)
                        & (col(Channel.id) == Conversation.channel_id),
                    )
                    .where(Conversation.tenant_id == tenant_id, col(Conversation.id) > after)
                    .where(Conversation.status != "resolved")
                    .order_by(col(Conversation.id))
                    .limit(READ_AT_ONCE)
                )
            ).all()
        for conversation_id, scenario, kind in rows:
            is_taken = await bell.ring(
                tenant_id, conversation_id, Ring(seq=0), channel_type=kind, scenario=scenario
            )
            rung, late = rung + is_taken, late + (not is_taken)
        if len(rows) < READ_AT_ONCE:
            return rung, late
        after = rows[-1][0]


async def _documents(database: Database, tenant_id: UUID) -> AsyncIterator[KnowledgeDocument]:
    after = UUID(int=0)
    while True:
        async with database.session(tenant_id) as session:
            found = (
                await session.exec(
                    select(KnowledgeDocument)
                    .where(KnowledgeDocument.tenant_id == tenant_id, col(KnowledgeDocument.id) > after)
                    .where(  # a draft is in no answer
                        (col(KnowledgeDocument.kind) != "article")
                        | col(KnowledgeDocument.published_at).is_not(None)
                    )
                    .order_by(col(KnowledgeDocument.id))
                    .limit(1)
                )
            ).first()
        if found is None:
            return
        after = found.id
        yield found


@contextmanager
def _create(file: Path) -> Iterator[IO[bytes]]:
    """A new file that its owner alone reads; half of a bundle does not stay."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            yield out
    except BaseException:
        file.unlink(missing_ok=True)
        raise


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, FileStore]]:
    assert settings.database_url
    database = Database(settings.database_url, pool_size=2)
    try:
        await database.check_role()
        yield database, FileStore(settings.files_url, settings.files_dir)
    finally:
        await database.close()
