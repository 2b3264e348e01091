"""Bring a document into the language's form: order of fields, indentation, quotes. Comments keep their places."""

from __future__ import annotations

import json

from omnisupport.scenario_dsl.comments import notes_of
from omnisupport.scenario_dsl.edits.source import Source
from omnisupport.scenario_dsl.emit import write_tree
from omnisupport.scenario_dsl.order import ordered_keys
from omnisupport.scenario_dsl.scalars import json_text
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree


def format_document(text: str, *, file: str = "scenario.yaml") -> str:
    """The same document, formatted; formatting it again changes nothing, and JSON stays JSON.

    `file` is only the name that findings carry.

    Raises:
        ScenarioInvalid: the text is no map of YAML.
    """
    source = Source.read(text, file=file)
    if is_json(source.text):
        return _json(source.root, "", ()) + "\n"
    return write_tree(source.root, notes_of(source))


def is_json(text: str) -> bool:
    """Whether the text is JSON."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json(tree: Tree, indent: str, place: tuple[str, ...]) -> str:
    """JSON with a line for each entry; numbers stay as they are written."""
    inner = indent + "  "
    if isinstance(tree, Scalar):
        return json_text(tree.text) if tree.quoted else tree.text
    if isinstance(tree, Map):
        keys = ordered_keys(tree, place)
        parts = [f"{json_text(key)}: {_json(tree.values[key], inner, (*place, key))}" for key in keys]
        return _lines("{", parts, "}", indent)
    assert isinstance(tree, Seq)
    return _lines("[", [_json(item, inner, (*place, "-")) for item in tree.items], "]", indent)


def _lines(opening: str, parts: list[str], closing: str, indent: str) -> str:
    if not parts:
        return opening + closing
    between = ",\n" + indent + "  "
    return f"{opening}\n{indent}  {between.join(parts)}\n{indent}{closing}"
