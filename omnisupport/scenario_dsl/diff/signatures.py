"""What callers of a flow or a scenario notice: its inputs, outputs and returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnisupport.scenario_dsl.analysis import Header, Variable
from omnisupport.scenario_dsl.diff.change import Change
from omnisupport.scenario_dsl.emit import tree_of
from omnisupport.scenario_dsl.expr.types import assignable
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.variables import read_variables
from omnisupport.scenario_dsl.words import Both


def signature_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str, name: str
) -> Iterator[Change]:
    """The changes of a flow's (or a called scenario's) signature, each with whether it breaks callers.

    A caller breaks by an input that it does not give or gives in another type, by an output that is gone or
    of another type, and by a return that it does not know: its exit would lead nowhere.
    """
    yield from _inputs(before, after, path, name)
    yield from _outputs(before, after, path, name)
    old, new = _returns(before), _returns(after)
    for exit in [exit for exit in new if exit not in old]:
        said = Both(f"{name}: новый выход '{exit}'", f"{name}: new return '{exit}'")
        yield Change("signature.return_added", f"{path}returns", said, None, None, exit, True)
    for exit in [exit for exit in old if exit not in new]:
        said = Both(f"{name}: нет больше выхода '{exit}'", f"{name}: return '{exit}' is gone")
        yield Change("signature.return_removed", f"{path}returns", said, None, exit, None, True)


def _inputs(before: Mapping[str, Any], after: Mapping[str, Any], path: str, name: str) -> Iterator[Change]:
    old, new = _declared(before, "inputs"), _declared(after, "inputs")
    for key in [key for key in new if key not in old]:
        needed = not new[key].has_default and not new[key].type.nullable
        said = Both(
            f"{name}: новый {'обязательный ' if needed else ''}вход '{key}'",
            f"{name}: new {'required ' if needed else ''}input '{key}'",
        )
        spec = after["inputs"][key]
        yield Change("signature.input_added", f"{path}inputs.{key}", said, None, None, spec, needed)
    for key in [key for key in old if key not in new]:
        said = Both(f"{name}: нет больше входа '{key}'", f"{name}: input '{key}' is gone")
        yield Change(
            "signature.input_removed", f"{path}inputs.{key}", said, None, before["inputs"][key], None, True
        )
    for key in [key for key in new if key in old]:
        yield from _retyped(old[key], new[key], before, after, f"{path}inputs.{key}", name, is_input=True)


def _outputs(before: Mapping[str, Any], after: Mapping[str, Any], path: str, name: str) -> Iterator[Change]:
    old, new = _declared(before, "outputs"), _declared(after, "outputs")
    for key in [key for key in new if key not in old]:
        said = Both(f"{name}: новый результат '{key}'", f"{name}: new output '{key}'")
        yield Change(
            "signature.output_added", f"{path}outputs.{key}", said, None, None, after["outputs"][key]
        )
    for key in [key for key in old if key not in new]:
        said = Both(f"{name}: нет больше результата '{key}'", f"{name}: output '{key}' is gone")
        gone = before["outputs"][key]
        yield Change("signature.output_removed", f"{path}outputs.{key}", said, None, gone, None, True)
    for key in [key for key in new if key in old]:
        yield from _retyped(old[key], new[key], before, after, f"{path}outputs.{key}", name, is_input=False)


def _retyped(
    old: Variable,
    new: Variable,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    path: str,
    name: str,
    *,
    is_input: bool,
) -> Iterator[Change]:
    kind = "inputs" if is_input else "outputs"
    left, right = before[kind][old.name], after[kind][new.name]
    if left == right:
        return
    given, taken = (old, new) if is_input else (new, old)
    fits = assignable(given.type, taken.type) and (taken.type.nullable or not given.type.nullable)
    still = not is_input or new.has_default or not old.has_default
    word = Both("вход", "input") if is_input else Both("результат", "output")
    said = Both(
        f"{name}: {word.ru} '{new.name}' был {old.type}, стал {new.type}",
        f"{name}: {word.en} '{new.name}' was {old.type}, is {new.type}",
    )
    yield Change(f"signature.{kind[:-1]}_changed", path, said, None, left, right, not (fits and still))


def _declared(owner: Mapping[str, Any], kind: str) -> dict[str, Variable]:
    tree = tree_of(owner.get(kind) or {})
    return read_variables(tree, Site(Report("scenario.yaml"), Header()), kind)


def _returns(owner: Mapping[str, Any]) -> list[str]:
    written = owner.get("returns")
    return [exit for exit in written if isinstance(exit, str)] if isinstance(written, list) else []
