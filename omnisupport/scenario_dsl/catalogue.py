"""The document's catalogue of texts: `texts: {greeting: {ru: …, en: …}}`, used elsewhere as `{t: greeting}`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.tree import Map, Scalar, Tree

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.site import Site

MAX_TEXTS = 600
_REFERENCE = "t"


@dataclass(slots=True)
class Catalogue:
    """Texts by their keys, and which of them the document uses."""

    texts: dict[str, Tree] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def resolve(self, tree: Tree, site: Site, name: str) -> Tree | None:
        """The text that stands here or that is referred to; None after an unknown key was noted."""
        key = reference(tree)
        if key is None:
            return tree
        found = self.texts.get(key.text)
        if found is None:
            site.unknown("E606", key, f"{name}.{_REFERENCE}", key.text, self.texts)
            return None
        self.used.add(key.text)
        return found

    def unused(self) -> list[Scalar]:
        """The keys that nothing refers to, in the order of the file."""
        return [key for name, key in self.keys.items() if name not in self.used]


def reference(tree: Tree) -> Scalar | None:
    """The key of `{t: key}`, or None for anything else."""
    key = tree.get(_REFERENCE) if isinstance(tree, Map) and len(tree.values) == 1 else None
    return key if isinstance(key, Scalar) else None
