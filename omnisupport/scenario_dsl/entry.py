"""What somebody outside gives a scenario along when he begins it: the inputs that a trigger of the api names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.values import Misfit, fit


class InputRefused(ValueError):
    """An input that is unknown, missing or unfit; `name` says which one."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(problem)
        self.name, self.problem = name, problem


def named_by(ir: IR, kind: str) -> list[dict[str, Any]]:
    """The triggers of a type that somebody names, in the order in which they are asked."""
    found = [trigger for trigger in ir["triggers"] if trigger["type"] == kind]
    return sorted(found, key=lambda trigger: -trigger.get("priority", 0))


def read_inputs(ir: IR, trigger: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the scenario's variables keep them.

    What may be left out: a variable that has a default, or that may be null.

    Raises:
        InputRefused: unknown, missing, or of another type than is declared.
    """
    names = trigger.get("inputs", ())
    for name in given:
        if name not in names:
            known = ", ".join(names) or "none"
            raise InputRefused(name, f"The trigger '{trigger['id']}' takes no such input; it takes: {known}.")
    read: dict[str, Any] = {}
    for name in names:
        spec = ir["variables"][name]
        if name in given:
            read[name] = _fitted(name, given[name], spec)
        elif "default" not in spec and not spec["type"].get("null"):
            raise InputRefused(name, "This input is missing.")
    return read


def _fitted(name: str, value: Any, spec: Mapping[str, Any]) -> Any:
    try:
        return fit(value, dict(spec))
    except Misfit as error:
        raise InputRefused(name, f"This input does not fit: {error}.") from error
