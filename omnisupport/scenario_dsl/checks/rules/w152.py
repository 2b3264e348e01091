"""Many messages that nobody asked for.

The scenario writes first, and on some way more than three messages go out within a day without a word
of the customer. It reads like spam, and customers leave.

Wrong:

```yaml
triggers:
  - {id: opened, type: event, event: conversation.resolved}
start: one
nodes:
  one: {type: message, text: {ru: Раз., en: One.}, next: two}
  two: {type: message, text: {ru: Два., en: Two.}, next: pause}
  pause: {type: wait, for: 2h, on_message: queue, next: three}
  three: {type: message, text: {ru: Три., en: Three.}, next: four}
  four: {type: message, text: {ru: Четыре., en: Four.}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
triggers:
  - {id: opened, type: event, event: conversation.resolved}
start: one
nodes:
  one: {type: message, text: {ru: Раз., en: One.}, next: two}
  two: {type: message, text: {ru: Два., en: Two.}, next: pause}
  pause: {type: wait, for: 24h, on_message: queue, next: three}
  three: {type: message, text: {ru: Три., en: Three.}, next: four}
  four: {type: message, text: {ru: Четыре., en: Four.}, next: bye}
  bye: {type: end, outcome: done}
```

Join the messages, or wait until the next day.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.elapsed import starts_with_customer
from omnisupport.scenario_dsl.graph import heaviest
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.sentence import Entry

RU = """Много сообщений без просьбы.

Сценарий пишет первым, и на каком-то пути за сутки уходит больше трёх сообщений, на которые клиент
ничего не ответил. Это выглядит как спам, и клиенты уходят.

Объедините сообщения или подождите до следующего дня.
"""

ENTRIES = {
    "W152": Entry(
        "от '{id}' за сутки может уйти {count} сообщений без ответа клиента, разумно не больше {limit}",
        "from '{id}' on {count} messages may go out within a day without an answer, {limit} are reasonable",
        "объедините их или подождите до завтра",
        "join them, or wait until the next day",
    ),
}

PER_DAY = 3
_DAY_S = 86_400
_HEARD = frozenset({"timeout", "error"})


def check(document: Analysis) -> None:
    """W152 at the first node from which so many go out."""
    if document.has_broken_edges or starts_with_customer(document):
        return
    ways: dict[str, list[tuple[str | None, int]]] = {}
    for node in document.nodes.values():
        sent = _sent(node)
        ways[node.id] = [(target, sent) for target in _going_on(node)] or [(None, sent)]
    for node_id, count in heaviest(ways).items():
        if count > PER_DAY:
            words: dict[str, Any] = {"id": node_id, "count": count, "limit": PER_DAY}
            document.report.add("W152", document.nodes[node_id].tree, node=node_id, **words)
            return


def _sent(node: Node) -> int:
    reminders = [item for item in node.values.get("reminders", ()) if item.get("after", 0) < _DAY_S]
    return int(node.type.sends) + len(reminders)


def _going_on(node: Node) -> list[str]:
    """Where a run goes on within the day without having heard from the customer."""
    if node.type.name == "wait" and node.values.get("for", _DAY_S) >= _DAY_S:
        return []
    if isinstance(node.type, AnsweringNode) and node.values.get("timeout", 0) >= _DAY_S:
        return []
    return [
        edge.resolved
        for edge in node.edges
        if edge.resolved is not None
        and (not node.type.waits or edge.exit in _HEARD or node.type.name == "wait")
    ]
