"""The words of the node `end`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Конец", "End"),
    about=Both(
        "Заканчивает сценарий с исходом для отчётов и решает, кому достаётся разговор.",
        ("Ends the scenario with an outcome for reports, and says who has the conversation next."),
    ),
    example="""\
nodes:
  finish: {type: end, outcome: resolved}
""",
    fields={
        "outcome": Both("исход для отчётов", "the outcome for reports"),
        "release": Both(
            ("bot: остаётся боту; queue: людям; redeliver: последнее сообщение маршрутизируется заново"),
            ("bot: stays with the bot; queue: to people; redeliver: the last message is routed anew"),
        ),
    },
)
