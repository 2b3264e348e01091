"""A variable of running conversations is dropped or changed.

Running conversations hold a value that the new version does not know, or wants to be of another type,
and `migrations` does not say what becomes of it.

Say it: a new value under `vars`, or `drop`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Переменная идущих разговоров исчезла или изменилась.

Идущие разговоры хранят значение, которого новая версия не знает или ждёт в другом типе, а `migrations`
не говорит, что с ним делать.

Скажите это: новое значение в `vars` или `drop`.
"""

ENTRIES = {
    "E902": Entry(
        "переменной '{name}' больше нет, а она есть у идущих разговоров: {count}",
        "variable '{name}' is gone, and {count} running conversations hold it",
        "добавьте в migrations: drop: [{name}]",
        "add to migrations: drop: [{name}]",
    ),
    "E902.type": Entry(
        "у переменной '{name}' другой тип, а она есть у идущих разговоров: {count}",
        "variable '{name}' has another type, and {count} running conversations hold it",
        'добавьте в migrations: vars: {{{name}: "=…"}}',
        'add to migrations: vars: {{{name}: "=…"}}',
    ),
}
