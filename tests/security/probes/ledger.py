"""All rows of a tenant, to hold what was before against what is after."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from omnisupport.settings import Settings
from omnisupport.storage.session import Database

ALL_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TABLES = """
select table_name from information_schema.columns
where column_name = 'tenant_id' and table_schema = 'public' order by table_name
"""
PEOPLE = (
    'select u::text from "user" u where id in (select user_id from user_tenant where tenant_id = :tenant)'
)


@dataclass(frozen=True)
class Ledger:
    """Rows as texts, by table."""

    rows: dict[str, frozenset[str]]

    @property
    def digest(self) -> str:
        """One word for all of them."""
        whole = "\n".join(f"{table} {row}" for table in sorted(self.rows) for row in sorted(self.rows[table]))
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def ids(self) -> frozenset[str]:
        """Every id that stands in a row."""
        return frozenset(
            found for rows in self.rows.values() for row in rows for found in ALL_IDS.findall(row)
        )

    def differences(self, later: Ledger) -> list[str]:
        """Rows that came, went or changed."""
        return [
            f"{table}: {row}"
            for table in sorted(self.rows.keys() | later.rows.keys())
            for row in sorted(self.rows.get(table, frozenset()) ^ later.rows.get(table, frozenset()))
        ]


async def read_ledger(settings: Settings, tenant_id: UUID) -> Ledger:
    """Every row of a tenant, in every table that has one, and its people."""
    database = Database(settings.database_url or "", pool_size=1)
    try:
        async with database.session(tenant_id) as session:
            names = [row[0] for row in (await session.exec(text(TABLES))).all()]  # type: ignore[call-overload]
            rows: dict[str, frozenset[str]] = {}
            of_tenant = {name: f'select t::text from "{name}" t where tenant_id = :tenant' for name in names}
            # How a connection is found is written every minute, whoever asks for what.
            of_tenant["channel"] = (
                "select (to_jsonb(t) - 'health')::text from channel t where tenant_id = :tenant"
            )
            for name, sql in (of_tenant | {"user": PEOPLE}).items():
                found = await session.exec(text(sql), params={"tenant": tenant_id})  # type: ignore[call-overload]
                rows[name] = frozenset(row[0] for row in found.all())
        return Ledger(rows)
    finally:
        await database.close()
