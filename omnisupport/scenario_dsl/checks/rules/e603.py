"""A plural form is missing.

Russian has three forms of a noun after a number and English two. With fewer forms a customer reads «5
день».

Wrong:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: message
    text: {ru: "{{ vars.count | plural('день', 'дня') }}", en: "{{ vars.count | plural('day', 'days') }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: message
    text: {ru: "{{ vars.count | plural('день', 'дня', 'дней') }}", en: "{{ vars.count | plural('day', 'days') }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Give `plural` all forms of the language.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Не хватает формы числа.

В русском три формы слова после числа, в английском две. Если форм меньше, клиент прочтёт «5 день».

Дайте `plural` все формы языка.
"""

ENTRIES = {
    "E603": Entry(
        "plural в {locale} требует форм: {wanted}, а дано {given}" + COL_RU,
        "plural in {locale} wants {wanted} forms, {given} given" + COL_EN,
        "например {example}",
        "for example {example}",
    ),
}
