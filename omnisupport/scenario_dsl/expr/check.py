"""Infer the type of an expression, with null-safety that follows the conditions around each place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.expr.ast import Ast, path_of, reads_name
from omnisupport.scenario_dsl.expr.compile import evaluate
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import is_zone
from omnisupport.scenario_dsl.expr.signatures import SIGNATURES, arithmetic
from omnisupport.scenario_dsl.expr.types import (
    ANY,
    BOOL,
    INT,
    NULL,
    NUMBER,
    ORDERED,
    STRING,
    Type,
    comparable,
    join,
    list_of,
)
from omnisupport.scenario_dsl.regex import PatternError, compile_pattern

Known = frozenset[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong; `key` names the sentence, `path` the value that it is about."""

    key: str
    position: int
    words: dict[str, Any]
    known: tuple[str, ...] = ()
    path: str | None = None


@dataclass(slots=True)
class Checker:
    """Infers types against root names. After a fault it goes on with `any`, so one fault is one finding.

    `known` are the paths that cannot be null where the expression stands, and by `items` how many items
    lists have there at least. `hints` are what may be meant so.
    """

    roots: Mapping[str, Type]
    faults: list[Fault] = field(default_factory=list)
    hints: list[Fault] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)

    def infer(self, ast: Ast, known: Known) -> Type:
        """The type of a tree; what is wrong in it goes to `faults`."""
        return getattr(self, _METHODS[ast.op])(ast, known)  # type: ignore[no-any-return]

    def value(self, ast: Ast, known: Known) -> Type:
        """The type of a tree whose value is used: null there is a fault."""
        found = self.infer(ast, known)
        if found.nullable:
            self._null(ast)
            return ANY if found.kind == "null" else found.required()
        return found

    def _null(self, ast: Ast) -> None:
        path = path_of(ast)
        if path is None:
            self._fault("E312.value", ast)
        else:
            self.faults.append(Fault("E312", ast.position, {"path": path}, path=path))

    def _fault(self, key: str, ast: Ast, names: tuple[str, ...] = (), /, **words: Any) -> Type:
        self.faults.append(Fault(key, ast.position, words, names))
        return ANY

    def _hint(self, key: str, ast: Ast, **words: Any) -> None:
        self.hints.append(Fault(key, ast.position, words))

    def _lit(self, ast: Ast, known: Known) -> Type:
        return type_of_literal(ast.args[0])

    def _id(self, ast: Ast, known: Known) -> Type:
        name = ast.args[0]
        if name not in self.roots:
            return self._fault("E210", ast, tuple(self.roots), name=name)
        found = self.roots[name]
        return found.required() if name in known else found

    def _select(self, ast: Ast, known: Known) -> Type:
        receiver, name = ast.args
        holder = self.value(receiver, known)
        path = path_of(ast)
        if path is not None:
            self.reads.add(path)
        if holder.kind == "any":
            return ANY
        if holder.fields is None:
            return ANY if holder.kind == "object" else self._fault("E212", ast, name=name, type=holder)
        found = holder.fields.get(name)
        if found is None:
            self.faults.append(Fault("E211", ast.position, {"name": name}, tuple(holder.fields), path))
            return ANY
        return found.required() if path in known else found

    def _index(self, ast: Ast, known: Known) -> Type:
        holder, index = self.value(ast.args[0], known), self.value(ast.args[1], known)
        if holder.kind == "any":
            return ANY
        if holder.kind == "list" and index.kind in ("int", "any"):
            path, place = path_of(ast.args[0]), ast.args[1].args[0] if ast.args[1].op == "lit" else 0
            if path is not None and item_of(path, place) not in known:
                self._fault("E314", ast, path=path, index=place)
            return holder.of or ANY
        if holder.kind == "object" and (index.is_text or index.kind == "any"):
            return ANY
        return self._fault("E213", ast, op="[]", types=f"{holder}, {index}")

    def _list(self, ast: Ast, known: Known) -> Type:
        item: Type | None = None
        for element in ast.args[0]:
            found = self.infer(element, known)
            item = found if item is None else join(item, found) or ANY
        return list_of(item or ANY)

    def _map(self, ast: Ast, known: Known) -> Type:
        fields: dict[str, Type] = {}
        for key, value in ast.args[0]:
            if key.op != "lit" or not isinstance(key.args[0], str):
                self._fault("E213", key, op="{}", types=str(self.infer(key, known)))
                continue
            fields[key.args[0]] = self.infer(value, known)
        return Type("object", fields=fields)

    def _not(self, ast: Ast, known: Known) -> Type:
        self._condition(ast.args[0], known)
        return BOOL

    def _neg(self, ast: Ast, known: Known) -> Type:
        found = self.value(ast.args[0], known)
        if found.kind in ("int", "number", "duration", "any"):
            return found
        return self._fault("E213", ast, op="-", types=str(found))

    def _condition(self, ast: Ast, known: Known) -> None:
        found = self.value(ast, known)
        if found.kind not in ("bool", "any"):
            self._fault("E213.condition", ast, type=found)

    def _and(self, ast: Ast, known: Known) -> Type:
        for term in ast.args:
            self._condition(term, known)
            known |= facts(term, ast.op == "&&")
        return BOOL

    def _choice(self, ast: Ast, known: Known) -> Type:
        condition, then, otherwise = ast.args
        self._condition(condition, known)
        left = self.infer(then, known | facts(condition, True))
        right = self.infer(otherwise, known | facts(condition, False))
        if then.to_json() == otherwise.to_json():
            self._hint("W219.branches", ast)
        joined = join(left, right)
        return joined or self._fault("E214.branches", ast, left=left, right=right)

    def _arithmetic(self, ast: Ast, known: Known) -> Type:
        left, right = self.value(ast.args[0], known), self.value(ast.args[1], known)
        found = arithmetic(ast.op, left, right)
        if found is not None:
            if ast.op == "/" and found.kind == "int" and not _is_even(*ast.args):
                self._hint("W218", ast)
            return found
        key = "E213.numbers" if {left.kind, right.kind} == {"int", "number"} else "E213"
        return self._fault(key, ast, op=ast.op, types=f"{left}, {right}")

    def _order(self, ast: Ast, known: Known) -> Type:
        left, right = self.value(ast.args[0], known), self.value(ast.args[1], known)
        kinds = {left.kind, right.kind}
        if kinds == {"int", "number"}:
            self._fault("E214.numbers", ast, left=left, right=right)
        elif not comparable(left, right) or not kinds <= ORDERED | {"any"}:
            self._fault("E214", ast, left=left, right=right)
        return BOOL

    def _equality(self, ast: Ast, known: Known) -> Type:
        left, right = self.infer(ast.args[0], known), self.infer(ast.args[1], known)
        if {left.kind, right.kind} == {"int", "number"}:
            self._fault("E214.numbers", ast, left=left.required(), right=right.required())
        elif not comparable(left, right):
            self._fault("E214.equal", ast, left=left.required(), right=right.required())
        else:
            self._enum_constant(ast.args[1], left)
            self._enum_constant(ast.args[0], right)
        return BOOL

    def _enum_constant(self, ast: Ast, other: Type) -> None:
        constant = ast.args[0] if ast.op == "lit" else None
        if other.kind == "enum" and isinstance(constant, str) and constant not in other.values:
            self._fault("E214.enum", ast, other.values, value=constant, values=", ".join(other.values))

    def _in(self, ast: Ast, known: Known) -> Type:
        item, holder = self.infer(ast.args[0], known), self.value(ast.args[1], known)
        if holder.kind == "list":
            if not comparable(item, holder.of or ANY):
                self._fault("E214.equal", ast, left=item, right=holder.of)
        elif holder.kind not in ("object", "any"):
            self._fault("E213", ast, op="in", types=str(holder))
        return BOOL

    def _has(self, ast: Ast, known: Known) -> Type:
        # `has(a.b)` answers false when `a` itself is null, so nothing on its way needs to be known.
        self.infer(ast.args[0], known | _prefixes(path_of(ast.args[0]) or ""))
        return BOOL

    def _call(self, ast: Ast, known: Known) -> Type:
        name, arguments = ast.args
        signature = SIGNATURES.get(name)
        if signature is None:
            for argument in arguments:
                self.infer(argument, known)
            return self._fault("E215", ast, (*SIGNATURES, "has"), name=name, known=", ".join(SIGNATURES))
        if name == "orValue":
            given = [self.infer(argument, known) for argument in arguments]
        else:
            given = [self.value(argument, known) for argument in arguments]
        if name == "int" and arguments and arguments[0].op == "/":
            # Said on purpose: a whole number is wanted.
            self.hints = [hint for hint in self.hints if hint.position != arguments[0].position]
        found = signature(given)
        if found is None:
            return self._fault("E213.call", ast, name=name, types=", ".join(map(str, given)))
        if name == "matches":
            self._pattern(arguments[1])
        elif name == "orValue":
            if not given[0].nullable and given[0].kind != "any":
                self._hint("W219.default", ast)
        elif not self._constants(name, arguments):
            return self._fault("E213.constant", ast, name=name)
        return found

    def _constants(self, name: str, arguments: tuple[Ast, ...]) -> bool:
        """Whether a function can take its constants: `duration('soon')` would fail at each run."""
        zone = arguments[1].args[0] if len(arguments) == 2 and arguments[1].op == "lit" else None
        is_of_zone = name.startswith("get") or name in ("date", "time")
        if is_of_zone and isinstance(zone, str) and not is_zone(zone):
            return False
        if not all(argument.op == "lit" for argument in arguments):
            return True
        try:
            evaluate(["call", name, [argument.to_json() for argument in arguments]], {})
        except ExprError:
            return False
        return True

    def _pattern(self, ast: Ast) -> None:
        if ast.op != "lit":
            self._fault("E216", ast)
            return
        try:
            compile_pattern(ast.args[0])
        except PatternError as error:
            self._fault("E217", ast, pattern=ast.args[0], problem=str(error))

    def _macro(self, ast: Ast, known: Known) -> Type:
        name, source, variable, body = ast.args
        holder = self.value(source, known)
        if holder.kind not in ("list", "object", "any"):
            return self._fault("E213", ast, op=name, types=str(holder))
        item = (holder.of or ANY) if holder.kind == "list" else STRING if holder.kind == "object" else ANY
        outer, self.roots = self.roots, {**self.roots, variable: item}
        if not reads_name(body, variable):
            self._hint("W219.item", ast, name=variable)
        inner = known - {path for path in known if path.split(".")[0].split("#")[0] == variable}
        try:
            if name == "map":
                return list_of(self.infer(body, inner))
            self._condition(body, inner)
        finally:
            self.roots = outer
        return (holder if holder.kind == "list" else list_of(item)) if name == "filter" else BOOL


_METHODS = {
    "lit": "_lit",
    "id": "_id",
    ".": "_select",
    "[]": "_index",
    "list": "_list",
    "map": "_map",
    "!": "_not",
    "neg": "_neg",
    "&&": "_and",
    "||": "_and",
    "?": "_choice",
    "==": "_equality",
    "!=": "_equality",
    "in": "_in",
    "has": "_has",
    "call": "_call",
    "macro": "_macro",
    **dict.fromkeys(("+", "-", "*", "/", "%"), "_arithmetic"),
    **dict.fromkeys(("<", "<=", ">", ">="), "_order"),
}


def type_of_literal(value: Any) -> Type:
    """The type of a constant."""
    if value is None:
        return NULL
    kinds: dict[type, Type] = {bool: BOOL, int: INT, float: NUMBER, str: STRING}
    return kinds[type(value)]


def _is_even(left: Ast, right: Ast) -> bool:
    """Whether both are constants and no remainder is lost."""
    if left.op != "lit" or right.op != "lit":
        return False
    return bool(right.args[0] == 0 or left.args[0] % right.args[0] == 0)


# Sizes above this are not followed.
SIZES = 20


def item_of(path: str, index: int) -> str:
    """The fact that a list has an item at this place."""
    return f"{path}#{min(index, SIZES)}"


def items(path: str, size: int) -> Known:
    """The facts that a list has at least so many items."""
    return frozenset(item_of(path, index) for index in range(min(size, SIZES + 1)))


def _prefixes(path: str) -> Known:
    names = path.split(".")
    return frozenset(".".join(names[:count]) for count in range(1, len(names) + 1))


def facts(ast: Ast, truth: bool) -> Known:
    """The paths that cannot be null once the condition has turned out so."""
    if ast.op == "has":
        return _prefixes(path_of(ast.args[0]) or "") if truth else frozenset()
    if ast.op == "!":
        return facts(ast.args[0], not truth)
    if ast.op in ("&&", "||"):
        parts = [facts(term, truth) for term in ast.args]
        decided = (ast.op == "&&") == truth
        return frozenset().union(*parts) if decided else frozenset.intersection(*parts)
    sized = _sized(ast, truth)
    if sized:
        return sized
    if ast.op in ("==", "!=") and (ast.op == "==") == truth:
        return _equal_to_something(*ast.args) | _equal_to_something(*reversed(ast.args))
    if ast.op in ("==", "!="):
        return _equal_to_null(*ast.args) | _equal_to_null(*reversed(ast.args))
    return frozenset()


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _sized(ast: Ast, truth: bool) -> Known:
    """What a comparison of `size(path)` with a constant says of the list's items."""
    if ast.op not in _OPPOSITE:
        return frozenset()
    op = ast.op if truth else _OPPOSITE[ast.op]
    for call, other, sign in ((*ast.args, op), (ast.args[1], ast.args[0], _MIRRORED[op])):
        path = _size_of(call)
        if path is None or other.op != "lit" or type(other.args[0]) is not int:
            continue
        size: int = other.args[0]
        least = {"==": size, ">=": size, ">": size + 1, "!=": 1 if size == 0 else 0}.get(sign, 0)
        return items(path, least)
    return frozenset()


def _size_of(ast: Ast) -> str | None:
    is_size = ast.op == "call" and ast.args[0] == "size" and len(ast.args[1]) == 1
    return path_of(ast.args[1][0]) if is_size else None


def _equal_to_something(left: Ast, right: Ast) -> Known:
    is_constant = right.op == "lit" and right.args[0] is not None
    path = path_of(left)
    return _prefixes(path) if is_constant and path else frozenset()


def _equal_to_null(left: Ast, right: Ast) -> Known:
    path = path_of(left)
    return _prefixes(path) if right.op == "lit" and right.args[0] is None and path else frozenset()
