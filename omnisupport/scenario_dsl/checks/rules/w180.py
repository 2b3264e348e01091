"""Two scenarios wait for the same.

Two published scenarios have triggers for the same messages or events, with the same priority. Which of
them starts depends on their order in the list, and whoever moves one changes what customers get.

Raise the `priority` of the one that is meant, or make one of the triggers narrower.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Два сценария ждут одного и того же.

У двух опубликованных сценариев триггеры на одни и те же сообщения или события с одинаковым приоритетом.
Какой начнётся, решает порядок в списке, и перестановка меняет то, что получат клиенты.

Поднимите `priority` нужного или уточните один из триггеров.
"""

ENTRIES = {
    "W180": Entry(
        "триггер '{id}' ждёт того же, что '{other}' сценария '{scenario}': {what}",
        "trigger '{id}' waits for the same as '{other}' of scenario '{scenario}': {what}",
        "поднимите priority того, который нужен",
        "raise the priority of the one that is meant",
    ),
}
