"""The master key, from the command line."""

from __future__ import annotations

from sqlmodel import SQLModel

from omnisupport.settings import Settings
from omnisupport.storage import rotation
from tests.support.product import Product
from tests.support.tenants import make_tenant


async def test_rotating_without_a_new_key_says_how_to_make_one(product: Product, settings: Settings) -> None:
    await make_tenant(settings)
    told = product.omni("keys", "rotate")
    assert told.returncode == 0, told.stderr
    assert "under the current master key" in told.stdout
    assert "OMNI_MASTER_KEY" in told.stdout


def test_every_secret_at_rest_is_sealed_anew() -> None:
    known = {
        (str(each.table.__tablename__), each.column)
        for each in (*rotation.SEALED, *rotation.SEALED_OF_PEOPLE)
    }
    kept = {
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if "secret" in column.name or column.name == "signing"
    }
    assert kept == known, "a secret is added to `rotation.SEALED` or `rotation.SEALED_OF_PEOPLE`"
