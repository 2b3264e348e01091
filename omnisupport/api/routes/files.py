"""Files: uploaded as the body of a request, looked at, kept, and given out by links that last for minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from omnisupport.api.deps import Person, ServicesDep, VisitorDep, public, requires
from omnisupport.api.schemas.files import FileEnvelope
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.auth.tokens import TokenKind, invalid
from omnisupport.domain.files import BY_MEDIA, HEAD_BYTES, MAX_BYTES, clean_name, type_of
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid, NotFound, OmniError
from omnisupport.storage.access import files as access
from omnisupport.storage.access.files import Upload, Uploader
from omnisupport.storage.images import remake
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.tables import File

router = APIRouter(prefix="/api/v1", tags=["files"])

Writer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_REPLY))]
Name = Annotated[str, Query(min_length=1, max_length=500, description="The file's name, with its extension")]
UPLOADS = RateLimit("uploads", 30, 60.0)
"""Of one person or visitor."""
CONTENT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=300",
}
BINARY = {"type": "string", "format": "binary"}
RAW_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": BINARY}}}
}


@router.post("/files", status_code=201, response_model=FileEnvelope, openapi_extra=RAW_BODY)
async def post_file(name: Name, request: Request, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """Upload a file: its bytes are the body, at most 25 MiB. Images are made anew, without what was hidden in them."""
    by = _person(who)
    return await _take(name, request, at, who.tenant_id, by)


@router.get("/files/{file_id}", response_model=FileEnvelope)
async def get_file(file_id: UUID, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """A file of one's own, with a new link."""
    found = await access.access_file(at.database, who.tenant_id, _person(who), file_id)
    return {"file": _out(found, at)}


@router.delete("/files/{file_id}", status_code=204)
async def delete_file(file_id: UUID, who: Writer, at: ServicesDep) -> Response:
    """Remove a file of one's own; its links end at once."""
    await access.delete_file(at.database, at.files, who.tenant_id, _person(who), file_id)
    return Response(status_code=204)


@router.post("/widget/files", status_code=201, response_model=FileEnvelope, openapi_extra=RAW_BODY)
async def post_visitor_file(name: Name, request: Request, who: VisitorDep, at: ServicesDep) -> dict[str, Any]:
    """Upload a file as a visitor."""
    found = await Visitors(at.database).look_up(who.tenant_id, who.token_hash)
    if "error" in found:
        raise invalid(TokenKind.VISITOR)
    return await _take(name, request, at, who.tenant_id, Uploader("customer", UUID(found["customer_id"])))


@router.get(
    "/file-content/{link}",
    dependencies=[Depends(public)],
    response_class=Response,
    responses={200: {"content": {"*/*": {"schema": BINARY}}, "description": "The bytes of the file."}},
)
async def get_content(link: str, at: ServicesDep) -> Response:
    """The bytes behind a link. Only images are shown in place; all else is offered to be saved."""
    tenant_id, file_id = at.file_links.read(link[:200], datetime.now(UTC))
    found = await access.find_file(at.database, tenant_id, file_id)
    try:
        pieces = await at.files.get(found.storage_key)
    except FileNotFoundError as gone:
        raise NotFound("There is no such file.") from gone
    how = "inline" if BY_MEDIA[found.type].is_image else "attachment"
    headers = CONTENT_HEADERS | {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Length": str(found.size),
    }
    return StreamingResponse(pieces, media_type=found.type, headers=headers)


async def _take(name: str, request: Request, at: Services, tenant_id: UUID, by: Uploader) -> dict[str, Any]:
    await require(at.limiter, Mark(UPLOADS, str(by.id)))
    plain = clean_name(name)
    content = await _read(request.stream())
    kind = type_of(content[:HEAD_BYTES], plain)
    upload = Upload(plain, kind.media, content)
    if kind.is_image:
        made = await remake(content, kind)
        upload = Upload(plain, kind.media, made.content, made.width, made.height)
    return {"file": _out(await access.create_file(at.database, at.files, tenant_id, by, upload), at)}


async def _read(stream: AsyncIterator[bytes]) -> bytes:
    content = bytearray()
    async for piece in stream:
        content += piece
        if len(content) > MAX_BYTES:
            raise OmniError("A file has at most 25 MiB.", code="file_too_large", status=413)
    if not content:
        raise Invalid("The file is empty.", code="file_empty", field="body")
    return bytes(content)


def _person(who: Person) -> Uploader:
    return Uploader("user" if who.key_id is None else "api_key", who.user_id, who.actor)


def _out(row: File, at: Services) -> dict[str, Any]:
    link = at.file_links.sign(row.tenant_id, row.id, datetime.now(UTC))
    return {
        "id": str(row.id),
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "url": f"{at.public_origin}/api/v1/file-content/{link}",
        "created_at": row.created_at.isoformat(),
    }
