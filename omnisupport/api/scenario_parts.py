"""Triggers and variables out of drafts: each with the line that it stands on, readable or not the rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from omnisupport.scenario_dsl import load_document
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree, plain

REMEMBERED = 256
"""Drafts whose parts are kept: a list reads every draft of a tenant, and most have not changed."""


@dataclass(frozen=True)
class Part:
    """A trigger or a variable as it stands in a draft. `spec` is without the id or name."""

    id: str
    spec: dict[str, Any]
    line: int


@dataclass(frozen=True)
class Parts:
    """What of a draft is listed beside other drafts'."""

    triggers: tuple[Part, ...] = ()
    variables: tuple[Part, ...] = ()


@lru_cache(maxsize=REMEMBERED)
def parts_of(text: str) -> Parts:
    """The parts of a document; nothing of one that cannot be read."""
    loaded = load_document(text)
    if loaded.document is None:
        return Parts()
    root = loaded.document.root
    return Parts(tuple(_triggers(root.get("triggers"))), tuple(_variables(root.get("variables"))))


def _triggers(tree: Tree | None) -> list[Part]:
    found = []
    for number, item in enumerate(tree.items if isinstance(tree, Seq) else (), 1):
        if isinstance(item, Map) and (name := _id_of(item, number)):
            spec = {key: plain(value) for key, value in item.items() if key != "id"}
            found.append(Part(name, spec, item.line))
    return found


def _id_of(item: Map, number: int) -> str | None:
    """The id of a trigger; one without is named by its type and place, as runs name it."""
    written, kind = item.get("id"), item.get("type")
    if written is None and isinstance(kind, Scalar):
        return f"{kind.text}{number}"
    return written.text if isinstance(written, Scalar) else None


def _variables(tree: Tree | None) -> list[Part]:
    if not isinstance(tree, Map):
        return []
    named = ((name, value) for name, value in tree.items() if isinstance(value, Map))
    return [Part(name, plain(value), tree.keys[name].line) for name, value in named]
