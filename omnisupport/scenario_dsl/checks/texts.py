"""Texts in several languages: every translation, the same placeholders, every plural form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.expr.ast import Ast, path_of
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.template import Hole, Segments
from omnisupport.scenario_dsl.uses import Text

# How many forms `plural` needs (CLDR): one, few, many; one, other.
PLURAL_FORMS = {"ru": 3, "en": 2}
_EXAMPLES = {"ru": "plural('день', 'дня', 'дней')", "en": "plural('day', 'days')"}


def check(document: Analysis) -> None:
    """W601, E602, E603."""
    for node in document.nodes.values():
        site = Site(document.report, document.header, node.id)
        for text in node.uses.texts:
            if text.shown:
                _check_translations(text, site)
            _check_placeholders(text, site)
            _check_plurals(text, site)


def _check_translations(text: Text, site: Site) -> None:
    for locale in site.header.locales:
        if locale not in text.locales and _has_words(text):
            site.add("W601", text.tree, text.field, locale=locale)


def _has_words(text: Text) -> bool:
    literals = [part for segments in text.locales.values() for part in segments if isinstance(part, str)]
    return any(character.isalpha() for part in literals for character in part)


def _check_placeholders(text: Text, site: Site) -> None:
    """Every language shows the same values, however it formats them; the words of `plural` are not values."""
    locales = list(text.locales)
    for locale in locales[1:]:
        first, second = _values(text.locales[locales[0]]), _values(text.locales[locale])
        if set(first) != set(second):
            different = ", ".join(sorted({**first, **second}[key] for key in set(first) ^ set(second)))
            words = {"locale": locale, "other": locales[0], "different": different}
            site.add("E602", text.trees[locale], text.field, **words)


def _values(segments: Segments) -> dict[str, str]:
    return {repr(hole.ast.to_json()): _shown(hole.ast) for hole in _holes(segments)}


def _shown(ast: Ast) -> str:
    return path_of(ast) or f"{ast.op}(…)"


def _holes(segments: Segments) -> Iterator[Hole]:
    return (part for part in segments if isinstance(part, Hole))


def _are_texts(arguments: Sequence[Ast]) -> bool:
    """Whether they are forms at all; if not, it is E213."""
    return all(each.op == "lit" and isinstance(each.args[0], str) for each in arguments)


def _check_plurals(text: Text, site: Site) -> None:
    for locale, segments in text.locales.items():
        wanted = PLURAL_FORMS.get(locale, 0)
        for hole in _holes(segments):
            for use in hole.filters:
                if use.name == "plural" and len(use.arguments) != wanted and _are_texts(use.arguments):
                    col = use.position + hole.offset + 1
                    words = {"locale": locale, "wanted": wanted, "given": len(use.arguments), "col": col}
                    words["example"] = _EXAMPLES.get(locale, _EXAMPLES["en"])
                    site.add("E603", text.trees[locale], text.field, **words)
