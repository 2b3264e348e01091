"""What one message of a customer says: its text, files, place, people and presses, as fields of an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import orjson

from omnisupport.channels.meta.reading import Told, inner, number, rows, text
from omnisupport.domain.inbound import MediaRef

Content = dict[str, Any]
_DIGITS = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)
_FILES: Mapping[str, Literal["image", "audio", "video", "sticker", "file"]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "sticker": "sticker",
    "document": "file",
}
_UNKNOWN = {
    "ru": "[Сообщение вида «{kind}»: WhatsApp не передаёт его содержимое]",
    "en": "[A message of the kind “{kind}”: WhatsApp does not pass its content on]",
}
_ORDER = {"ru": "Заказ из каталога:", "en": "An order from the catalogue:"}
_REFERRAL = ("source_url", "source_type", "source_id", "headline", "body", "media_type", "ctwa_clid")


def content_of(message: Told, locale: str) -> Content:
    """The fields `text`, `media`, `button`, `location`, `contact` and `extra` of a message, as far as it has them.

    A kind that nobody can read becomes a line that says so, in the language of the account.
    """
    kind = text(message, "type")
    read = _READERS.get(kind)
    found = read(message, locale) if read else {}
    return found or _unknown(message, kind, locale)


def phone_of(wa_id: str) -> str | None:
    """E.164 of a WhatsApp id, where it is a phone number."""
    return f"+{wa_id}" if _DIGITS.fullmatch(wa_id) else None


def referral_of(message: Told) -> Content | None:
    """The advertisement or post that the customer came by; `ref` names it."""
    told = inner(message, "referral")
    found = {name: value for name in _REFERRAL if (value := text(told, name))}
    return {"ref": found.get("source_id") or found.get("source_url") or "", **found} if found else None


def _text(message: Told, locale: str) -> Content:
    body = text(inner(message, "text"), "body")
    return {"text": body} if body else {}


def _file(message: Told, locale: str) -> Content:
    kind = text(message, "type")
    told = inner(message, kind)
    media_id = text(told, "id")
    if not media_id:
        return {}
    shown = "voice" if kind == "audio" and told.get("voice") is True else _FILES[kind]
    # "audio/ogg; codecs=opus": what comes after the type is of no use to anybody here.
    type = text(told, "mime_type").partition(";")[0].strip()
    media = MediaRef(shown, {"media_id": media_id}, text(told, "filename") or None, type or None)
    return {"text": text(told, "caption"), "media": (media,)}


def _location(message: Told, locale: str) -> Content:
    told = inner(message, "location")
    lat, lon = number(told, "latitude"), number(told, "longitude")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return {}
    named = {"title": text(told, "name"), "address": text(told, "address")}
    return {"location": {"lat": lat, "lon": lon} | {name: value for name, value in named.items() if value}}


def _contacts(message: Told, locale: str) -> Content:
    """The first one as the contact of the event, the others as lines."""
    people = [found for each in rows(message, "contacts") if (found := _person(each))]
    if not people:
        return {}
    lines = [", ".join(each.values()) for each in people[1:]]
    # The customer's own number, which he shared because he was asked to.
    asked = text(message, "origin") == "contact_request"
    extra = {"extra": {"origin": "contact_request"}} if asked else {}
    return {"contact": people[0], "text": "\n".join(lines), **extra}


def _person(told: Told) -> dict[str, str]:
    phones, emails = rows(told, "phones"), rows(told, "emails")
    phone = next((found for each in phones if (found := _phone(each))), "")
    email = next((found for each in emails if (found := text(each, "email"))), "")
    name = text(inner(told, "name"), "formatted_name") or phone or email
    fields = {"name": name, "phone": phone, "email": email}
    return {field: value for field, value in fields.items() if value}


def _phone(told: Told) -> str:
    written = text(told, "phone")
    digits = re.sub(r"[\s().-]", "", written)
    return phone_of(text(told, "wa_id")) or (digits if digits.startswith("+") else written)


def _template_button(message: Told, locale: str) -> Content:
    told = inner(message, "button")
    pressed = text(told, "payload") or text(told, "text")
    return {"button": pressed, "text": text(told, "text")} if pressed else {}


def _interactive(message: Told, locale: str) -> Content:
    told = inner(message, "interactive")
    kind = text(told, "type")
    if kind in ("button_reply", "list_reply"):
        chosen = inner(told, kind)
        pressed = text(chosen, "id")
        return {"button": pressed, "text": text(chosen, "title")} if pressed else {}
    if kind == "nfm_reply":
        return _form(inner(told, kind))
    return {}


def _form(told: Told) -> Content:
    """A filled form (WhatsApp Flows): its answers are kept beside the message."""
    written = text(told, "response_json")
    try:
        answers = orjson.loads(written) if "\\u0000" not in written else None
    except orjson.JSONDecodeError:
        answers = None
    title = text(told, "body") or text(told, "name")
    return {"text": title, "extra": {"form": answers}} if isinstance(answers, dict) else {}


def _order(message: Told, locale: str) -> Content:
    told = inner(message, "order")
    items = rows(told, "product_items")
    if not items:
        return {}
    lines = [_ORDER.get(locale, _ORDER["en"]), *(_item(each) for each in items)]
    words = text(told, "text")
    kept = ("product_retailer_id", "quantity", "item_price", "currency")
    order = {
        "catalog_id": text(told, "catalog_id"),
        "items": [{name: text(each, name) for name in kept} for each in items],
    }
    return {"text": "\n".join(filter(None, [words, *lines])), "extra": {"order": order}}


def _item(told: Told) -> str:
    price = number(told, "item_price")
    cost = f" — {price:g} {text(told, 'currency')}".rstrip() if price is not None else ""
    return f"{text(told, 'quantity') or '1'} × {text(told, 'product_retailer_id')}{cost}"


def _unknown(message: Told, kind: str, locale: str) -> Content:
    exact = text(inner(message, "unsupported"), "type") or text(inner(message, kind), "type")
    named = exact or kind or "unknown"
    return {
        "text": _UNKNOWN.get(locale, _UNKNOWN["en"]).format(kind=named),
        "extra": {"unsupported": named},
    }


_READERS: Mapping[str, Callable[[Told, str], Content]] = {
    "text": _text,
    **dict.fromkeys(_FILES, _file),
    "location": _location,
    "contacts": _contacts,
    "button": _template_button,
    "interactive": _interactive,
    "order": _order,
}
