"""The order of fields in a document: what a thing is first, where it leads last."""

from __future__ import annotations

from functools import cache

from omnisupport.scenario_dsl.registry import node_types
from omnisupport.scenario_dsl.tree import Map, Scalar

TOP = (
    *("omni", "id", "major", "name", "description", "kind", "channels", "locale", "timezone", "quiet_hours"),
    *("settings", "concurrency", "reentry", "inputs", "outputs", "returns", "triggers", "variables"),
    *("resources", "interrupts", "patterns", "on_error", "start", "nodes", "flows", "texts", "migrations"),
    "view",
)
_FLOW = ("inputs", "outputs", "variables", "returns", "on_error", "start", "nodes")
_FIRST = ("type", "type_version", "label", "note", "analytics", "when")
_LAST = ("interruptible", "reminders", "timeout", "next", "exits", "on_error")
_TRIGGER = ("id", "type", "priority", "channels")
_INTERRUPT = ("id", "when", "run", "mode", "resume")


def ordered_keys(tree: Map, place: tuple[str, ...]) -> list[str]:
    """The keys of the map at `place` in their order; unknown ones keep theirs, behind the known.

    A place is the path from the root, with "-" for an item of a list.
    """
    keys = list(tree.values)
    if not place:
        return _sorted(keys, TOP)
    match place:
        case ("nodes", _) | ("flows", _, "nodes", _):
            return _sorted(keys, *_node_order(tree))
        case ("flows", _):
            return _sorted(keys, _FLOW)
        case ("triggers", "-"):
            return _sorted(keys, _TRIGGER)
        case ("interrupts", "-"):
            return _sorted(keys, _INTERRUPT)
        case ("variables", _) | (_, _, "variables" | "inputs" | "outputs", _):
            return _sorted(keys, ("type",))
    return keys


def _node_order(tree: Map) -> tuple[tuple[str, ...], tuple[str, ...]]:
    written = tree.get("type")
    return _order_of(written.text if isinstance(written, Scalar) else "")


@cache
def _order_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kind = node_types().get(name)
    own = tuple(field for field in kind.fields if field not in _LAST) if kind is not None else ()
    return (*_FIRST, *own), _LAST


def _sorted(keys: list[str], first: tuple[str, ...], last: tuple[str, ...] = ()) -> list[str]:
    known = [key for key in first if key in keys]
    ending = [key for key in last if key in keys]
    others = [key for key in keys if key not in first and key not in last]
    return [*known, *others, *ending]
