"""Calls of `messages.send` as VK shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from omnisupport.channels.base import Account
from omnisupport.channels.preview import Kind, Shown, ShownButton, shown_place, spans_of
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.message import Native


def takes(account: Account) -> Capabilities:
    """The same for every community."""
    return capabilities("vk")


def shown(part: Native, account: Account) -> Shown:
    """One call; its file stands above, the keys of its keyboard below it."""
    told = part.payload
    words = str(told.get("message") or "")
    if "lat" in told:
        return shown_place({"lat": told["lat"], "lon": told["long"], "title": words.strip("📍") or None})
    keyboard = told.get("keyboard") or {}
    keys = [key["action"] for row in keyboard.get("buttons", ()) for key in row]
    buttons = tuple(ShownButton(key["label"], key.get("link")) for key in keys)
    file = told.get("attachment")
    found = Shown("text", spans_of(words), layout="buttons" if buttons else "none", buttons=buttons)
    if not isinstance(file, Mapping):
        return found
    kind: Kind = "image" if file.get("kind") == "image" else "file"
    return replace(found, kind=kind, title=file.get("name"), url=file.get("url"))
