"""Where outside services tell what has happened: signed with the secret of their connection, each delivery once."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response

from omnisupport.api.deps import ServicesDep, address_of, public
from omnisupport.api.openapi import may_answer
from omnisupport.api.reporting import parse_report, read_bytes
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, RateLimit, address_subject, require
from omnisupport.domain.occasions import HOOK_EVENT
from omnisupport.domain.webhook import FRESH_S, is_signed
from omnisupport.errors import Conflict, NotFound, OmniError, Unauthenticated
from omnisupport.observability import get_logger
from omnisupport.storage.access.events import take_event
from omnisupport.storage.queries.hooks import Hook, Hooks

log = get_logger(__name__)
router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])

ID = re.compile(r"[\x21-\x7e]{1,120}")
CALLS = RateLimit("hooks", 600, 60.0)
"""Of one address: signatures are not guessed, and a shop that tells of each order has room."""
_NOBODY = ["whsec_" + secrets.token_hex(32)]
"""Compared where nobody is found: an unknown address takes as long to refuse as a wrong signature."""
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
    }
}


@router.post(
    "/{slug}/{key}",
    status_code=202,
    dependencies=[Depends(public)],
    response_class=Response,
    openapi_extra={**_BODY, **may_answer(401)},
)
async def post_hook(
    slug: str,
    key: str,
    request: Request,
    at: ServicesDep,
    webhook_id: Annotated[str, Header(alias="webhook-id")] = "",
    webhook_timestamp: Annotated[str, Header(alias="webhook-timestamp")] = "",
    webhook_signature: Annotated[str, Header(alias="webhook-signature")] = "",
) -> Response:
    """Take what a connection tells, signed as Standard Webhooks 1.0 says: HMAC-SHA256 of `{id}.{timestamp}.{body}`.

    Scenarios with a trigger of the type `webhook` and this connection begin, once for each `webhook-id`; the fields of
    the body are `event.data`. `customer_id`, or `external_id`, in the body names the customer whom it is about.
    A repeat is answered as the first one and does nothing.
    """
    await require(at.limiter, Mark(CALLS, address_subject(address_of(request))))
    body = await read_bytes(request)
    hook = await Hooks(at.database, at.connection_sealer).find(slug, key)
    given = (webhook_id, webhook_timestamp, webhook_signature)
    if not _is_good(hook.secrets if hook else _NOBODY, *given, body=body) or hook is None:
        raise Unauthenticated(
            f"No call that is signed by a connection of this workspace within {FRESH_S // 60} minutes.",
            code="signature_invalid",
        )
    await _take(at, hook, webhook_id, parse_report(body, "application/json"))
    return Response(status_code=202)


def _is_good(held: list[str], id: str, timestamp: str, signature: str, *, body: bytes) -> bool:
    is_moment = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    moment = int(timestamp) if is_moment else 0
    signed = is_signed(held, signature, id, moment, body)
    return signed and ID.fullmatch(id) is not None and abs(time.time() - moment) <= FRESH_S


async def _take(at: Services, hook: Hook, delivery_id: str, data: dict[str, Any]) -> None:
    if b"\\u0000" in orjson.dumps(data):
        raise OmniError("The body holds a NUL, which is not text.", code="report_unreadable", status=422)
    told: dict[str, Any] = {
        "event_id": f"webhook:{hook.connection_id}:{delivery_id}",
        "name": f"{HOOK_EVENT}{hook.key}",
        "data": data,
        "source": "webhook",
    }
    known_by, customer_id = _customer(data)
    try:
        try:
            await take_event(
                at.database, hook.tenant_id, None, None, customer_id=customer_id, known_by=known_by, **told
            )
        except NotFound:  # whom we do not know yet: what has happened has happened all the same
            await take_event(at.database, hook.tenant_id, None, None, customer_id=None, **told)
    except Conflict as repeated:
        if repeated.code != "event_differs":
            raise
        log.info("hook_repeated", connection=hook.key)
    await at.bell.ring_triggers(hook.tenant_id)  # a lost ring costs a minute


def _customer(data: dict[str, Any]) -> tuple[dict[str, str] | None, UUID | None]:
    """Whom the body names, by our id or by the sender's; what is neither names nobody."""
    with contextlib.suppress(ValueError):
        return None, UUID(str(data.get("customer_id")))
    known = data.get("external_id")
    if isinstance(known, str) and 0 < len(known) <= 200 and known.isprintable():
        return {"external_id": known}, None
    return None, None
