"""How much an expression may do: turns of macros, and work on long texts and large values.

An allowance is a list `[turns left, work left]` under the key `$` of an environment. The turns are those of
one expression. The work is that of one event: 200 steps with a costly expression each must stop as well.
A unit is the time that one character takes to be folded at worst, some 30 ns: 60 ms an event.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.errors import ExprError

BUDGET = 1_000
WORK = 2_000_000
# What one item of a list or an object costs: it is weighed, fitted to its variable and written as JSON.
CELL = 25
# Texts up to this length are not counted: their time is that of any other operation.
SHORT = 256

Allowance = list[int]


class OutOfBudget(ExprError):
    """The expression did all that it may. Unlike other errors, no other term of `||` makes up for it."""

    def __init__(self, detail: str) -> None:
        super().__init__("expr.limit", detail)


def allowance() -> Allowance:
    """A full one."""
    return [BUDGET, WORK]


def take_turn(left: Allowance) -> None:
    """Count one turn of a macro."""
    left[0] -= 1
    if left[0] < 0:
        raise OutOfBudget(f"more than {BUDGET} iterations")


def spend(left: Allowance, units: int) -> None:
    """Count work before it is done."""
    left[1] -= units
    if left[1] < 0:
        raise OutOfBudget("too much work on long texts and lists")


def weigh(left: Allowance, value: Any) -> None:
    """Count a value with all that it holds, once for each place where it stands.

    Parts are shared, so a short expression can make a value of 2^60 places out of a few; whoever compares,
    stores or sends it would walk through all of them.
    """
    kind = type(value)
    if kind is str:
        if len(value) > SHORT:
            spend(left, len(value))
        return
    if kind is not list and kind is not dict:
        return
    open_values: list[Any] = [value]
    while open_values:
        holder = open_values.pop()
        spend(left, CELL * (len(holder) + 1))
        for item in holder if type(holder) is list else holder.values():
            kind = type(item)
            if kind is list or kind is dict:
                open_values.append(item)
            elif kind is str and len(item) > SHORT:
                spend(left, len(item))
