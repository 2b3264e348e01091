"""Changes of a document as builders ask for them: a variable, a trigger, a node. The rest stays as written.

Every function takes the text, in YAML or JSON, and returns the new text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisupport.scenario_dsl.edits.assign import Editor
from omnisupport.scenario_dsl.edits.places import append_item
from omnisupport.scenario_dsl.edits.source import Source
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq


def set_field(text: str, name: str, value: Any) -> str:
    """Give a field of the top level a value, `name` or `settings`."""
    editor = Editor(text)
    editor.set([name], value)
    return editor.text


def delete_field(text: str, name: str) -> str:
    """Take a field of the top level away."""
    return _without(text, [name])


def set_variable(text: str, name: str, spec: Mapping[str, Any], flow: str | None = None) -> str:
    """Declare a variable, of the document or of one of its flows, or declare it anew."""
    return _with_entry(text, [*_home(flow), "variables"], name, spec)


def delete_variable(text: str, name: str, flow: str | None = None) -> str:
    """Take a declaration away; what uses the variable stays and is for the checks to find."""
    return _without_entry(text, [*_home(flow), "variables"], name)


def set_node(text: str, node_id: str, spec: Mapping[str, Any], flow: str | None = None) -> str:
    """Put a node into the document or into one of its flows, or change the one with this id."""
    return _with_entry(text, [*_home(flow), "nodes"], node_id, spec)


def delete_node(text: str, node_id: str, flow: str | None = None) -> str:
    """Take a node away; edges to it stay and are for the checks to find."""
    return _without_entry(text, [*_home(flow), "nodes"], node_id)


def set_flow(text: str, flow: str, spec: Mapping[str, Any]) -> str:
    """Put a flow into the document, or change the one with this id."""
    return _with_entry(text, ["flows"], flow, spec)


def delete_flow(text: str, flow: str) -> str:
    """Take a flow away."""
    return _without_entry(text, ["flows"], flow)


def set_trigger(text: str, trigger_id: str, spec: Mapping[str, Any]) -> str:
    """Put a trigger behind the others, or change the one with this id."""
    return _with_item(text, "triggers", trigger_id, spec)


def delete_trigger(text: str, trigger_id: str) -> str:
    """Take a trigger away."""
    return _without_item(text, "triggers", trigger_id)


def set_interrupt(text: str, interrupt_id: str, spec: Mapping[str, Any]) -> str:
    """Put an interrupt behind the others, or change the one with this id."""
    return _with_item(text, "interrupts", interrupt_id, spec)


def delete_interrupt(text: str, interrupt_id: str) -> str:
    """Take an interrupt away."""
    return _without_item(text, "interrupts", interrupt_id)


def _home(flow: str | None) -> list[str]:
    return [] if flow is None else ["flows", flow]


def _with_entry(text: str, path: list[str], name: str, spec: Mapping[str, Any]) -> str:
    editor = Editor(text)
    if not isinstance(editor.source.find(path), Map):
        editor.ensure_map(path[:-1])
        editor.set(path, {name: spec})
    else:
        editor.set([*path, name], spec)
    return editor.text


def _without_entry(text: str, path: list[str], name: str) -> str:
    tree = Source.read(text).find(path)
    if not isinstance(tree, Map) or name not in tree.values:
        return text
    return _without(text, path if len(tree.values) == 1 else [*path, name])


def _with_item(text: str, section: str, item_id: str, spec: Mapping[str, Any]) -> str:
    editor = Editor(text)
    whole = {"id": item_id, **{key: value for key, value in spec.items() if key != "id"}}
    tree = editor.source.find([section])
    index = _index_of(editor.source, section, item_id)
    if index is not None:
        editor.set([section, index], whole)
    elif isinstance(tree, Seq):
        editor.make(append_item, [section], whole)
    else:
        editor.set([section], [whole])
    return editor.text


def _without_item(text: str, section: str, item_id: str) -> str:
    source = Source.read(text)
    index = _index_of(source, section, item_id)
    if index is None:
        return text
    tree = source.at([section])
    assert isinstance(tree, Seq)
    return _without(text, [section] if len(tree.items) == 1 else [section, index])


def _without(text: str, path: list[Any]) -> str:
    editor = Editor(text)
    editor.delete(path)
    return editor.text


def _index_of(source: Source, section: str, item_id: str) -> int | None:
    """The number of the item with an id; one without an id has that of its type and place, as the loader says."""
    tree = source.find([section])
    for index, item in enumerate(tree.items if isinstance(tree, Seq) else ()):
        written = item.get("id") if isinstance(item, Map) else None
        kind = item.get("type") if isinstance(item, Map) and written is None else None
        known = written.text if isinstance(written, Scalar) else None
        if known is None and isinstance(kind, Scalar):
            known = f"{kind.text}{index + 1}"
        if known == item_id:
            return index
    return None
