"""Take the fields of a node apart: what it says, where it leads, how long it waits, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from omnisupport.scenario_dsl.trigger_types import LOCALES

Kind = Literal["text", "edge", "timer", "field"]

_EDGES = frozenset(("next", "else", "free_text", "on_error", "goto"))
_TEXTS = frozenset(("text", "label", "title", "alt", "escalate", "if_not_text"))
_TIMERS = frozenset(
    ("timeout", "after", "for", "until", "queue_timeout", "delay", "initial", "max_interval", "cooldown")
)


class Leaf(NamedTuple):
    """One value of a node; `locale` is "" where a text names none."""

    kind: Kind
    value: Any
    locale: str | None = None


def leaves(node: Mapping[str, Any]) -> dict[str, Leaf]:
    """The values of a node by their paths: `options[yes].label` with `.ru` behind texts in languages."""
    return dict(_walk(node, ""))


def _walk(value: Any, path: str) -> Iterator[tuple[str, Leaf]]:
    name = path.rsplit(".", 1)[-1].split("[")[0]
    if isinstance(value, Mapping) and value and set(value) <= set(LOCALES):
        for locale, text in value.items():
            yield f"{path}.{locale}", Leaf("text", text, locale)
    elif isinstance(value, Mapping) and value:
        for key, item in value.items():
            inner = f"{path}.{key}" if path else str(key)
            if name in ("exits", "cases") and isinstance(item, str):
                yield inner, Leaf("edge", item)
            else:
                yield from _walk(item, inner)
    elif isinstance(value, list) and value:
        ids = ids_of(value)
        if ids is not None:
            # Without the numbers: an option put before another one does not change it.
            yield f"{path}[]", Leaf("field", ids)
        for index, item in enumerate(value):
            yield from _walk(item, f"{path}[{ids[index] if ids is not None else index}]")
    elif name in _EDGES and isinstance(value, str):
        yield path, Leaf("edge", value)
    elif name in _TIMERS:
        yield path, Leaf("timer", value)
    elif name in _TEXTS and isinstance(value, str):
        yield path, Leaf("text", value, "")
    else:
        yield path, Leaf("field", value)


def ids_of(items: list[Any]) -> list[str] | None:
    """The ids of a list's items, or None when they have none or share one."""
    ids = [item.get("id") if isinstance(item, Mapping) else None for item in items]
    known = [name for name in ids if isinstance(name, str)]
    return known if len(known) == len(items) == len(set(known)) and known else None
