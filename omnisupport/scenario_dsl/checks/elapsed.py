"""How long ago the customer may have written when a run comes to a node.

Forward analysis of the greatest time over every way: timers, queues and triggers add, an answer begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.message import pause_of

UNKNOWN = 366 * 86_400
"""More than any window: a time that nothing bounds."""

# Triggers that are a message, or come together with one.
_HEARD = frozenset({"message", "keyword", "referral", "button", "intent", "comment"})
_WAKES = frozenset({"wait", "wait_event", "csat", "ai_reply"})
_PEOPLE = "handoff"
_MOST_RISES = 50


def elapsed(document: Analysis) -> dict[str, tuple[int, str]]:
    """Seconds since the customer's last message at the entry of each reached node, at most, and the node before.

    The node before is the one on the longest way, "" at an entry.
    """
    found: dict[str, tuple[int, str]] = {}
    rises: dict[str, int] = {}
    work: list[str] = []

    def enter(target: str | None, seconds: int, before: str) -> None:
        if target is None or target not in document.nodes or seconds <= found.get(target, (-1, ""))[0]:
            return
        rises[target] = rises.get(target, 0) + 1
        # A circle of timers adds to itself without end.
        found[target] = (seconds if rises[target] < _MOST_RISES else UNKNOWN, before)
        work.append(target)

    calling = callers(document)
    for entry in document.roots:
        enter(entry.resolved, _at_start(document) if entry is document.start else 0, "")
    for interrupt in document.interrupts:
        for target in document.called(interrupt.uses):
            enter(target, 0, "")
    while work:
        node = document.nodes[work.pop()]
        since = found[node.id][0]
        for target in document.called(node.uses):
            enter(target, since, node.id)
        for following, seconds in after(node, since):
            enter(following, seconds, node.id)
        if node.type.name == "return" and node.flow is not None:
            for caller in calling.get(node.flow, ()):
                for edge in caller.edges:
                    enter(edge.resolved, since, node.id)
    return found


def after(node: Node, since: int) -> Iterator[tuple[str | None, int]]:
    """The targets of a node's edges with the time behind each, for a node entered so long after a message."""
    for edge in node.edges:
        yield edge.resolved, min(since + _passes(node, edge.exit, since), UNKNOWN)


def _passes(node: Node, exit: str, since: int) -> int:
    """How much longer ago the message is behind an exit; less than nothing where the customer wrote again."""
    kind, values = node.type.name, node.values
    answered = -since
    if exit == "error":
        return 0
    if exit == "timeout":
        # A wait without a bound is another finding, E130.
        return int(values.get("timeout", 0))
    if exit == "message":
        return answered
    if kind == _PEOPLE:
        waits = {"queue_timeout": values.get("queue_timeout", 0), "closed": UNKNOWN}
        waits["accepted"] = waits["queue_timeout"]
        return int(waits.get(exit, 0))
    if kind == "message":
        return pause_of(values)
    if kind == "wait":
        return int(values.get("for", UNKNOWN if "until" in values else 0))
    if kind == "wait_event":
        return int(values.get("timeout", 0))
    if isinstance(node.type, AnsweringNode):
        # What is known already passes without a question.
        silent = any(field in values for field in ("prefill", "skip_if", "extract")) or kind == "form"
        return 0 if silent and exit in ("next", "skip") else answered
    return answered if kind in _WAKES else 0


def starts_with_customer(document: Analysis) -> bool:
    """Whether every run begins with something that the customer did."""
    if document.header.kind == "outbound":
        return False
    return all(trigger.values["type"] in _HEARD for trigger in document.triggers)


def _at_start(document: Analysis) -> int:
    # A subflow begins when its caller says so, which the caller's own check sees.
    return 0 if document.header.kind == "subflow" or starts_with_customer(document) else UNKNOWN


def callers(document: Analysis) -> dict[str, list[Node]]:
    """The nodes that call each flow."""
    found: dict[str, list[Node]] = {}
    for node in document.nodes.values():
        for use in node.uses.flows:
            flow = document.flow_named(use.name)
            if flow is not None:
                found.setdefault(flow.id, []).append(node)
    return found


def way_to(found: dict[str, tuple[int, str]], node_id: str) -> list[str]:
    """The nodes on the longest way to a node."""
    way = [node_id]
    while (before := found[way[-1]][1]) and before not in way:
        way.append(before)
    return way[::-1]
