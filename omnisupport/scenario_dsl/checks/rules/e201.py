"""The expression is too long.

An expression may have 2,000 characters. A longer one cannot be read by the next person, and not be
understood in a trace.

Split it into several `set` nodes with variables that have names.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Выражение слишком длинное.

В выражении не больше 2000 символов. Более длинное не прочитает следующий человек и не понять в
трассировке.

Разбейте его на несколько `set` с понятными переменными.
"""

ENTRIES = {
    "E201": Entry(
        "выражение длиннее {limit} символов ({size})",
        "the expression is longer than {limit} characters ({size})",
        "разбейте его на несколько set",
        "split it into several set nodes",
    ),
}
