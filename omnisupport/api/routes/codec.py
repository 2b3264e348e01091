"""The codec endpoint of the Temporal UI: payloads in clear for who is signed in and may read them."""

from __future__ import annotations

from typing import Annotated, Any

from cryptography.exceptions import InvalidTag
from fastapi import APIRouter, Depends, Request, Response
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from omnisupport import temporal
from omnisupport.api.deps import Person, ServicesDep, public, requires
from omnisupport.api.services import Services
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Forbidden, Invalid, NotFound
from omnisupport.storage.keys import DataKeyMissing

router = APIRouter(prefix="/api/v1/codec", tags=["codec"])

Decoder = Annotated[Person, Depends(requires(Permission.CODEC_DECODE))]
MOST_PAYLOADS = 1000


@router.post("/decode", include_in_schema=False)
async def decode(request: Request, response: Response, who: Decoder, at: ServicesDep) -> dict[str, Any]:
    """Open the payloads of the person's own tenant; another tenant's do not open and are refused."""
    _allow(request, response, at)
    try:
        sealed = json_format.ParseDict(await request.json(), Payloads())
    except (json_format.ParseError, ValueError) as wrong:
        raise Invalid("The body is not a list of payloads.") from wrong
    if len(sealed.payloads) > MOST_PAYLOADS:
        raise Invalid(f"At most {MOST_PAYLOADS} payloads at once.")
    try:
        opened: list[Payload] = await temporal.decode_payloads(at.keys, who.tenant_id, sealed.payloads)
    except (InvalidTag, DataKeyMissing) as foreign:
        raise NotFound("These payloads are not of your workspace.") from foreign
    return json_format.MessageToDict(Payloads(payloads=opened))


@router.options("/decode", include_in_schema=False, dependencies=[Depends(public)])
async def preflight(request: Request, at: ServicesDep) -> Response:
    """What a browser asks before it lets the UI send its cookie here."""
    response = Response(status_code=204)
    _allow(request, response, at)
    response.headers["Access-Control-Allow-Methods"] = "POST"
    response.headers["Access-Control-Allow-Headers"] = "content-type, x-namespace, authorization"
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def _allow(request: Request, response: Response, at: Services) -> None:
    """The exact origin of the UI and no other (E17)."""
    allowed = at.settings.temporal_ui_url
    origin = request.headers.get("origin")
    response.headers["Vary"] = "Origin"
    if origin is None:
        return
    if allowed is None or origin != allowed.rstrip("/"):
        raise Forbidden("Only the Temporal UI of this deployment may ask this.", code="origin_not_allowed")
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
