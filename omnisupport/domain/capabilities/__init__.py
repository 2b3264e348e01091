"""What each channel can show: a versioned file of facts for each, with their sources and test vectors.

The files are read by checks, renderers and adapters, never inside a workflow: a recorded result stays as it was
when the facts change. `tests/domain/test_capabilities.py` runs the vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from omnisupport.domain.capabilities.measure import Unit, measure

__all__ = [
    "CHANNELS",
    "Buttons",
    "Capabilities",
    "Format",
    "Media",
    "Sign",
    "Unit",
    "capabilities",
    "measure",
]

CHANNELS = ("widget", "telegram", "whatsapp", "sms", "email", "vk", "max", "instagram", "messenger", "api")

Content = Literal["text", "media", "buttons", "quick_replies", "carousel", "location", "contact", "template"]

Format = Literal["strong", "links"]
Sign = Literal["typing", "delivered", "read", "edited", "deleted"]


@dataclass(frozen=True, slots=True)
class Buttons:
    """How many choices a message may have and how long their labels may be; `max` 0: the channel has none."""

    max: int
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """Files of one kind: media types as the provider lists them (empty: any), and bytes."""

    types: tuple[str, ...] = ()
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The facts of one channel; `version` rises with every change of meaning.

    `text` is the longest message in `unit`, `text_with_buttons` one with choices under it, `caption` one under
    a file. `links` are buttons that open an address. `window_hours` is how long after the customer's last
    message free texts may be sent (None: always). `parts` are the kinds of content that the channel shows.
    """

    channel: str
    version: int
    text: int | None
    unit: Unit
    text_with_buttons: int | None
    caption: int | None
    buttons: Buttons
    links: Buttons
    list: Buttons | None
    media: Mapping[str, Media]
    parts: frozenset[str]
    window_hours: int | None
    templates: bool
    formats: tuple[Format, ...] = ()
    signs: tuple[Sign, ...] = ()
    sources: tuple[str, ...] = ()
    vectors: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    def too_long(self, text: str, *, with_buttons: bool = False) -> tuple[int, int] | None:
        """How long the text is and how long it may be, when it is too long."""
        limit = self.text_with_buttons if with_buttons and self.text_with_buttons is not None else self.text
        size = measure(text, self.unit)
        return (size, limit) if limit is not None and size > limit else None

    def layout(self, count: int) -> Literal["buttons", "list", "numbered"]:
        """How so many choices are shown: as buttons, else as a list, else as numbered lines."""
        if count <= self.buttons.max:
            return "buttons"
        return "list" if self.list is not None and count <= self.list.max else "numbered"

    def label_limit(self, count: int) -> int | None:
        """The longest label among so many choices; None where the channel sets no limit."""
        layout = self.layout(count)
        if layout == "list" and self.list is not None:
            return self.list.label
        return self.buttons.label if layout == "buttons" else None


@cache
def capabilities(channel: str) -> Capabilities:
    """The facts of a channel.

    Raises:
        KeyError: there is no such channel.
    """
    if channel not in CHANNELS:
        raise KeyError(channel)
    written = resources.files(__package__).joinpath(f"{channel}.yaml").read_text("utf-8")
    return _read(channel, yaml.CSafeLoader(written).get_single_data())


def _read(channel: str, facts: dict[str, Any]) -> Capabilities:
    text = facts["text"]
    return Capabilities(
        channel=channel,
        version=facts["version"],
        text=text.get("max"),
        unit=text.get("unit", "characters"),
        text_with_buttons=text.get("with_buttons"),
        caption=text.get("caption"),
        buttons=Buttons(**facts["buttons"]),
        links=Buttons(**facts["links"]),
        list=Buttons(**facts["list"]) if "list" in facts else None,
        media={
            kind: Media(tuple(item.get("types", ())), item.get("bytes"))
            for kind, item in facts.get("media", {}).items()
        },
        parts=frozenset(facts["parts"]),
        window_hours=facts.get("window_hours"),
        templates=facts.get("templates", False),
        formats=tuple(facts["formats"]),
        signs=tuple(facts["signs"]),
        sources=tuple(facts["sources"]),
        vectors=tuple(facts["vectors"]),
    )
