"""Bodies for the Cloud API as WhatsApp shows them."""

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
    spans_of_stars,
)
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.message import Native

_FILES: dict[str, Kind] = {"image": "image", "video": "video", "audio": "audio", "document": "file"}


def takes(account: Account) -> Capabilities:
    """The same for every number."""
    return capabilities("whatsapp")


def shown(part: Native, account: Account) -> Shown:
    """One body."""
    kind = str(part.payload["type"])
    content: Any = part.payload[kind]
    if kind == "template":
        return Shown("template", title=str(content["name"]))
    if kind == "location":
        place = {"lat": content["latitude"], "lon": content["longitude"]}
        return shown_place(place | {"title": content.get("name"), "address": content.get("address")})
    if kind == "contacts":
        return _person(content[0])
    if kind == "interactive":
        return _interactive(content)
    if kind in _FILES:
        return _file(kind, content, str(content.get("caption") or ""))
    return Shown("text", spans_of_stars(str(content["body"])))


def _file(kind: str, content: Mapping[str, Any], words: str) -> Shown:
    own = content.get("id") or {}
    name, address = content.get("filename") or own.get("name"), content.get("link") or own.get("url")
    return Shown(_FILES[kind], spans_of_stars(words), title=name, url=address)


def _person(told: Mapping[str, Any]) -> Shown:
    person: dict[str, Any] = {"name": told["name"]["formatted_name"]}
    for name, several in (("phone", "phones"), ("email", "emails")):
        person[name] = next((each[name] for each in told.get(several, ())), None)
    return shown_person(person)


def _interactive(content: Mapping[str, Any]) -> Shown:
    words = str(content["body"]["text"])
    header, action = content.get("header"), content["action"]
    file = _file(header["type"], header[header["type"]], words) if header else None
    found = file or Shown("text", spans_of_stars(words))
    if content["type"] == "cta_url":
        link = action["parameters"]
        return _with(found, "buttons", (ShownButton(link["display_text"], link["url"]),))
    if content["type"] == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        return _with(found, "list", tuple(ShownButton(row["title"]) for row in rows), action["button"])
    return _with(found, "buttons", tuple(ShownButton(each["reply"]["title"]) for each in action["buttons"]))


def _with(found: Shown, layout: Any, buttons: tuple[ShownButton, ...], opens: str | None = None) -> Shown:
    return Shown(found.kind, found.spans, found.title, found.url, layout=layout, buttons=buttons, opens=opens)
