"""What variables hold: secrets, personal data by its class, and words that the customer typed.

Labels: `secret`, `typed`, and `pii:phone` for each class. They follow assignments, calls and texts through the whole
document, whatever the order of its nodes; a comparison or a length carries none on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.carried import carried, carried_by, holes, shown_by
from omnisupport.scenario_dsl.checks.sinks import Sink, sink_of
from omnisupport.scenario_dsl.template import Hole
from omnisupport.scenario_dsl.tree import Tree
from omnisupport.scenario_dsl.uses import Text, ValueText

SECRET, TYPED, PII = "secret", "typed", "pii:"
Labels = frozenset[str]
_NONE: Labels = frozenset()

_OUTSIDE: dict[str, Labels] = {
    "customer.name": frozenset({PII + "name"}),
    "customer.email": frozenset({PII + "email"}),
    "customer.phone": frozenset({PII + "phone"}),
    "event.text": frozenset({TYPED}),
}
# Answers of these kinds are whatever the customer likes; other kinds have a form.
_FREE = frozenset({"text", "any", "url", "contact"})

_Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One place where values leave the scenario: their paths, where they go, and where it is written."""

    node: Node
    sink: Sink
    paths: frozenset[str]
    tree: Tree
    field: str
    hole: Hole | None = None
    text: Text | None = None
    locale: str = ""


class Taint:
    """The labels of every variable of the document.

    `readings` are the places where a value with a label leaves the scenario, in the order of the file; texts for
    customers are among them only where there are secrets.
    """

    def __init__(self, document: Analysis) -> None:
        self.document = document
        self._held: dict[_Key, Labels] = {}
        for flow in (document.flow, *document.flows):
            for name, variable in document.variables_of(flow).items():
                labels = {SECRET} if variable.secret else set()
                if variable.pii:
                    labels.add(PII + variable.pii)
                if labels:
                    self._held[flow, name] = frozenset(labels)
        moves = [move for node in document.nodes.values() for move in _moves(document, node)]
        while sum(self._flows(*move) for move in moves):
            pass
        # To customers anything may be said but a secret.
        has_secrets = any(SECRET in labels for labels in self._held.values())
        self.readings = [
            reading
            for node in document.nodes.values()
            for reading in _readings(node, with_texts=has_secrets)
            if self.of(node.flow, reading.paths)
        ]

    def of(self, flow: str | None, paths: Iterable[str]) -> Labels:
        """The labels of what these paths hold for a node of the flow."""
        found: set[str] = set()
        for path in paths:
            scope, _, rest = path.partition(".")
            if scope == "vars":
                found |= self._held.get((flow, rest.partition(".")[0]), _NONE)
            elif scope == "secret":
                found.add(SECRET)
            else:
                found |= _OUTSIDE.get(path, _NONE)
        return frozenset(found)

    def _flows(self, source: str | None, paths: set[str], labels: Labels, target: _Key) -> bool:
        """Add what a value carries to the variable that receives it; whether that was news."""
        before = self._held.get(target, _NONE)
        after = before | labels | self.of(source, paths)
        if after == before:
            return False
        self._held[target] = after
        return True


def taint_of(document: Analysis) -> Taint:
    """The labels of the document, computed once."""
    found = document.memo.get("taint")
    if found is None:
        found = document.memo["taint"] = Taint(document)
    assert isinstance(found, Taint)
    return found


def _moves(document: Analysis, node: Node) -> Iterator[tuple[str | None, set[str], Labels, _Key]]:
    """What goes from where into which variable: (flow, paths, labels of its own, (flow, variable))."""
    data = node.values.get("input")
    typed = isinstance(data, dict) and data.get("kind") in _FREE
    for write in node.uses.writes:
        if write.path[0] != "vars" or len(write.path) < 2:
            continue
        target = (node.flow, write.path[1])
        if write.expression is not None:
            yield node.flow, carried(write.expression.ast), _NONE, target
        elif isinstance(write.value, ValueText):
            yield node.flow, carried_by(write.value), _NONE, target
        elif typed and write.field == "save_to":
            yield node.flow, set(), frozenset({TYPED}), target
    flow = document.flow_named(node.uses.flows[0].name) if node.uses.flows else None
    if flow is None:
        return
    inputs = node.values.get("inputs")
    for name, value in inputs.items() if isinstance(inputs, dict) else ():
        yield node.flow, carried_by(value), _NONE, (flow.id, name)
    each = node.values.get("each")
    if each is not None and hasattr(each, "ast"):
        yield node.flow, carried(each.ast), _NONE, (flow.id, str(node.values.get("as")))
    outputs: Any = node.values.get("outputs")
    for write, output in outputs if isinstance(outputs, list) else ():
        if len(write.path) > 1:
            yield flow.id, {f"vars.{output}"}, _NONE, (node.flow, write.path[1])


def _readings(node: Node, *, with_texts: bool) -> Iterator[Reading]:
    kind = node.type.name
    for use in node.uses.expressions:
        sink = sink_of(kind, use.field, shown=False)
        paths = frozenset(carried(use.ast)) if sink is not None else _NONE
        if sink is not None and paths:
            yield Reading(node, sink, paths, use.tree, use.field)
    for text in node.uses.texts:
        sink = sink_of(kind, text.field, shown=text.shown)
        if sink == "text" and not with_texts:
            continue
        for locale, segments in text.locales.items() if sink is not None else ():
            for hole in holes(segments):
                assert sink is not None
                paths = frozenset(shown_by(hole))
                yield Reading(node, sink, paths, text.trees[locale], text.field, hole, text, locale)
