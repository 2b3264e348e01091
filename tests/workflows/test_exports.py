"""A bundle's own clock: removed when its time is over; what nobody wants any more is not made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from omnisupport.storage.tables import Bundle
from tests.support.tenants import ECHO
from tests.workflows import bundles
from tests.workflows.bundles import kept_briefly
from tests.workflows.post import Post, post_of
from tests.workflows.stage import Stage


@pytest.fixture
async def post(stage: Stage) -> AsyncIterator[Post]:
    async with post_of(stage) as opened:
        yield opened


async def test_a_bundle_is_made_told_of_and_removed_when_its_time_is_over(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant(ECHO)
    with kept_briefly():
        async with stage.working(sandboxed=False):
            asked = await bundles.ask(stage, tenant)
            told = bundles.told_of(asked)
            assert await bundles.result_of(stage, told) == "expired"
    async with stage.adapters.database.session(tenant.id) as session:
        row = await session.get(Bundle, (tenant.id, asked.id))
    assert row is not None
    assert (row.status, row.progress, bool(row.size), bool(row.expires_at)) == ("expired", 1, True, True)
    assert not (stage.settings.files_dir / row.storage_key).exists()
    (mail,) = post.peer.mails
    assert (mail["To"], mail["Subject"]) == (tenant.email, "Выгрузка данных готова")


async def test_what_was_never_committed_or_is_deleted_is_not_made(stage: Stage) -> None:
    async with stage.working(sandboxed=False):
        await bundles.export_unwanted(stage)


async def test_a_bundle_whose_storage_does_not_take_it_is_tried_again(stage: Stage) -> None:
    tenant = await stage.tenant(ECHO)
    folder = stage.settings.files_dir
    folder.parent.mkdir(parents=True, exist_ok=True)
    moved = folder.with_name(f"{folder.name}-{uuid4().hex[:6]}")
    if folder.exists():
        folder.rename(moved)
    folder.write_text("no folder")
    stage.adapters.files._opened = None
    with kept_briefly():
        async with stage.working(sandboxed=False):
            asked = await bundles.ask(stage, tenant)
            await bundles.until_attempt(stage, asked, 2)
            folder.unlink()
            if moved.exists():
                moved.rename(folder)
            assert await bundles.result_of(stage, bundles.told_of(asked)) == "expired"
