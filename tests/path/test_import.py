"""`omni knowledge import`: each file stands alone, and what became of it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from omnisupport.activities import indexing
from omnisupport.devstack import provision
from omnisupport.errors import OmniError, Unavailable
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import KnowledgeDocument
from tests.support.product import Product
from tests.support.tenants import TestTenant, make_tenant


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant without knowledge."""
    return await make_tenant(settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files good and bad; the bad ones come first."""
    made = tmp_path / "articles"
    made.mkdir()
    (made / "a_title.md").write_text("# a\n", "utf-8")
    (made / "b_nul.md").write_text('---\ntitle: "a\\0b"\n---\nText.\n', "utf-8")
    (made / "c_link.md").symlink_to("/etc/hostname")
    (made / "d_good.md").write_text("# Delivery\n\nA courier costs 350.\n", "utf-8")
    (made / "e_twice.md").write_text("---\nslug: d_good\n---\nThe same address again.\n", "utf-8")
    return made


async def slugs(settings: Settings, tenant: TestTenant) -> list[str]:
    """The articles that Postgres holds."""
    database = Database(settings.database_url or "", pool_size=1)
    async with database.session(tenant.id) as session:
        found = list((await session.exec(select(KnowledgeDocument.slug))).all())
    await database.close()
    return found


async def test_a_bad_file_is_told_and_holds_no_other_up(
    product: Product, settings: Settings, tenant: TestTenant, folder: Path
) -> None:
    first = product.omni("knowledge", "import", str(folder), "--tenant", tenant.slug)
    assert first.returncode == 1, first.stderr
    assert first.stdout.splitlines() == [
        "refused    a_title.md: there is no text below its headings. Write some.",
        "refused    b_nul.md: title must be one line of at most 500 characters.",
        "refused    c_link.md: a link that leads out of the folder. Copy the file into it.",
        "imported   d_good.md",
        "refused    e_twice.md: Another file of this folder has the slug 'd_good' in the same language. "
        "Give it a slug of its own.",
        "5 files: 1 imported, 4 refused.",
    ]
    assert await slugs(settings, tenant) == ["d_good"]

    for bad in folder.glob("[abce]_*"):
        bad.unlink()
    again = product.omni("knowledge", "import", str(folder), "--tenant", tenant.slug)
    assert again.returncode == 0, again.stderr
    assert again.stdout == "unchanged  d_good.md\n1 file: 1 unchanged.\n"


@pytest.fixture
def without_worker(product: Product) -> Iterator[None]:
    """The stack with its worker held down."""
    assert product.omni("dev", "stop", "worker").returncode == 0
    yield
    assert product.omni("dev", "start", "worker").returncode == 0


@pytest.mark.usefixtures("without_worker")
async def test_without_a_worker_the_import_ends_soon_and_says_why(
    settings: Settings, tenant: TestTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "TAKEN_WITHIN", timedelta(seconds=1))
    (tmp_path / "late.md").write_text("# Late\n\nText.\n", "utf-8")
    with pytest.raises(Unavailable, match="No worker takes the index work") as refused:
        await provision.import_knowledge(settings, tenant.slug, tmp_path)
    assert refused.value.code == "engine_unavailable"
    assert "late" not in await slugs(settings, tenant)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [("127.0.0.1:1", "No worker takes the index work"), (None, "TEMPORAL_ADDRESS is not set")],
)
async def test_without_an_engine_the_import_ends_soon_and_says_why(
    settings: Settings, tenant: TestTenant, folder: Path, address: str | None, wanted: str
) -> None:
    elsewhere = settings.model_copy(update={"temporal_address": address})
    async with asyncio.timeout(30):
        with pytest.raises(OmniError, match=wanted):
            await provision.import_knowledge(elsewhere, tenant.slug, folder)


def test_an_order_for_a_part_that_is_none_names_the_parts(product: Product) -> None:
    said = product.omni("dev", "stop", "nosuchpart")
    assert said.returncode == 1
    assert said.stderr.startswith("There is no part 'nosuchpart' here. Parts: api, ")
