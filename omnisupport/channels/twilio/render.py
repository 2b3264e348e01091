"""A message as fields of one request for each part: plain words for SMS, starred ones for WhatsApp.

Menus of WhatsApp are content templates there, which are made beforehand. `settings["content"]` names those of the
account: under the number of choices (`{"3": "HX…"}`) one with a text `{{1}}` and for each choice a title and an id
(`{{2}}` `{{3}}`, `{{4}}` `{{5}}`, …); under another name an approved template. Without one, choices are numbered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.rendering import Piece, digest_of, pieces_of
from omnisupport.domain.capabilities import Buttons, Capabilities, capabilities, measure
from omnisupport.domain.markup import to_plain, to_stars
from omnisupport.domain.message import Native, Outbound
from omnisupport.domain.sms import sms_size

METHOD = "Messages"
TEXT_MAX = 1600
"""Of a `Body`, in UTF-16 units, on every channel: WhatsApp itself would take more."""
ID_CHARS = 128
CAPTIONED = ("image", "video")
"""Files that show words below them; of others Twilio drops the words."""

_TYPED = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚‛`′", "'"),
        **dict.fromkeys("–—‐‑‒−•", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        "…": "...",
        "\u200b": "",
    }
)


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One request for each part. Who sends, and where statuses go, is added when it is sent."""
    natives: list[Native] = []
    for piece in pieces_of(message, _facts(message, account)):
        forms = list(_forms(piece, account))
        for form in forms:
            lossy = _losses(piece, account) if form is forms[-1] else ()
            natives.append(Native(len(natives), METHOD, {"To": chat.address, **form}, lossy))
    return natives


def button_data(id: str) -> str:
    """The id of a choice on the wire; one that is too long goes as a digest, by which it is found again."""
    if len(id) <= ID_CHARS:
        return id
    return digest_of(id)


def in_gsm7(text: str) -> str:
    """With typed quotes and dashes in place of set ones, if that spares the text the dearer alphabet."""
    typed = text.translate(_TYPED)
    fits = bool(typed.strip()) and measure(typed, "utf16") <= TEXT_MAX
    return typed if fits and sms_size(typed).encoding == "gsm7" else text


def takes(account: Account) -> Capabilities:
    """What a text written by a person may be: WhatsApp by Twilio has shorter texts, and buttons in menus only."""
    if account.type != "whatsapp":
        return capabilities("sms")
    facts = capabilities("whatsapp")
    return replace(
        facts,
        text=TEXT_MAX,
        unit="utf16",
        text_with_buttons=None,
        buttons=Buttons(0),
        list=None,
        links=Buttons(0),
        parts=facts.parts - {"contact"},
    )


def _facts(message: Outbound, account: Account) -> Capabilities:
    facts, whole = takes(account), capabilities(account.type)
    count = len(message.content.get("buttons") or ()) + len(message.content.get("quick_replies") or ())
    if account.type != "whatsapp" or str(count) not in _content(account):
        return facts
    return replace(facts, text_with_buttons=whole.text_with_buttons, buttons=whole.buttons, list=whole.list)


def _content(account: Account) -> Mapping[str, str]:
    return account.settings.get("content") or {}


def _forms(piece: Piece, account: Account) -> Iterator[dict[str, Any]]:
    if piece.template is not None:
        values = [str(value) for value in piece.template.get("params") or ()]
        holes = piece.template.get("names") or range(1, len(values) + 1)
        name = str(piece.template["name"])
        variables = {str(hole): value for hole, value in zip(holes, values, strict=False)}
        yield _template(_content(account).get(name, name), variables)
        return
    if piece.location is not None:
        yield _place(piece.location)
        return
    words = _text(piece, account)
    if piece.media is not None:
        own_words = bool(piece.choices) or piece.media["kind"] not in CAPTIONED
        below = {"Body": words} if words and not own_words else {}
        yield {**below, "MediaUrl": [piece.media["url"]]}
        if not own_words or not (words or piece.choices):
            return
    if piece.choices:
        yield _menu(piece, words, account)
    else:
        yield {"Body": words}


def _menu(piece: Piece, words: str, account: Account) -> dict[str, Any]:
    shown = [words]
    for choice in piece.choices:
        shown += [choice.label, button_data(choice.id)]
    sid = _content(account)[str(len(piece.choices))]
    return _template(sid, {str(at): value for at, value in enumerate(shown, 1)})


def _template(sid: str, variables: Mapping[str, str]) -> dict[str, Any]:
    form = {"ContentSid": sid}
    return form | {"ContentVariables": orjson.dumps(variables).decode()} if variables else form


def _place(place: Mapping[str, Any]) -> dict[str, Any]:
    named = [str(place[name]) for name in ("title", "address") if place.get(name)]
    spot = f"{place['lat']},{place['lon']}"
    label = f"|{named[-1].replace('|', ' ')}" if named else ""
    return {"Body": named[0] if named else spot, "PersistentAction": [f"geo:{spot}{label}"]}


def _text(piece: Piece, account: Account) -> str:
    lines = [_words(piece, account), *(f"{link.label}: {link.url}" for link in piece.links)]
    return "\n".join(filter(None, lines))


def _words(piece: Piece, account: Account) -> str:
    if not piece.marked:
        return piece.text  # a person's own signs stay as they are
    if account.type == "whatsapp":
        return to_stars(piece.text) or piece.text
    return in_gsm7(to_plain(piece.text) or piece.text)


def _losses(piece: Piece, account: Account) -> tuple[str, ...]:
    lost = list(piece.lossy)
    if piece.links:
        lost.append("form_as_text")
    if piece.marked and account.type != "whatsapp" and to_plain(piece.text) != to_stars(piece.text):
        lost.append("formatting_lost")
    return tuple(dict.fromkeys(lost))
