"""A part of an expression that does nothing.

A part of the expression has no influence on its value: both branches are the same, a fallback is never
needed, an item is not looked at. Mostly something else was meant.

Wrong:

```yaml
variables:
  sum: {type: int, default: 7}
start: first
nodes:
  first:
    type: message
    text: {ru: "Сумма: {{ vars.sum.orValue(0) }}", en: "Sum: {{ vars.sum.orValue(0) }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  sum: {type: int, default: 7}
start: first
nodes:
  first:
    type: message
    text: {ru: "Сумма: {{ vars.sum }}", en: "Sum: {{ vars.sum }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Correct the expression, or leave the part out.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Часть выражения ничего не делает.

Часть выражения не влияет на значение: обе ветви одинаковы, запасное значение не нужно, элемент не
читается. Обычно имелось в виду другое.

Исправьте выражение или уберите лишнюю часть.
"""

ENTRIES = {
    "W219.branches": Entry(
        "условие ничего не решает: обе ветви ? : одинаковы" + COL_RU,
        "the condition decides nothing: both branches of ? : are the same" + COL_EN,
        "оставьте одну ветвь",
        "keep one of the branches",
    ),
    "W219.default": Entry(
        "запасное значение orValue() не понадобится: null здесь не бывает" + COL_RU,
        "the fallback of orValue() is never used: there is no null here" + COL_EN,
        "уберите orValue()",
        "leave orValue() out",
    ),
    "W219.item": Entry(
        "'{name}' не используется: для каждого элемента получится одно и то же" + COL_RU,
        "'{name}' is not used: the result is the same for each item" + COL_EN,
        "используйте '{name}' или уберите макрос",
        "use '{name}' or leave the macro out",
    ),
}
