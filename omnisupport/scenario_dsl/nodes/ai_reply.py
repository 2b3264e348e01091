"""`ai_reply`: an assistant talks with the customer, inside a fence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL, INT, STRING
from omnisupport.scenario_dsl.fields import Expr, Int, ListOf, Name, Obj, Str, Tool, Words
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.asking_ai import unavailable
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.nodes.prompts import prompt_parts
from omnisupport.scenario_dsl.nodes.retrying import ATTEMPTS, retry_policy
from omnisupport.scenario_dsl.runtime.answering import Taken, Untaken, leave
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.words import Both

_TURNS = 6
_CALL_S = 60
_SAID_KEPT = 1_000
_TALK_BYTES = 4_000
_SAYS = ("answer", "done", "limit", "needs_human")


class AiReply(AnsweringNode):
    """The assistant answers, waits for the customer, and answers again, at most `max_turns` (6) times.

    It leaves by `done` when the assistant has finished or `stop_when` holds (over `reply`, its last answer, and
    `turns`), by `needs_human` when people should go on, and by `limit` when turns or `budget` are used up, or
    when the customer is silent for `timeout` and `exits.timeout` is not connected. Without a model it leaves by
    `needs_human` at once. `tools` are operations of connections (`shop.get_order`): the assistant may
    read by them, three times in one reply. Flows are refused as tools.
    """

    name = "ai_reply"
    fields = {
        **WAITING,
        "assistant": Name("assistants", required=True),
        "instructions": Words(shown=False),
        "tools": ListOf(Tool(), most=20),
        "max_turns": Int(1, 50),
        "stop_when": Expr(BOOL, names={"reply": STRING, "turns": INT}),
        "guardrails": ListOf(Str(), most=20),
        "budget": Obj({"tokens": Int(1, 10_000_000)}),
        "retry": ATTEMPTS,
    }
    exits = {"done": True, "needs_human": True, "limit": True, "timeout": False, "error": False}
    effect = True
    unanswered_exit = "needs_human"
    timeout_exits = ("timeout", "limit")

    def speaks(self, exit: str) -> bool:
        return exit not in ("needs_human", "error")

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        for index, tool in enumerate(node.values.get("tools", ())):
            connection, point, operation = tool.partition(".")
            if not point or not connection or not operation or tool.startswith("flow:"):
                field = f"tools[{index}]"
                at = node.tree.values["tools"]
                site.add("E007.value", at, field, field_name=field, name=tool, values="connection.operation")

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        text = turn.state["event"]["text"].strip()
        talk = [{"role": "customer", "text": text[:_SAID_KEPT]}] if text else []
        self._ask_assistant(turn, node, talk, turns=0, spent=0)
        return None

    def _ask_assistant(
        self, turn: Turn, node: ProgramNode, talk: list[dict[str, str]], turns: int, spent: int
    ) -> None:
        data = node.data
        request: dict[str, Any] = {
            "assistant": turn.value(data["assistant"]),
            "instructions": prompt_parts(turn, data["instructions"]) if "instructions" in data else [],
            "turns": talk,
            "turns_left": data.get("max_turns", _TURNS) - turns,
            "tools": data.get("tools", []),
            "guardrails": data.get("guardrails", []),
            "locale": turn.context.locale,
        }
        if "budget" in data:
            request["tokens_left"] = max(data["budget"].get("tokens", 0) - spent, 0)
        turn.stop_waiting()
        kept = {"talk": talk, "turns": turns, "spent": spent}
        turn.call(node, "reply", request, _CALL_S, retry_policy(data.get("retry")), resume=kept)

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        kept = turn.state["waiting"]["resume"]
        turn.stop_waiting()
        given = value if isinstance(value, dict) else {}
        text: str = given["text"] if isinstance(given.get("text"), str) else ""
        if exit not in _SAYS or (exit == "answer" and not text.strip()):
            raise unavailable(exit)
        if text.strip():
            turn.say(text)
        if exit != "answer":
            return follow(node, exit)
        turns = kept["turns"] + 1
        if "stop_when" in node.data and turn.truth(node.data["stop_when"], reply=text, turns=turns):
            return follow(node, "done")
        tokens = given.get("tokens")
        spent = kept["spent"] + (tokens if type(tokens) is int else 0)
        talk = _shortened([*kept["talk"], {"role": "assistant", "text": text[:_SAID_KEPT]}])
        self.listen(turn, node, talk=talk, turns=turns, spent=spent)
        return None

    def prompt(self, turn: Turn, node: ProgramNode) -> None:
        """Say the last answer again, after an operator or a digression."""
        last = turn.state["waiting"]["talk"][-1]
        turn.say(last["text"])

    def is_strict(self, node: ProgramNode) -> bool:
        return False

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        return []

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        return Untaken.NO

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        return Untaken.NO

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        said = text.strip()
        if not said:
            return Untaken.NO
        waiting, data = turn.state["waiting"], node.data
        tokens = data.get("budget", {}).get("tokens")
        if waiting["turns"] >= data.get("max_turns", _TURNS) or (tokens and waiting["spent"] >= tokens):
            leave(turn, node)
            return follow(node, "limit")
        talk = _shortened([*waiting["talk"], {"role": "customer", "text": said[:_SAID_KEPT]}])
        self._ask_assistant(turn, node, talk, waiting["turns"], waiting["spent"])
        return None

    def retry(
        self,
        turn: Turn,
        node: ProgramNode,
        text: dict[str, Any] | None = None,
        *,
        reason: Both | None = None,
    ) -> str | None:
        turn.say(turn.phrase(self.try_again))
        return None

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        if name == "timeout" and "timeout" not in node.exits:
            turn.stop_waiting()
            return follow(node, "limit")
        return super().take_timer(turn, node, name)


def _shortened(talk: list[dict[str, str]]) -> list[dict[str, str]]:
    """The end of the talk that a run may carry."""
    while len(talk) > 1 and len(canonical(talk).encode("utf-8", "replace")) > _TALK_BYTES:
        talk = talk[1:]
    return talk


NODE = AiReply()
