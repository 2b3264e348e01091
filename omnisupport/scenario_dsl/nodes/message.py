"""`message`: say something and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.channels import CHANNELS, WINDOW_MS, WINDOWED
from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Bool, Duration, Obj, Str, Words
from omnisupport.scenario_dsl.nodes.base import TALKING, NodeType
from omnisupport.scenario_dsl.nodes.content import CONTENT, Variants, content_for, rendered
from omnisupport.scenario_dsl.nodes.typed import Typed
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_LONGEST_DELAY_S = 60
_ADDRESS = Typed(STRING, required=True)


class MessageNode(NodeType):
    """One message of one or more parts. Its buttons open addresses and do not wait: a menu asks.

    `variants` says something else on one channel. `to` sends it to another place than the conversation, by
    e-mail or SMS to an address in a variable; without an address it leaves by `undeliverable`. `fallback` is
    what becomes of a part that a channel has no form for. `window_closed` is for channels where a company may
    write only within a day after the customer, unless by a template.
    """

    name = "message"
    kinds = TALKING
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

    def speaks(self, exit: str) -> bool:
        return exit == "next"

    def compile(self, node: Node) -> dict[str, Any]:
        values = dict(node.values)
        text = values.pop("text", None)
        return values if text is None else {**values, "content": [{"text": text}]}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
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
        turn.send(parts, to, **_how(data))
        return follow(node, "next")


def _place(turn: Turn, data: dict[str, Any]) -> dict[str, str]:
    address = _ADDRESS.value(turn, data["address"], "to.address")
    return {"channel": data["channel"], "address": (address or "").strip()}


def _how(data: dict[str, Any]) -> dict[str, Any]:
    how: dict[str, Any] = {name: data[name] for name in ("typing", "fallback") if name in data}
    if "delay" in data:
        how["delay_ms"] = data["delay"] * 1_000
    return how


def _is_window_closed(turn: Turn, parts: list[dict[str, Any]]) -> bool:
    """Where the host does not say when the customer last wrote, the channel decides."""
    last = turn.context.conversation.get("last_inbound_at")
    if turn.context.channel.get("type") not in WINDOWED or type(last) is not int:
        return False
    return turn.now - last > WINDOW_MS and not any("template" in item for item in parts)


NODE = MessageNode()
