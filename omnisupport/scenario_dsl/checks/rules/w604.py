"""The same text in two languages.

A text is word for word the same in two languages. Mostly somebody copied it and forgot to translate.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Здравствуйте!, en: Здравствуйте!}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Здравствуйте!, en: Hello!}
    next: bye
  bye: {type: end, outcome: done}
```

Translate it. A name that is the same everywhere may be written once, without languages.
"""

from __future__ import annotations

import re

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.template import Segments

RU = """Один и тот же текст на двух языках.

Текст слово в слово одинаков на двух языках. Чаще всего его скопировали и забыли перевести.

Переведите его. Имя, одинаковое везде, можно написать один раз без языков.
"""

ENTRIES = {
    "W604": Entry(
        "тексты {locale} и {other} одинаковы",
        "the texts of {locale} and {other} are the same",
        "переведите на {locale}",
        "translate it to {locale}",
    ),
}

_WORD = re.compile(r"[^\W\d_]{2,}")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_FEW = 3


def check(document: Analysis) -> None:
    """W604, but for names and single foreign words, which are the same everywhere."""
    for node in document.nodes.values():
        for text in node.uses.texts:
            locales = list(text.locales)
            if not text.shown or len(locales) < 2:
                continue
            first, *others = locales
            if text.locales[first][0] not in [text.locales[locale][0] for locale in others]:
                continue
            said = _literals(text.locales[first])
            same = [locale for locale in others if said and _literals(text.locales[locale]) == said]
            if same and (_CYRILLIC.search(said) or len(_WORD.findall(said)) >= _FEW):
                at, field = text.trees[same[0]], text.field
                document.report.add("W604", at, node=node.id, field=field, locale=same[0], other=first)


def _literals(segments: Segments) -> str:
    return " ".join(part.strip() for part in segments if isinstance(part, str)).strip()
