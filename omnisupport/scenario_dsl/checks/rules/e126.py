"""The same id twice.

Two options, triggers or interrupts have one id. A button could not be told from the other, and reports
would count both as one.

Wrong:

```yaml
start: first
nodes:
  first:
    type: menu
    text: {ru: Что?, en: What?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: bye}
      - {id: a, label: {ru: Нет, en: "No"}, next: bye}
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
    text: {ru: Что?, en: What?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: bye}
      - {id: b, label: {ru: Нет, en: "No"}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Give one of them another id.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Id повторяется.

У двух вариантов, триггеров или прерываний один id. Кнопки было бы не различить, а отчёты считали бы их
за одну.

Дайте одному из них другой id.
"""

ENTRIES = {
    "E126": Entry(
        "вариант '{id}' повторяется",
        "option id '{id}' occurs twice",
        "дайте другой id",
        "give it another id",
    ),
    "E126.interrupt": Entry(
        "прерывание '{id}' повторяется",
        "interrupt id '{id}' occurs twice",
        "дайте другой id",
        "give it another id",
    ),
    "E126.trigger": Entry(
        "триггер '{id}' повторяется",
        "trigger id '{id}' occurs twice",
        "дайте другой id",
        "give it another id",
    ),
    "E126.variable": Entry(
        "переменная '{id}' объявлена дважды",
        "variable '{id}' is declared twice",
        "оставьте её в inputs, outputs или variables",
        "leave it in inputs, outputs or variables",
    ),
}
