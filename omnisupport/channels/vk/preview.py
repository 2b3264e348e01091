"""Calls of `messages.send` as VK shows them."""

from __future__ import annotations

from omnisupport.channels.base import Account
from omnisupport.channels.preview import Shown, ShownButton, shown_place, spans_of
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.message import Native


def takes(account: Account) -> Capabilities:
    """The same for every community."""
    return capabilities("vk")


def shown(part: Native, account: Account) -> Shown:
    """One call; the keys of its keyboard stand below it."""
    told = part.payload
    words = str(told.get("message") or "")
    if "lat" in told:
        return shown_place({"lat": told["lat"], "lon": told["long"], "title": words.strip("📍") or None})
    keyboard = told.get("keyboard") or {}
    keys = [key["action"] for row in keyboard.get("buttons", ()) for key in row]
    buttons = tuple(ShownButton(key["label"], key.get("link")) for key in keys)
    return Shown("text", spans_of(words), layout="buttons" if buttons else "none", buttons=buttons)
