"""Values that cannot be compared.

Two values of different kinds are compared. The answer would always be the same, or an error, never what
was meant.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name > 1", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name > '1'", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Compare values of the same kind. A number of a text is `int(text)`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Значения нельзя сравнить.

Сравниваются значения разного вида. Ответ всегда был бы одним и тем же или ошибкой, но не тем, что
имелось в виду.

Сравнивайте значения одного вида. Число из текста даёт `int(text)`.
"""

ENTRIES = {
    "E214": Entry(
        "нельзя упорядочить {left} и {right}" + COL_RU,
        "cannot order {left} and {right}" + COL_EN,
    ),
    "E214.branches": Entry(
        "ветви ? : разных типов: {left} и {right}" + COL_RU,
        "the branches of ? : differ: {left} and {right}" + COL_EN,
    ),
    "E214.case": Entry(
        "случай '{value}' не может быть значением типа {type}",
        "case '{value}' cannot be a value of type {type}",
    ),
    "E214.enum": Entry(
        "значения '{value}' нет среди {values}" + COL_RU,
        "'{value}' is none of {values}" + COL_EN,
    ),
    "E214.equal": Entry(
        "нельзя сравнить {left} и {right}" + COL_RU,
        "cannot compare {left} and {right}" + COL_EN,
    ),
    "E214.numbers": Entry(
        "нельзя сравнить {left} и {right}" + COL_RU,
        "cannot compare {left} and {right}" + COL_EN,
        "пишите 2.0 или double(…)",
        "write 2.0 or double(…)",
    ),
}
