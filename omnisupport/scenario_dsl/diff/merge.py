"""Join what two people made of the same document, node by node and field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.diff.leaves import ids_of
from omnisupport.scenario_dsl.edits.assign import Editor
from omnisupport.scenario_dsl.edits.source import Source
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.tree import plain

_GONE: Any = object()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both changed in different ways; a value that one of them took away is None there."""

    path: str
    base: Any
    ours: Any
    theirs: Any

    def to_dict(self) -> dict[str, Any]:
        """The conflict as JSON values."""
        return {"path": self.path, "base": self.base, "ours": self.ours, "theirs": self.theirs}


@dataclass(slots=True)
class Merged:
    """The joined text, or None with the conflicts that keep it from being one."""

    text: str | None
    conflicts: list[Conflict] = field(default_factory=list)


def merge(base: str, ours: str, theirs: str) -> Merged:
    """The text `ours` with what `theirs` changed since `base`; comments are those of `ours`.

    Two who changed one field of one node are in conflict; who moved things on the canvas last is not asked.

    Raises:
        ScenarioInvalid: one of the texts is no map of YAML.
    """
    merger = _Merger()
    values = [plain(Source.read(text).root) for text in (base, ours, theirs)]
    joined = merger.join(values[0], values[1], values[2], "")
    if merger.conflicts:
        return Merged(None, merger.conflicts)
    editor = Editor(ours)
    for key in values[1]:
        if key not in joined:
            editor.delete([key])
    for key, value in joined.items():
        editor.set([key], value)
    return Merged(editor.text)


class _Merger:
    def __init__(self) -> None:
        self.conflicts: list[Conflict] = []

    def join(self, base: Any, ours: Any, theirs: Any, path: str) -> Any:
        """What both together mean; where that is nothing, ours, with a conflict noted."""
        if _same(ours, theirs) or _same(base, theirs):
            return ours
        if _same(base, ours):
            return theirs
        if path.split(".")[0] == "view":
            return theirs if ours is _GONE else ours
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self._maps(base if isinstance(base, Mapping) else {}, ours, theirs, path)
        if isinstance(ours, list) and isinstance(theirs, list):
            known = base if isinstance(base, list) else []
            joined = self._lists(known, ours, theirs, path)
            if joined is not None:
                return joined
        self.conflicts.append(
            Conflict(path, *(None if value is _GONE else value for value in (base, ours, theirs)))
        )
        return ours

    def _maps(
        self, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        joined: dict[str, Any] = {}
        for key in _order(list(ours), list(theirs)):
            inner = f"{path}.{key}" if path else key
            value = self.join(base.get(key, _GONE), ours.get(key, _GONE), theirs.get(key, _GONE), inner)
            if value is not _GONE:
                joined[key] = value
        return joined

    def _lists(self, base: list[Any], ours: list[Any], theirs: list[Any], path: str) -> list[Any] | None:
        named = [_named(items) for items in (base, ours, theirs)]
        if all(items is not None for items in named):
            return list(self._maps(named[0] or {}, named[1] or {}, named[2] or {}, path).values())
        if all(_are_words(items) for items in (base, ours, theirs)):
            order = _order(ours, theirs)
            return [item for item in order if _stays(item, base, ours, theirs)]
        return None


def _same(left: Any, right: Any) -> bool:
    if left is _GONE or right is _GONE:
        return left is right
    return canonical(left) == canonical(right)


def _order(ours: list[str], theirs: list[str]) -> list[str]:
    """All names: ours in their order, those of theirs behind the one that they follow there."""
    order = list(ours)
    for index, name in enumerate(theirs):
        if name not in order:
            before = [other for other in theirs[:index] if other in order]
            order.insert(order.index(before[-1]) + 1 if before else 0, name)
    return order


def _named(items: list[Any]) -> dict[str, Any] | None:
    """The items by their ids; an empty list has no item without one."""
    ids = ids_of(items)
    if ids is None:
        return None if items else {}
    return dict(zip(ids, items, strict=True))


def _are_words(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items) and len(set(items)) == len(items)


def _stays(item: str, base: list[Any], ours: list[Any], theirs: list[Any]) -> bool:
    """What one of them added stays, what one of them took away goes."""
    return (item in ours and item in theirs) or (item not in base)
