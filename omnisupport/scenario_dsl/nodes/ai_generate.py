"""`ai_generate`: let a model write a text into a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Int, Path, Words
from omnisupport.scenario_dsl.nodes.asking_ai import CALLING, TIMEOUT_S, unavailable
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.prompts import prompt_parts
from omnisupport.scenario_dsl.nodes.retrying import retry_policy
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_CHARACTERS = 2_000


class AiGenerate(NodeType):
    """A summary, a translation, the mood of a message: at most `max_chars` (2,000) of text go to `save_to`.

    What stands in the holes of `prompt` reaches the model as data, never as instructions. Without a model it
    leaves by `error`.
    """

    name = "ai_generate"
    fields = {
        **CALLING,
        "prompt": Words(required=True, shown=False),
        "max_chars": Int(1, 8_000),
        "save_to": Path(("next",), STRING, required=True),
    }
    effect = True

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        request = {
            "prompt": prompt_parts(turn, data["prompt"]),
            "max_chars": data.get("max_chars", _CHARACTERS),
            "locale": turn.context.locale,
        }
        turn.call(node, "generate", request, data.get("timeout", TIMEOUT_S), retry_policy(data.get("retry")))
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        text = value.get("text") if isinstance(value, dict) else None
        if exit != "ok" or not isinstance(text, str) or not text.strip():
            raise unavailable(exit)
        turn.store(node.data["save_to"], text.strip()[: node.data.get("max_chars", _CHARACTERS)])
        return follow(node, "next")


NODE = AiGenerate()
