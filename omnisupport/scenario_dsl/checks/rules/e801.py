"""A limit of the language.

The scenario has more nodes, variables, items or data than a run may carry. Beyond it runs become slow
and are stopped.

Split the scenario, or move a part into a flow or another scenario.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Предел языка.

В сценарии больше узлов, переменных, элементов или данных, чем может нести один диалог. За пределом
диалоги замедляются и останавливаются.

Разделите сценарий или вынесите часть во flow или другой сценарий.
"""

ENTRIES = {
    "E801": Entry(
        "{what}: {count}, допустимо не больше {limit}",
        "{what}: {count}, at most {limit} are allowed",
        "разделите сценарий",
        "split the scenario",
    ),
}
