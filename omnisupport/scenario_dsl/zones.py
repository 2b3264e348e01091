"""The field of a time zone."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.calendar import zone
from omnisupport.scenario_dsl.fields import Field
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Scalar, Tree
from omnisupport.scenario_dsl.words import Both


class Zone(Field):
    """An IANA time zone, `Europe/Moscow`; `words` are names with a meaning of their own."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or (tree.text not in self.words and zone(tree.text) is None):
            wanted = Both("часовой пояс, например Europe/Moscow", "a time zone such as Europe/Moscow")
            return self.wrong(tree, site, name, wanted)
        return tree.text
