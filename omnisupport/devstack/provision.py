"""What the command line makes in a deployment: tenants, and documents brought into knowledge."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import select
from temporalio.client import Client

from omnisupport import temporal
from omnisupport.activities.indexing import IndexSilent, content_hash, forget_document, index_document
from omnisupport.ai.knowledge.sources import SourceDocument, find_files, read_file
from omnisupport.auth.passwords import Passwords
from omnisupport.devstack.context import Login
from omnisupport.devstack.refusal import Refused
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.people import parse_address
from omnisupport.errors import Invalid, NotFound, Unavailable
from omnisupport.settings import Settings
from omnisupport.storage.access.articles import HELP, free_id
from omnisupport.storage.audit import record
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import KnowledgeDocument


@dataclass
class Report:
    """What an import did: imported, unchanged, and refused with the reason."""

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lists = {"imported": self.imported, "unchanged": self.unchanged, "refused": self.refused}
        counts = {what: len(names) for what, names in lists.items() if names}
        total = sum(counts.values())
        return (
            f"{total} file{'s' * (total != 1)}: "
            + ", ".join(f"{n} {what}" for what, n in counts.items())
            + "."
        )


async def create_tenant(
    settings: Settings, slug: str, owner_email: str, *, name: str | None = None, password: str | None = None
) -> Login | None:
    """A tenant with its owner; the password is made here and told once. None when the owner has a login already."""
    assert settings.database_url
    password = password or secrets.token_urlsafe(12)
    database = Database(settings.database_url, pool_size=1)
    passwords = Passwords()
    try:
        tenants = Tenants(database, parse_master_key(settings.master_key))
        is_known = await tenants.knows(owner_email)
        hashed = await passwords.hash(password)
        owner = NewPerson(
            email=owner_email, name=owner_email.split("@")[0], password_hash=hashed, role="owner"
        )
        await tenants.create(slug, name or slug, owner=owner)
    finally:
        passwords.close()
        await database.close()
    return None if is_known else Login(email=parse_address(owner_email), password=password, tenant=slug)


async def import_knowledge(
    settings: Settings,
    tenant_slug: str,
    folder: Path,
    *,
    site: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Bring every Markdown or text file of a folder into a tenant's knowledge; unchanged ones are left alone.

    Each file stands alone: one that is refused changes nothing and holds no other up. `site` is the origin that
    addresses such as `/help/delivery` are completed with; `tell` gets a line for each file when it is done.

    Raises:
        NotFound: no such tenant, or no such folder.
        Invalid: no file in it (code `knowledge_empty`).
        Refused: no Temporal is named.
        Unavailable: the worker does not take the index work (code `engine_unavailable`).
    """
    if not folder.is_dir():
        raise NotFound(f"{folder} is not a folder.", code="folder_not_found")
    files = find_files(folder)
    assert settings.database_url
    if not settings.temporal_address:
        raise Refused(
            "TEMPORAL_ADDRESS is not set: the index work goes to the worker through Temporal. Name it."
        )
    master = parse_master_key(settings.master_key)
    database = Database(settings.database_url, pool_size=1)
    try:
        tenant_id = await Tenants(database, master).find(tenant_slug)
        if tenant_id is None:
            raise NotFound(f"There is no tenant '{tenant_slug}'.", code="tenant_not_found")
        client = await temporal.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            keys=DatabaseKeyRing(database, master),
            lazy=True,
        )
        report, articles = Report(), Articles(database, client, tenant_id)
        for file in files:
            name = str(file.relative_to(folder))
            try:
                article = read_file(file, within=folder)
                if article.url and article.url.startswith("/"):
                    article = replace(article, url=site + article.url)
                is_new = await articles.take(article)
            except Invalid as refused:
                report.refused[name] = refused.detail.removeprefix(f"{file.name}: ")
                tell(f"refused    {name}: {report.refused[name]}")
            else:
                (report.imported if is_new else report.unchanged).append(name)
                tell(f"{'imported ' if is_new else 'unchanged'}  {name}")
        await _record_import(database, tenant_id, report)
        return report
    finally:
        await database.close()


async def _record_import(database: Database, tenant_id: UUID, report: Report) -> None:
    """The line of an import that changed something."""
    if report.imported:
        after = {"imported": len(report.imported), "refused": len(report.refused)}
        async with database.session(tenant_id) as session:
            record(session, tenant_id, SYSTEM, "knowledge.imported", target=("knowledge", HELP), after=after)


class Articles:
    """The help articles of one tenant: in the index first, then in Postgres, so that a refused one is in neither."""

    def __init__(self, database: Database, client: Client, tenant_id: UUID) -> None:
        self._database = database
        self._client = client
        self._tenant_id = tenant_id
        self._taken: set[UUID] = set()

    async def take(self, article: SourceDocument) -> bool:
        """Index and keep an article; false when it is there already, as it is.

        Raises:
            Invalid: it cannot be indexed, or an earlier one of this import has its slug and language.
            Unavailable: no worker takes the work (code `engine_unavailable`).
        """
        row = await self._find(article)
        if row.id in self._taken:
            raise Invalid(
                f"Another file of this folder has the slug '{article.slug}' in the same language. "
                "Give it a slug of its own.",
                code="knowledge_slug_twice",
            )
        self._taken.add(row.id)
        told_hash = content_hash(article.title, article.url, article.markdown)
        live_hash = told_hash if _is_answered_from(article) else None
        is_indexed, is_same = row.indexed_hash == live_hash, _stands(row, article)
        if is_indexed and is_same and row.content_hash == told_hash:
            return False
        row.title, row.url, row.markdown = article.title, article.url, article.markdown
        row.kind, row.category, row.position = article.kind, article.category, article.position
        row.published_at = (row.published_at or datetime.now(UTC)) if _is_public(article) else None
        row.content_hash, row.indexed_hash = told_hash, live_hash
        row.updated_at = datetime.now(UTC)
        if not is_indexed:
            await self._index(row)
        async with self._database.session(self._tenant_id) as session:
            await session.merge(row)
        return True

    async def index_again(self, row: KnowledgeDocument) -> None:
        """Index an article as it lies in Postgres; the errors are those of `take`."""
        row.indexed_hash = row.content_hash
        await self._index(row)
        async with self._database.session(self._tenant_id) as session:
            await session.merge(row)

    async def _find(self, article: SourceDocument) -> KnowledgeDocument:
        """The row of an article, or one to be; its id is made of its names, for a repeat after a crash."""
        mine: dict[str, Any] = {
            "tenant_id": self._tenant_id,
            "knowledge": HELP,
            "slug": article.slug,
            "locale": article.locale,
        }
        async with self._database.session(self._tenant_id) as session:
            row = (await session.exec(select(KnowledgeDocument).filter_by(**mine))).first()
            new_id = await free_id(session, self._tenant_id, article.slug, article.locale)
        return row or KnowledgeDocument(
            **mine,
            id=new_id,
            title="",
            markdown="",
            content_hash="",
            created_at=datetime.now(UTC),
        )

    async def _index(self, row: KnowledgeDocument) -> None:
        try:
            if row.indexed_hash is None:
                await forget_document(self._client, row.tenant_id, row.id)
            else:
                await index_document(self._client, row)
        except IndexSilent as silent:
            raise Unavailable(
                "No worker takes the index work. See that one runs (omni worker, or omni dev start worker) and "
                "import again: what is done is not repeated.",
                code=silent.code,
            ) from silent


def _stands(row: KnowledgeDocument, article: SourceDocument) -> bool:
    """Whether a row is of the kind, and stands where, its file says."""
    told = (article.kind, article.category, article.position, _is_public(article))
    return (row.kind, row.category, row.position, row.published_at is not None) == told


def _is_answered_from(article: SourceDocument) -> bool:
    """A draft is in no answer."""
    return article.kind != "article" or article.published


def _is_public(article: SourceDocument) -> bool:
    return article.kind == "article" and article.published
