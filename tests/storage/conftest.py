"""A real Postgres with the newest schema, one for all storage tests of a process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.devstack.embedded import EmbeddedServers, EmbeddedUrls
from omnisupport.net.sealing import MasterKey
from omnisupport.storage.migrate import upgrade
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.session import Database

MASTER = MasterKey(bytes(32))


@pytest.fixture(scope="session")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedUrls]:
    """URLs of the three roles."""
    with EmbeddedServers(tmp_path_factory.mktemp("storage") / "state", parts=("postgres",)) as servers:
        assert servers.urls.database_owner
        asyncio.run(upgrade(servers.urls.database_owner))
        yield servers.urls


@pytest.fixture
async def database(urls: EmbeddedUrls) -> AsyncIterator[Database]:
    """The app role's door."""
    assert urls.database
    door = Database(urls.database, pool_size=8)
    yield door
    await door.close()


@dataclass(frozen=True)
class Home:
    """A tenant with one visitor."""

    tenant_id: UUID
    slug: str
    token: bytes


@pytest.fixture
async def home(database: Database) -> Home:
    """A tenant of its own."""
    return await make_home(database)


async def make_home(database: Database) -> Home:
    """Make a tenant with an owner and a visitor."""
    slug = f"s-{uuid4().hex[:12]}"
    owner = NewPerson(email=f"{slug}@example.com", name="Owner", password_hash="-", role="owner")
    tenant_id = await Tenants(database, MASTER).create(slug, slug, owner=owner)
    visitors = Visitors(database)
    at = await visitors.home(slug)
    assert at is not None
    _, digest = new_token(TokenKind.VISITOR, tenant_id)
    await visitors.create(at, digest, locale="ru", page=None)
    return Home(tenant_id, slug, digest)


@pytest.fixture
def conversations(database: Database) -> Conversations:
    """The hot functions."""
    return Conversations(database)
