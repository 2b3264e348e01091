"""What the command line makes in a deployment: tenants, and documents brought into knowledge."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport import temporal
from omnisupport.activities.knowledge import INGEST, Document
from omnisupport.ai.knowledge.embed import SPACE
from omnisupport.ai.knowledge.sources import SUFFIXES, read_file
from omnisupport.auth.passwords import Passwords
from omnisupport.devstack.context import Login
from omnisupport.errors import NotFound, OmniError
from omnisupport.settings import Settings
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import KnowledgeDocument

HELP = "help"
"""The knowledge base that default answers are made from."""
INDEX_DEADLINE = timedelta(minutes=5)


@dataclass
class Report:
    """What an import did: imported, unchanged, and refused with the reason."""

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


async def create_tenant(
    settings: Settings, slug: str, owner_email: str, *, name: str | None = None, password: str | None = None
) -> Login:
    """A tenant with its owner; the password is made here and told once."""
    assert settings.database_url
    password = password or secrets.token_urlsafe(12)
    database = Database(settings.database_url, pool_size=1)
    passwords = Passwords()
    try:
        tenants = Tenants(database, parse_master_key(settings.master_key))
        hashed = await passwords.hash(password)
        owner = NewPerson(
            email=owner_email, name=owner_email.split("@")[0], password_hash=hashed, role="owner"
        )
        await tenants.create(slug, name or slug, owner=owner)
    finally:
        passwords.close()
        await database.close()
    return Login(email=owner_email, password=password, tenant=slug)


async def import_knowledge(settings: Settings, tenant_slug: str, folder: Path, *, site: str = "") -> Report:
    """Bring every Markdown or text file of a folder into a tenant's knowledge; unchanged ones are left alone.

    `site` is the origin that addresses such as `/help/delivery` are completed with.

    Raises:
        NotFound: no such tenant, or no such folder.
        OmniError: the worker does not take the index work (code `engine_unavailable`).
    """
    if not folder.is_dir():
        raise NotFound(f"{folder} is not a folder.", code="folder_not_found")
    assert settings.database_url
    assert settings.temporal_address
    master = parse_master_key(settings.master_key)
    database = Database(settings.database_url, pool_size=1)
    try:
        tenant_id = await Tenants(database, master).find(tenant_slug)
        if tenant_id is None:
            raise NotFound(f"There is no tenant '{tenant_slug}'.", code="tenant_not_found")
        report = Report()
        documents = [
            document
            for file in sorted(
                path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()
            )
            if (document := await _keep(database, tenant_id, folder, file, report, site)) is not None
        ]
        if documents:
            keys = DatabaseKeyRing(database, master)
            client = await temporal.connect(
                settings.temporal_address, namespace=settings.temporal_namespace, keys=keys
            )
            for document in documents:
                await client.execute_activity(
                    INGEST,
                    document,
                    id=temporal.workflow_id(tenant_id, "ingest", uuid4()),
                    task_queue=temporal.AI,
                    start_to_close_timeout=INDEX_DEADLINE,
                    schedule_to_close_timeout=INDEX_DEADLINE,
                )
                await _indexed(database, tenant_id, document)
        return report
    finally:
        await database.close()


async def _keep(
    database: Database, tenant_id: UUID, folder: Path, file: Path, report: Report, site: str
) -> Document | None:
    """Write one file's row; the document to index, or None when there is nothing to do."""
    name = str(file.relative_to(folder))
    try:
        article = read_file(file)
    except OmniError as refused:
        report.refused[name] = refused.detail
        return None
    url = site + article.url if article.url and article.url.startswith("/") else article.url
    content_hash = hashlib.sha256(f"{SPACE}\0{article.title}\0{url}\0{article.markdown}".encode()).hexdigest()
    async with database.session(tenant_id) as session:
        row = (
            await session.exec(
                select(KnowledgeDocument).where(
                    KnowledgeDocument.tenant_id == tenant_id,
                    KnowledgeDocument.knowledge == HELP,
                    KnowledgeDocument.slug == article.slug,
                    KnowledgeDocument.locale == article.locale,
                )
            )
        ).first()
        if row is not None and row.indexed_hash == content_hash:
            report.unchanged.append(name)
            return None
        row = row or KnowledgeDocument(
            tenant_id=tenant_id,
            id=uuid4(),
            knowledge=HELP,
            slug=article.slug,
            locale=article.locale,
            title=article.title,
            markdown="",
            content_hash="",
            created_at=datetime.now(UTC),
        )
        row.title, row.url, row.markdown = article.title, url, article.markdown
        row.content_hash, row.updated_at = content_hash, datetime.now(UTC)
        session.add(row)
    report.imported.append(name)
    return Document(
        tenant_id=str(tenant_id),
        document_id=str(row.id),
        knowledge=HELP,
        locale=row.locale,
        title=row.title,
        url=row.url,
        markdown=row.markdown,
    )


async def _indexed(database: Database, tenant_id: UUID, document: Document) -> None:
    async with database.session(tenant_id) as session:
        row = await session.get(KnowledgeDocument, (tenant_id, UUID(document.document_id)))
        if row is not None:
            row.indexed_hash = row.content_hash
            session.add(row)
