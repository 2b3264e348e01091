"""One turn is too much work.

In one turn the scenario may call other systems so often that its record grows beyond what a run may add
at once. Turns become slow, and the run is continued anew again and again.

Join calls, ask the customer in between, or move the work into a background scenario.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.graph import heaviest
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.sentence import Entry

RU = """Слишком много работы за один ход.

За один ход сценарий может обращаться к другим системам так часто, что его журнал вырастет сверх меры.
Ходы станут медленными, а диалог будет снова и снова начинать новый журнал.

Объедините вызовы, спросите между ними клиента или вынесите работу в фоновый сценарий.
"""

ENTRIES = {
    "E802": Entry(
        "от '{id}' один ход может записать около {count} событий, допустимо {limit}",
        "from '{id}' on one turn may record about {count} events, {limit} are allowed",
        "объедините вызовы или вынесите их в фоновый сценарий",
        "join the calls, or move them into a background scenario",
    ),
}

LIMIT = 60
# A call is scheduled, started and completed; whatever else a turn does is written in one go.
_OF_A_CALL, _OF_A_TURN = 3, 6


def check(document: Analysis) -> None:
    """E802 at the first node from which a turn is so large; what turns in circles is E140."""
    if document.has_broken_edges:
        return
    ways: dict[str, list[tuple[str | None, int]]] = {}
    for node in document.nodes.values():
        events = _events(node)
        targets = [] if node.type.is_wait(node) else [edge.resolved for edge in node.edges if edge.resolved]
        ways[node.id] = [(target, events) for target in targets] or [(None, events)]
    for node_id, count in heaviest(ways).items():
        if count + _OF_A_TURN > LIMIT:
            words: dict[str, Any] = {"id": node_id, "count": count + _OF_A_TURN, "limit": LIMIT}
            document.report.add("E802", document.nodes[node_id].tree, node=node_id, **words)
            return


def _events(node: Node) -> int:
    """What a node adds to the record of its turn; an answer is parsed in a turn of its own."""
    calls = type(node.type).take_result is not NodeType.take_result
    return _OF_A_CALL if calls and not node.type.is_wait(node) else 0
