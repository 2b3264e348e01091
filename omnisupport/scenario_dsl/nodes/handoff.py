"""`handoff`: give the conversation to people, and perhaps wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Handoff
from omnisupport.scenario_dsl.expr.funcs import text as text_of
from omnisupport.scenario_dsl.fields import Bool, Duration, Either, Field, Str, Words
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.targets import Target, ask_operators, target_of
from omnisupport.scenario_dsl.nodes.typed import Pairs
from omnisupport.scenario_dsl.phrases import SUMMARY, SUMMARY_TEXT, place_in_queue
from omnisupport.scenario_dsl.render import say
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Scalar, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

PRIORITIES = ("low", "normal", "high", "urgent")
_SUMMARY_WORDS = ("auto", "none")
_SUMMARY_TEXT = 500
_SUMMARY_LENGTH = 2_000
_ASK_S = 10
_PLACE = "place"
_LOOK_AT_MOST_MIN = 30
_NEVER_TOLD = (
    ("wait_for: none", "wait_for", "none"),
    ("kind: background", "kind", "background"),
)
"""Where nobody could be told the place: the run goes on, or no customer hears it."""


def _summary(tree: Tree) -> Field:
    return (
        Str(_SUMMARY_WORDS)
        if isinstance(tree, Scalar) and tree.text in _SUMMARY_WORDS
        else Words(shown=False)
    )


def queued_in(waiting: dict[str, Any]) -> dict[str, Any] | None:
    """The wait for people, and its timers, that a look at the queue has put aside; None: it is no such look."""
    queued: dict[str, Any] | None = (waiting.get("resume") or {}).get("queue")
    return queued


class HandoffNode(NodeType):
    """While people hold the conversation the bot is silent.

    `wait_for: closed` (the default) goes on when they are done, `event.resolution` is what they agreed;
    `accepted` goes on when somebody takes it; `none` does not wait. `queue_timeout` counts until it is taken.
    Where `no_operators` is connected, it is asked first whether somebody could take it. `rejected` is for one that
    nobody took and that was given back to the bot. `form` are named values that the operator sees under the
    summary. With `position_messages` the customer is told their place in the queue at once, and again when it has
    got better: that is looked at after 1, 2, 4, 8, 16 minutes and then every 30, until somebody takes it.
    """

    name = "handoff"
    fields = {
        "target": Target(),
        "priority": Str(PRIORITIES),
        "summary": Either(_summary),
        "queue_timeout": Duration(),
        "wait_for": Str(("accepted", "closed", "none")),
        "form": Pairs(),
        "position_messages": Bool(),
    }
    exits = {
        "next": False,
        "accepted": False,
        "closed": False,
        "queue_timeout": False,
        "no_operators": False,
        "rejected": False,
        "error": False,
    }
    waits = True

    def mandatory_exits(self, node: Node) -> Iterable[str]:
        wait_for = node.values.get("wait_for", "closed")
        return ("next",) if wait_for == "none" else (wait_for,)

    def speaks(self, exit: str) -> bool:
        return True

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if not node.values.get("position_messages"):
            return
        for reason, name, value in _NEVER_TOLD:
            found = node.values.get(name) if name == "wait_for" else document.header.kind
            if found == value:
                at = node.tree.keys["position_messages"]
                site.add("E111.both", at, "position_messages", name="position_messages", other=reason)

    def is_wait(self, node: Node) -> bool:
        return bool(node.values.get("wait_for", "closed") != "none")

    def compile(self, node: Node) -> dict[str, Any]:
        # Pairs, because the operator reads them in the order of the file.
        form = node.values.get("form")
        return node.values if form is None else {**node.values, "form": [[*pair] for pair in form.items()]}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        if "no_operators" in node.exits:
            ask_operators(turn, node, target_of(turn, node.data.get("target")))
            return None
        return self._hand_over(turn, node)

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        queued = queued_in(turn.state["waiting"])
        if queued is not None:
            self._take_place(turn, queued, exit, value)
            return None
        turn.stop_waiting()
        if exit == "unavailable":
            return follow(node, "no_operators")
        # When the host cannot tell, the customer still gets a place in the queue.
        return self._hand_over(turn, node)

    def _hand_over(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        wait_for = data.get("wait_for", "closed")
        summary = self._summary(turn, node)
        target = target_of(turn, data.get("target"))
        turn.hand_over(
            Handoff(
                **target,
                priority=data.get("priority"),
                summary=summary,
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
        if data.get("position_messages"):
            self._ask_place(turn, node, {"department": target.get("department"), "again": False})
        return None

    def _ask_place(self, turn: Turn, node: ProgramNode, request: dict[str, Any]) -> None:
        """Ask which place in the queue this is; the wait for people is put aside until that is known."""
        queued = {"waiting": turn.state["waiting"], "timers": turn.state["timers"]}
        turn.stop_waiting()
        turn.call(node, "queue_position", request, _ASK_S, resume={"queue": queued})

    def _take_place(self, turn: Turn, queued: dict[str, Any], exit: str, value: Any) -> None:
        """Tell the place where it is better than the last that was told, and look again later."""
        waiting, timers = dict(queued["waiting"]), queued["timers"]
        turn.state.update(waiting=waiting, timers=timers)
        if exit == "gone":
            return
        place = value.get("position") if exit == "ok" and isinstance(value, dict) else None
        may_tell = turn.counts()["sent"] < limits.MESSAGES_PER_TURN
        if isinstance(place, int) and 0 < place < waiting.get("place", place + 1) and may_tell:
            turn.say(place_in_queue(place, turn.context.locale))
            waiting["place"] = place
        looks = waiting.get("looks", 0)
        waiting["looks"] = looks + 1
        at = turn.now + min(2 ** min(looks, 5), _LOOK_AT_MOST_MIN) * 60_000
        timer = {"id": f"{turn.state['run']}.{waiting['prompt']}.0.{_PLACE}", "at": at}
        turn.state["timers"] = sorted([*timers, timer], key=lambda each: (each["at"], each["id"]))

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        if name == _PLACE:
            self._ask_place(turn, node, {"department": None, "again": True})
            return None
        turn.stop_waiting()
        return follow(node, "queue_timeout", "handoff.timeout", "nobody took the conversation in time")

    def take_operator(
        self, turn: Turn, node: ProgramNode, action: str, data: Mapping[str, Any]
    ) -> str | None:
        """Somebody took the conversation, closed it, or gave it back."""
        wait_for = node.data.get("wait_for", "closed")
        waiting = turn.state["waiting"]
        if action == "accepted" and wait_for == "closed":
            turn.state["timers"] = []
            if "rejected" in node.exits:
                turn.state["waiting"] = {**waiting, "accepted": True}
            return None
        resolution = data.get("summary")
        event = {**turn.state["event"], "resolution": str(resolution)[:_SUMMARY_TEXT] if resolution else None}
        turn.put("event", event)
        turn.stop_waiting()
        if action == "handed_back" and "rejected" in node.exits and not waiting.get("accepted"):
            return node.exits["rejected"]
        return follow(node, wait_for)

    def _summary(self, turn: Turn, node: ProgramNode) -> str | None:
        wanted = node.data.get("summary", "auto")
        form = _form(turn, node.data.get("form", []))
        if wanted == "none":
            return form[:_SUMMARY_LENGTH] or None
        said = _auto_summary(turn) if wanted == "auto" else turn.render(wanted)
        # What the author chose to show is not cut off for what is gathered by itself.
        kept = said[: _SUMMARY_LENGTH - len(form) - 1] if form else said
        return "\n".join(filter(None, (kept, form)))[:_SUMMARY_LENGTH]


def _form(turn: Turn, fields: list[Any]) -> str:
    """One line for each named value that is known."""
    lines: list[str] = []
    for name, field in fields:
        value = turn.value(field)
        if value is not None:
            said = say(value, turn.around) if not isinstance(value, list | dict) else canonical(value)
            lines.append(f"{name}: {said[:_SUMMARY_TEXT]}")
    return "\n".join(lines)[: _SUMMARY_LENGTH // 2]


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
