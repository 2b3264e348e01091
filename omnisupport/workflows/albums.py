"""What a customer sent as one, such as ten photos, comes as messages of their own: it is answered as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from omnisupport.domain.conversation import Ring
from omnisupport.scenario_dsl.events import Inbound


def is_open(rings: Iterable[Ring]) -> bool:
    """Whether the newest message is of an album, of which more may be on its way."""
    newest = max(rings, key=lambda ring: ring.seq, default=None)
    return newest is not None and newest.album is not None


def as_one(due: list[Inbound]) -> list[Inbound]:
    """The same messages, those of one album made one: all words and files, and the place of its last."""
    groups = groupby(enumerate(due), key=lambda each: each[1].album or each[0])
    return [_joined([message for _, message in group]) for _, group in groups]


def _joined(messages: list[Inbound]) -> Inbound:
    last = messages[-1]
    if len(messages) == 1:
        return last
    content: dict[str, object] = {}
    for message in messages:
        content |= message.content or {}
    files = [file for message in messages for file in (message.content or {}).get("attachments", ())]
    text = "\n".join(message.text for message in messages if message.text)
    return replace(last, text=text, content=content | ({"attachments": files} if files else {}) or None)
