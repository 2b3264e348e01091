"""Each statement of a sweep runs as the role that it is for, and takes nothing that is not over its term."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from omnisupport.devstack.embedded import EmbeddedUrls
from omnisupport.domain.retention import DEAD
from omnisupport.storage.queries.retention import Sweeps
from omnisupport.storage.queries.sweeping import SweeperQueries
from omnisupport.storage.session import Database
from tests.storage.conftest import Home

BEFORE = datetime.now(UTC) - timedelta(days=30)


@pytest.mark.parametrize("name", DEAD)
async def test_living_rows_are_left_alone(database: Database, home: Home, name: str) -> None:
    for tenant_id in (home.tenant_id, UUID(int=0)):
        assert await Sweeps(database).end_dead(tenant_id, name) == 0


async def test_what_is_young_is_left_alone(database: Database, home: Home) -> None:
    sweeps = Sweeps(database)
    assert home.tenant_id in await sweeps.tenants(UUID(int=home.tenant_id.int - 1), 1)
    assert await sweeps.end_conversations(home.tenant_id, BEFORE) == (
        {"conversations": 0, "messages": 0, "turns": 0},
        [],
    )
    assert await sweeps.end_runs(home.tenant_id, BEFORE) == []
    assert await sweeps.old_files(home.tenant_id, BEFORE) == []
    assert await sweeps.end_events(home.tenant_id, BEFORE) == 0
    assert await sweeps.end_deliveries(home.tenant_id, BEFORE) == 0
    assert await sweeps.end_visitor_tokens(home.tenant_id) == 0
    assert await sweeps.begin_erasures(home.tenant_id, BEFORE) == 0
    assert await sweeps.open_erasures(home.tenant_id, 1) == []


async def test_the_sweeper_ends_no_line_without_a_term(urls: EmbeddedUrls, home: Home) -> None:
    sweeper = SweeperQueries(urls.database_sweeper or "")
    assert await sweeper.end_audit(home.tenant_id, 10) == 0
    await sweeper.close()
