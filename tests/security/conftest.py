"""The real Postgres of the storage tests, and its owner's connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from omnisupport.devstack.embedded import EmbeddedUrls
from omnisupport.storage.session import driver_url
from tests.storage.conftest import conversations, database, home, urls

__all__ = ["conversations", "database", "home", "urls"]


@pytest.fixture
async def owner(urls: EmbeddedUrls) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the tables, in a transaction that is rolled back."""
    connection = await asyncpg.connect(driver_url(urls.database_owner or ""))
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()
