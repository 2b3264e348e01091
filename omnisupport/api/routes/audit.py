"""The audit log: read, and taken out as a file. Nobody changes it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query

from omnisupport.api.csv_stream import CsvStream, table
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.audit import ACTION, TARGET, AuditExport, AuditPage, Outcome
from omnisupport.api.schemas.base import Moment
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid
from omnisupport.storage.access.audit import AuditFilter, Place, begin_export, export_audit, list_audit
from omnisupport.storage.tables import Audit

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

Reader = Annotated[Person, Depends(requires(Permission.AUDIT_READ))]
PAGE = 50
EXPORTS = RateLimit("audit-export", limit=10, window=60 * 60)
MOST_ID = 2**63 - 1
COLUMNS = (
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "impersonator_id",
    "action",
    "outcome",
    "target_kind",
    "target_id",
    "before",
    "after",
    "address",
    "user_agent",
)


@router.get("", response_model=AuditPage)
async def list_lines(
    who: Reader,
    at: ServicesDep,
    actor: UUID | None = None,
    action: Annotated[str | None, Query(pattern=ACTION)] = None,
    target: Annotated[str | None, Query(pattern=TARGET)] = None,
    outcome: Outcome | None = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = PAGE,
) -> dict[str, Any]:
    """What people, keys and the platform did, newest first.

    `action` is a beginning (`conversation.`), `target` a kind or a kind and an id (`conversation:…`), `from` and `to`
    are moments with a zone; `to` itself is not in.
    """
    wanted = _filter(actor, action, target, outcome, since, until)
    before = _read_cursor(cursor) if cursor is not None else None
    lines = await list_audit(at.database, who.tenant_id, wanted, before=before, limit=limit)
    return {
        "items": [_line(each) for each in lines],
        "next_cursor": _cursor(lines[-1]) if len(lines) == limit else None,
    }


@router.post(
    "/export",
    response_class=CsvStream,
    responses={
        200: {"description": "A CSV file", "content": {"text/csv": {"schema": {"type": "string"}}}},
        409: {"$ref": "#/components/responses/Error409"},
        429: {"$ref": "#/components/responses/Error429"},
    },
)
async def export(body: AuditExport, who: Reader, at: ServicesDep) -> CsvStream:
    """The lines as a CSV file, newest first, at most 100,000 and ten times an hour; the export is a line itself."""
    wanted = _filter(body.actor, body.action, body.target, body.outcome, body.since, body.until)
    await require(at.limiter, Mark(EXPORTS, f"{who.tenant_id}:{who.user_id}"))
    await begin_export(at.database, who.tenant_id, who.actor, wanted)
    pages = export_audit(at.database, who.tenant_id, wanted)
    name = f"audit-{datetime.now(UTC):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return CsvStream(table(COLUMNS, _cells(pages)), headers=headers)


async def _cells(pages: AsyncIterator[Any]) -> AsyncIterator[list[list[object]]]:
    async for lines in pages:
        yield [[_cell(getattr(line, name)) for name in COLUMNS] for line in lines]


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


def _filter(
    actor: UUID | None,
    action: str | None,
    target: str | None,
    outcome: str | None,
    since: datetime | None,
    until: datetime | None,
) -> AuditFilter:
    kind, _, target_id = (target or "").partition(":")
    return AuditFilter(
        actor_id=actor,
        action=action,
        target_kind=kind or None,
        target_id=target_id or None,
        outcome=outcome,
        since=_moment(since, "from"),
        until=_moment(until, "to"),
    )


def _moment(value: datetime | None, field: str) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise Invalid("The time needs a zone, as in 2027-01-31T09:00:00+03:00.", field=field)
    try:
        return value.astimezone(UTC)
    except OverflowError as beyond:
        raise Invalid("There is no such time.", field=field) from beyond


def _cursor(line: Audit) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([line.at.isoformat(), line.id])).decode()


def _read_cursor(cursor: str) -> Place:
    try:
        written, line = orjson.loads(base64.urlsafe_b64decode(cursor))
        at = datetime.fromisoformat(written).astimezone(UTC)
        if type(line) is not int or not 0 <= line <= MOST_ID:
            raise ValueError("no id of a line")
        return at, line
    except (ValueError, TypeError, OverflowError, binascii.Error) as wrong:
        raise Invalid("This is not a cursor of ours.", field="cursor") from wrong


def _line(line: Audit) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": line.at,
        "actor": {"kind": line.actor_kind, "id": line.actor_id, "name": line.actor_name},
        "impersonator_id": line.impersonator_id,
        "action": line.action,
        "outcome": line.outcome,
        "target": {"kind": line.target_kind, "id": line.target_id} if line.target_kind else None,
        "before": line.before,
        "after": line.after,
        "address": line.address,
        "user_agent": line.user_agent,
    }
