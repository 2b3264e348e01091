"""What a message is made of: parts with texts, media, cards, and other forms of it for single channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.channels import CHANNELS
from omnisupport.scenario_dsl.expr.types import EMAIL, NUMBER, PHONE
from omnisupport.scenario_dsl.fields import Field, ListOf, Obj, Str, Value, Words
from omnisupport.scenario_dsl.nodes.typed import Typed
from omnisupport.scenario_dsl.render import say
from omnisupport.scenario_dsl.runtime.turn import part
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Seq, Tree

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

_LINK = Obj(
    {"id": Str(required=True), "label": Words(required=True), "url": Words(required=True, shown=False)}
)
_LAT, _LON, _PHONE, _EMAIL = Typed(NUMBER), Typed(NUMBER), Typed(PHONE), Typed(EMAIL)

MEDIA = Obj(
    {
        "kind": Str(("image", "video", "audio", "file"), required=True),
        "url": Words(required=True, shown=False),
        "name": Words(shown=False),
        "alt": Words(),
    }
)
_CARD = Obj(
    {
        "title": Words(required=True),
        "text": Words(),
        "image": Words(shown=False),
        "buttons": ListOf(_LINK, most=3),
    }
)
_LOCATION = Obj(
    {
        "lat": Typed(NUMBER, required=True),
        "lon": Typed(NUMBER, required=True),
        "title": Words(),
        "address": Words(),
    }
)
_CONTACT = Obj({"name": Words(required=True), "phone": _PHONE, "email": _EMAIL})
_TEMPLATE = Obj(
    {"name": Str(required=True), "language": Str(required=True), "params": ListOf(Value(), most=30)}
)
_FORMS: dict[str, Field] = {
    "text": Words(),
    "media": MEDIA,
    "carousel": ListOf(_CARD, least=1, most=10),
    "location": _LOCATION,
    "contact": _CONTACT,
    "template": _TEMPLATE,
    "open_url": Obj({"url": Words(required=True, shown=False), "label": Words(required=True)}),
}


class Part(Obj):
    """One part: a text, or something that is shown, with buttons that open addresses and quick replies."""

    def __init__(self) -> None:
        super().__init__(
            {**_FORMS, "buttons": ListOf(_LINK, most=10), "quick_replies": ListOf(Words(), most=13)}
        )

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = super().read(tree, site, name)
        if isinstance(tree, Map) and not any(form in tree.values for form in _FORMS):
            first, *others = _FORMS
            site.add("E112.either", tree, name, name=f"{name}.{first}", other="', '".join(others))
            return MISSING
        return found


CONTENT = ListOf(Part(), least=1, most=10)


class Variants(Field):
    """`{whatsapp: {template: …}}`: what is said on one channel instead; one part, or a list of them."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return Obj({}).read(tree, site, name)
        found: dict[str, Any] = {}
        for channel, variant in tree.items():
            field = f"{name}.{channel}"
            if channel not in CHANNELS:
                known = ", ".join(CHANNELS)
                words = {"field_name": name, "values": known}
                site.unknown("E007.value", tree.keys[channel], field, channel, CHANNELS, **words)
                continue
            several = isinstance(variant, Seq)
            read = CONTENT.read(variant, site, field) if several else Part().read(variant, site, field)
            if read is not MISSING:
                found[channel] = read if several else [read]
        return found


def content_for(turn: Turn, data: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The parts of the variant for the channel of this event, or None when there is none."""
    variants = data.get("variants", {})
    channel = turn.context.channel.get("type")
    return rendered(turn, variants[channel]) if channel in variants else None


def rendered(turn: Turn, content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts as `Send` has them. Raises `ExprError`, `NodeError`."""
    return [_part(turn, item) for item in content]


def _part(turn: Turn, item: dict[str, Any]) -> dict[str, Any]:
    text = turn.render(item["text"]) if "text" in item else ""
    found = part(text, _links(turn, item.get("buttons", ())))
    for form in item:
        if form in _RENDER:
            found[form] = _RENDER[form](turn, item[form])
    return found


def _links(turn: Turn, links: Any) -> list[dict[str, Any]]:
    return [
        {"id": link["id"], "label": turn.render(link["label"]), "url": turn.render(link["url"])}
        for link in links
    ]


def _texts(turn: Turn, data: dict[str, Any], *names: str) -> dict[str, Any]:
    """The texts of a group; those that the author left out are null."""
    return {name: turn.render(data[name]) if name in data else None for name in names}


def _media(turn: Turn, data: dict[str, Any]) -> dict[str, Any]:
    return {"kind": data["kind"], **_texts(turn, data, "url", "name", "alt")}


def _carousel(turn: Turn, cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**_texts(turn, card, "title", "text", "image"), "buttons": _links(turn, card.get("buttons", ()))}
        for card in cards
    ]


def _location(turn: Turn, data: dict[str, Any]) -> dict[str, Any]:
    place = {"lat": _LAT.value(turn, data["lat"], "lat"), "lon": _LON.value(turn, data["lon"], "lon")}
    return {**place, **_texts(turn, data, "title", "address")}


def _contact(turn: Turn, data: dict[str, Any]) -> dict[str, Any]:
    ways = {"phone": _PHONE, "email": _EMAIL}
    given = {name: kind.value(turn, data.get(name), name) for name, kind in ways.items()}
    return {"name": turn.render(data["name"]), **given}


def _template(turn: Turn, data: dict[str, Any]) -> dict[str, Any]:
    """An approved template of the channel; what is null in it stays empty."""
    values = [turn.value(param) for param in data.get("params", ())]
    params = ["" if value is None else say(value, turn.around) for value in values]
    return {"name": data["name"], "language": data["language"], "params": params}


def _quick_replies(turn: Turn, labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"label": turn.render(label)} for label in labels]


def _open_url(turn: Turn, data: dict[str, Any]) -> dict[str, Any]:
    return _texts(turn, data, "url", "label")


_RENDER: dict[str, Any] = {
    "media": _media,
    "carousel": _carousel,
    "location": _location,
    "contact": _contact,
    "template": _template,
    "quick_replies": _quick_replies,
    "open_url": _open_url,
}
