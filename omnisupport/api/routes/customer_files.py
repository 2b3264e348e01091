"""Customers as files: the list out and in as CSV, one person as JSON. Limited, and told to the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from omnisupport.api import spreadsheet
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.openapi import may_answer
from omnisupport.api.reach import reach_of
from omnisupport.api.routes.customer_notes import note_of
from omnisupport.api.routes.customers import customer_of, filter_of
from omnisupport.api.schemas.customers import ExportedCustomer, ExportFilter, ImportReport
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.domain.attribute import Definition, parse_cell
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid
from omnisupport.storage.access import customer_exports as exports
from omnisupport.storage.access import customer_imports as imports
from omnisupport.storage.access import customer_lists as lists

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

Exporter = Annotated[Person, Depends(requires(Permission.CUSTOMERS_EXPORT))]

FILES = RateLimit("customer-files", limit=30, window=3600.0)
PERSONS = RateLimit("customer-export", limit=100, window=3600.0)
LIMITED = may_answer(429)
STREAMED = 1000
"""Rows that are read and sent at once."""
MOST_ROWS = 20_000
COLUMNS = ("external_id", "name", "email", "phone", "locale", "tags")
"""What an import writes, beside `field:` and `consent:` columns."""
TOLD = ("id", "verified", "created_at", "updated_at")
"""What an export tells and an import passes over."""
LOCALES = ("ru", "en")
STATUSES = ("granted", "denied")
CONSENT_SOURCE = "import"


@router.post(
    "/export",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV, UTF-8."}},
    openapi_extra=LIMITED,
)
async def export_customers(body: ExportFilter, who: Exporter, at: ServicesDep) -> StreamingResponse:
    """Customers as CSV, newest first, at most 100,000; a cell that looks like a formula begins with an apostrophe."""
    await _limit(at, who, FILES)
    wanted = filter_of(
        q=body.q, tag=body.tag, attribute=body.attribute, channel=body.channel, consent=body.consent
    )
    await exports.begin_export(at.database, who.tenant_id, who.actor, reach_of(who), wanted)
    attributes = sorted(await imports.attributes_for_import(at.database, who.tenant_id))
    delimiter = spreadsheet.delimiter_for(body.locale or who.locale)
    return StreamingResponse(
        _rows(at, who, wanted, attributes, delimiter),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="customers.csv"'},
    )


@router.get(
    "/{customer_id}/export",
    response_model=ExportedCustomer,
    response_model_exclude_unset=True,  # what a message has not is absent, never null
    openapi_extra=LIMITED,
)
async def export_customer(customer_id: UUID, who: Exporter, at: ServicesDep) -> dict[str, Any]:
    """One person with his conversations, their messages and the notes on him."""
    await _limit(at, who, PERSONS)
    found, parts = await exports.export_customer(
        at.database, who.tenant_id, who.actor, reach_of(who), customer_id
    )
    return {"customer": customer_of(found), **parts, "notes": [note_of(each) for each in parts["notes"]]}


@router.post(
    "/import",
    response_model=ImportReport,
    openapi_extra=LIMITED
    | {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def import_customers(
    request: Request, who: Exporter, at: ServicesDep, dry_run: Annotated[bool, Query()] = False
) -> dict[str, Any]:
    """Take a CSV file of at most 5 MiB and 20,000 rows, as the body; `dry_run` only tells what would become of it.

    The first line names the columns: external_id, name, email, phone, locale, tags (separated by commas),
    `field:` and the key of an attribute, `consent:` and a purpose (granted or denied). A row is of the
    customer with its external id, else with its address, else with its phone, else of a new one; an empty cell leaves
    what there is. Each 100 rows are one transaction.
    """
    await _limit(at, who, FILES)
    head, cells = await asyncio.to_thread(spreadsheet.read_rows, await request.body(), most=MOST_ROWS)
    attributes = await imports.attributes_for_import(at.database, who.tenant_id)
    _check_head(head, attributes)
    report = imports.Report()
    read = (_row(line, head, values, attributes, report) for line, values in cells)
    rows = await asyncio.to_thread(lambda: [row for row in read if row is not None])
    done = await imports.import_customers(
        at.database, who.tenant_id, who.actor, reach_of(who), rows, dry_run=dry_run, report=report
    )
    return {
        "dry_run": dry_run,
        "rows": len(cells),
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "refused": done.refused,
        "refusals": [
            {"line": each.line, "field": each.field, "code": each.code, "reason": each.reason}
            for each in done.refusals
        ],
    }


async def _limit(at: Services, who: Person, rule: RateLimit) -> None:
    await require(at.limiter, Mark(rule, f"{who.tenant_id}:{who.user_id}"))


async def _rows(
    at: Services, who: Person, wanted: lists.CustomerFilter, attributes: list[str], delimiter: str
) -> AsyncIterator[bytes]:
    """The file in pieces, each read in a transaction of its own: a slow reader keeps no connection."""
    head = [*COLUMNS, *TOLD, "channels", "consents", *(f"field:{key}" for key in attributes)]
    yield spreadsheet.BOM.encode() + spreadsheet.write_rows([head], delimiter)
    before: lists.Cursor | None = None
    for _ in range(exports.MOST_ROWS // STREAMED):
        found = await lists.list_customers(
            at.database, who.tenant_id, reach_of(who), wanted, limit=STREAMED, before=before
        )
        if found:
            yield spreadsheet.write_rows((_cells(each, attributes) for each in found), delimiter)
        if len(found) < STREAMED:
            return
        before = found[-1].customer.created_at, found[-1].customer.id


def _cells(line: lists.Line, attributes: list[str]) -> list[str]:
    customer = line.customer
    fields = lists.attribute_texts(customer.fields)
    return [
        customer.external_id or "",
        customer.name or "",
        customer.email or "",
        customer.phone or "",
        customer.locale,
        ", ".join(customer.tags),
        str(customer.id),
        str(customer.verified).lower(),
        customer.created_at.isoformat(),
        customer.updated_at.isoformat(),
        ", ".join(line.channels),
        ", ".join(f"{purpose}: {given['status']}" for purpose, given in sorted(customer.consents.items())),
        *(fields.get(key, "") for key in attributes),
    ]


def _check_head(head: list[str], attributes: Mapping[str, Definition]) -> None:
    known = {*COLUMNS, *TOLD, "channels", "consents", *(f"field:{key}" for key in attributes)}
    for name in head:
        purpose = name.removeprefix("consent:")
        is_consent = name != purpose and purpose.isidentifier() and purpose.isascii() and len(purpose) <= 40
        if name not in known and not is_consent:
            raise Invalid(
                f"There is no column '{name[:80]}'. An attribute's is named field:key.",
                code="column_unknown",
                field="body",
            )
        if head.count(name) > 1:
            raise Invalid(f"The column '{name}' stands twice.", code="column_repeated", field="body")


def _row(
    line: int,
    head: list[str],
    cells: list[str],
    attributes: Mapping[str, Definition],
    report: imports.Report,
) -> imports.Row | None:
    """What a line says; None where it was refused."""
    if len(cells) > len(head):
        report.refuse(line, None, "row_too_long", f"The line has {len(cells)} cells, the head {len(head)}.")
        return None
    values: dict[str, Any] = {}
    for name, cell in zip(head, cells, strict=False):
        if not cell or name in TOLD or name in ("channels", "consents"):
            continue
        if name.startswith("field:"):
            key = name.removeprefix("field:")
            try:
                values.setdefault("fields", {})[key] = parse_cell(attributes[key], cell)
            except Invalid as wrong:
                report.refuse(line, wrong.field, wrong.code, wrong.detail)
                return None
        elif name.startswith("consent:"):
            if cell not in STATUSES:
                report.refuse(line, name, "consent_invalid", "A consent is granted or denied.")
                return None
            consent = {"status": cell, "source": CONSENT_SOURCE}
            values.setdefault("consents", {})[name.removeprefix("consent:")] = consent
        elif name == "locale" and cell not in LOCALES:
            report.refuse(line, name, "locale_invalid", "The language is ru or en.")
            return None
        else:
            values[name] = (
                [tag for part in cell.split(",") if (tag := part.strip())] if name == "tags" else cell
            )
    return imports.Row(line, values)
