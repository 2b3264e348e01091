"""Two options that cannot be told apart.

Two options have the same words, or one has the number of the other. A customer who types an answer gets
the wrong one.

Wrong:

```yaml
start: first
nodes:
  first:
    type: menu
    text: {ru: Какой чай?, en: Which tea?}
    options:
      - {id: green, label: {ru: Зелёный, en: Green}, next: bye}
      - {id: black, label: {ru: зеленый!, en: Black}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: menu
    text: {ru: Какой чай?, en: Which tea?}
    options:
      - {id: green, label: {ru: Зелёный, en: Green}, next: bye}
      - {id: black, label: {ru: Чёрный, en: Black}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Give them different labels and synonyms.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Варианты не различить.

У двух вариантов одни и те же слова, или слово одного это номер другого. Клиент, который пишет ответ,
получит не то.

Дайте им разные подписи и синонимы.
"""

ENTRIES = {
    "E516": Entry(
        "варианты '{first}' и '{second}' не различить по словам '{label}'",
        "options '{first}' and '{second}' cannot be told apart by '{label}'",
        "дайте им разные подписи и синонимы",
        "give them different labels and synonyms",
    ),
    "E516.number": Entry(
        "'{label}' выберет вариант с номером {number}, а не этот",
        "'{label}' chooses option number {number}, not this one",
        "поставьте вариант на место {number} или перепишите его словами",
        "put the option at place {number}, or say it in words",
    ),
}
