"""The expression is nested too deep.

Brackets inside brackets, more than 64 times. Such an expression is not meant, or made by a machine to
stop ours.

Split it into several `set` nodes.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Слишком глубокая вложенность выражения.

Скобки в скобках больше 64 раз. Такое выражение написано по ошибке или чтобы остановить систему.

Разбейте его на несколько `set`.
"""

ENTRIES = {
    "E204": Entry(
        "вложенность глубже {limit}" + COL_RU,
        "nested deeper than {limit}" + COL_EN,
        "разбейте выражение",
        "split the expression",
    ),
}
