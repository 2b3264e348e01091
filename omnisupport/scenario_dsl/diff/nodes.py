"""Differences between the nodes of two documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnisupport.scenario_dsl.diff.change import Change, shown
from omnisupport.scenario_dsl.diff.leaves import Leaf, leaves
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.words import Both

_ALIKE = 0.7
"""The part of its values that a node keeps when it is taken for the same under another id."""

_VERBS = {
    "added": Both("добавлено", "added"),
    "removed": Both("убрано", "removed"),
}
_WHAT = {
    "text": Both("текст", "text"),
    "edge": Both("переход", "edge"),
    "timer": Both("время", "timer"),
    "field": Both("поле", "field"),
}


def node_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "", path: str = "nodes"
) -> Iterator[Change]:
    """The changes from one map of nodes to another; `prefix` is `flow/` inside a flow."""
    renamed = renames(before, after)
    for old, new in renamed.items():
        said = Both(f"узел '{old}' переименован в '{new}'", f"node '{old}' renamed to '{new}'")
        yield Change("node.renamed", f"{path}.{new}", said, prefix + new, old, new)
    for node_id, node in before.items():
        if node_id not in after and node_id not in renamed:
            kind = _type(node)
            said = Both(f"узел '{node_id}' ({kind}) удалён", f"node '{node_id}' ({kind}) removed")
            yield Change("node.removed", f"{path}.{node_id}", said, prefix + node_id, node, None)
    sources = {new: old for old, new in renamed.items()}
    for node_id, node in after.items():
        source = sources.get(node_id, node_id)
        if source not in before:
            kind = _type(node)
            said = Both(f"узел '{node_id}' ({kind}) добавлен", f"node '{node_id}' ({kind}) added")
            yield Change("node.added", f"{path}.{node_id}", said, prefix + node_id, None, node)
            continue
        yield from _between(before[source], node, prefix + node_id, f"{path}.{node_id}", renamed)


def renames(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Nodes that went and came back under another id, by their content: equal ones, then those much alike."""
    gone = [node_id for node_id in before if node_id not in after]
    new = [node_id for node_id in after if node_id not in before]
    found: dict[str, str] = {}
    for least in (1.0, _ALIKE):
        for old in gone:
            candidates = [node_id for node_id in new if node_id not in found.values()]
            scored = [(_likeness(before[old], after[node_id]), node_id) for node_id in candidates]
            # Ends are all alike: only what has some content is known again by it.
            best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
            if old not in found and best[0] >= least:
                found[old] = best[1]
    return found


def _likeness(before: Any, after: Any) -> float:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or _type(before) != _type(after):
        return 0.0
    old = {canonical([path, leaf.value]) for path, leaf in leaves(before).items()}
    new = {canonical([path, leaf.value]) for path, leaf in leaves(after).items()}
    if len(old | new) < 3 and old != new:
        return 0.0
    return len(old & new) / max(1, len(old | new))


def _type(node: Any) -> str:
    return str(node.get("type", "?")) if isinstance(node, Mapping) else "?"


def _between(before: Any, after: Any, node: str, path: str, renamed: Mapping[str, str]) -> Iterator[Change]:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        if before != after:
            said = Both(f"узел '{node}' изменён", f"node '{node}' changed")
            yield Change("node.changed", path, said, node, before, after)
        return
    old, new = leaves(before), leaves(after)
    for name in [*old, *(name for name in new if name not in old)]:
        left, right = old.get(name), new.get(name)
        if left is not None and left.kind == "edge":
            left = left._replace(value=renamed.get(left.value, left.value))
        if left is None or right is None or canonical(left.value) != canonical(right.value):
            yield _leaf_change(left, right, name, node, path)


def _leaf_change(left: Leaf | None, right: Leaf | None, name: str, node: str, path: str) -> Change:
    some = right or left
    assert some is not None
    became = "added" if left is None else "removed" if right is None else "changed"
    before, after = left.value if left else None, right.value if right else None
    what, shown_name = _WHAT[some.kind], f" {name.removeprefix('text.')}"
    if name == "text":  # "text text" says it twice
        shown_name = ""
    if became == "changed":
        tail = Both(f"{shown(before)} → {shown(after)}", f"{shown(before)} → {shown(after)}")
    else:
        verb, value = _VERBS[became], shown(after if left is None else before)
        tail = Both(f"{verb.ru} {value}", f"{verb.en} {value}")
    said = Both(f"{node}: {what.ru}{shown_name}: {tail.ru}", f"{node}: {what.en}{shown_name}: {tail.en}")
    return Change(f"{some.kind}.{became}", f"{path}.{name}", said, node, before, after)
