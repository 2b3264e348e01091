"""Read tokens into a syntax tree, by precedence climbing: three Python frames for each nesting level."""

from __future__ import annotations

from functools import lru_cache

from omnisupport.scenario_dsl.expr.ast import Ast
from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError
from omnisupport.scenario_dsl.expr.lex import INT_MAX, Token, tokenize
from omnisupport.scenario_dsl.words import Both

MAX_DEPTH = 64

MACROS = ("exists", "all", "exists_one", "filter", "map")

_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}
_CONSTANTS = {"true": True, "false": False, "null": None}


_A_VALUE = Both("значение", "a value")
_A_NAME = Both("имя", "a name")
_AN_OPERATOR = Both("оператор", "an operator")
_THE_END = Both("конец выражения", "the end")


@lru_cache(maxsize=4_096)
def parse(text: str) -> Ast:
    """The tree of a whole expression, the same one for the same text: nobody changes a tree.

    A builder checks the whole document at every change, and most of its expressions stay as they were.

    Raises:
        ExprSyntaxError: E201 to E204 with the place of the fault.
    """
    parser = Parser(tokenize(text))
    ast = parser.expression()
    parser.expect_end()
    check_depth(ast)
    return ast


def check_depth(ast: Ast) -> None:
    """Refuse a tree deeper than 64 levels, so that whoever walks it may recurse."""
    level, depth = [ast], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ExprSyntaxError("E204", level[0].position, limit=MAX_DEPTH)
        level = [child for parent in level for child in parent.children()]


def _is_negatable(ast: Ast) -> bool:
    """Whether it is a constant whose negative is one, too."""
    value = ast.args[0] if ast.op == "lit" else None
    return type(value) is float or (type(value) is int and value >= -INT_MAX)


class Parser:
    """Reads from a list of tokens; texts use it too, for what stands before each `|`."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._index]

    def advance(self) -> Token:
        """Take the next token."""
        token = self._tokens[self._index]
        self._index += 1
        return token

    def at(self, op: str) -> bool:
        """Whether the next token is this operator."""
        token = self._tokens[self._index]
        return token.kind == "op" and token.value == op

    def skip(self, op: str) -> bool:
        """Take the operator if it comes next."""
        found = self.at(op)
        if found:
            self._index += 1
        return found

    def expect(self, op: str) -> Token:
        """Take the operator, which must come next."""
        if not self.at(op):
            raise self._unexpected(Both(f"'{op}'", f"'{op}'"))
        return self.advance()

    def expect_end(self) -> None:
        """Nothing may be left."""
        if self.next.kind != "end":
            raise self._unexpected(_AN_OPERATOR)

    def expression(self) -> Ast:
        """One expression, as far as it goes."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExprSyntaxError("E204", self.next.position, limit=MAX_DEPTH)
        left = self._binary(1)
        if self.at("?"):
            position = self.advance().position
            then = self.expression()
            self.expect(":")
            left = Ast("?", position, left, then, self.expression())
        self._depth -= 1
        return left

    def _binary(self, lowest: int) -> Ast:
        left = self._unary()
        length = 0
        while (precedence := _PRECEDENCE.get(self._operator(), 0)) >= lowest:
            token = self.advance()
            right = self._binary(precedence + 1)
            if token.value in ("&&", "||"):
                # One flat node however many terms: long lists of alternatives must not be deep.
                terms = left.args if left.op == token.value else (left,)
                left = Ast(token.value, left.position, *terms, right)
                continue
            length += 1
            if length > MAX_DEPTH:
                raise ExprSyntaxError("E204", token.position, limit=MAX_DEPTH)
            left = Ast(token.value, token.position, left, right)
        return left

    def _operator(self) -> str:
        token = self._tokens[self._index]
        is_operator = token.kind == "op" or (token.kind == "name" and token.value == "in")
        return str(token.value) if is_operator else ""

    def _unary(self) -> Ast:
        operators: list[Token] = []
        while self.at("!") or self.at("-"):
            operators.append(self.advance())
            if len(operators) > MAX_DEPTH:
                raise ExprSyntaxError("E204", self.next.position, limit=MAX_DEPTH)
        ast = self._smallest_int(operators) or self._postfix()
        for token in reversed(operators):
            if token.value == "-" and _is_negatable(ast):
                ast = Ast("lit", token.position, -ast.args[0])
            else:
                ast = Ast("neg" if token.value == "-" else "!", token.position, ast)
        return ast

    def _smallest_int(self, operators: list[Token]) -> Ast | None:
        """-9223372036854775808, whose digits alone are no int; its minus is taken off the operators."""
        token = self.next
        if token.kind != "int" or token.value <= INT_MAX or not operators or operators[-1].value != "-":
            return None
        self.advance()
        return Ast("lit", operators.pop().position, -token.value)

    def _postfix(self) -> Ast:
        ast = self._primary()
        length = 0
        while True:
            length += 1
            if length > MAX_DEPTH:
                raise ExprSyntaxError("E204", self.next.position, limit=MAX_DEPTH)
            if self.skip("."):
                ast = self._member(ast)
            elif self.at("["):
                position = self.advance().position
                index = self.expression()
                self.expect("]")
                ast = Ast("[]", position, ast, index)
            else:
                return ast

    def _member(self, receiver: Ast) -> Ast:
        name = self.name()
        if not self.skip("("):
            return Ast(".", name.position, receiver, name.value)
        if name.value in MACROS:
            return self._macro(name, receiver)
        return Ast("call", name.position, name.value, (receiver, *self.arguments(")")))

    def _macro(self, name: Token, receiver: Ast) -> Ast:
        variable = self.name()
        self.expect(",")
        body = self.expression()
        if name.value == "map" and self.skip(","):
            # `list.map(item, condition, value)` is a filter before the map.
            receiver = Ast("macro", name.position, "filter", receiver, variable.value, body)
            body = self.expression()
        self.expect(")")
        return Ast("macro", name.position, name.value, receiver, variable.value, body)

    def name(self) -> Token:
        """Take a name, which must come next."""
        if self.next.kind != "name" or self.next.value in _CONSTANTS or self.next.value == "in":
            raise self._unexpected(_A_NAME)
        return self.advance()

    def _primary(self) -> Ast:
        token = self.next
        if token.kind in ("int", "number", "string"):
            self.advance()
            if token.kind == "int" and token.value > INT_MAX:
                raise ExprSyntaxError("E202.int", token.position, token=str(token.value))
            return Ast("lit", token.position, token.value)
        if token.kind == "name" and token.value != "in":
            return self._named()
        if self.skip("("):
            ast = self.expression()
            self.expect(")")
            return ast
        if self.skip("["):
            return Ast("list", token.position, self.arguments("]"))
        if self.skip("{"):
            return Ast("map", token.position, self._pairs())
        raise self._unexpected(_A_VALUE)

    def _named(self) -> Ast:
        token = self.advance()
        if token.value in _CONSTANTS:
            return Ast("lit", token.position, _CONSTANTS[token.value])
        if not self.skip("("):
            return Ast("id", token.position, token.value)
        if token.value == "has":
            argument = self.expression()
            self.expect(")")
            if argument.op != ".":
                raise ExprSyntaxError("E203.has", token.position)
            return Ast("has", token.position, argument)
        return Ast("call", token.position, token.value, self.arguments(")"))

    def arguments(self, closing: str) -> tuple[Ast, ...]:
        """Expressions up to the closing bracket, which is taken; a last comma is allowed."""
        items: list[Ast] = []
        while not self.skip(closing):
            if items:
                self.expect(",")
                if self.skip(closing):
                    break
            items.append(self.expression())
        return tuple(items)

    def _pairs(self) -> tuple[tuple[Ast, Ast], ...]:
        pairs: list[tuple[Ast, Ast]] = []
        while not self.skip("}"):
            if pairs:
                self.expect(",")
                if self.skip("}"):
                    break
            key = self.expression()
            if key.op == "lit" and any(other.op == "lit" and other.args == key.args for other, _ in pairs):
                raise ExprSyntaxError("E203.key", key.position, name=key.args[0])
            self.expect(":")
            pairs.append((key, self.expression()))
        return tuple(pairs)

    def _unexpected(self, wanted: Both) -> ExprSyntaxError:
        token = self.next
        found = _THE_END if token.kind == "end" else Both(f"'{token.value}'", f"'{token.value}'")
        return ExprSyntaxError("E203", token.position, found=found, wanted=wanted)
