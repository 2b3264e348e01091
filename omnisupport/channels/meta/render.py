"""A message as bodies for the Cloud API's messages endpoint, without the key of the send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.rendering import Choice, Piece, digest_of, pieces_of, reference, split_text
from omnisupport.domain.capabilities import Capabilities, capabilities, measure
from omnisupport.domain.markup import to_stars
from omnisupport.domain.message import Native, Outbound
from omnisupport.texts import DEFAULT_LOCALE, say

BUTTON_ID, ROW_ID = 256, 200
"""Characters of the id of a button, and of a row in a list."""
_OPEN = {"ru": "Выбрать", "en": "Choose"}
_FILES = {"image": "image", "video": "video", "audio": "audio", "voice": "audio", "file": "document"}
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+", re.ASCII)


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One body for each piece; whether the customer's last message is recent enough, Meta decides."""
    caps = capabilities("whatsapp")
    found = [fitting for piece in pieces_of(message, caps) for fitting in _fitting(piece, caps)]
    whom = recipient_of(chat.address)
    return [_native(index, piece, whom, message.locale) for index, piece in enumerate(found)]


def recipient_of(address: str) -> dict[str, str]:
    """A phone number, a business-scoped user id or a group, each in its own field."""
    if _USER_ID.fullmatch(address):
        return {"recipient_type": "individual", "recipient": address}
    digits = address.removeprefix("+")
    if digits.isdecimal():
        return {"recipient_type": "individual", "to": digits}
    return {"recipient_type": "group", "to": address}


def wire_id(id: str, limit: int = BUTTON_ID) -> str:
    """The id of a button on the wire; one that does not fit goes as a digest, by which it is found again."""
    if len(id) <= limit and id == id.strip():
        return id
    return digest_of(id)


def plainer(part: Native, locale: str) -> Native | None:
    """The same as a plain text, for when this form of it is refused; None: it is one, or has no words."""
    kind = str(part.payload["type"])
    content = part.payload[kind]
    if kind == "interactive":
        lines, losses = _lines_of(content, locale)
    elif kind in _FILES.values():
        lines, losses = [content.get("caption", ""), _address(content)], ["media_as_link"]
    else:
        return None
    payload = {name: value for name, value in part.payload.items() if name not in (kind, "type")}
    payload |= {"type": "text", "text": {"body": "\n".join(filter(None, lines))}}
    return Native(part.index, "text", payload, tuple(dict.fromkeys([*part.lossy, *losses])))


def file_of(part: Native) -> dict[str, Any] | None:
    """What a body says of its file, to be changed in a copy of the payload; None: it has none."""
    kind = str(part.payload["type"])
    content = part.payload[kind]
    if kind == "interactive":
        header = content.get("header") or {}
        content = header.get(header.get("type"))
    return content if isinstance(content, dict) and ("id" in content or "link" in content) else None


def _address(content: Mapping[str, Any]) -> str:
    own = content.get("id")
    return str(own["url"] if isinstance(own, Mapping) else content["link"])


def _lines_of(content: Mapping[str, Any], locale: str) -> tuple[list[str], list[str]]:
    header, action = content.get("header", {}), content["action"]
    files = [_address(header[header["type"]])] if header else []
    lines, losses = [content["body"]["text"], *files], ["media_as_link"] if files else []
    if content["type"] == "cta_url":
        link = action["parameters"]
        return [*lines, f"{link['display_text']}: {link['url']}"], [*losses, "form_as_text"]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    labels = [row["title"] for row in rows] or [button["reply"]["title"] for button in action["buttons"]]
    numbered = [f"{number}) {label}" for number, label in enumerate(labels, 1)]
    return [*lines, *numbered, say("reply_with_number", locale)], [*losses, "choices_numbered"]


def _native(index: int, piece: Piece, whom: Mapping[str, str], locale: str) -> Native:
    kind, content = _content(piece, locale)
    payload = {"messaging_product": "whatsapp", **whom, "type": kind, kind: content}
    return Native(index, kind, payload, piece.lossy)


def _content(piece: Piece, locale: str) -> tuple[str, Any]:
    if piece.template is not None:
        return "template", _template(piece.template)
    if piece.location is not None:
        return "location", _location(piece.location)
    if piece.contact is not None:
        return "contacts", [_contact(piece.contact)]
    if piece.choices or piece.links:
        return "interactive", _interactive(piece, locale)
    if piece.media is not None:
        kind, content = _file(piece.media)
        return kind, content | ({"caption": _words(piece)} if piece.text else {})
    return "text", {"body": _words(piece)}


def _words(piece: Piece) -> str:
    return to_stars(piece.text) if piece.marked else piece.text


def _file(media: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = _FILES.get(media["kind"], "document")
    content: dict[str, Any] = {"id": reference(media)} if media.get("file") else {"link": media["url"]}
    if kind == "document" and media.get("name"):
        content["filename"] = media["name"]
    return kind, content


def _interactive(piece: Piece, locale: str) -> dict[str, Any]:
    type, action = _action(piece, locale)
    found: dict[str, Any] = {"type": type, "body": {"text": _words(piece)}, "action": action}
    if piece.media is not None:
        kind, content = _file(piece.media)
        found["header"] = {"type": kind, kind: content}
    return found


def _action(piece: Piece, locale: str) -> tuple[str, dict[str, Any]]:
    if piece.layout == "list":
        rows = [{"id": wire_id(each.id, ROW_ID), "title": each.label} for each in piece.choices]
        opens = _OPEN.get(locale, _OPEN[DEFAULT_LOCALE])
        return "list", {"button": opens, "sections": [{"rows": rows}]}
    if piece.choices:
        return "button", {"buttons": [_button(each) for each in piece.choices]}
    link = piece.links[0]
    return "cta_url", {"name": "cta_url", "parameters": {"display_text": link.label, "url": link.url}}


def _button(choice: Choice) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": wire_id(choice.id), "title": choice.label}}


def _location(place: Mapping[str, Any]) -> dict[str, str]:
    found = {"latitude": str(place["lat"]), "longitude": str(place["lon"])}
    named = {"name": place.get("title"), "address": place.get("address")}
    return found | {name: str(value) for name, value in named.items() if value}


def _contact(person: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": {"formatted_name": person["name"], "first_name": person["name"]}}
    if person.get("phone"):
        found["phones"] = [{"phone": person["phone"]}]
    if person.get("email"):
        found["emails"] = [{"email": person["email"]}]
    return found


def _template(template: Mapping[str, Any]) -> dict[str, Any]:
    """An approved template with the values of its body, in order."""
    found: dict[str, Any] = {
        "name": template["name"],
        "language": {"policy": "deterministic", "code": template["language"]},
    }
    values = [{"type": "text", "text": _value(each)} for each in template.get("params") or ()]
    for value, name in zip(values, template.get("names") or (), strict=False):
        value["parameter_name"] = name
    return found | ({"components": [{"type": "body", "parameters": values}]} if values else {})


def _value(written: Any) -> str:
    # Meta refuses a value that is empty, has a line break, or more than four blanks in a row.
    return " ".join(str(written).split()) or "-"


def _fitting(piece: Piece, caps: Capabilities) -> Iterator[Piece]:
    """A card of a carousel may have more links or words than one message: it becomes several."""
    label = caps.links.label
    if len(piece.links) > caps.links.max or any(label and len(each.label) > label for each in piece.links):
        lines = [piece.text, *(f"{each.label}: {each.url}" for each in piece.links)]
        lossy = tuple(dict.fromkeys([*piece.lossy, "form_as_text"]))
        piece = replace(piece, text="\n".join(filter(None, lines)), links=(), lossy=lossy)
    under = bool(piece.choices or piece.links)
    if piece.media is not None and _is_longer(piece.text, caps.caption, caps):
        yield Piece(media=piece.media)
        piece = replace(piece, media=None)
    limit = caps.text_with_buttons if under else caps.text
    if limit is None or not _is_longer(piece.text, limit, caps):
        yield piece
        return
    *before, last = split_text(piece.text, limit, caps.unit)
    yield from (Piece(text=each, marked=piece.marked) for each in before)
    yield replace(piece, text=last, lossy=tuple(dict.fromkeys([*piece.lossy, "text_split"])))


def _is_longer(text: str, limit: int | None, caps: Capabilities) -> bool:
    return limit is not None and measure(text, caps.unit) > limit
