"""What a visitor's message carries besides its text, and the buttons of the lasting menu."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from omnisupport.api.deps import Visitor
from omnisupport.api.schemas.widget import NewMessage
from omnisupport.api.services import Services
from omnisupport.api.widget_config import said, widget_of
from omnisupport.auth.tokens import TokenKind, invalid
from omnisupport.domain.files import kind_of
from omnisupport.domain.message import carried
from omnisupport.domain.releases import Published
from omnisupport.errors import Invalid, NotFound
from omnisupport.storage.access.files import Uploader, access_file
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.tables import File


async def carried_by(body: NewMessage, who: Visitor, at: Services) -> dict[str, Any]:
    """The content to keep of what comes with a message.

    Raises:
        Invalid: a file that this visitor has not uploaded (code `attachment_unknown`), an opening that the widget has
            not (`opening_unknown`).
    """
    content: dict[str, Any] = {}
    if body.attachments:
        content["attachments"] = await _attachments(body, who, at)
    if body.location is not None:
        content["location"] = body.location.model_dump(exclude_none=True)
    if body.contact is not None:
        content["contact"] = body.contact.model_dump(exclude_none=True)
    if body.referral is not None:
        content["referral"] = body.referral
    if body.opening is not None:
        content["opening"] = await _opening(body.opening, who, at)
        content.setdefault("referral", f"opening:{body.opening}")
    return content


def carried_in(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same, of an accepted message as it is shown."""
    return carried({**message["content"], "attachments": message["attachments"]})


def has_menu_button(published: Iterable[Published], button: str) -> bool:
    """Whether a scenario of the widget begins by this button."""
    return any(
        trigger["type"] == "button" and trigger["button"] == button
        for one in published
        for trigger in one.ir["triggers"]
        if "widget" in (trigger.get("channels") or one.ir["channels"] or ["widget"])
    )


async def _opening(opening: str, who: Visitor, at: Services) -> dict[str, str]:
    """What he answers to, as the settings say it: a page may have changed what it shows, or made it up."""
    widget = await widget_of(at, who.tenant_id)
    found = next((each for each in widget.openings if each.id == opening), None)
    if found is None:
        raise Invalid("This widget has no such opening.", code="opening_unknown", field="opening")
    visitor = await Visitors(at.database).look_up(who.tenant_id, who.token_hash)
    if "error" in visitor:
        raise invalid(TokenKind.VISITOR)
    return {"id": found.id, "text": said(found.text, visitor["locale"]) or ""}


async def _attachments(body: NewMessage, who: Visitor, at: Services) -> list[dict[str, Any]]:
    found = await Visitors(at.database).look_up(who.tenant_id, who.token_hash)
    if "error" in found:
        raise invalid(TokenKind.VISITOR)
    by = Uploader("customer", UUID(found["customer_id"]))
    try:
        files = [
            await access_file(at.database, who.tenant_id, by, file_id)
            for file_id in dict.fromkeys(body.attachments)
        ]
    except NotFound as absent:
        raise Invalid(
            "You have uploaded no such file.", code="attachment_unknown", field="attachments"
        ) from absent
    return [attachment_of(each) for each in files]


def attachment_of(file: File) -> dict[str, Any]:
    """A file as a message names it. Nobody scans files here: `not_checked`."""
    voice = {} if file.duration_ms is None else {"voice": True, "duration_ms": file.duration_ms}
    return {
        "id": str(file.id),
        "name": file.name,
        "mime": file.type,
        "size": file.size,
        "kind": kind_of(file.type),
        "scan": "not_checked",
        **voice,
    }
