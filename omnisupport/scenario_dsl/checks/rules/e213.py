"""A value that the operator or function does not take.

The types do not fit: a text is added to a number, a condition is not true or false, a filter gets the
wrong kind of value. It would fail for every customer who comes here.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name + 1 == ''", next: bye}
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
      - {when: "vars.name + '1' == ''", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Convert the value (`string()`, `int()`, `double()`), or correct the expression.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Значение не подходит оператору или функции.

Типы не сходятся: текст складывается с числом, условие не равно true или false, фильтр получает не то.
Сбой случился бы у каждого клиента, который сюда дойдёт.

Преобразуйте значение (`string()`, `int()`, `double()`) или исправьте выражение.
"""

ENTRIES = {
    "E213": Entry(
        "'{op}' не применимо к {types}" + COL_RU,
        "'{op}' does not take {types}" + COL_EN,
    ),
    "E213.call": Entry(
        "{name}() не принимает ({types})" + COL_RU,
        "{name}() does not take ({types})" + COL_EN,
    ),
    "E213.condition": Entry(
        "условие должно быть true или false, а здесь {type}" + COL_RU,
        "a condition must be true or false, this is {type}" + COL_EN,
        "сравните значение с чем-нибудь",
        "compare the value with something",
    ),
    "E213.constant": Entry(
        "{name}() не примет эти аргументы никогда" + COL_RU,
        "{name}() can never take these arguments" + COL_EN,
        "исправьте постоянное значение",
        "correct the constant",
    ),
    "E213.filter": Entry(
        "фильтр {name} не принимает ({types})" + COL_RU,
        "filter {name} does not take ({types})" + COL_EN,
    ),
    "E213.numbers": Entry(
        "'{op}' не смешивает {types}" + COL_RU,
        "'{op}' does not mix {types}" + COL_EN,
        "пишите 2.0 или double(…)",
        "write 2.0 or double(…)",
    ),
    "E213.show": Entry(
        "текст не может показать {type}" + COL_RU,
        "a text cannot show {type}" + COL_EN,
        "покажите одно из полей",
        "show one of its fields",
    ),
}
