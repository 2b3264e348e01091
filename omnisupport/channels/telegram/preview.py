"""Calls of the Bot API as their reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
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

_FILES: dict[str, tuple[Kind, str]] = {
    "sendPhoto": ("image", "photo"),
    "sendVideo": ("video", "video"),
    "sendAudio": ("audio", "audio"),
    "sendVoice": ("voice", "voice"),
    "sendDocument": ("file", "document"),
}


def takes(account: Account) -> Capabilities:
    """The same for every bot."""
    return capabilities("telegram")


def shown(part: Native, account: Account) -> Shown:
    """One call; inline buttons stand below its text."""
    told = part.payload
    if part.method == "sendContact":
        return shown_person({"name": told["first_name"], "phone": told["phone_number"]})
    if "latitude" in told:
        place = {"lat": told["latitude"], "lon": told["longitude"]}
        return shown_place(place | {name: told.get(name) for name in ("title", "address")})
    written = str(told.get("text") or told.get("caption") or "")
    spans = spans_of_html(written) if told.get("parse_mode") == "HTML" else spans_of(written)
    kind, field = _FILES.get(part.method, ("text", ""))
    buttons = _buttons(told)
    file = told.get(field) if field else None
    return Shown(
        kind,
        spans,
        title=file.get("name") if isinstance(file, Mapping) else None,
        url=file.get("url") if isinstance(file, Mapping) else file,
        layout="buttons" if buttons else "none",
        buttons=buttons,
    )


def _buttons(told: dict[str, Any]) -> tuple[ShownButton, ...]:
    rows = (told.get("reply_markup") or {}).get("inline_keyboard") or ()
    return tuple(ShownButton(key["text"], key.get("url")) for row in rows for key in row)
