"""What of a customer's message becomes the current event: text and button, and what came besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisupport.scenario_dsl.inputs.files import file_of
from omnisupport.scenario_dsl.ir import outweighs
from omnisupport.scenario_dsl.runtime import limits

CONTENT = ("attachments", "contact", "location")
"""The keys of an event that are there only when the message had such a thing."""


def heard(text: str, button: str | None, content: Mapping[str, Any] | None) -> dict[str, Any]:
    """The event of a message; text that is no text (lone surrogates) is made readable."""
    event: dict[str, Any] = {
        "text": _readable(text[: limits.TEXT_TAKEN]),
        "button": button,
        "resolution": None,
    }
    return {**event, **_content(content)} if content else event


def content_of(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """What came besides the text of an event, as a message has it."""
    return {name: event[name] for name in CONTENT if name in event} or None


def _content(content: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    given = content.get("attachments")
    files = [file_of(item) for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    kept: list[dict[str, Any]] = []
    for file in files[: limits.ATTACHMENTS_KEPT]:
        file = {name: _readable(item) if isinstance(item, str) else item for name, item in file.items()}
        if outweighs([*kept, file], limits.ATTACHMENTS_BYTES):
            break
        kept.append(file)
    if kept:
        found["attachments"] = kept
    for name, part in (("contact", _contact), ("location", _location)):
        item = content.get(name)
        if isinstance(item, Mapping):
            found[name] = part(item)
    return found


def _contact(contact: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _text(contact.get("name"), 200),
        "phone": _text(contact.get("phone"), 40),
        "own": contact.get("own") is True,
    }


def _location(place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "lat": _degrees(place.get("lat"), 90),
        "lon": _degrees(place.get("lon"), 180),
        "address": _text(place.get("address"), 500),
    }


def _degrees(value: Any, most: int) -> float | None:
    return float(value) if type(value) in (int, float) and -most <= value <= most else None


def _text(value: Any, longest: int) -> str | None:
    return _readable(value[:longest]) if isinstance(value, str) and value else None


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
