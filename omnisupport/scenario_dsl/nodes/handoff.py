"""`handoff`: give the conversation to people, and perhaps wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Handoff
from omnisupport.scenario_dsl.expr.funcs import text as text_of
from omnisupport.scenario_dsl.fields import Duration, Either, Field, ListOf, Name, Obj, Str, Words
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.phrases import SUMMARY, SUMMARY_TEXT
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Scalar, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

PRIORITIES = ("low", "normal", "high", "urgent")
_SUMMARY_WORDS = ("auto", "none")
_SUMMARY_TEXT = 500
_SUMMARY_LENGTH = 2_000


def _summary(tree: Tree) -> Field:
    return (
        Str(_SUMMARY_WORDS)
        if isinstance(tree, Scalar) and tree.text in _SUMMARY_WORDS
        else Words(shown=False)
    )


class HandoffNode(NodeType):
    """While people hold the conversation the bot is silent.

    `wait_for: closed` (the default) goes on when they are done, `event.resolution` is what they agreed;
    `accepted` goes on when somebody takes it; `none` does not wait. `queue_timeout` counts until it is taken.
    """

    name = "handoff"
    fields = {
        "target": Obj({"department": Name("departments"), "skills": ListOf(Str(), most=20)}),
        "priority": Str(PRIORITIES),
        "summary": Either(_summary),
        "queue_timeout": Duration(),
        "wait_for": Str(("accepted", "closed", "none")),
    }
    exits = {
        "next": False,
        "accepted": False,
        "closed": False,
        "queue_timeout": False,
        "no_operators": False,
        "error": False,
    }
    waits = True

    def mandatory_exits(self, node: Node) -> Iterable[str]:
        wait_for = node.values.get("wait_for", "closed")
        return ("next",) if wait_for == "none" else (wait_for,)

    def speaks(self, exit: str) -> bool:
        return True

    def is_wait(self, node: Node) -> bool:
        return bool(node.values.get("wait_for", "closed") != "none")

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        target = data.get("target", {})
        wait_for = data.get("wait_for", "closed")
        department = turn.value(target.get("department"))
        summary = self._summary(turn, node)
        turn.hand_over(
            Handoff(
                department=department if isinstance(department, str) else None,
                priority=data.get("priority"),
                summary=summary,
                skills=list(target.get("skills", ())),
                wait_for=wait_for,
            )
        )
        if wait_for == "none":
            return follow(node, "next")
        turn.state["prompt"] += 1
        turn.state["waiting"] = {"kind": "handoff", "node": node.id, "prompt": turn.state["prompt"]}
        if "queue_timeout" in data:
            timer_id = f"{turn.state['run']}.{turn.state['prompt']}.0.queue"
            turn.state["timers"] = [{"id": timer_id, "at": turn.now + data["queue_timeout"] * 1_000}]
        return None

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        turn.stop_waiting()
        return follow(node, "queue_timeout", "handoff.timeout", "nobody took the conversation in time")

    def take_operator(
        self, turn: Turn, node: ProgramNode, action: str, data: Mapping[str, Any]
    ) -> str | None:
        """Somebody took the conversation, closed it, or gave it back."""
        wait_for = node.data.get("wait_for", "closed")
        if action == "accepted" and wait_for == "closed":
            turn.state["timers"] = []
            return None
        resolution = data.get("summary")
        event = {**turn.state["event"], "resolution": str(resolution)[:_SUMMARY_TEXT] if resolution else None}
        turn.put("event", event)
        turn.stop_waiting()
        return follow(node, wait_for)

    def _summary(self, turn: Turn, node: ProgramNode) -> str | None:
        wanted = node.data.get("summary", "auto")
        if wanted == "none":
            return None
        return (_auto_summary(turn) if wanted == "auto" else turn.render(wanted))[:_SUMMARY_LENGTH]


def _auto_summary(turn: Turn) -> str:
    """What the run knows, for whoever takes over: scenario, step, answers, the last message."""
    language = turn.program.locale
    name = turn.program.ir["name"].get(language[:2]) or turn.program.ir["id"]
    lines = [SUMMARY.pick(language).format(scenario=name, node=turn.state["node_label"])]
    for variable in sorted(turn.state["vars"]):
        value = turn.state["vars"][variable]
        if value is not None and not isinstance(value, list | dict):
            lines.append(f"{variable}: {text_of(value)[:_SUMMARY_TEXT]}")
    if turn.state["event"]["text"]:
        lines.append(SUMMARY_TEXT.pick(language).format(text=turn.state["event"]["text"][:_SUMMARY_TEXT]))
    return "\n".join(lines)


NODE = HandoffNode()
