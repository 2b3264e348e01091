"""Paths through the graph: unreachable nodes, traps, silent ends, and circles that nothing stops."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.certainty import SPEAKS, WAITS, certain, has_waited, is_told
from omnisupport.scenario_dsl.expr.ast import paths_in
from omnisupport.scenario_dsl.graph import circle_path, circles, reachable, reverse, without
from omnisupport.scenario_dsl.nodes.ask import Ask
from omnisupport.scenario_dsl.nodes.condition import Condition
from omnisupport.scenario_dsl.nodes.menu import Menu
from omnisupport.scenario_dsl.nodes.message import pause_of
from omnisupport.scenario_dsl.nodes.pausing import is_pause
from omnisupport.scenario_dsl.nodes.switch import Switch

_Graph = dict[str, list[str]]


def check(document: Analysis) -> None:
    """E101, E104, E106, E140, E141, W142. Behind a broken edge nothing is said: mending it comes first."""
    graph = document.graph()
    found = _reached(document, graph)
    whole = not document.has_broken_edges and not document.has_unread_nodes
    if whole:
        for node in document.nodes.values():
            if node.id not in found:
                document.report.add("E101", node.tree, node=node.id, id=node.id)
    endless = _check_circles(document, graph)
    if whole:
        _check_ends(document, graph, found, endless)
        _check_silence(document)


def _reached(document: Analysis, graph: _Graph) -> set[str]:
    """The nodes that a run can come to, those of called flows among them."""
    entries = document.entries()
    for interrupt in document.interrupts:
        entries += document.called(interrupt.uses)
    entries += [
        edge.resolved for flow, edge in document.flow_roots if edge is flow.on_error and edge.resolved
    ]
    entered = {
        node.id: [*graph[node.id], *document.called(node.uses)] if node.uses.flows else graph[node.id]
        for node in document.nodes.values()
    }
    return reachable(entered, entries)


def _check_ends(document: Analysis, graph: _Graph, found: set[str], endless: set[str]) -> None:
    """E104 at the first node of a trap."""
    ends = [node.id for node in document.nodes.values() if node.type.is_end(node)]
    trapped = found - reachable(reverse(graph), ends)
    if trapped & endless:
        return
    first = next((node for node in document.nodes.values() if node.id in trapped), None)
    if first is not None:
        document.report.add("E104", first.tree, node=first.id, id=first.id)


def _check_silence(document: Analysis) -> None:
    """E106 at each end that the message of a trigger can reach before anything is said.

    Errors are left out: a path that says nothing after one ends with the built-in apology.
    """
    start = document.start.resolved if document.start is not None else None
    heard = any(trigger.values["type"] in ("message", "keyword") for trigger in document.triggers)
    paths: dict[str, list[str]] = {start: [start]} if start is not None and heard else {}
    speaking = certain(document, is_told, SPEAKS)
    work = list(paths)
    for node_id in work:
        node = document.nodes[node_id]
        if node.type.ends and node.values.get("release", "bot") == "bot":
            path = " -> ".join(paths[node_id])
            document.report.add("E106", node.tree, node=node_id, id=node_id, path=path)
        for edge in node.edges:
            target = edge.resolved
            told = is_told(node, edge.exit) or speaking.calls_all(node)
            if target is not None and target not in paths and not told:
                paths[target] = [*paths[node_id], target]
                work.append(target)


def _check_circles(document: Analysis, graph: _Graph) -> set[str]:
    """The nodes of circles that were reported as endless."""
    nodes = document.nodes
    waiting = certain(document, has_waited, WAITS)
    waits = [node.id for node in nodes.values() if node.type.is_wait(node) or waiting.calls_all(node)]
    endless: set[str] = set()
    moving = without(graph, waits)
    for part in circles(moving):
        path = circle_path(moving, part)
        key = "E141" if any(is_pause(nodes[node]) for node in part) else "E140"
        document.report.add(key, nodes[part[0]].tree, node=part[0], path=" -> ".join(path))
        endless.update(part)
    for part in circles(graph):
        if not endless & set(part):
            _check_bound(document, graph, part)
    _check_patience(document, endless)
    return endless


_TIMERS = {
    "ask": "timeout",
    "menu": "timeout",
    "form": "timeout",
    "csat": "timeout",
    "handoff": "queue_timeout",
}
"""The exit by which time leads out of a wait, and the field that says how long that takes."""
_SOON_S, _OFTEN_S = 60, 3_600


def _check_patience(document: Analysis, endless: set[str]) -> None:
    """E141 and W142 at circles that somebody who says nothing goes round, and is written to in each."""
    silent: _Graph = {}
    for node in document.nodes.values():
        edges = [edge for edge in node.edges if edge.resolved is not None]
        if node.type.is_wait(node) and not is_pause(node):
            edges = [edge for edge in edges if edge.exit == _TIMERS.get(node.type.name, "timeout")]
        silent[node.id] = [edge.resolved for edge in edges if edge.resolved is not None]
    for part in circles(silent):
        path = circle_path(silent, part)
        nodes = [document.nodes[node] for node in path[:-1]]
        leaves = [node for node in nodes if any(target not in part for target in silent[node.id])]
        told = any(node.type.sends for node in nodes)
        if not told or endless & set(part) or _is_counted(nodes, leaves):
            continue
        seconds = sum(_lasts(node) for node in nodes)
        if seconds < _OFTEN_S:
            key = "E141.silent" if seconds < _SOON_S else "W142.silent"
            time = f"{seconds // 60}m" if seconds >= 60 else f"{seconds}s"
            document.report.add(key, nodes[0].tree, node=nodes[0].id, path=" -> ".join(path), time=time)


def _lasts(node: Node) -> int:
    """Seconds that a wait takes when nobody says anything; one that is not written as a number takes for ever."""
    if node.type.name == "message":
        return pause_of(node.values)
    if not node.type.is_wait(node) and not is_pause(node):
        return 0
    field = "for" if is_pause(node) else _TIMERS.get(node.type.name, "timeout")
    found = node.values.get(field)
    return found if type(found) is int else _OFTEN_S


def _check_bound(document: Analysis, graph: _Graph, part: list[str]) -> None:
    """W142: a circle that asks, where neither a counter nor a choice of the customer leads out."""
    nodes = [document.nodes[node] for node in part]
    if not any(isinstance(node.type, Ask) for node in nodes):
        return
    inside = set(part)
    leaves = [node for node in nodes if any(target not in inside for target in graph[node.id])]
    if any(isinstance(node.type, Menu) for node in leaves) or _is_counted(nodes, leaves):
        return
    path = " -> ".join(circle_path(graph, part))
    document.report.add("W142", nodes[0].tree, node=nodes[0].id, path=path)


def _is_counted(nodes: list[Node], leaves: list[Node]) -> bool:
    """Whether a variable is changed by itself in the circle and a condition that reads it leads out."""
    counted: set[str] = set()
    for node in nodes:
        for write in node.uses.writes:
            path = ".".join(write.path)
            if write.expression is not None and path in paths_in(write.expression.ast):
                counted.add(path)
    deciding = [node for node in leaves if isinstance(node.type, Condition | Switch)]
    return any(counted & paths_in(use.ast) for node in deciding for use in node.uses.expressions)
