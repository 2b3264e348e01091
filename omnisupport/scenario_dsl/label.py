"""Names for canvas, timeline and lists: one word, or one for each language of the interface."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.fields import Field
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.words import Both

LANGUAGES = ("ru", "en")


class Label(Field):
    """`Статус заказа` or `{ru: Статус заказа, en: Order status}`, kept as both."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if isinstance(tree, Scalar) and tree.text.strip():
            return dict.fromkeys(LANGUAGES, tree.text)
        if not isinstance(tree, Map) or not tree.values:
            return self.wrong(tree, site, name, Both("название", "a name"))
        said: dict[str, str] = {}
        for language, word in tree.items():
            if language not in LANGUAGES:
                known = ", ".join(LANGUAGES)
                site.unknown("E007.locale", tree.keys[language], name, language, LANGUAGES, known=known)
            elif isinstance(word, Scalar):
                said[language] = word.text
            else:
                self.wrong(word, site, name, Both("название", "a name"))
        first = next(iter(said.values()), "")
        return {language: said.get(language, first) for language in LANGUAGES}
