"""A keyword that looks misspelt.

The keyword differs by one letter from a word that the scenario or the language uses elsewhere. If it is
a typing error, customers who write the word correctly do not reach it.

Wrong:

```yaml
triggers:
  - {id: human, type: keyword, any: [опертаор]}
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
triggers:
  - {id: human, type: keyword, any: [оператор, опертаор]}
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Correct it. If it is there to catch a typing error, list the right word beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.keywords import words_of
from omnisupport.scenario_dsl.patterns import pattern_words
from omnisupport.scenario_dsl.report import respelt
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

RU = """Ключевое слово похоже на опечатку.

Слово отличается одной буквой от слова, которое есть в сценарии или в языке. Если это опечатка, клиенты,
которые пишут верно, до него не доходят.

Исправьте его. Если оно ловит опечатку клиентов, поставьте рядом и верное слово.
"""

ENTRIES = {
    "W606": Entry(
        "ключевое слово '{word}' похоже на опечатку",
        "keyword '{word}' looks misspelt",
        "возможно, '{right}'?",
        "did you mean '{right}'?",
    ),
}

_SHORTEST = 6
# Endings bend with case and number, so a difference there is no typing error.
_ENDING = 3
_MOST = 2_000


def check(document: Analysis) -> None:
    """W606 for keywords that the right word does not stand beside."""
    lists = list(_lists(document))
    keywords = [item for keywords in lists for item in keywords]
    if not keywords:
        return
    known = _known(document) | {word for item in keywords for word in words_of(item.text)}
    by_length: dict[int, list[str]] = {}
    for word in sorted(known):
        by_length.setdefault(len(word), []).append(word)
    texts = _texts(document)
    for items in lists:
        beside = {word for item in items for word in words_of(item.text)}
        for item in items[:_MOST]:
            for word in words_of(item.text):
                right = None if word in texts else _meant(word, by_length)
                if right is not None and right not in beside:
                    edit = respelt(item, word, right)
                    document.report.add("W606", item, edit=edit, word=word, right=right)


def _meant(word: str, known: dict[int, list[str]]) -> str | None:
    """A known word that differs by one letter, or by two that changed places, and not in its ending."""
    if len(word) < _SHORTEST:
        return None
    for length in (len(word), len(word) + 1, len(word) - 1):
        for other in known.get(length, ()):
            if other != word and other[0] == word[0] and _differs_once(word, other):
                return other
    return None


def _differs_once(word: str, other: str) -> bool:
    at = next(
        (index for index, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), None
    )
    if at is None or at > min(len(word), len(other)) - _ENDING:
        return False
    if len(word) == len(other):
        swapped = word[at : at + 2] == other[at : at + 2][::-1] and word[at + 2 :] == other[at + 2 :]
        return swapped
    longer, shorter = (word, other) if len(word) > len(other) else (other, word)
    return longer[:at] + longer[at + 1 :] == shorter


def _known(document: Analysis) -> set[str]:
    return {word for word in pattern_words() | _texts(document) if len(word) >= _SHORTEST}


def _texts(document: Analysis) -> set[str]:
    """The words of the texts that customers read."""
    found: set[str] = set()
    for node in document.nodes.values():
        for text in node.uses.texts:
            for segments in text.locales.values() if text.shown else ():
                for part in segments:
                    if isinstance(part, str):
                        found.update(words_of(part))
    return found


def _lists(document: Analysis) -> Iterator[list[Scalar]]:
    for trigger in document.triggers:
        if trigger.values.get("match") != "regex":
            yield _scalars(trigger.tree.get("any"))
    for interrupt in document.interrupts:
        when = interrupt.tree.get("when")
        if isinstance(when, Map) and interrupt.when.get("match") != "regex":
            yield _scalars(when.get("keywords"))


def _scalars(tree: Tree | None) -> list[Scalar]:
    return [item for item in tree.items if isinstance(item, Scalar)] if isinstance(tree, Seq) else []
