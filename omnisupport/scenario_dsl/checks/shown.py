"""What customers are shown by a node, and on which channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.template import Hole, Segments
from omnisupport.scenario_dsl.tree import Scalar, Seq, Tree
from omnisupport.scenario_dsl.uses import Text

_NOTHING: list[Any] = []
_FORMS = ("media", "carousel", "location", "contact", "template")


@dataclass(slots=True)
class Shown:
    """One message as the author wrote it: its text, its choices, its links, and the other things in it."""

    channels: tuple[str, ...]
    at: str
    tree: Tree
    text: Text | None = None
    choices: list[Text] = field(default_factory=list)
    links: list[Text] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)


def shown_by(document: Analysis, node: Node) -> list[Shown]:
    """Every message that the node may send."""
    return all_shown(document).get(node.id, _NOTHING)


def all_shown(document: Analysis) -> dict[str, list[Shown]]:
    """The messages of each node that sends any, found once."""
    found = document.memo.get("shown")
    if found is None:
        texts = {node.id: list(_shown(document, node)) for node in document.nodes.values() if node.uses.texts}
        found = document.memo["shown"] = {node_id: shown for node_id, shown in texts.items() if shown}
    assert isinstance(found, dict)
    return found


def _shown(document: Analysis, node: Node) -> Iterator[Shown]:
    values, channels = node.values, tuple(document.header.channels)
    if isinstance(values.get("to"), dict):
        channels = (values["to"].get("channel", ""),)
    variants = values.get("variants")
    other = variants if isinstance(variants, dict) else {}
    usual = tuple(channel for channel in channels if channel not in other)
    choices = list(_choices(values))
    content = values.get("content")
    if isinstance(values.get("text"), Text) and values["text"].shown:
        yield Shown(usual, "text", node.tree, values["text"], choices)
    elif isinstance(content, list):
        yield from _content(content, usual, "content", node, choices)
    for channel in channels:
        if channel in other:
            yield from _content(other[channel], (channel,), f"variants.{channel}", node, choices)
    for text in node.uses.texts:
        if text.shown and text.field.startswith(("retry.", "reminders[", "validate[", "comment.")):
            yield Shown(channels, text.field, text.tree, text)


def _content(
    content: Any, channels: tuple[str, ...], at: str, node: Node, choices: list[Text]
) -> Iterator[Shown]:
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    for index, part in enumerate(parts):
        text = part.get("text")
        found = Shown(channels, f"{at}[{index}]", node.tree, text if isinstance(text, Text) else None)
        found.choices = [item for item in part.get("quick_replies", ()) if isinstance(item, Text)]
        if index == len(parts) - 1:
            found.choices += choices
        found.links = [link["label"] for link in part.get("buttons", ()) if _has_text(link, "label")]
        found.parts = {form: part[form] for form in _FORMS if form in part}
        if found.text is not None:
            found.tree = found.text.tree
        yield found


def _choices(values: dict[str, Any]) -> Iterator[Text]:
    data = values.get("input")
    options = values.get("options") or (data.get("options") if isinstance(data, dict) else None)
    for option in options if isinstance(options, list) else ():
        if _has_text(option, "label"):
            yield option["label"]
    skippable = values.get("skippable")
    if isinstance(skippable, dict) and _has_text(skippable, "label"):
        yield skippable["label"]


def _has_text(item: Any, name: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(name), Text)


def longest(segments: Segments, document: Analysis, node: Node) -> str:
    """The text at its longest: a placeholder of a known bound is filled up to it, another one is left empty."""
    return "".join(part if isinstance(part, str) else "0" * _bound(part, document, node) for part in segments)


def _bound(hole: Hole, document: Analysis, node: Node) -> int:
    for use in hole.filters:
        if use.name == "truncate" and use.arguments and use.arguments[0].op == "lit":
            limit = use.arguments[0].args[0]
            return limit if type(limit) is int else 0
    path, args = hole.ast, hole.ast.args
    if path.op != "." or path.args[0].op != "id" or path.args[0].args[0] != "vars":
        return 0
    variable = document.variables_of(node.flow).get(args[1])
    if variable is None:
        return 0
    if variable.type.kind == "enum":
        return max(map(len, variable.type.values or ("",)))
    bound = variable.spec.get("max_length", 0)
    return bound if type(bound) is int else 0


def channel_tree(document: Analysis, channel: str) -> Tree:
    """Where the document names a channel."""
    tree = document.root.get("channels")
    items: Sequence[Tree] = tree.items if isinstance(tree, Seq) else ()
    named = (item for item in items if isinstance(item, Scalar) and item.text == channel)
    return next(named, document.root)
