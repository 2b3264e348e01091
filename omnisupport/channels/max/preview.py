"""Bodies of `POST /messages` as MAX shows them."""

from __future__ import annotations

from typing import Any

from omnisupport.channels.base import Account
from omnisupport.channels.preview import (
    Kind,
    Shown,
    ShownButton,
    shown_person,
    shown_place,
    spans_of,
    spans_of_html,
)
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.message import Native

_FILES: dict[str, Kind] = {"image": "image", "video": "video", "audio": "audio", "file": "file"}


def takes(account: Account) -> Capabilities:
    """The same for every bot."""
    return capabilities("max")


def shown(part: Native, account: Account) -> Shown:
    """One body with its attachments."""
    told = part.payload
    words = str(told.get("text") or "")
    found: dict[str, Any] = {each["type"]: each for each in told.get("attachments") or ()}
    if "location" in found:
        place = found["location"]
        return shown_place({"lat": place["latitude"], "lon": place["longitude"], "title": words or None})
    if "contact" in found:
        card = found["contact"]["payload"]
        return shown_person({"name": card["name"], "phone": card.get("vcf_phone")})
    rows = found.get("inline_keyboard", {}).get("payload", {}).get("buttons", ())
    buttons = tuple(ShownButton(key["text"], key.get("url")) for row in rows for key in row)
    file = next((name for name in _FILES if name in found), None)
    content = found[file]["payload"] if file else {}
    content = content.get("upload") or content
    return Shown(
        _FILES[file] if file else "text",
        spans_of_html(words) if told.get("format") == "html" else spans_of(words),
        title=content.get("name"),
        url=content.get("url"),
        layout="buttons" if buttons else "none",
        buttons=buttons,
    )
