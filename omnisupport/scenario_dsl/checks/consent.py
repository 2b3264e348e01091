"""Ways of an outbound scenario on which it writes although nobody asked whether the customer agreed."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.expr.ast import Ast, path_of
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode

_CONSENTS = "customer.consents."
_GRANTED = "granted"
_UNHEARD = frozenset({"timeout", "error"})


def unasked(document: Analysis) -> dict[str, list[str]]:
    """The first messages before consent, each with the shortest way to it; empty for other kinds of scenarios."""
    if document.header.kind != "outbound" or triggers_ask(document):
        return {}
    start = document.start.resolved if document.start is not None else None
    ways: dict[str, list[str]] = {start: [start]} if start is not None else {}
    found: dict[str, list[str]] = {}
    for node_id in (work := list(ways)):
        node = document.nodes[node_id]
        if node.type.sends:
            found[node_id] = ways[node_id]
            continue
        agreed = exits_after_consent(node)
        following = [
            edge.resolved for edge in node.edges if edge.exit not in agreed and _is_unheard(node, edge.exit)
        ]
        for target in [*following, *document.called(node.uses)]:
            if target is not None and target not in ways:
                ways[target] = [*ways[node_id], target]
                work.append(target)
    return found


def exits_after_consent(node: Node) -> set[str]:
    """The exits of a condition behind which the customer has agreed."""
    agreed: set[str] = set()
    refuted = False
    for use in node.uses.expressions:
        for exit in use.exits:
            if refuted or _proves(use.ast, True):
                agreed.add(exit)
            refuted = refuted or _proves(use.ast, False)
    if refuted:
        agreed.add("else")
    return agreed


def _is_unheard(node: Node, exit: str) -> bool:
    """Whether a run goes on by this exit without a word of the customer, who would have begun to talk to us."""
    return not isinstance(node.type, AnsweringNode) or exit in _UNHEARD


def triggers_ask(document: Analysis) -> bool:
    """Whether every trigger starts the scenario only for customers who have agreed."""
    whens = [trigger.values.get("when") for trigger in document.triggers]
    return bool(whens) and all(when is not None and _proves(when.ast, True) for when in whens)


def _proves(ast: Ast, truth: bool) -> bool:
    """Whether an expression that is `truth` means that a consent was given."""
    if ast.op == "!":
        return _proves(ast.args[0], not truth)
    if ast.op in ("&&", "||"):
        # Of a true `&&` every term is true, of a true `||` only one, and nobody knows which.
        some = (ast.op == "&&") is truth
        return (any if some else all)(_proves(term, truth) for term in ast.args)
    if ast.op not in ("==", "!="):
        return False
    left, right = ast.args
    says = any(
        one.op == "lit" and one.args[0] == _GRANTED and _reads_consent(other)
        for one, other in ((left, right), (right, left))
    )
    return says and (ast.op == "==") is truth


def _reads_consent(ast: Ast) -> bool:
    """Whether it is `customer.consents.purpose`, perhaps with a fallback for who was never asked."""
    if ast.op == "call" and ast.args[0] == "orValue":
        ast = next(ast.children())
    return (path_of(ast) or "").startswith(_CONSENTS)
