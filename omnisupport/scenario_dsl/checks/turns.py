"""What happens between two waits: too many messages, and waits that nobody will end."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.graph import heaviest, reachable
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.close import CloseNode
from omnisupport.scenario_dsl.nodes.handoff import HandoffNode
from omnisupport.scenario_dsl.nodes.message import MessageNode
from omnisupport.scenario_dsl.nodes.pausing import is_pause
from omnisupport.scenario_dsl.runtime.limits import MESSAGES_PER_TURN

_LATER = "later"


def check(document: Analysis) -> None:
    """E145, E161."""
    if document.has_broken_edges or document.has_unread_nodes:
        return
    _check_messages(document)
    moving = {
        node.id: [] if _ends_turn(node) else [edge.resolved for edge in node.edges if edge.resolved]
        for node in document.nodes.values()
    }
    for node in document.nodes.values():
        for exit in _leaves_to_people(node):
            edge = node.exit(exit)
            if edge is not None and edge.resolved:
                _check_waits(document, node, reachable(moving, [edge.resolved]))


def _ends_turn(node: Node) -> bool:
    return isinstance(node.type, AnsweringNode) or is_pause(node) or node.type.is_wait(node)


def _is_late(node: Node) -> bool:
    """Whether it is a message that is said after a pause: in the turn after the one that came to it."""
    return isinstance(node.type, MessageNode) and is_pause(node)


def _check_messages(document: Analysis) -> None:
    """E145 at the first node from which a turn can send more than a turn may."""
    ways: dict[str, list[tuple[str | None, int]]] = {
        node.id: [
            (edge.resolved, int(node.type.sends and node.type.speaks(edge.exit)))
            for edge in node.edges
            if edge.resolved is not None
        ]
        for node in document.nodes.values()
    }
    for node in document.nodes.values():
        if _is_late(node):
            # No id has a blank in it.
            ways[f"{node.id} {_LATER}"], ways[node.id] = ways[node.id], [(None, 0)]
        elif _ends_turn(node):
            ways[node.id] = [(None, int(node.type.sends))]
    sent = heaviest(ways)
    for way, count in sent.items():
        node_id = way.partition(" ")[0]
        if count > MESSAGES_PER_TURN:
            at = document.nodes[node_id].tree
            document.report.add("E145", at, node=node_id, id=node_id, count=count, limit=MESSAGES_PER_TURN)
            return


def _leaves_to_people(node: Node) -> tuple[str, ...]:
    """The exits behind which the conversation is no longer the bot's: people hold it, or it is resolved."""
    if isinstance(node.type, CloseNode):
        return ("next",)
    if isinstance(node.type, HandoffNode):
        wait_for = node.values.get("wait_for", "closed")
        return {"none": ("next",), "accepted": ("accepted",)}.get(wait_for, ())
    return ()


def _check_waits(document: Analysis, left: Node, following: set[str]) -> None:
    closed = isinstance(left.type, CloseNode)
    for node in document.nodes.values():
        waits = _ends_turn(node) if closed else isinstance(node.type, AnsweringNode) or _is_late(node)
        if node.id in following and waits:
            key = "E161.close" if closed else "E161.late" if _is_late(node) else "E161"
            document.report.add(key, node.tree, node=node.id, id=node.id, left=left.id)
