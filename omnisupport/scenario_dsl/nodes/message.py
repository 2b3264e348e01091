"""`message`: say something, at once or after a pause, and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.channels import CHANNELS, WINDOW_MS, WINDOWED
from omnisupport.scenario_dsl.commands import Typing
from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Bool, Duration, Obj, Str, Words
from omnisupport.scenario_dsl.nodes.base import TALKING
from omnisupport.scenario_dsl.nodes.content import CONTENT, Variants, content_for, rendered
from omnisupport.scenario_dsl.nodes.pausing import SPAM_S, PausingNode
from omnisupport.scenario_dsl.nodes.typed import Typed
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_LONGEST_DELAY_S = 60
_TYPING_S = 2
"""How long one sees somebody write where the message does not say it."""
_ADDRESS = Typed(STRING, required=True)


def pause_of(data: Mapping[str, Any]) -> int:
    """How many seconds pass before a message with these fields is said."""
    if "to" in data:
        return 0
    pause: int = data.get("delay", _TYPING_S if data.get("typing") else 0)
    return pause


class MessageNode(PausingNode):
    """One message of one or more parts. Its buttons open addresses and do not wait: a menu asks.

    With `delay` it is said after a pause, and with `typing` the customer sees meanwhile that somebody writes (for
    two seconds, without `delay`). What he writes in the pause is kept for the next question, but for built-in
    patterns and interrupts. A greeting, for which nobody keeps the time, is said at once.

    `variants` says something else on one channel. `to` sends it to another place than the conversation, by
    e-mail or SMS to an address in a variable; without an address it leaves by `undeliverable`. `fallback` is
    what becomes of a part that a channel has no form for. `window_closed` is for channels where a company may
    write only within a day after the customer, unless by a template.
    """

    name = "message"
    kinds = TALKING
    waits = False
    by_time = True
    sends = True
    fields = {
        "text": Words(),
        "content": CONTENT,
        "variants": Variants(),
        "to": Obj({"channel": Str(CHANNELS, required=True), "address": _ADDRESS}),
        "typing": Bool(),
        "delay": Duration(),
        "fallback": Str(("auto", "list", "numbered", "drop", "error")),
    }
    exits = {"next": True, "undeliverable": False, "window_closed": False, "error": False}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if node.has_field("text") == node.has_field("content"):
            key = "E112.either" if not node.has_field("text") else "E111.both"
            site.add(key, node.tree, "content", name="content", other="text")
        if node.values.get("delay", 0) > _LONGEST_DELAY_S:
            at = node.tree.values["delay"]
            site.add("E007.range", at, "delay", field_name="delay", low="1s", high=f"{_LONGEST_DELAY_S}s")
        for name in ("delay", "typing"):
            if node.has_field("to") and node.values.get(name):
                site.add("E111.both", node.tree.keys[name], name, name=name, other="to")

    def hears(self, node: Node) -> bool:
        # Nothing has to be said of what the customer writes: it is always kept.
        return False

    def is_wait(self, node: Node) -> bool:
        return pause_of(node.values) >= SPAM_S

    def may_wait(self, data: Mapping[str, Any]) -> bool:
        return pause_of(data) > 0

    def speaks(self, exit: str) -> bool:
        return exit == "next"

    def compile(self, node: Node) -> dict[str, Any]:
        values = dict(node.values)
        text = values.pop("text", None)
        return values if text is None else {**values, "content": [{"text": text}]}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        pause = pause_of(node.data)
        if not pause or _is_greeting(turn):
            return self._say(turn, node)
        until = turn.now + pause * 1_000
        # What he writes meanwhile becomes the current event, and this message is no answer to it.
        event = turn.state["event"]
        event = {**event, "text": event["text"][: limits.TEXT_KEPT]}
        self.pause(turn, node, "timer", {"due": until}, event=event)
        if node.data.get("typing") and not turn.silent:
            turn.commands.append(Typing(until))
        return None

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        turn.put("event", turn.state["waiting"]["event"])
        turn.stop_waiting()
        return self._say(turn, node)

    def _say(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        to = _place(turn, data["to"]) if "to" in data else None
        if to is not None and not to["address"]:
            return follow(node, "undeliverable", "channel.undeliverable", "there is no address to write to")
        parts = None if to is not None else content_for(turn, data)
        if parts is None:
            parts = rendered(turn, data["content"])
        if to is None and _is_window_closed(turn, parts):
            reason = "the customer last wrote more than a day ago"
            return follow(node, "window_closed", "channel.window_closed", reason)
        turn.send(parts, to, **({"fallback": data["fallback"]} if "fallback" in data else {}))
        return follow(node, "next")


def _place(turn: Turn, data: dict[str, Any]) -> dict[str, str]:
    address = _ADDRESS.value(turn, data["address"], "to.address")
    return {"channel": data["channel"], "address": (address or "").strip()}


def _is_greeting(turn: Turn) -> bool:
    """Whether this is said before there is a conversation: such a run has no number, and has asked nothing yet."""
    return bool(turn.state["run"] == 0 and turn.state["prompt"] == 0)


def _is_window_closed(turn: Turn, parts: list[dict[str, Any]]) -> bool:
    """Where the host does not say when the customer last wrote, the channel decides."""
    last = turn.context.conversation.get("last_inbound_at")
    if turn.context.channel.get("type") not in WINDOWED or type(last) is not int:
        return False
    return turn.now - last > WINDOW_MS and not any("template" in item for item in parts)


NODE = MessageNode()
