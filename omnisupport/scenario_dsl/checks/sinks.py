"""Where the values of a node's fields go: to the customer, to people, to models, to other systems."""

from __future__ import annotations

import re
from typing import Literal

from omnisupport.scenario_dsl.words import Both

Sink = Literal["text", "note", "prompt", "url", "request", "event"]

NAMES: dict[str, Both] = {
    "text": Both("текст для клиента", "a text for the customer"),
    "note": Both("внутренняя заметка", "an internal note"),
    "prompt": Both("запрос к языковой модели", "the prompt of a language model"),
    "url": Both("адрес", "an address"),
    "request": Both("запрос к другой системе", "a request to another system"),
    "event": Both("событие", "an event"),
}

# Node type -> (beginning of the field's path, where it goes); the first that fits counts.
_FIELDS: dict[str, tuple[tuple[str, Sink], ...]] = {
    "http": (("request.path", "url"), ("request.query", "url"), ("request.", "request")),
    "note": (("text", "note"),),
    "notify": (("text", "note"),),
    "handoff": (("summary", "note"),),
    "emit": (("data", "event"),),
    "kb_answer": (("question", "prompt"), ("persona", "prompt")),
    "ai_reply": (("instructions", "prompt"),),
    "ai_classify": (("input", "prompt"), ("labels", "prompt"), ("few_shot", "prompt")),
    "ai_extract": (("input", "prompt"), ("fields", "prompt")),
    "ai_generate": (("prompt", "prompt"), ("instructions", "prompt")),
}
_ADDRESSES = ("url", "image", "open_url")
_ACTION = re.compile(r"do\[[0-9]+\]\.(\w+)\.?(.*)\Z")


def sink_of(node_type: str, field: str, *, shown: bool) -> Sink | None:
    """Where the value of a field goes; `shown` says that customers read it. None: it stays inside."""
    if node_type == "actions":
        action = _ACTION.match(field)
        return sink_of(action[1], action[2] or "text", shown=shown) if action else None
    for beginning, sink in _FIELDS.get(node_type, ()):
        if field.startswith(beginning):
            return sink
    if field.rsplit(".", 1)[-1] in _ADDRESSES and not shown:
        return "url"
    return "text" if shown else None
