"""Waiting and errors: nobody waits for ever, nobody is left without an answer."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.mending import add_timeout
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.handoff import HandoffNode
from omnisupport.scenario_dsl.nodes.http import Http
from omnisupport.scenario_dsl.nodes.pausing import PausingNode
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.runtime.limits import REQUEST_AT_MOST_S
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Scalar, Seq


def check(document: Analysis) -> None:
    """E130, E131, W132, E133, E134, E135, E136."""
    for node in document.nodes.values():
        site = Site(document.report, document.header, node.id)
        if isinstance(node.type, AnsweringNode):
            _check_timeout(node, site, document)
            _check_reminders(node, site)
            _check_answers(node, site, document)
        elif isinstance(node.type, HandoffNode):
            _check_handoff(node, site)
        elif isinstance(node.type, PausingNode) and node.type.hears(node):
            _check_wait(node, site, document)
        if isinstance(node.type, Http) and node.type.longest_s(node) > REQUEST_AT_MOST_S:
            site.add("E136", node.tree, "retry" if node.has_field("retry") else "timeout", id=node.id)
        _check_interruptible(node, site, document)
        if node.type.effect and node.exit("error") is None and document.on_error is None:
            site.add("E133", node.tree, "exits.error", id=node.id)


def _check_interruptible(node: Node, site: Site, document: Analysis) -> None:
    tree = node.tree.get("interruptible")
    known = [interrupt.id for interrupt in document.interrupts]
    for item in tree.items if isinstance(tree, Seq) else ():
        if isinstance(item, Scalar) and item.text not in known:
            values = ", ".join(known) or "-"
            site.unknown(
                "E007.value",
                item,
                "interruptible",
                item.text,
                known,
                field_name="interruptible",
                values=values,
            )


def _check_timeout(node: Node, site: Site, document: Analysis) -> None:
    if not node.has_field("timeout"):
        edit = add_timeout(node, _usual_timeout_exit(document))
        site.add("E130", node.tree, "timeout", None, edit, id=node.id)
    elif isinstance(node.type, AnsweringNode) and not any(map(node.exit, node.type.timeout_exits)):
        site.add("E131", node.tree.keys["timeout"], "exits.timeout", id=node.id, exit="timeout")


def _usual_timeout_exit(document: Analysis) -> str | None:
    """Where all other questions of the document lead when time is up, or None when they differ."""
    found = {edge.target for node in document.nodes.values() if (edge := node.exit("timeout")) is not None}
    return found.pop() if len(found) == 1 else None


def _check_handoff(node: Node, site: Site) -> None:
    if not node.type.is_wait(node):
        return
    if not node.has_field("queue_timeout"):
        site.add("E130.queue", node.tree, "queue_timeout", id=node.id)
    elif node.exit("queue_timeout") is None:
        at = node.tree.keys["queue_timeout"]
        site.add("E131", at, "exits.queue_timeout", id=node.id, exit="queue_timeout")


def _check_reminders(node: Node, site: Site) -> None:
    timeout = node.values.get("timeout")
    for index, reminder in enumerate(node.values.get("reminders", ())):
        if timeout is not None and reminder.get("after", 0) >= timeout:
            at = reminder["text"].tree if "text" in reminder else node.tree
            site.add("E135", at, f"reminders[{index}].after", id=node.id)


def _check_answers(node: Node, site: Site, document: Analysis) -> None:
    """What happens to an answer that is not understood, and when the retries are used up."""
    exit = node.type.unanswered_exit if isinstance(node.type, AnsweringNode) else "invalid"
    if node.exit(exit) is not None:
        return
    data = node.values.get("input")
    understands_all = isinstance(data, dict) and input_kinds()[data["kind"]].takes_all(data)
    if understands_all and not node.has_field("validate") and not node.has_field("retry"):
        return
    if document.on_error is None and not _has_otherwise(document) and node.exit("free_text") is None:
        key = "E134" if exit == "invalid" else "E134.other"
        site.add(key, node.tree, f"exits.{exit}", id=node.id, exit=exit)
    elif node.has_field("retry"):
        site.add("W132", node.tree.keys["retry"], "exits.invalid", id=node.id)


def _check_wait(node: Node, site: Site, document: Analysis) -> None:
    handled = node.exit("message") is not None or node.has_field("on_message") or _has_otherwise(document)
    if not handled:
        site.add("E134.wait", node.tree, "exits.message", id=node.id)


def _has_otherwise(document: Analysis) -> bool:
    return any(interrupt.when.get("otherwise") for interrupt in document.interrupts)
