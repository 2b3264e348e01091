"""`ai_extract`: find values of known types in a text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import Path
from omnisupport.scenario_dsl.inputs.base import Answer, Outside, Parsed
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.nodes.asking_ai import CALLING, INPUT, TIMEOUT_S, input_text, unavailable
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.declared import Declarations
from omnisupport.scenario_dsl.nodes.retrying import retry_policy
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.uses import Write
from omnisupport.scenario_dsl.values import Misfit, fit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Node, Variable
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

# Types whose values a parser finds in a text; what else there is only a model can tell.
_PARSED = ("int", "number", "money", "date", "time", "datetime", "duration", "phone", "email", "url")
_NUMERIC = ("int", "number")
_BOUNDS = ("min", "max")


class AiExtract(NodeType):
    """Fills declared `fields` from a text: by the parsers of answers, then by a model for what they cannot find.

    `incomplete` is for a text that lacks a field which may not be null; what was found is kept in `save_to`
    where it fits. Two fields of the same kind, two numbers, are told apart by a model only. Without a model,
    fields that need one are missing.
    """

    name = "ai_extract"
    fields = {**INPUT, **CALLING, "fields": Declarations(required=True), "save_to": Path()}
    exits = {"next": True, "incomplete": True, "error": False}
    effect = True

    def settle(self, node: Node) -> None:
        write, fields = node.values.get("save_to"), _declared(node)
        if isinstance(write, Write):
            write.type = Type("object", fields={name: item.type for name, item in fields.items()})

    def compile(self, node: Node) -> dict[str, Any]:
        return {**node.values, "fields": {name: item.spec for name, item in _declared(node).items()}}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        text = input_text(turn, node.data, self.name)
        found: dict[str, Any] = {}
        outside: list[list[Any]] = []
        for name, spec in _told_apart(node.data["fields"]) if text else ():
            value = _look(turn, text, spec)
            if isinstance(value, Outside):
                outside.append([name, value.request])
            elif value is not None:
                _keep(found, name, value, spec)
        return self._go_on(turn, node, {"text": text, "found": found, "outside": outside, "asked": not text})

    def _go_on(self, turn: Turn, node: ProgramNode, work: dict[str, Any]) -> str | None:
        data, found = node.data, work["found"]
        if work["outside"]:
            turn.call(node, "parse", work["outside"][0][1], TIMEOUT_S, resume=work)
            return None
        missing = {name: data["fields"][name] for name in sorted(data["fields"]) if name not in found}
        if missing and not work["asked"]:
            request = {"text": work["text"], "fields": missing, "locale": turn.context.locale}
            timeout, retry = data.get("timeout", TIMEOUT_S), retry_policy(data.get("retry"))
            turn.call(node, "extract", request, timeout, retry, resume={**work, "asked": True})
            return None
        values = {name: found.get(name) for name in data["fields"]}
        if any(not spec["type"].get("null") for spec in missing.values()):
            self._keep_some(turn, node, values)
            return follow(node, "incomplete", "ai.incomplete", f"not found: {', '.join(missing)}")
        if "save_to" in data:
            turn.store(data["save_to"], values)
        return follow(node, "next")

    def _keep_some(self, turn: Turn, node: ProgramNode, values: dict[str, Any]) -> None:
        """Keep what was found where the variable takes a part of it."""
        if "save_to" not in node.data:
            return
        try:
            turn.assign(node.data["save_to"], values)
        except Misfit:
            return

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        waiting, fields = turn.state["waiting"], node.data["fields"]
        work = {**waiting["resume"], "found": dict(waiting["resume"]["found"])}
        turn.stop_waiting()
        if waiting["call"]["kind"] == "parse":
            (name, _), *work["outside"] = work["outside"]
            if exit == "ok":
                _keep(work["found"], name, value, fields[name])
            return self._go_on(turn, node, work)
        given = value if exit == "ok" and isinstance(value, dict) else {}
        for name in waiting["call"]["request"]["fields"]:
            if given.get(name) is not None:
                _keep(work["found"], name, given[name], fields[name])
        needed = [name for name, spec in fields.items() if not spec["type"].get("null")]
        if exit == "error" and any(name not in work["found"] for name in needed):
            raise unavailable(exit)
        return self._go_on(turn, node, work)


def _declared(node: Node) -> dict[str, Variable]:
    fields: dict[str, Variable] = node.values.get("fields", {})
    return fields


def _told_apart(fields: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The fields that are the only ones of their kind."""
    alike = Counter(_group(spec) for spec in fields.values())
    return [
        (name, spec)
        for name, spec in sorted(fields.items())
        if _kind(spec) is not None and (alike[_group(spec)] == 1 or _kind(spec) in ("enum", "regex"))
    ]


def _group(spec: dict[str, Any]) -> str:
    """What a value would be taken for: every number is a number."""
    wanted = str(spec["type"]["t"])
    return "number" if wanted in _NUMERIC else wanted


def _kind(spec: dict[str, Any]) -> str | None:
    """What looks for a value: an input kind, `enum` by its words, or None."""
    wanted = str(spec["type"]["t"])
    if wanted == "string":
        return "regex" if "pattern" in spec else None
    return wanted if wanted == "enum" or (wanted in _PARSED and wanted in input_kinds()) else None


def _look(turn: Turn, text: str, spec: dict[str, Any]) -> Any:
    """A value in the text, an `Outside` that the host decides, or None."""
    kind = _kind(spec)
    if kind == "enum":
        said = f" {bare(text)} "
        named = [value for value in spec["type"]["values"] if bare(value) and f" {bare(value)} " in said]
        return named[0] if len(named) == 1 else None
    data: dict[str, Any] = {"kind": kind}
    if kind == "regex":
        data["pattern"] = spec["pattern"]
    data |= {bound: spec[bound] for bound in _BOUNDS if bound in spec and kind in _NUMERIC}
    answer = Answer(text, turn.now, turn.around.zone, turn.context.locale)
    found = input_kinds()[str(kind)].find(answer, data)
    if isinstance(found, Parsed):
        return found.value
    return found if isinstance(found, Outside) else None


def _keep(found: dict[str, Any], name: str, value: Any, spec: dict[str, Any]) -> None:
    try:
        found[name] = fit(value, spec)
    except Misfit:
        return


NODE = AiExtract()
