"""Notes of the team on a customer."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import ServicesDep
from omnisupport.api.reach import reach_of
from omnisupport.api.routes.customers import Reader, Writer
from omnisupport.api.schemas.customers import NoteEnvelope, NotePage, NoteText
from omnisupport.domain.message import check_text
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import notes as access
from omnisupport.storage.tables import CustomerNote

router = APIRouter(prefix="/api/v1/customers/{customer_id}/notes", tags=["customers"])

PAGE = 50


@router.get("", response_model=NotePage)
async def list_notes(
    customer_id: UUID,
    who: Reader,
    at: ServicesDep,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = PAGE,
) -> dict[str, Any]:
    """Notes on a customer, newest first."""
    found = await access.list_notes(
        at.database, who.tenant_id, reach_of(who), customer_id, limit=limit, before=read_cursor(cursor)
    )
    last = found[-1] if len(found) == limit else None
    return {
        "items": [note_of(each) for each in found],
        "next_cursor": write_cursor(last.created_at, last.id) if last is not None else None,
    }


@router.post("", status_code=201, response_model=NoteEnvelope)
async def create_note(customer_id: UUID, body: NoteText, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """Write a note."""
    text = check_text(body.text)
    made = await access.create_note(at.database, who.tenant_id, who.actor, reach_of(who), customer_id, text)
    return {"note": note_of(made)}


@router.patch("/{note_id}", response_model=NoteEnvelope)
async def change_note(
    customer_id: UUID, note_id: UUID, body: NoteText, who: Writer, at: ServicesDep
) -> dict[str, Any]:
    """Write your own note anew."""
    text = check_text(body.text)
    written = await access.change_note(
        at.database, who.tenant_id, who.actor, reach_of(who), customer_id, note_id, text
    )
    return {"note": note_of(written)}


@router.delete("/{note_id}", status_code=204)
async def delete_note(customer_id: UUID, note_id: UUID, who: Writer, at: ServicesDep) -> Response:
    """Delete your own note; with the permission customers.delete anybody's."""
    await access.delete_note(
        at.database,
        who.tenant_id,
        who.actor,
        reach_of(who),
        customer_id,
        note_id,
        own_only=Permission.CUSTOMERS_DELETE not in who.permissions,
    )
    return Response(status_code=204)


def note_of(note: CustomerNote) -> dict[str, Any]:
    """A note as it is answered."""
    return {
        "id": str(note.id),
        "customer_id": str(note.customer_id),
        "author_id": str(note.author_id),
        "author_name": note.author_name,
        "text": note.text,
        "created_at": note.created_at.isoformat(),
        "updated_at": note.updated_at.isoformat(),
    }
