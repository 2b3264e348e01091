"""Requests of Twilio as an SMS or as WhatsApp shows them."""

from __future__ import annotations

from typing import Any

import orjson

from omnisupport.channels.base import Account
from omnisupport.channels.preview import Kind, Shown, ShownButton, shown_place, spans_of, spans_of_stars
from omnisupport.channels.twilio.render import takes as takes
from omnisupport.domain.message import Native


def shown(part: Native, account: Account) -> Shown:
    """One request. A menu is a content template whose variables are its words."""
    told = part.payload
    if "ContentSid" in told:
        return _template(told, account)
    words = str(told.get("Body") or "")
    if action := told.get("PersistentAction"):
        spot, _, label = str(action[0]).removeprefix("geo:").partition("|")
        lat, _, lon = spot.partition(",")
        named = {"title": words if words != spot else None, "address": label if label != words else None}
        return shown_place({"lat": lat, "lon": lon} | {name: value or None for name, value in named.items()})
    spans = spans_of_stars(words) if account.type == "whatsapp" else spans_of(words)
    files = told.get("MediaUrl")
    kind: Kind = "file" if files else "text"
    return Shown(kind, spans, url=str(files[0]) if files else None)


def _template(told: dict[str, Any], account: Account) -> Shown:
    menus = {
        sid
        for name, sid in (account.settings.get("content") or {}).items()
        if name.isascii() and name.isdigit()
    }
    values: dict[str, str] = orjson.loads(told.get("ContentVariables") or "{}")
    if told["ContentSid"] not in menus:
        return Shown("template", title=str(told["ContentSid"]))
    labels = [values[str(at)] for at in range(2, len(values) + 1, 2)]
    return Shown(
        "text",
        spans_of_stars(values.get("1", "")),
        layout="buttons",
        buttons=tuple(ShownButton(label) for label in labels),
    )
