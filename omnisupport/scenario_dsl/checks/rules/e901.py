"""Waiting conversations that the new version has no place for.

Conversations wait at a node that the new version does not have, or has as something else, and
`migrations` does not say where they go. They could not be moved to the new version.

Write where they go. The compiler gives the lines to complete.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Ждущим разговорам нет места в новой версии.

Разговоры ждут в узле, которого в новой версии нет или который стал другим, а `migrations` не говорит,
куда им идти. Перенести их на новую версию нельзя.

Напишите, куда им идти. Компилятор даёт заготовку этих строк.
"""

ENTRIES = {
    "E901": Entry(
        "в узле '{at_node}' ждут разговоры: {count}, а новая версия не говорит, куда им идти",
        "{count} conversations wait at '{at_node}', and the new version does not say where they go",
        "добавьте в migrations: nodes: {{{at_node}: {{goto: …}}}}",
        "add to migrations: nodes: {{{at_node}: {{goto: …}}}}",
    ),
}
