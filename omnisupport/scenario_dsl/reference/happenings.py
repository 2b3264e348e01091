"""Words about the product's own events: what has happened, and what `event.data` holds then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from omnisupport.scenario_dsl.words import Both


@dataclass(frozen=True, slots=True)
class Happening:
    """One event; `data` are the names in `event.data`."""

    what: Both
    data: Mapping[str, Both] = field(default_factory=dict)


_SCENARIO = Both("id сценария", "the id of the scenario")
_NODE = Both("узел", "the node")

EVENTS: Mapping[str, Happening] = {
    "widget.opened": Happening(
        Both(
            "посетитель открыл виджет и ещё ничего не написал",
            "a visitor opened the widget, and has written nothing yet",
        )
    ),
    "conversation.created": Happening(
        Both("начался разговор", "a conversation began"),
        {"started_by": Both("кто его начал: customer", "who began it: customer")},
    ),
    "conversation.assigned": Happening(
        Both(
            "разговор получил оператора, первого или другого",
            "a conversation got an operator, the first or another one",
        ),
        {"assignee": Both("имя оператора", "the operator's name")},
    ),
    "conversation.resolved": Happening(
        Both("разговор закрыт", "a conversation was resolved"),
        {"resolved_by": Both("operator или bot", "operator or bot")},
    ),
    "conversation.reopened": Happening(
        Both("закрытый разговор открыт снова", "a resolved conversation was opened again")
    ),
    "conversation.sla_breached": Happening(
        Both(
            "срок ответа нарушен; об этом пока никто не сообщает",
            "an answer came too late; nothing tells of it yet",
        )
    ),
    "csat.submitted": Happening(
        Both(
            "клиент поставил оценку (узел csat или виджет: тогда scenario пуст, node — widget)",
            "a customer gave a score (the node csat, or the widget: scenario is empty then, node is widget)",
        ),
        {
            "score": Both("оценка", "the score"),
            "scale": Both(
                "шкала: stars5, nps10, thumbs, emoji, ces7", "its scale: stars5, nps10, thumbs, emoji, ces7"
            ),
            "scenario": _SCENARIO,
            "node": _NODE,
        },
    ),
    "customer.updated": Happening(
        Both(
            "люди или программы изменили клиента; сценарии — нет",
            "people or programs changed a customer; scenarios do not count",
        ),
        {"changed": Both("изменённые поля, список", "the fields that changed, a list")},
    ),
    "goal.reached": Happening(
        Both("запуск дошёл до узла с `analytics.goal`", "a run came to a node with `analytics.goal`"),
        {"goal": Both("цель", "the goal"), "scenario": _SCENARIO, "node": _NODE},
    ),
    "scenario.failed": Happening(
        Both(
            "запуск остановился с ошибкой, и клиенту позвали человека; о запуске, начатом этим событием, не сообщается",
            "a run failed, and a person was called; a run that this event began tells of nothing",
        ),
        {
            "code": Both(
                "код ошибки: http.timeout, limit.steps…", "the code of the error: http.timeout, limit.steps…"
            ),
            "scenario": _SCENARIO,
            "node": _NODE,
        },
    ),
}
