"""Members as a file: in as invitations, out as a table."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from omnisupport.api.deps import Person, ServicesDep, not_impersonated, requires
from omnisupport.api.member_import import COLUMNS, import_members
from omnisupport.api.schemas.member_files import ImportReport
from omnisupport.api.team import tell_team
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.domain.permissions import Permission
from omnisupport.domain.spreadsheet import read_rows, write_rows
from omnisupport.errors import Invalid
from omnisupport.storage.access.member_files import list_lines
from omnisupport.texts.member_import import reason

router = APIRouter(prefix="/api/v1/team/members", tags=["team"])

Manager = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE))]
Inviter = Annotated[Person, Depends(requires(Permission.TEAM_MANAGE, verified=True))]

MOST_ROWS = 1000
CSV = "text/csv"
PACE = RateLimit("member-files", limit=20, window=60 * 60)
"""Of one tenant, in and out together."""
TABLE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {CSV: {"schema": {"type": "string", "description": f"Columns: {', '.join(COLUMNS)}."}}},
    }
}


@router.post(
    "/import",
    response_model=ImportReport,
    openapi_extra=TABLE,
    dependencies=[Depends(not_impersonated)],
)
async def import_table(
    request: Request, who: Inviter, at: ServicesDep, dry_run: Annotated[bool, Query()] = False
) -> dict[str, Any]:
    """Invite whom a table names: at most 1,000 rows of CSV in UTF-8, separated by commas or semicolons.

    Each good row becomes an invitation, the report tells the others; with `dry_run` nothing is kept or sent.
    `departments` and `skills` are keys with `|` between, a skill as `english:4`; no role is `operator`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CSV:
        raise Invalid(f"Send the table as {CSV}.", field="content-type")
    rows = read_rows(await request.body(), columns=COLUMNS, required="email", most=MOST_ROWS)
    await require(at.limiter, Mark(PACE, str(who.tenant_id)))
    outcome = await import_members(at, who, rows, dry_run=dry_run)
    if outcome.invited and not dry_run:
        await tell_team(at, who.tenant_id, "invitations")
    return {
        "dry_run": dry_run,
        "rows": len(rows),
        "invited": outcome.invited,
        "refused": [
            {
                "line": each.line,
                "field": each.field,
                "code": each.code,
                "message": reason(each.code, who.locale),
            }
            for each in outcome.refused
        ],
    }


@router.get(
    "/export",
    response_class=Response,
    responses={
        200: {"description": "The table", "content": {CSV: {"schema": {"type": "string"}}}},
    },
    dependencies=[Depends(not_impersonated)],
)
async def export_table(who: Manager, at: ServicesDep) -> Response:
    """Take the team out as a table with the columns of the import; no cell is a formula."""
    await require(at.limiter, Mark(PACE, str(who.tenant_id)))
    table = write_rows(COLUMNS, await list_lines(at.database, who.tenant_id, who.actor))
    return Response(
        table.encode(),
        media_type=f"{CSV}; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="members.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )
