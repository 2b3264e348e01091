"""A part of a message in words: what a channel has no form of its own for is written out, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnisupport.domain.message import TEXT_MAX

MAP = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}"


def in_words(part: Mapping[str, Any], *, forms: bool = True) -> str:
    """The text of a part, at most 8,000 characters, with its media, cards, places, people and links below it.

    Without `forms` the text alone. Approved templates of a channel are that channel's: elsewhere their values remain.
    """
    text = str(part.get("text") or "")
    lines = [text] if text.strip() else []
    if forms:
        lines += _forms(part)
    return "\n".join(lines)[:TEXT_MAX]


def pressable(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons that come back as an event; one that opens an address is written out."""
    return [button for button in part.get("buttons") or () if not button.get("url")]


def forms_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """What a part has besides its text and what can be pressed, for a channel that has forms of its own."""
    names = ("media", "carousel", "location", "contact", "template")
    found = {name: part[name] for name in names if part.get(name)}
    links = [
        {"label": each["label"], "url": each["url"]} for each in part.get("buttons") or () if each.get("url")
    ]
    if link := part.get("open_url"):
        links.append({"label": link.get("label") or link["url"], "url": link["url"]})
    return found | ({"links": links} if links else {})


def content_of(part: Mapping[str, Any], *, direct: bool) -> dict[str, Any]:
    """The content of a message that says this part; `direct` channels show its words alone (the widget)."""
    content = {name: part[name] for name in ("sources", "quick_replies") if part.get(name)}
    if buttons := pressable(part):
        content["buttons"] = buttons
    if not direct and (forms := forms_of(part)):
        content |= {"plain": str(part.get("text") or ""), "forms": forms}
    return content


def _forms(part: Mapping[str, Any]) -> Iterator[str]:
    media, place, person, link = (part.get(name) for name in ("media", "location", "contact", "open_url"))
    if media:
        yield _line(media.get("alt") or media.get("name"), media["url"])
    for card in part.get("carousel") or ():
        yield from filter(None, (f"• {card['title']}", card.get("text"), card.get("image")))
        yield from _links(card)
    if place:
        named = [each for each in (place.get("title"), place.get("address")) if each]
        yield _line(", ".join(named), MAP.format(lat=place["lat"], lon=place["lon"]))
    if person:
        yield ", ".join(filter(None, (person["name"], person.get("phone"), person.get("email"))))
    if link:
        yield _line(link["label"], link["url"])
    yield from _links(part)
    for each in part.get("links") or ():
        yield _line(each["label"], each["url"])
    template = part.get("template")
    if template and not part.get("text"):
        yield ", ".join(template.get("params") or ()) or str(template["name"])


def _links(part: Mapping[str, Any]) -> Iterator[str]:
    for button in part.get("buttons") or ():
        if button.get("url"):
            yield _line(button["label"], button["url"])


def _line(label: str | None, address: str | None) -> str:
    return ": ".join(filter(None, (label, address)))
