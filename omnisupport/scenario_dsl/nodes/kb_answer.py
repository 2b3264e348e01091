"""`kb_answer`: an answer from the tenant's knowledge, with its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.domain.knowledge import DOCUMENT_PROPERTIES
from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Bool, Duration, Expr, Int, ListOf, Name, Number, Words
from omnisupport.scenario_dsl.nodes.base import TALKING, NodeType
from omnisupport.scenario_dsl.nodes.retrying import ATTEMPTS, retry_policy
from omnisupport.scenario_dsl.nodes.typed import Pairs
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.turn import part
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Map

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_TIMEOUT_S = 20
_QUESTION = 100
_SOURCE_KEYS = ("title", "url", "document_id", "quote")


class KbAnswer(NodeType):
    """Sends the answer itself when there is one; below `min_score` (0 to 1) it leaves by `no_answer`.

    `filters` narrow the search to documents with these properties (`locale`, `slug`, `title`, `url`; a list: any of
    these values), `followups` is how many further questions are offered under the answer, and `persona` says in which
    manner a language model writes it; without a model the passage is sent as it stands.
    """

    name = "kb_answer"
    kinds = TALKING
    sends = True
    fields = {
        "knowledge": ListOf(Name("knowledge"), most=20),
        "question": Expr(STRING, required=True),
        "min_score": Number(0, 1),
        "cite": Bool(),
        "filters": Pairs(),
        "followups": Int(0, 5),
        "persona": Words(shown=False),
        "timeout": Duration(),
        "retry": ATTEMPTS,
    }
    exits = {"answered": True, "no_answer": True, "timeout": False, "error": False}
    effect = True

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        filters = node.tree.values.get("filters")
        if not isinstance(filters, Map):
            return
        for name, at in filters.keys.items():
            if name not in DOCUMENT_PROPERTIES:
                words = {"field_name": "filters", "values": ", ".join(DOCUMENT_PROPERTIES)}
                site.unknown("E007.value", at, f"filters.{name}", name, DOCUMENT_PROPERTIES, **words)

    def speaks(self, exit: str) -> bool:
        return exit == "answered"

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        question = turn.evaluate(node.data["question"])
        if type(question) is not str:
            raise NodeError("expr.type", "kb_answer: the question is no text")
        if not question.strip():
            return follow(node, "no_answer")
        request = {
            "knowledge": [turn.value(name) for name in node.data.get("knowledge", ())],
            "question": question[: limits.TEXT_KEPT],
            "min_score": node.data.get("min_score"),
            "cite": node.data.get("cite", True),
        }
        data = node.data
        if "filters" in data:
            request["filters"] = turn.value(data["filters"])
        if data.get("followups"):
            request["followups"] = data["followups"]
        if "persona" in data:
            request["persona"] = turn.render(data["persona"])
        retry = retry_policy(data.get("retry"))
        turn.call(node, "kb_answer", request, data.get("timeout", _TIMEOUT_S), retry)
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        if exit == "no_answer":
            return follow(node, "no_answer")
        if exit == "timeout" and "timeout" in node.exits:
            return node.exits["timeout"]
        text = value.get("text") if isinstance(value, dict) else None
        if exit != "answered" or not isinstance(text, str) or not text.strip():
            raise NodeError("kb.unavailable", f"the knowledge base did not answer ({exit})")
        sources = value.get("sources") if node.data.get("cite", True) else []
        said: dict[str, Any] = {**part(text), "sources": [_source(item) for item in _dicts(sources)]}
        followups = value.get("followups") if node.data.get("followups") else None
        questions = (
            [item for item in followups if isinstance(item, str)] if isinstance(followups, list) else []
        )
        if questions:
            most: int = node.data["followups"]
            said["quick_replies"] = [{"label": question[:_QUESTION]} for question in questions[:most]]
        turn.send([said])
        return follow(node, "answered")


def _dicts(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _source(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item.get(key) for key in _SOURCE_KEYS}


NODE = KbAnswer()
