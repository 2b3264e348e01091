"""What nodes that run a flow share: what goes in, what comes out, and that both fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING, Type, assignable, told_apart
from omnisupport.scenario_dsl.fields import Field, FlowName, Value
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.uses import (
    FlowUse,
    ValueExpression,
    ValueText,
    Write,
    contains_uses,
)
from omnisupport.scenario_dsl.values import Misfit, fit
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node, Signature, Variable
    from omnisupport.scenario_dsl.runtime.frames import Frame
    from omnisupport.scenario_dsl.runtime.turn import Turn

FLOW = FlowName()


class ScenarioName(Field):
    """A published subflow with the major version of its signature: `otp_login@1`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        word = tree.text if isinstance(tree, Scalar) else ""
        scenario, at, major = word.partition("@")
        if not scenario or not at or not major.isascii() or not major.isdigit():
            return self.wrong(tree, site, name, Both("id@версия, например otp@1", "id@major such as otp@1"))
        site.uses.flows.append(FlowUse(word, tree, name))
        return word


class Inputs(Field):
    """`{input: literal, text or "=expression"}`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("входы и значения", "inputs and values"))
        return {key: Value().read(value, site, f"{name}.{key}") for key, value in tree.items()}


class Outputs(Field):
    """`{vars.path: output}`, kept as `[[path, output], …]`: set when the flow comes back by `next`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("переменные и выходы", "variables and outputs"))
        pairs: list[Any] = []
        for key, value in tree.items():
            field = f"{name}.{key}"
            if not isinstance(value, Scalar) or not isinstance(value.value, str):
                self.wrong(value, site, field, Both("имя выхода", "the name of an output"))
                continue
            write = Write(tuple(key.split(".")), tree.keys[key], field, ("next",))
            site.uses.writes.append(write)
            pairs.append([write, value.text])
        return pairs


def called_signature(node: Node, document: Analysis) -> Signature | None:
    """That of the flow that the node enters; None for another scenario's, which is known when it is published."""
    name = node.uses.flows[0].name if node.uses.flows else ""
    if "@" in name:
        return document.callable.get(name)
    flow = document.flow_named(name)
    return flow.signature if flow is not None else None


def settle_outputs(node: Node, document: Analysis) -> None:
    """Give the variables that outputs go to the types of the outputs."""
    signature = called_signature(node, document)
    for write, output in node.values.get("outputs", ()):
        variable = signature.outputs.get(output) if signature is not None else None
        write.is_fitted = variable is None
        write.type = variable.type if variable is not None else None


def check_call(node: Node, site: Site, signature: Signature, given: frozenset[str] = frozenset()) -> None:
    """E307: names and presence of inputs and outputs; `given` are the inputs that the node itself gives."""
    inputs = node.tree.get("inputs")
    for name in node.values.get("inputs", {}):
        if name not in signature.inputs:
            at = inputs.keys[name] if isinstance(inputs, Map) else node.tree
            known = ", ".join(signature.inputs) or "-"
            free = [each for each in signature.inputs if each not in node.values["inputs"]]
            similar = did_you_mean(name, free)
            site.add("E307.input", at, f"inputs.{name}", similar, name=name, known=known)
    for name, variable in signature.inputs.items():
        absent = name not in given and name not in node.values.get("inputs", {})
        if absent and not variable.type.nullable and not variable.has_default:
            site.add("E307.missing", node.tree, "inputs", name=name, id=node.id)
    for write, output in node.values.get("outputs", ()):
        if output not in signature.outputs:
            known = ", ".join(signature.outputs) or "-"
            similar = did_you_mean(output, signature.outputs)
            site.add("E307.output", write.tree, write.field, similar, name=output, known=known)


def check_inputs(node: Node, site: Site, signature: Signature) -> None:
    """E307 for values that do not fit; types are known now."""
    tree = node.tree.get("inputs")
    for name, value in node.values.get("inputs", {}).items():
        variable = signature.inputs.get(name)
        at = tree.values[name] if isinstance(tree, Map) else node.tree
        if variable is not None:
            check_value(site, at, f"inputs.{name}", variable, value)


def check_value(site: Site, at: Tree, field: str, variable: Variable, value: Any) -> None:
    """Whether a value fits the input that it goes to."""
    given: Type | None = STRING if isinstance(value, ValueText) else None
    if isinstance(value, ValueExpression):
        given = value.expression.found
    if given is not None:
        check_type(site, at, field, variable, given)
    elif not contains_uses(value):
        try:
            fit(value, variable.spec)
        except Misfit as error:
            site.add("E302.value", at, field, path=field, problem=str(error))


def check_type(site: Site, at: Tree, field: str, variable: Variable, given: Type) -> None:
    """Whether values of a type fit the input that they go to."""
    if given.nullable and not variable.type.nullable:
        site.add("E313", at, field, field_name=field)
    elif not assignable(given, variable.type):
        names = told_apart(variable.type.required(), given.required())
        words = {"field_name": field, "wanted": names[0], "given": names[1]}
        site.add("E302.field", at, field, **words)


def take_outputs(turn: Turn, outputs: list[Any], frame: Frame, exit: str) -> None:
    """Store what came back; by another exit than `next` only what has a value."""
    left = frame["left"]
    for path, output in outputs:
        value = left.get(output)
        if value is not None or exit == "next":
            turn.store(path, value)
