"""Types and null-safety, following the graph: what is certainly set at each node, and what each use needs.

A forward analysis: at a node, a path is known not to be null when it is so on every way that leads there
from `start`. Interrupts and `on_error` may be entered from anywhere, so behind them only what has a
default is known. Nodes that are not reached take everything as known: the fault is the missing way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Node, Signature, Variable
from omnisupport.scenario_dsl.checks.filters import infer_hole
from omnisupport.scenario_dsl.expr.ast import Ast, path_of
from omnisupport.scenario_dsl.expr.check import SIZES, Checker, Fault, Known, facts, items
from omnisupport.scenario_dsl.expr.types import ANY, BOOL, Type, assignable, told_apart
from omnisupport.scenario_dsl.inputs.field import input_type
from omnisupport.scenario_dsl.nodes.switch import Switch
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.scope import READ_ONLY, roots
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.template import Hole
from omnisupport.scenario_dsl.tree import Tree
from omnisupport.scenario_dsl.uses import Expression, Text, Uses, Write, contains_uses
from omnisupport.scenario_dsl.values import Misfit, fit

# Nodes that change what `set` only reads.
_CHANGED_BY = {"conversation": "update_conversation", "customer": "update_customer"}


@dataclass(slots=True)
class _Flow:
    """One document's analysis under way."""

    document: Analysis
    roots: dict[str | None, dict[str, Type]]

    def known(self) -> dict[str, Known]:
        """What is known at the entry of each reached node."""
        entries: dict[str, Known] = {}
        work: list[str] = []
        document = self.document
        for edge in document.roots:
            is_start = edge is document.start
            known = _first(document.variables, document.signature) if is_start else frozenset()
            if is_start:
                known |= _proved_by_triggers(document)
            self._enter(edge.resolved, known, entries, work)
        for flow, edge in document.flow_roots:
            known = _first(flow.variables, flow.signature) if edge is flow.start else frozenset()
            self._enter(edge.resolved, known, entries, work)
        while work:
            node = self.document.nodes.get(work.pop())
            if node is None:
                continue
            for target, known in self._leave(node, entries[node.id]):
                self._enter(target, known, entries, work)
        return entries

    def _enter(self, target: str | None, known: Known, entries: dict[str, Known], work: list[str]) -> None:
        if target is None or target not in self.document.nodes:
            return
        before = entries.get(target)
        after = known if before is None else before & known
        if after != before:
            entries[target] = after
            work.append(target)

    def _leave(self, node: Node, known: Known) -> list[tuple[str | None, Known]]:
        """The targets of the node's edges, each with what is known behind the edge."""
        proved = node.type.proves(node)
        decided = self._decided(node)
        result: list[tuple[str | None, Known]] = []
        for edge in node.edges:
            behind = self._written(node, edge.exit, known) if node.uses.writes else known
            if proved or decided:
                behind |= frozenset(proved.get(edge.exit, ())) | decided.get(edge.exit, frozenset())
            result.append((edge.resolved, behind))
        return result

    def _written(self, node: Node, exit: str, known: Known) -> Known:
        behind = known
        for write in node.uses.writes:
            if write.exits is not None and exit not in write.exits:
                continue
            path = ".".join(write.target)
            below = (path + ".", path + "#")
            behind = frozenset(item for item in behind if item != path and not item.startswith(below))
            # A node with `when` may have been skipped.
            if not (exit == "next" and "when" in node.values) and not self._may_be_null(node, write, known):
                behind |= {path}
        return behind

    def _may_be_null(self, node: Node, write: Write, known: Known) -> bool:
        variables = self.document.variables_of(node.flow)
        variable = variables.get(write.target[1]) if len(write.target) == 2 else None
        if write.is_fitted or (variable is not None and not variable.type.nullable and not write.clears):
            # What may be null does not fit the variable, which is another finding.
            return False
        if write.clears:
            return variable is None or not variable.has_default
        if write.expression is not None:
            return Checker(self.roots[node.flow]).infer(write.expression.ast, known).nullable
        return write.type.nullable if write.type is not None else write.value is None

    def _decided(self, node: Node) -> dict[str, Known]:
        """What conditions prove: a case's own, and that no case before it was true."""
        proved: dict[str, Known] = {}
        refuted: Known = frozenset()
        for use in node.uses.expressions:
            for exit in use.exits:
                proved[exit] = refuted | facts(use.ast, True)
                refuted |= facts(use.ast, False)
        if proved:
            proved["else"] = refuted
        return proved


def check(document: Analysis) -> None:
    """E21x, E30x, E312, E313 and the types that the compiler needs."""
    names = {flow: roots(document, flow) for flow in (document.flow, *document.flows)}
    _follow_misspelt(document)
    known = _Flow(document, names).known()
    everything = {flow: _everything(found) for flow, found in names.items()}
    for node in document.nodes.values():
        site = Site(document.report, document.header, node.id, node.flow)
        checker = _NodeChecker(document, site, names[node.flow])
        checker.uses(node.uses, known.get(node.id, everything[node.flow]))
        checker.node(node, known.get(node.id, everything[node.flow]))
    main = {
        name: item for name, item in names[document.flow].items() if name not in ("vars", "calendar", "run")
    }
    for trigger in document.triggers:
        site = Site(document.report, document.header, flow=document.flow)
        # What such an event brings is its own: `event.resolved_by`, `event.data.order`.
        seen = {**main, "event": ANY} if trigger.values.get("type") in _TELLING else main
        _NodeChecker(document, site, seen).uses(trigger.uses, frozenset())

    _check_migrations(document, main)


def known_at(document: Analysis) -> dict[str, Known]:
    """For each node that a run can come to, the paths that are certainly not null there."""
    names = {flow: roots(document, flow) for flow in (document.flow, *document.flows)}
    return _Flow(document, names).known()


def _check_migrations(document: Analysis, names: dict[str, Type]) -> None:
    """Values of moved variables: what the older version had under `vars` is not known here."""
    old = {**names, "vars": ANY}
    for moves in document.migrations:
        site = Site(document.report, document.header, flow=document.flow)
        checker = _NodeChecker(document, site, old)
        for use in moves.uses.expressions:
            use.found = checker.expression(use)
        for text in moves.uses.texts:
            checker.text(text)
        for name in moves.values.get("vars", {}):
            if name not in document.variables:
                similar = did_you_mean(name, document.variables)
                site.add("E301", document.root.keys["migrations"], "migrations.vars", similar, name=name)


def _follow_misspelt(document: Analysis) -> None:
    """Take a write to a variable that is not declared as one to what it resembles: one fault, one finding."""
    for node in document.nodes.values():
        for write in node.uses.writes:
            if len(write.path) < 2 or write.path[0] != "vars":
                continue
            variables = document.variables_of(node.flow)
            if write.path[1] not in variables:
                similar = did_you_mean(write.path[1], variables)
                write.meant = ("vars", similar, *write.path[2:]) if similar is not None else None


def _first(variables: dict[str, Variable], signature: Signature) -> Known:
    """What is known where a run or a flow begins: defaults, and the inputs that must be given."""
    given = {name for name, item in signature.inputs.items() if not item.type.nullable}
    return frozenset(f"vars.{name}" for name, item in variables.items() if item.has_default or name in given)


def _proved_by_triggers(document: Analysis) -> Known:
    """What every trigger proves of the conversation and the customer, so that it holds where the run begins.

    A conversation that an operator has resolved is his.
    """
    proved: list[Known] = []
    for trigger in document.triggers:
        when = next((use.ast for use in trigger.uses.expressions if use.field.endswith("when")), None)
        known = facts(when, True) if when is not None else frozenset()
        if (
            trigger.values.get("event") == "conversation.resolved"
            and when is not None
            and _names(when, _BY_OPERATOR)
        ):
            known |= _OF_OPERATOR
        proved.append(frozenset(path for path in known if path.startswith(("conversation.", "customer."))))
    return frozenset.intersection(*proved) if proved else frozenset()


_TELLING = ("event", "api", "webhook")
"""Triggers whose event has fields of its own."""
_BY_OPERATOR = ["==", [".", ["id", "event"], "resolved_by"], ["lit", "operator"]]
_OF_OPERATOR = frozenset(f"conversation.assignee{field}" for field in ("", ".id", ".name"))


def _names(ast: Ast, term: list[Any]) -> bool:
    """Whether a condition has this among the terms that must all hold."""
    if ast.op == "&&":
        return any(_names(part, term) for part in ast.args)
    return ast.to_json() == term


def _null_fault(use: Expression) -> Fault:
    path = path_of(use.ast)
    if path is None:
        return Fault("E312.value", use.ast.position, {})
    return Fault("E312", use.ast.position, {"path": path}, path=path)


def _everything(names: dict[str, Type]) -> Known:
    """Every path that could be null."""
    found: set[str] = set()

    def walk(path: str, item: Type) -> None:
        found.add(path)
        found.update(items(path, SIZES + 1) if item.kind == "list" else ())
        for name, field in (item.fields or {}).items():
            walk(f"{path}.{name}", field)

    for name, item in names.items():
        walk(name, item)
    return frozenset(found)


class _NodeChecker:
    """Checks the uses of one node or trigger and notes their faults."""

    def __init__(self, document: Analysis, site: Site, names: dict[str, Type]) -> None:
        self.document = document
        self.site = site
        self.names = names

    def uses(self, uses: Uses, known: Known) -> None:
        """Check every expression, text and write."""
        before = known
        for use in uses.expressions:
            use.found = self._expression(use, before)
            if use.exits:
                # The next case is asked only when this one was false.
                before |= facts(use.ast, False)
        for text in uses.texts:
            self._text(text, known)
        for write in uses.writes:
            self._write(write)

    def expression(self, use: Expression) -> Type:
        """Check one expression of which nothing is known."""
        return self._expression(use, frozenset())

    def text(self, text: Text) -> None:
        """Check one text of which nothing is known."""
        self._text(text, frozenset())

    def node(self, node: Node, known: Known) -> None:
        """What only the node type can check, now that types are known."""
        for path in node.type.needs(node, self.document):
            if path not in known:
                self._fault(Fault("E312", 0, {"path": path}, path=path), node.tree, "outputs")
        node.type.check_types(node, self.site, self.document)
        value = node.values.get("value")
        if isinstance(node.type, Switch) and isinstance(value, Expression) and value.found is not None:
            if value.found.nullable and node.exit("default") is None:
                self._fault(_null_fault(value), value.tree, value.field)
            node.type.check_value(node, self.site, value.found.required())

    def _expression(self, use: Expression, known: Known) -> Type:
        checker = Checker({**self.names, **self._typed_locals(use)} if use.locals else self.names)
        found = checker.infer(use.ast, known)
        self._note_reads(checker)
        for fault in checker.faults + checker.hints:
            self._fault(fault, use.tree, use.field)
        if use.wanted is not None and not checker.faults:
            self._wanted(use, found)
        return found

    def _note_reads(self, checker: Checker) -> None:
        self.document.reads.setdefault(self.site.flow, set()).update(checker.reads)

    def _typed_locals(self, use: Expression) -> dict[str, Type]:
        """`value` in `validate` has the type of the node's input."""
        node = self.document.nodes.get(self.site.node or "")
        data = node.values.get("input") if node is not None else None
        found = input_type(data) if isinstance(data, dict) else ANY
        return {name: found if kind is ANY else kind for name, kind in use.locals.items()}

    def _wanted(self, use: Expression, found: Type) -> None:
        wanted = use.wanted
        assert wanted is not None
        if found.nullable and not wanted.nullable:
            self._fault(Fault("E313", use.ast.position, {"field_name": use.field}), use.tree, use.field)
        elif not assignable(found, wanted):
            if wanted is BOOL:
                self.site.add("E213.condition", use.tree, use.field, type=found, col=use.ast.position + 1)
            else:
                names = told_apart(wanted, found.required())
                words = {"field_name": use.field, "wanted": names[0], "given": names[1]}
                self.site.add("E302.field", use.tree, use.field, **words)

    def _text(self, text: Text, known: Known) -> None:
        first: dict[str | None, str] = {}
        for locale, segments in text.locales.items():
            for hole in segments:
                if isinstance(hole, Hole):
                    checker = Checker({**self.names, **text.locals} if text.locals else self.names)
                    infer_hole(hole, checker, known)
                    self._note_reads(checker)
                    for fault in checker.faults + checker.hints:
                        # What is unset is so in every language: one fault, one finding.
                        if fault.key == "E312" and first.setdefault(fault.path, locale) != locale:
                            continue
                        self._fault(fault, text.trees[locale], text.field, shift=hole.offset, in_text=True)

    def _fault(self, fault: Fault, tree: Tree, field: str, *, shift: int = 0, in_text: bool = False) -> None:
        parts = (fault.path or "").split(".")
        if fault.key == "E312" and fault.path is not None:
            self.document.unset.setdefault(self.site.flow, set()).add(fault.path)
        key, words = fault.key, dict(fault.words)
        if key == "E210" and words.get("name") == "secret":
            key = "E401.read"
        if key == "E211" and in_text and fault.path is not None and parts[0] == "vars" and len(parts) == 2:
            key, words["name"] = "E301.text", fault.path
        similar = did_you_mean(str(fault.words.get("name", fault.words.get("value", ""))), fault.known)
        if similar is not None and parts[0] == "vars" and len(parts) == 2:
            # The variable that was meant is read here.
            self.document.reads.setdefault(self.site.flow, set()).add(f"vars.{similar}")
        if key == "E301.text" and similar is not None:
            similar = f"vars.{similar}"
        self.site.add(key, tree, field, similar, col=fault.position + shift + 1, **words)

    def _write(self, write: Write) -> None:
        path = ".".join(write.path)
        if write.path[0] != "vars" or len(write.path) < 2:
            root = write.path[0]
            key = "E303" if root in READ_ONLY else "E301"
            if root in _CHANGED_BY:
                key = "E303.node"
            words = {"path": path, "name": path, "node_type": _CHANGED_BY.get(root, "")}
            self.site.add(key, write.tree, write.field, **words)
            return
        variables = self.document.variables_of(self.site.flow)
        variable = variables.get(write.path[1])
        if variable is None:
            similar = write.meant[1] if write.meant is not None else None
            self.site.add("E301", write.tree, write.field, f"vars.{similar}" if similar else None, name=path)
            return
        target = self._target(write, variable)
        if target is not None and not write.clears and not write.is_fitted:
            self._assigned(write, variable, target, path)

    def _target(self, write: Write, variable: Variable) -> Type | None:
        """The type of the variable, or of the field of it, that is written."""
        found = variable.type
        for name in write.path[2:]:
            if found.kind == "any" or (found.kind == "object" and found.fields is None):
                return ANY
            inner = (found.fields or {}).get(name)
            if inner is None:
                key = "E211" if found.kind == "object" else "E212"
                similar = did_you_mean(name, found.fields or {})
                self.site.add(key, write.tree, write.field, similar, name=name, type=found, col=1)
                return None
            found = inner
        return found

    def _assigned(self, write: Write, variable: Variable, target: Type, path: str) -> None:
        given = write.type
        if write.expression is not None:
            given = write.expression.found or ANY
        if given is None:
            self._literal(write, variable, target, path)
        elif given.nullable and not target.nullable:
            self.site.add("E313", write.tree, write.field, field_name=path)
        elif not assignable(given, target):
            names = told_apart(target.required(), given.required())
            words = {"path": path, "wanted": names[0], "given": names[1]}
            self.site.add("E302", write.tree, write.field, **words)

    def _literal(self, write: Write, variable: Variable, target: Type, path: str) -> None:
        """A constant must fit now; one with expressions inside is fitted when it runs."""
        if contains_uses(write.value) or len(write.path) > 2:
            return
        try:
            fit(write.value, variable.spec)
        except Misfit as error:
            self.site.add("E302.value", write.tree, write.field, path=path, problem=str(error))
