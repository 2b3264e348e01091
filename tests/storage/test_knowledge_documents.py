"""Documents of a tenant by their properties: what `kb_answer` narrows its search to."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from omnisupport.errors import Invalid
from omnisupport.settings import Settings
from omnisupport.storage.queries import knowledge
from omnisupport.storage.queries.knowledge import KnowledgeBases
from omnisupport.storage.session import Database
from omnisupport.storage.tables import KnowledgeDocument
from tests.support.tenants import ECHO, make_tenant


async def written(database: Database, tenant_id: UUID, **more: Any) -> str:
    """A document; its id."""
    document = {"knowledge": "help", "slug": "delivery", "locale": "ru", "title": "Доставка", **more}
    row = KnowledgeDocument(tenant_id=tenant_id, id=uuid4(), markdown="x", content_hash="x", **document)
    async with database.session(tenant_id) as session:
        session.add(row)
        await session.flush()
        return str(row.id)


@pytest.fixture
async def database(settings: Settings) -> Any:
    opened = Database(settings.database_url or "", pool_size=1)
    yield opened
    await opened.close()


async def test_a_document_is_found_by_each_property_and_by_all_of_them(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, other = await make_tenant(settings, ECHO), await make_tenant(settings, ECHO)
    russian = await written(database, tenant.id)
    english = await written(database, tenant.id, locale="en", title="Delivery", url="https://x/d")
    await written(database, tenant.id, knowledge="staff", slug="salary")
    await written(database, other.id)
    bases = KnowledgeBases(database)

    async def found(**filters: Any) -> set[str]:
        return set(await bases.documents(tenant.id, ["help"], filters))

    assert await found(locale="ru") == {russian}
    assert await found(slug="delivery") == {russian, english}
    assert await found(locale=["ru", "en"], title="Delivery") == {english}
    assert await found(url="https://x/d") == {english}
    assert await found(slug="salary") == await found(locale=5) == await found(locale=[]) == set()
    assert await found(markdown="x") == set(), "no property to narrow by"
    monkeypatch.setattr(knowledge, "MOST_DOCUMENTS", 1)
    assert await found(locale="ru") == {russian}
    with pytest.raises(Invalid) as refused:
        await found(slug="delivery")
    assert refused.value.code == "filters_too_wide"
