"""Give a node or a variable another name, with everything that speaks of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.edits.places import rewrite_scalar
from omnisupport.scenario_dsl.edits.source import NoSuchPlace, Source
from omnisupport.scenario_dsl.expr.ast import Ast
from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.template import Hole, Segments, parse_template
from omnisupport.scenario_dsl.text_edit import TextEdit, apply_edits
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree
from omnisupport.scenario_dsl.uses import Uses

_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_EXITS = ("next", "on_error", "else", "free_text")


def rename_node(text: str, node_id: str, name: str, flow: str | None = None) -> str:
    """Another id for a node, in every edge that leads to it and in its place on the canvas.

    Raises:
        NoSuchPlace: there is no such node.
        ValueError: the new id is taken.
    """
    source = Source.read(text)
    home = ["nodes"] if flow is None else ["flows", flow, "nodes"]
    trees: list[Tree] = [_renamed_key(source, home, node_id, name)]
    trees += [tree for tree in _targets(source, flow) if isinstance(tree, Scalar) and tree.text == node_id]
    shown = f"{flow}/{node_id}" if flow else node_id
    view = source.find(["view", "nodes"])
    edits = [rewrite_scalar(source, tree, name) for tree in trees if isinstance(tree, Scalar)]
    if isinstance(view, Map) and shown in view.keys:
        edits.append(rewrite_scalar(source, view.keys[shown], f"{flow}/{name}" if flow else name))
    return apply_edits(source.text, edits)


def rename_variable(text: str, variable: str, name: str, flow: str | None = None) -> str:
    """Another name for a variable of the document or of a flow, in expressions, texts and where it is written.

    Inside a flow `vars` are the flow's own, so there the document's are not meant, nor the other way round.

    Raises:
        NoSuchPlace: it is not declared.
        ValueError: the new name is taken, or is no name.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError(f"'{name}' cannot be a variable's name")
    source = Source.read(text)
    home = [] if flow is None else ["flows", flow]
    kinds = ("variables", "inputs", "outputs")
    declared = [kind for kind in kinds if _has_key(source, [*home, kind], variable)]
    if not declared:
        raise NoSuchPlace(variable)
    for kind in kinds:
        if _has_key(source, [*home, kind], name):
            raise ValueError(f"'{name}' is taken")
    trees = [_renamed_key(source, [*home, kind], variable, name) for kind in declared]
    edits = [rewrite_scalar(source, tree, name) for tree in trees]
    analysis = analyse(Document("scenario.yaml", source.root))
    spots = _Spots(variable)
    for uses in _uses(analysis, flow):
        edits += _renamed_writes(source, uses, variable, name)
        spots.add_uses(uses)
    for scalar in _scalars(source, flow):
        spots.add_unread(scalar)
    edits += [
        _respelt(source, scalar, sorted(places), variable, name) for scalar, places in spots.found.values()
    ]
    if set(declared) & {"inputs", "outputs"} and flow is not None:
        edits += [rewrite_scalar(source, tree, name) for tree in _passed(source, flow, variable)]
    return apply_edits(source.text, edits)


def _has_key(source: Source, path: list[str], key: str) -> bool:
    tree = source.find(path)
    return isinstance(tree, Map) and key in tree.values


def _renamed_key(source: Source, path: list[str], key: str, name: str) -> Scalar:
    tree = source.at(path)
    if not isinstance(tree, Map) or key not in tree.keys:
        raise NoSuchPlace(".".join([*path, key]))
    if name in tree.keys:
        raise ValueError(f"'{name}' is taken")
    return tree.keys[key]


def _targets(source: Source, flow: str | None) -> Iterator[Tree]:
    """Everything in the document or the flow that names a node."""
    analysis = analyse(Document("scenario.yaml", source.root))
    for uses in _uses(analysis, flow):
        yield from (edge.tree for edge in uses.edges)
    if flow is None:
        yield from (edge.tree for moves in analysis.migrations for edge in moves.uses.edges)
    home = source.root if flow is None else source.find(["flows", flow])
    if not isinstance(home, Map):
        return
    yield from (
        tree for tree in (home.get("start"), _under(home.get("on_error"), "next")) if tree is not None
    )
    nodes = home.get("nodes")
    for node_id, node in nodes.items() if isinstance(nodes, Map) else ():
        if (f"{flow}/{node_id}" if flow else node_id) not in analysis.nodes and isinstance(node, Map):
            # The reader knows nothing of its type: only the ways out that all nodes have are sure.
            yield from (node.values[field] for field in _EXITS if field in node.values)
            exits = node.get("exits")
            yield from exits.values.values() if isinstance(exits, Map) else ()


def _under(tree: Tree | None, key: str) -> Tree | None:
    return tree.get(key) if isinstance(tree, Map) else None


def _uses(analysis: Analysis, flow: str | None) -> Iterator[Uses]:
    """What the document, or one flow, uses."""
    for node in analysis.nodes.values():
        if node.flow == flow:
            yield node.uses
    if flow is None:
        yield from (trigger.uses for trigger in analysis.triggers)
        yield from (interrupt.uses for interrupt in analysis.interrupts)


def _passed(source: Source, flow: str, variable: str) -> Iterator[Scalar]:
    """Where calls of a flow name its inputs and outputs, and its returns name the outputs."""
    for home, nodes in _all_nodes(source):
        for node in nodes.values.values():
            kind = _word(_under(node, "type"))
            if kind in ("call", "for_each") and _word(_under(node, "flow")) == flow:
                inputs, outputs = _under(node, "inputs"), _under(node, "outputs")
                if isinstance(inputs, Map) and variable in inputs.keys:
                    yield inputs.keys[variable]
                for value in outputs.values.values() if isinstance(outputs, Map) else ():
                    if isinstance(value, Scalar) and value.text == variable:
                        yield value
            if kind == "return" and home == flow:
                outputs = _under(node, "outputs")
                if isinstance(outputs, Map) and variable in outputs.keys:
                    yield outputs.keys[variable]


def _all_nodes(source: Source) -> Iterator[tuple[str | None, Map]]:
    main = source.find(["nodes"])
    if isinstance(main, Map):
        yield None, main
    flows = source.find(["flows"])
    for name, tree in flows.items() if isinstance(flows, Map) else ():
        nodes = _under(tree, "nodes")
        if isinstance(nodes, Map):
            yield name, nodes


def _word(tree: Tree | None) -> str | None:
    return tree.text if isinstance(tree, Scalar) else None


def _renamed_writes(source: Source, uses: Uses, variable: str, name: str) -> list[TextEdit]:
    """Where the variable is named as what receives a value."""
    return [
        rewrite_scalar(source, write.tree, ".".join(("vars", name, *write.path[2:])))
        for write in uses.writes
        if write.path[:2] == ("vars", variable) and isinstance(write.tree, Scalar)
        # `outputs` of a return name the variable alone.
        if write.tree.text.startswith("vars.")
    ]


def _scalars(source: Source, flow: str | None) -> Iterator[Scalar]:
    """The values of the document without its flows, or of a flow.

    Texts of the catalogue belong to whoever refers to them, expressions of `migrations` read other variables.
    """
    root = source.root if flow is None else source.at(["flows", flow])
    aside = [source.root.get(name) for name in ("flows", "texts", "migrations", "view")]
    stack: list[Tree] = [root]
    while stack:
        tree = stack.pop()
        if isinstance(tree, Scalar):
            yield tree
        elif isinstance(tree, Map):
            stack.extend(value for value in tree.values.values() if value not in aside)
        elif isinstance(tree, Seq):
            stack.extend(tree.items)


class _Spots:
    """Where expressions and texts name the variable: by scalar, begin and end of the name in its text."""

    def __init__(self, variable: str) -> None:
        self._variable = variable
        self._seen: set[int] = set()
        self.found: dict[int, tuple[Scalar, set[tuple[int, int]]]] = {}

    def add_uses(self, uses: Uses) -> None:
        """Those that the reader knows."""
        for expression in uses.expressions:
            if isinstance(expression.tree, Scalar):
                written = expression.tree.text
                self._add(expression.tree, expression.ast, len(written) - len(written.removeprefix("=")))
        for text in uses.texts:
            for locale, segments in text.locales.items():
                scalar = text.trees[locale]
                assert isinstance(scalar, Scalar)
                self._add_segments(scalar, segments)

    def add_unread(self, scalar: Scalar) -> None:
        """What the reader did not come to: a text in a node with a fault is a text all the same."""
        if id(scalar) in self._seen or self._variable not in scalar.text:
            return
        try:
            if "{{" in scalar.text:
                self._add_segments(scalar, parse_template(scalar.text))
            elif scalar.text.startswith("="):
                self._add(scalar, parse(scalar.text[1:]), 1)
        except ExprSyntaxError:
            return  # it says nothing, so it does not name the variable either

    def _add_segments(self, scalar: Scalar, segments: Segments) -> None:
        for hole in segments:
            if isinstance(hole, Hole):
                for ast in (hole.ast, *(argument for use in hole.filters for argument in use.arguments)):
                    self._add(scalar, ast, hole.offset)

    def _add(self, scalar: Scalar, ast: Ast, offset: int) -> None:
        self._seen.add(id(scalar))
        places = _places(ast, scalar.text, offset, self._variable)
        if places:
            self.found.setdefault(id(scalar), (scalar, set()))[1].update(places)


def _places(ast: Ast, text: str, offset: int, variable: str) -> set[tuple[int, int]]:
    """Where an expression that begins at `offset` of a text names `vars.<variable>`: begin and end of the name."""
    found: set[tuple[int, int]] = set()
    for position, is_text in _mentions(ast, variable, frozenset()):
        start = offset + position
        written = _LITERAL.match(text, start) if is_text else None
        found.add((start, written.end() if written else start + len(variable)))
    return found


def _mentions(ast: Ast, variable: str, shadowed: frozenset[str]) -> Iterable[tuple[int, bool]]:
    """Positions of the name; with True where it stands as a text, `vars["name"]`."""
    if ast.op == "macro":
        _, receiver, local, body = ast.args
        yield from _mentions(receiver, variable, shadowed)
        yield from _mentions(body, variable, shadowed | {local})
        return
    if ast.op in (".", "[]") and ast.args[0].op == "id" and ast.args[0].args[0] == "vars":
        if "vars" not in shadowed and ast.op == "." and ast.args[1] == variable:
            yield ast.position, False
        index = ast.args[1]
        if "vars" not in shadowed and ast.op == "[]" and index.op == "lit" and index.args[0] == variable:
            yield index.position, True
    for child in ast.children():
        yield from _mentions(child, variable, shadowed)


def _respelt(
    source: Source, scalar: Scalar, places: list[tuple[int, int]], variable: str, name: str
) -> TextEdit:
    """The scalar with another name at these places of its text; as it was written where that can be said."""
    text = scalar.text
    for start, end in reversed(places):
        quoted = text[start : start + 1] in ("'", '"')
        text = text[:start] + (f"{text[start]}{name}{text[start]}" if quoted else name) + text[end:]
    written = source.slice(scalar)
    pattern = re.compile(rf"(?<![\w.])(vars\s*\.\s*){re.escape(variable)}\b")
    if len(pattern.findall(written)) == len(places):
        whole = (*source.place(source.start(scalar)), *source.place(source.end(scalar)))
        return TextEdit(*whole, pattern.sub(lambda match: match[1] + name, written))
    return rewrite_scalar(source, scalar, text)
