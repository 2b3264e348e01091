"""What the world outside tells scenarios: bodies as they come, and the run that a report is for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
from fastapi import Request
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.domain.conversation import Happened
from omnisupport.errors import Conflict, Invalid, OmniError, Unavailable
from omnisupport.scenario_dsl.runtime.limits import REQUEST_BYTES
from omnisupport.storage.queries.callbacks import Callbacks, Report
from omnisupport.storage.session import Database

FORM = "application/x-www-form-urlencoded"
_ANY = {"type": "object", "additionalProperties": True}
JSON_OR_FORM: dict[str, Any] = {
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": _ANY}, FORM: {"schema": _ANY}},
    }
}


async def read_bytes(request: Request) -> bytes:
    """The body, as far as an event holds it.

    Raises:
        OmniError: code `report_too_large`.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > REQUEST_BYTES:
            raise OmniError(
                f"A report has at most {REQUEST_BYTES} bytes.", code="report_too_large", status=413
            )
    return bytes(body)


async def read_report(request: Request) -> dict[str, Any]:
    """The fields of a report: of a JSON object, or of a form; nothing of an empty body."""
    return parse_report(await read_bytes(request), request.headers.get("content-type", ""))


def parse_report(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a body.

    Raises:
        Invalid: neither a JSON object nor a form (code `report_unreadable`).
    """
    if not body.strip():
        return {}
    try:
        if content_type.partition(";")[0].strip().lower() == FORM:
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
        data = orjson.loads(body)
    except ValueError as wrong:
        raise _unreadable() from wrong
    if not isinstance(data, dict):
        raise _unreadable()
    return data


async def report_to_run(
    database: Database, bell: temporal.Bell, tenant_id: UUID, callback_id: UUID, data: dict[str, Any]
) -> None:
    """Tell the run, once.

    Raises:
        NotFound: no such address.
        Conflict: used before, or the run is over.
        Unavailable: the engine is away; nothing is used up.
    """

    async def tell(report: Report) -> None:
        happened = Happened(report.id, report.event, data, report.run)
        thing_id = report.run_id or report.conversation_id
        assert thing_id is not None
        try:
            told = await bell.report(tenant_id, thing_id, happened, is_run=report.run_id is not None)
        except (RPCError, RuntimeError, OSError) as away:
            raise Unavailable(
                "The run cannot be told now. Send it again.", code="engine_unavailable"
            ) from away
        if not told:
            raise Conflict("The run that gave this address out is over.", code="callback_run_over")

    await Callbacks(database).use(tenant_id, callback_id, tell)


def _unreadable() -> Invalid:
    return Invalid("A report is a JSON object, or a form.", code="report_unreadable", field="body")
