"""Which folder serves which channel: names only, so that nothing is loaded before it is used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from omnisupport.channels.base import Adapter, Addressing, Inbound, Render
from omnisupport.channels.transport import Transport

if TYPE_CHECKING:
    from omnisupport.channels.preview import Preview

ADAPTERS: dict[tuple[str, str], str] = {
    ("telegram", "telegram"): "telegram",
    ("whatsapp", "meta"): "meta",
    ("whatsapp", "twilio"): "twilio",
    ("sms", "twilio"): "twilio",
    ("vk", "vk"): "vk",
    ("max", "max"): "max",
    ("email", "email"): "email",
    ("api", "api"): "api",
}
"""Channel type and provider to the folder below `channels/`."""


def folder_of(type: str, provider: str) -> str | None:
    """The folder of an adapter; None: this release has none."""
    return ADAPTERS.get((type, provider))


@cache
def inbound_of(folder: str) -> Inbound:
    """The way in of an adapter."""
    return cast(Inbound, import_module(f"omnisupport.channels.{folder}.inbound"))


def addressing_of(type: str, provider: str) -> Addressing | None:
    """How addresses on a channel are made; None: who has not written there has none, or there is no adapter."""
    folder = folder_of(type, provider)
    if folder is None:
        return None
    module = inbound_of(folder)
    return cast(Addressing, module) if hasattr(module, "address_at") else None


@cache
def render_of(folder: str) -> Render:
    """The rendering of an adapter."""
    return cast(Render, import_module(f"omnisupport.channels.{folder}.render"))


@cache
def preview_of(folder: str) -> Preview | None:
    """How an adapter's payloads look to their readers; None: as they are, piece by piece."""
    name = f"omnisupport.channels.{folder}.preview"
    return cast("Preview", import_module(name)) if find_spec(name) is not None else None


def outbound_of(folder: str, transport: Transport) -> Adapter:
    """The way out of an adapter: loads its provider's SDK, so workers only."""
    return cast(Adapter, import_module(f"omnisupport.channels.{folder}.outbound").build(transport))
