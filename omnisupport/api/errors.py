"""Every error as RFC 9457 problem+json with a code; nothing of our inside is told (S17)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from omnisupport.api.rate_headers import rate_headers
from omnisupport.auth.limits import Room, TooManyRequests
from omnisupport.errors import Merged, OmniError
from omnisupport.observability import ERRORS, get_logger

log = get_logger(__name__)

TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Refused in this state",
    412: "Changed meanwhile",
    413: "Too large",
    422: "Invalid input",
    428: "Condition required",
    429: "Too many requests",
    431: "Too large a head",
    500: "Our fault",
    503: "Not available now",
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    retry_after: float | None = None,
    room: Room | None = None,
    merged_into: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """One problem document; `Retry-After` in whole seconds where the time is known, and the limit that is reached."""
    body: dict[str, Any] = {
        "type": f"urn:omnisupport:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": list(errors),
    }
    if merged_into is not None:
        body["merged_into"] = merged_into
    body |= more or {}
    ERRORS.labels(code).inc()
    headers = dict(rate_headers(room)) if room is not None else {}
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def _field(place: Sequence[str | int]) -> str:
    """A field as the caller names it: what Pydantic calls the ways that a union may go is no field."""
    return ".".join(str(part) for part in place[1:] if str(part).find("[") < 1)


def install(app: FastAPI) -> None:
    """Answer every kind of error in the one form."""

    @app.exception_handler(OmniError)
    async def ours(_request: Request, error: OmniError) -> JSONResponse:
        if error.status >= 500:
            log.warning("refused", code=error.code, detail=error.detail)
        fields = [{"field": error.field, "message": error.detail}] if error.field else []
        retry_after = (
            error.retry_after if error.retry_after is not None else (1.0 if error.status == 503 else None)
        )
        room = error.room if isinstance(error, TooManyRequests) else None
        return problem(
            error.status,
            error.code,
            error.detail,
            errors=fields,
            retry_after=retry_after,
            room=room,
            merged_into=error.into if isinstance(error, Merged) else None,
        )

    @app.exception_handler(RequestValidationError)
    async def shape(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [{"field": _field(item["loc"]) or "body", "message": item["msg"]} for item in error.errors()]
        return problem(422, "invalid", "The request has fields that cannot be used.", errors=fields)

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # a body that is not JSON, or not UTF-8: input of the wrong shape
            return problem(
                422, "invalid", "The body cannot be read.", errors=[{"field": "body", "message": "not JSON"}]
            )
        codes = {404: "not_found", 405: "method_not_allowed", 408: "request_timeout", 413: "body_too_large"}
        return problem(error.status_code, codes.get(error.status_code, "http_error"), str(error.detail))

    @app.exception_handler(Exception)
    async def bug(_request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", exc_info=error)
        return problem(500, "internal_error", "Something broke on our side. The request can be repeated.")
