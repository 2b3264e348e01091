"""Mails as they came: links for who may read the conversation, and the page behind one of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from omnisupport.api.deps import Person, ServicesDep, public, requires
from omnisupport.api.schemas.originals import OriginalEnvelope
from omnisupport.channels.base import Unreadable
from omnisupport.channels.email.original import page_of, policy
from omnisupport.domain.files import EML
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid, NotFound
from omnisupport.storage.access.files import find_file
from omnisupport.storage.access.originals import access_original

router = APIRouter(prefix="/api/v1", tags=["conversations"])

Reader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
MAX_READ = 25 * 2**20
"""Bytes of a mail that is shown as a page; longer ones are there as files."""


@router.get(
    "/conversations/{conversation_id}/messages/{message_id}/original", response_model=OriginalEnvelope
)
async def get_original(
    conversation_id: UUID, message_id: UUID, who: Reader, at: ServicesDep
) -> dict[str, Any]:
    """Where a mail is as it came: with all that it quotes, its headers and its files."""
    found = await access_original(
        at.database, at.inbox, who.tenant_id, who.reach, conversation_id, message_id
    )
    link = at.file_links.sign(who.tenant_id, found.id, datetime.now(UTC))
    origin = f"{at.public_origin}/api/v1"
    return {
        "original": {
            "size": found.size,
            "page_url": f"{origin}/mail-pages/{link}?locale={who.locale}",
            "file_url": f"{origin}/file-content/{link}",
        }
    }


@router.get(
    "/mail-pages/{mail_link}",
    dependencies=[Depends(public)],
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {}}, "description": "The mail as a page without scripts."}},
)
async def get_mail_page(
    mail_link: str,
    at: ServicesDep,
    locale: Annotated[Literal["ru", "en"], Query()] = "ru",
    pictures: Annotated[bool, Query(description="Load pictures from the internet")] = False,
) -> Response:
    """The mail behind a link, cleaned; what is elsewhere is loaded only with `pictures`."""
    tenant_id, file_id = at.file_links.read(mail_link[:200], datetime.now(UTC))
    found = await find_file(at.database, tenant_id, file_id)
    if found.type != EML.media:
        raise NotFound("There is no such mail.")
    if found.size > MAX_READ:
        raise Invalid("This mail is too long for a page: open its file.", code="mail_too_long")
    try:
        raw = b"".join([piece async for piece in await at.files.get(found.storage_key)])
        page = await asyncio.to_thread(page_of, raw, locale, pictures=pictures)
    except FileNotFoundError as gone:
        raise NotFound("There is no such mail.") from gone
    except Unreadable as broken:
        raise Invalid(f"{broken.detail} Open its file.", code="mail_unreadable") from broken
    headers = {"Content-Security-Policy": policy(pictures=pictures), "Cache-Control": "private, no-store"}
    return HTMLResponse(page, headers=headers)
