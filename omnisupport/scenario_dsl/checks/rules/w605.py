"""Two alphabets in one word.

A Latin letter that looks like a Cyrillic one (or the other way round) stands in a word. Nobody sees it,
and a customer who types the word does not reach this keyword.

Wrong:

```yaml
triggers:
  - {id: human, type: keyword, any: [oператор]}
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
  - {id: human, type: keyword, any: [оператор]}
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Type the word again with one keyboard layout. The edit does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.report import respelt
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

RU = """Две азбуки в одном слове.

В слове стоит латинская буква, похожая на кириллическую, или наоборот. Этого не видно, а клиент, который
напишет слово, на это ключевое слово не попадёт.

Наберите слово заново в одной раскладке. Правка делает это сама.
"""

ENTRIES = {
    "W605": Entry(
        "в слове '{word}' смешаны кириллица и латиница",
        "the word '{word}' mixes Cyrillic and Latin letters",
        "напишите '{right}'",
        "write '{right}'",
    ),
}

_LATIN, _CYRILLIC = "ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_IS_LATIN, _IS_CYRILLIC = re.compile("[A-Za-z]"), re.compile("[А-Яа-яЁё]")
_BORDER = re.compile("[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]")
_MIXED = re.compile("[A-Za-zА-Яа-яЁё]*(?:[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z])[A-Za-zА-Яа-яЁё]*")
# Words that customers type, or read.
_TYPED = ("any", "keywords", "synonyms")


def check(document: Analysis) -> None:
    """W605 in keywords, synonyms, labels and texts; a word whose foreign letters look like no other is meant."""
    for scalar, node in _words(document):
        for match in _MIXED.finditer(scalar.text) if _BORDER.search(scalar.text) else ():
            word = match[0]
            right = _unmixed(word)
            if right is not None:
                edit = respelt(scalar, word, right)
                document.report.add("W605", scalar, node=node, edit=edit, word=word, right=right)
                break


def _unmixed(word: str) -> str | None:
    """The word in the alphabet of most of its letters, or None when the others have no likeness there."""
    latin, cyrillic = len(_IS_LATIN.findall(word)), len(_IS_CYRILLIC.findall(word))
    right = word.translate(_TO_CYRILLIC if cyrillic >= latin else _TO_LATIN)
    return None if _MIXED.search(right) else right


def _words(document: Analysis) -> Iterator[tuple[Scalar, str | None]]:
    heads: list[Tree] = [item.tree for item in document.triggers]
    heads += [item.tree for item in document.interrupts]
    for tree in heads:
        for scalar in _scalars(tree, typed=False):
            yield scalar, None
    for node in document.nodes.values():
        for text in node.uses.texts:
            for tree in text.trees.values():
                if isinstance(tree, Scalar) and not tree.text.isascii():
                    yield tree, node.id
        options = node.tree.get("options")
        for scalar in _scalars(options, typed=False) if options is not None else ():
            yield scalar, node.id


def _scalars(tree: Tree, *, typed: bool) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        if typed and not tree.text.isascii():
            yield tree
    elif isinstance(tree, Map):
        for key, value in tree.items():
            yield from _scalars(value, typed=typed or key in _TYPED)
    elif isinstance(tree, Seq):
        for item in tree.items:
            yield from _scalars(item, typed=typed)
