"""Files: uploaded as the body of a request, looked at, kept, and given out by links that last for minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from omnisupport.api.accepting import refusal
from omnisupport.api.byte_ranges import part_of, span_of
from omnisupport.api.deps import Person, ServicesDep, VisitorDep, public, requires
from omnisupport.api.replying import uploader_of
from omnisupport.api.schemas.files import FileEnvelope
from omnisupport.api.services import Services
from omnisupport.api.widget_config import widget_of
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.domain.files import BY_MEDIA, HEAD_BYTES, MAX_BYTES, clean_name, type_of
from omnisupport.domain.permissions import Permission
from omnisupport.domain.sound import read_voice
from omnisupport.errors import Forbidden, Invalid, NotFound, OmniError
from omnisupport.storage.access import files as access
from omnisupport.storage.access.conversations import access_conversation
from omnisupport.storage.access.files import Upload, Uploader
from omnisupport.storage.images import remake
from omnisupport.storage.queries.visitor_conversations import VisitorConversations
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.tables import File

router = APIRouter(prefix="/api/v1", tags=["files"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
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
    by = uploader_of(who)
    return await _take(name, request, at, who.tenant_id, by)


@router.get("/files/{file_id}", response_model=FileEnvelope)
async def get_file(file_id: UUID, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """A file of one's own, with a new link."""
    found = await access.access_file(at.database, who.tenant_id, uploader_of(who), file_id)
    return {"file": _out(found, at)}


@router.delete("/files/{file_id}", status_code=204)
async def delete_file(file_id: UUID, who: Writer, at: ServicesDep) -> Response:
    """Remove a file of one's own; its links end at once."""
    await access.delete_file(at.database, at.files, who.tenant_id, uploader_of(who), file_id)
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}/files/{attachment_id}", response_model=FileEnvelope)
async def get_attachment(
    conversation_id: UUID, attachment_id: UUID, who: Reader, at: ServicesDep
) -> dict[str, Any]:
    """A file that came with a message, or went with one, with a new link."""
    await access_conversation(at.inbox, who.tenant_id, who.reach, conversation_id)
    found = await access.access_attachment(at.database, who.tenant_id, conversation_id, attachment_id)
    return {"file": _out(found, at)}


@router.post("/widget/files", status_code=201, response_model=FileEnvelope, openapi_extra=RAW_BODY)
async def post_visitor_file(
    name: Name, request: Request, who: VisitorDep, at: ServicesDep, voice: bool = False
) -> dict[str, Any]:
    """Upload a file as a visitor. `voice`: it is a voice message, of sound only and of five minutes at most."""
    found = await Visitors(at.database).look_up(who.tenant_id, who.token_hash)
    if "error" in found:
        raise refusal(found["error"])
    offered = (await widget_of(at, who.tenant_id)).features
    if not (offered.voice if voice else offered.files):
        what = "voice messages" if voice else "files"
        raise Forbidden(f"This widget takes no {what}.", code="voice_off" if voice else "files_off")
    by = Uploader("customer", UUID(found["customer_id"]))
    return await _take(name, request, at, who.tenant_id, by, voice=voice)


@router.get("/widget/files/{file_id}", response_model=FileEnvelope)
async def get_visitor_file(file_id: UUID, who: VisitorDep, at: ServicesDep) -> dict[str, Any]:
    """A file of the visitor's own, or of a message in a conversation of his, with a new link."""
    found = await VisitorConversations(at.database).opens(who.tenant_id, who.token_hash, file_id)
    if "error" in found:
        raise refusal(found["error"])
    if not found["opens"]:
        raise NotFound("There is no such file.")
    return {"file": _out(await access.find_file(at.database, who.tenant_id, file_id), at)}


@router.get(
    "/file-content/{link}",
    dependencies=[Depends(public)],
    response_class=Response,
    responses={
        200: {"content": {"*/*": {"schema": BINARY}}, "description": "The bytes of the file."},
        206: {"content": {"*/*": {"schema": BINARY}}, "description": "The span that `Range` asks for."},
    },
)
async def get_content(link: str, request: Request, at: ServicesDep) -> Response:
    """The bytes behind a link, or a span of them. Only images are shown in place; all else is offered to be saved."""
    tenant_id, file_id = at.file_links.read(link[:200], datetime.now(UTC))
    found = await access.find_file(at.database, tenant_id, file_id)
    wanted = span_of(request.headers.get("range"), found.size)
    try:
        pieces = await at.files.get(found.storage_key)
    except FileNotFoundError as gone:
        raise NotFound("There is no such file.") from gone
    how = "inline" if BY_MEDIA[found.type].is_image else "attachment"
    headers = CONTENT_HEADERS | {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name, safe='')}",
        "Accept-Ranges": "bytes",
    }
    if wanted is None:
        headers["Content-Length"] = str(found.size)
        return StreamingResponse(pieces, media_type=found.type, headers=headers)
    first, last = wanted
    headers |= {
        "Content-Length": str(last - first + 1),
        "Content-Range": f"bytes {first}-{last}/{found.size}",
    }
    return StreamingResponse(part_of(pieces, first, last), 206, headers, found.type)


async def _take(
    name: str, request: Request, at: Services, tenant_id: UUID, by: Uploader, *, voice: bool = False
) -> dict[str, Any]:
    await require(at.limiter, Mark(UPLOADS, str(by.id)))
    plain = clean_name(name)
    content = await _read(request.stream())
    if voice:
        said = read_voice(content)
        named = f"{PurePosixPath(plain).stem}.{said.type.extensions[0]}"
        upload = Upload(named, said.type.media, content, duration_ms=said.duration_ms)
        return {"file": _out(await access.create_file(at.database, at.files, tenant_id, by, upload), at)}
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


def _out(row: File, at: Services) -> dict[str, Any]:
    link = at.file_links.sign(row.tenant_id, row.id, datetime.now(UTC))
    return {
        "id": str(row.id),
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "duration_ms": row.duration_ms,
        "url": f"{at.public_origin}/api/v1/file-content/{link}",
        "created_at": row.created_at.isoformat(),
    }
