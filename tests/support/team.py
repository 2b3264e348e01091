"""What tests of a team share: the audit log, and roles that a test needs."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit
from tests.support.operator import Operator
from tests.support.tenants import TestTenant


async def audit_of(settings: Settings, tenant: TestTenant, action: str) -> list[Audit]:
    """Lines of an action, oldest first."""
    database = Database(settings.database_url or "", pool_size=1)
    try:
        async with database.session(tenant.id) as session:
            rows = await session.exec(
                select(Audit)
                .where(Audit.tenant_id == tenant.id, Audit.action == action)
                .order_by(col(Audit.id))
            )
            return list(rows.all())
    finally:
        await database.close()


async def id_of(operator: Operator) -> str:
    """The id of who is signed in."""
    return str((await operator.request("GET", "/me")).json()["user"]["id"])


async def make(operator: Operator, path: str, noun: str, **body: Any) -> dict[str, Any]:
    """Make a thing that must be allowed."""
    answer = await operator.request("POST", path, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()[noun]
    return made


async def refused(operator: Operator, method: str, path: str, **options: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    answer = await operator.request(method, path, **options)
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["code"]
