"""What the customer will see of a message, as the api tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from omnisupport.channels.base import Chat
from omnisupport.channels.preview import Counted, preview
from omnisupport.domain.account import Account
from omnisupport.domain.capabilities import Capabilities
from omnisupport.domain.message import Outbound
from omnisupport.domain.window import Window
from omnisupport.texts import say

UNREACHABLE = ("blocked", "channel_closed")


def shown_messages(
    account: Account,
    chat: Chat,
    parts: Sequence[tuple[str, dict[str, Any]]],
    *,
    author_kind: str,
    locale: str,
    reader: str,
) -> dict[str, Any]:
    """Messages of a text and a content each, rendered as they would be sent; `reader` is the language of losses."""
    found: list[Counted] = []
    for text, content in parts:
        message = Outbound(
            id="preview",
            conversation_id="preview",
            key="preview",
            locale=locale,
            channel_type=account.type,
            recipient=chat.address,
            text=text,
            content=content,
            channel_id=str(account.channel_id),
            author_kind=author_kind,
        )
        found += preview(message, account, chat)
    return {"channel_type": account.type, "messages": [_told(each, reader) for each in found]}


def limits_of(facts: Capabilities, window: Window) -> dict[str, Any]:
    """The facts of a channel as the composer needs them."""
    return {
        "window": {"state": window.state, "until": window.until.isoformat() if window.until else None},
        "text": {
            "max": facts.text,
            "unit": facts.unit,
            "with_buttons": facts.text_with_buttons,
            "caption": facts.caption,
            "sms": facts.channel == "sms",
        },
        "buttons": _choices(facts.buttons.max, facts.buttons.label),
        "choice_list": _choices(facts.list.max, facts.list.label) if facts.list else None,
        "links": _choices(facts.links.max, facts.links.label),
        "files": [
            {"kind": kind, "types": list(media.types), "bytes": media.bytes}
            for kind, media in facts.media.items()
        ],
        "parts": sorted(facts.parts),
        "formats": list(facts.formats),
        "templates": facts.templates,
        "signs": list(facts.signs),
    }


def _choices(most: int, label: int | None) -> dict[str, Any]:
    return {"max": most, "label": label}


def _told(counted: Counted, reader: str) -> dict[str, Any]:
    shown = counted.shown
    return {
        "kind": shown.kind,
        "spans": [{"text": each.text, "strong": each.strong, "url": each.url} for each in shown.spans],
        "title": shown.title,
        "url": shown.url,
        "note": shown.note,
        "layout": shown.layout,
        "buttons": [{"label": each.label, "url": each.url} for each in shown.buttons],
        "opens": shown.opens,
        "length": counted.length,
        "sms_parts": counted.sms_parts,
        "lossy": [{"code": code, "words": say(f"lost.{code}", reader)} for code in shown.lossy],
    }


def chat_of(address: str, last_in_at: datetime | None, thread: Mapping[str, Any]) -> Chat:
    """Who is written to, of an identity's columns."""
    references = tuple(str(each) for each in thread.get("references") or ())
    return Chat(address, last_in_at, thread.get("subject"), references)
