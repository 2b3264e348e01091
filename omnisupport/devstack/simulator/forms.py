"""Forms as browsers and providers' clients send them, read without a library of its own."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 30_000_000
SIMPLE, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Field:
    """A file of a form."""

    filename: str
    type: str
    content: bytes


async def read_form(request: Request) -> dict[str, Any]:
    """The fields of a form that this page itself has sent; a file is a `Field`.

    Raises:
        HTTPException: 403 where another site sent it, 413 where it is too large.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This form was sent by another page.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "This file is too large.")
    return fields_of(request.headers.get("content-type", ""), bytes(body))


def fields_of(type: str, body: bytes) -> dict[str, Any]:
    """The fields of a body; nothing where it is no form."""
    kind = type.partition(";")[0].strip().lower()
    if kind == SIMPLE:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if kind != MULTIPART:
        return {}
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {type}\r\n\r\n".encode() + body)
    found: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = bytes(part.get_payload(decode=True))
        filename = part.get_filename()
        field = Field(filename, part.get_content_type(), content) if filename else None
        found[name] = field or content.decode("utf-8", "replace")
    return found
