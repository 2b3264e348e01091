"""A remainder that is lost.

A whole number divided by a whole number gives a whole number: 7 / 2 is 3. In a price or a share this is
rarely meant.

Wrong:

```yaml
variables:
  sum: {type: int, default: 7}
start: first
nodes:
  first:
    type: message
    text: {ru: "Половина: {{ vars.sum / 2 }}", en: "Half: {{ vars.sum / 2 }}"}
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
    text: {ru: "Половина: {{ double(vars.sum) / 2.0 }}", en: "Half: {{ double(vars.sum) / 2.0 }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Write `double(a) / b`, or `int(a / b)` where it is meant.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Остаток теряется.

Целое, делённое на целое, даёт целое: 7 / 2 это 3. В цене или доле так почти никогда не задумано.

Пишите `double(a) / b` или `int(a / b)`, если так и нужно.
"""

ENTRIES = {
    "W218": Entry(
        "целое делится на целое, остаток пропадёт" + COL_RU,
        "a whole number by a whole number, the remainder is lost" + COL_EN,
        "пишите double(a) / b, или int(a / b), если так и нужно",
        "write double(a) / b, or int(a / b) where that is meant",
    ),
}
