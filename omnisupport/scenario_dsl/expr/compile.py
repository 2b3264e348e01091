"""Turn the JSON form of an expression into a closure; about 0.2 us for a comparison.

An environment is a dict of root names. Its key `$` holds what the expression may still do (see `budget`), so
that nested macros stop after 1,000 turns instead of running for seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnisupport.scenario_dsl.expr.budget import SHORT, OutOfBudget, allowance, spend, take_turn, weigh
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import FUNCTIONS, OPERATORS, checked_list, mismatch, negate
from omnisupport.scenario_dsl.regex import compile_pattern, is_in

Env = dict[str, Any]
Closure = Callable[[Env], Any]

_ABSENT = object()
# What RE2 takes for a character at worst, in units of work: patterns too large for its automaton run slower.
_MATCH_COST = 50
_SIZED = (str, list, dict)


def compile_expr(ast: list[Any]) -> Closure:
    """The closure of an expression; it raises `ExprError` and nothing else on JSON values."""
    return _COMPILERS[ast[0]](ast)


def evaluate(ast: list[Any], env: Env) -> Any:
    """Compile and run once, with a fresh budget; for tests and the compiler's constants."""
    return compile_expr(ast)({**env, "$": allowance()})


def _literal(ast: list[Any]) -> Closure:
    value = ast[1]
    return lambda env: value


def _name(ast: list[Any]) -> Closure:
    name = ast[1]
    return lambda env: env.get(name)


def _select(ast: list[Any]) -> Closure:
    name = ast[2]
    if ast[1][0] == "id":
        root = ast[1][1]

        def run_root(env: Env) -> Any:
            holder = env.get(root)
            return holder.get(name) if type(holder) is dict else _no_member(holder, name)

        return run_root
    receiver = compile_expr(ast[1])

    def run(env: Env) -> Any:
        holder = receiver(env)
        return holder.get(name) if type(holder) is dict else _no_member(holder, name)

    return run


def _no_member(holder: Any, name: str) -> Any:
    raise mismatch(f".{name}", holder)


def _index(ast: list[Any]) -> Closure:
    receiver, position = compile_expr(ast[1]), compile_expr(ast[2])

    def run(env: Env) -> Any:
        holder, key = receiver(env), position(env)
        if type(holder) is dict and type(key) is str:
            return holder.get(key)
        if type(holder) is not list or type(key) is not int:
            raise mismatch("[]", holder, key)
        if not 0 <= key < len(holder):
            raise ExprError("expr.value", f"the list has no item {key}")
        return holder[key]

    return run


def _list(ast: list[Any]) -> Closure:
    if all(item[0] == "lit" for item in ast[1]):
        # Values are replaced and never edited, so a constant may be the same list each time.
        constant = [item[1] for item in ast[1]]
        return lambda env: constant
    items = [compile_expr(item) for item in ast[1]]

    def run(env: Env) -> list[Any]:
        result = checked_list([item(env) for item in items])
        weigh(env["$"], result)
        return result

    return run


def _map(ast: list[Any]) -> Closure:
    pairs = [(compile_expr(key), compile_expr(value)) for key, value in ast[1]]

    def run(env: Env) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            name = key(env)
            if type(name) is not str:
                raise mismatch("{}", name)
            result[name] = value(env)
        weigh(env["$"], result)
        return result

    return run


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise mismatch("a condition", value)


def _not(ast: list[Any]) -> Closure:
    operand = compile_expr(ast[1])
    return lambda env: not _truth(operand(env))


def _negative(ast: list[Any]) -> Closure:
    operand = compile_expr(ast[1])
    return lambda env: negate(operand(env))


def _logic(decisive: bool) -> Callable[[list[Any]], Closure]:
    """`&&` and `||` as CEL has them: an error counts only when no term decides without it."""

    def build(ast: list[Any]) -> Closure:
        terms = [compile_expr(term) for term in ast[1:]]

        def run(env: Env) -> bool:
            failure: ExprError | None = None
            for term in terms:
                try:
                    if _truth(term(env)) is decisive:
                        return decisive
                except OutOfBudget:
                    raise
                except ExprError as error:
                    failure = failure or error
            if failure is not None:
                raise failure
            return not decisive

        return run

    return build


def _choice(ast: list[Any]) -> Closure:
    condition, then, otherwise = (compile_expr(part) for part in ast[1:])
    return lambda env: then(env) if _truth(condition(env)) else otherwise(env)


def _binary(ast: list[Any]) -> Closure:
    operate = OPERATORS[ast[0]]
    left, right = compile_expr(ast[1]), compile_expr(ast[2])
    if ast[2][0] == "lit" and (ast[0] != "+" or type(ast[2][1]) is not str):
        # Nothing long is compared with a constant: it is at most as long as the expression.
        constant = ast[2][1]
        return lambda env: operate(left(env), constant)

    def run(env: Env) -> Any:
        first, second = left(env), right(env)
        if type(second) in _SIZED:
            weigh(env["$"], first)
            weigh(env["$"], second)
        return operate(first, second)

    return run


def _has(ast: list[Any]) -> Closure:
    path = compile_expr(ast[1])

    def run(env: Env) -> bool:
        try:
            return path(env) is not None
        except OutOfBudget:
            raise
        except ExprError:
            return False

    return run


def _call(ast: list[Any]) -> Closure:
    name, arguments = ast[1], ast[2]
    if name == "matches":
        return _matches(arguments)
    if name == "orValue":
        value, fallback = compile_expr(arguments[0]), compile_expr(arguments[1])

        def run_or(env: Env) -> Any:
            found = value(env)
            return fallback(env) if found is None else found

        return run_or
    function = FUNCTIONS[name]
    parts = [compile_expr(argument) for argument in arguments]
    if len(parts) == 1:
        only = parts[0]
        if name == "size":
            return lambda env: function(only(env))

        def run_on_one(env: Env) -> Any:
            value = only(env)
            if type(value) in _SIZED:
                weigh(env["$"], value)
            return function(value)

        return run_on_one

    def run(env: Env) -> Any:
        values = [part(env) for part in parts]
        for value in values:
            if type(value) in _SIZED:
                weigh(env["$"], value)
        return function(*values)

    return run


def _matches(arguments: list[Any]) -> Closure:
    subject, pattern = compile_expr(arguments[0]), compile_pattern(arguments[1][1])

    def run(env: Env) -> bool:
        value = subject(env)
        if type(value) is not str:
            raise mismatch("matches()", value)
        if len(value) > SHORT:
            spend(env["$"], len(value) * _MATCH_COST)
        return is_in(pattern, value)

    return run


def _macro(ast: list[Any]) -> Closure:
    _, name, source_ast, variable, body_ast = ast
    source, body, reduce = compile_expr(source_ast), compile_expr(body_ast), _REDUCERS[name]

    def run(env: Env) -> Any:
        holder = source(env)
        if type(holder) is dict:
            holder = sorted(holder)
        if type(holder) is not list:
            raise mismatch(f"{name}()", holder)
        left = env["$"]

        def turn(item: Any) -> Any:
            take_turn(left)
            env[variable] = item
            return body(env)

        outer = env.get(variable, _ABSENT)
        try:
            result = reduce(holder, turn)
        finally:
            if outer is _ABSENT:
                env.pop(variable, None)
            else:
                env[variable] = outer
        if name == "map":
            weigh(left, result)
        return result

    return run


# A macro over a list, with the value of its body for an item.
_Reducer = Callable[[list[Any], Callable[[Any], Any]], Any]


def _quantifier(decisive: bool) -> _Reducer:
    """`exists` and `all` as CEL has them: like `||` and `&&` over the items."""

    def reduce(items: list[Any], turn: Callable[[Any], Any]) -> bool:
        failure: ExprError | None = None
        for item in items:
            try:
                if _truth(turn(item)) is decisive:
                    return decisive
            except OutOfBudget:
                raise
            except ExprError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return not decisive

    return reduce


_REDUCERS: dict[str, _Reducer] = {
    "exists": _quantifier(True),
    "all": _quantifier(False),
    "exists_one": lambda items, turn: sum(1 for item in items if _truth(turn(item))) == 1,
    "filter": lambda items, turn: [item for item in items if _truth(turn(item))],
    "map": lambda items, turn: [turn(item) for item in items],
}

_COMPILERS: dict[str, Callable[[list[Any]], Closure]] = {
    "lit": _literal,
    "id": _name,
    ".": _select,
    "[]": _index,
    "list": _list,
    "map": _map,
    "!": _not,
    "neg": _negative,
    "&&": _logic(False),
    "||": _logic(True),
    "?": _choice,
    "has": _has,
    "call": _call,
    "macro": _macro,
    **dict.fromkeys(OPERATORS, _binary),
}
