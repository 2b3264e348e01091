"""The nodes as a graph: what is reached, what is trapped, what turns in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def reachable(graph: Graph, starts: Iterable[str]) -> set[str]:
    """Every node that can be reached from the starts, these included."""
    seen: set[str] = set()
    stack = [start for start in starts if start in graph]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(target for target in graph[node] if target in graph)
    return seen


def reverse(graph: Graph) -> dict[str, list[str]]:
    """The same nodes with every edge turned round."""
    turned: dict[str, list[str]] = {node: [] for node in graph}
    for node, targets in graph.items():
        for target in targets:
            if target in turned:
                turned[target].append(node)
    return turned


def without(graph: Graph, removed: Iterable[str]) -> dict[str, list[str]]:
    """The graph without some nodes and the edges to them."""
    gone = set(removed)
    return {
        node: [target for target in targets if target not in gone and target in graph]
        for node, targets in graph.items()
        if node not in gone
    }


def heaviest(ways: Mapping[str, Sequence[tuple[str | None, int]]]) -> dict[str, int]:
    """The greatest sum of weights on a way from each node; nodes that lead to a circle are left out.

    A way out is a target with the weight of going there, or None and the weight of stopping.
    """
    sums: dict[str, int] = {}
    left = {node: sum(target in ways for target, _ in targets) for node, targets in ways.items()}
    before: dict[str, list[str]] = {node: [] for node in ways}
    for node, targets in ways.items():
        for target, _ in targets:
            if target in before:
                before[target].append(node)
    ready = [node for node, count in left.items() if count == 0]
    while ready:
        node = ready.pop()
        sums[node] = max((weight + sums.get(target or "", 0) for target, weight in ways[node]), default=0)
        for earlier in before[node]:
            left[earlier] -= 1
            if left[earlier] == 0:
                ready.append(earlier)
    return {node: sums[node] for node in ways if node in sums}


def circles(graph: Graph) -> list[list[str]]:
    """The strongly connected parts with at least one circle, each in the order of the graph (Tarjan)."""
    finder = _Tarjan(graph)
    for node in graph:
        if node not in finder.index:
            finder.visit(node)
    position = {node: number for number, node in enumerate(graph)}
    found = [part for part in finder.parts if len(part) > 1 or part[0] in graph[part[0]]]
    return sorted(
        (sorted(part, key=position.__getitem__) for part in found), key=lambda part: position[part[0]]
    )


class _Tarjan:
    """Tarjan's algorithm without recursion: 500 nodes in a row must not overflow the stack."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.on_stack: set[str] = set()
        self.parts: list[list[str]] = []

    def visit(self, root: str) -> None:
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            node, position = work.pop()
            if position == 0:
                self.index[node] = self.low[node] = len(self.index)
                self.stack.append(node)
                self.on_stack.add(node)
            targets = self.graph[node]
            descended = False
            while position < len(targets):
                target = targets[position]
                position += 1
                if target not in self.graph:
                    continue
                if target not in self.index:
                    work += [(node, position), (target, 0)]
                    descended = True
                    break
                if target in self.on_stack:
                    self.low[node] = min(self.low[node], self.index[target])
            if not descended:
                self._leave(node, work)

    def _leave(self, node: str, work: list[tuple[str, int]]) -> None:
        if self.low[node] == self.index[node]:
            part: list[str] = []
            while not part or part[-1] != node:
                part.append(self.stack.pop())
                self.on_stack.discard(part[-1])
            self.parts.append(part)
        if work:
            parent = work[-1][0]
            self.low[parent] = min(self.low[parent], self.low[node])


def circle_path(graph: Graph, part: Sequence[str]) -> list[str]:
    """The shortest way from the first node of a part back to itself, both ends included."""
    inside, start = set(part), part[0]
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in graph[way[-1]]:
            if target == start:
                return [*way, start]
            if target in inside and target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return [start, start]
