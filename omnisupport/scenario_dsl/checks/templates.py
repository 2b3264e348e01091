"""The message templates that a document names for its channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.shown import shown_by
from omnisupport.scenario_dsl.tree import Map, Seq, Tree


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """One template as named: for which channel, in which language, with how many values."""

    node: str
    channel: str
    name: str
    language: str
    params: int
    field: str
    tree: Tree
    trees: Mapping[str, Tree]


def templates_of(document: Analysis) -> Iterator[TemplateUse]:
    """Every template of the document; one outside `variants` counts for each channel."""
    for node in document.nodes.values():
        if not node.type.sends:
            continue
        for shown in shown_by(document, node):
            template = shown.parts.get("template")
            if not isinstance(template, dict):
                continue
            tree = _tree(node, shown.at)
            trees = tree.values if isinstance(tree, Map) else {}
            name, language = str(template.get("name", "")), str(template.get("language", ""))
            params = len(template.get("params", ()))
            for channel in shown.channels:
                field = f"{shown.at}.template"
                yield TemplateUse(node.id, channel, name, language, params, field, tree or node.tree, trees)


def _tree(node: Node, at: str) -> Tree | None:
    """Where a template is written: `variants.whatsapp[0]` or `content[1]`; one part may stand without a list."""
    path, _, rest = at.partition("[")
    found: Tree | None = node.tree
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Map) else None
    if isinstance(found, Seq):
        found = found.items[int(rest.rstrip("]"))]
    return found.get("template") if isinstance(found, Map) else None
