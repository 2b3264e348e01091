"""`ask`: one question, one typed answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import ANY, BOOL, STRING
from omnisupport.scenario_dsl.fields import Bool, Either, Expr, Field, ListOf, Obj, Path, Value, Words
from omnisupport.scenario_dsl.inputs.base import Outside, Parsed
from omnisupport.scenario_dsl.inputs.field import InputField, input_type
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.nodes.answering import RETRY, AnsweringNode
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.options import buttons, chosen
from omnisupport.scenario_dsl.phrases import SKIP
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.runtime.answering import Taken, Untaken, after_parser, leave
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Map, Tree
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText, Write
from omnisupport.scenario_dsl.values import Misfit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.inputs.base import InputKind
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_SKIP_WORDS = frozenset(
    (
        "пропустить",
        "пропусти",
        "пропустим",
        "дальше",
        "не хочу",
        "не скажу",
        "нет",
        "skip",
        "skip it",
        "pass",
        "no",
    )
)
_SKIP_ID = "skip"


def _skippable(tree: Tree) -> Field:
    return Obj({"label": Words(required=True)}) if isinstance(tree, Map) else Bool()


class Ask(AnsweringNode):
    """Asks until the answer parses, fits the variable and passes `validate`, or the retries are used up.

    `prefill` and `extract` answer in the customer's place, once in a run: when the question comes again,
    the customer is asked.
    """

    name = "ask"
    fields = {
        **WAITING,
        "text": Words(required=True),
        "input": InputField(required=True),
        "save_to": Path(),
        "validate": ListOf(
            Obj({"if_not": Expr(BOOL, required=True, names={"value": ANY}), "text": Words(required=True)})
        ),
        "prefill": Expr(),
        "skip_if": Expr(BOOL),
        "skippable": Either(_skippable),
        "default": Value(),
        "extract": Obj({"from_first_message": Bool()}),
        "retry": RETRY,
    }
    exits = {"next": True, "invalid": False, "timeout": False, "skip": False, "error": False}

    def settle(self, node: Node) -> None:
        write, data = node.values.get("save_to"), node.values.get("input")
        if not isinstance(write, Write):
            return
        write.type = input_type(data) if isinstance(data, dict) else ANY
        skipped = replace(write, exits=("skip",), type=None, clears="default" not in node.values)
        if "default" in node.values:
            default = node.values["default"]
            skipped.value = default
            skipped.expression = default.expression if isinstance(default, ValueExpression) else None
            skipped.type = STRING if isinstance(default, ValueText) else None
        node.uses.writes.append(skipped)

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        skips = bool(node.values.get("skippable")) or "skip_if" in node.values
        if skips and node.exit("skip") is None:
            site.add("E123", node.tree, exit="skip", id=node.id)

    def is_wait(self, node: Node) -> bool:
        # `prefill` and `extract` pass once in a run, so a circle through them comes to a stop.
        return "skip_if" not in node.values

    def compile(self, node: Node) -> dict[str, Any]:
        return {key: value for key, value in node.values.items() if key != "skippable" or value}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        if not turn.state["asked_again"]:
            if "skip_if" in data and turn.truth(data["skip_if"]):
                return follow(node, "skip")
            for answer in (self._prefilled, self._extracted):
                taken = answer(turn, node)
                if not isinstance(taken, Untaken):
                    return taken
        self.ask(turn, node)
        return None

    def _prefilled(self, turn: Turn, node: ProgramNode) -> Taken:
        if "prefill" not in node.data or not _once(turn, f"{node.id}.prefill"):
            return Untaken.NO
        value = turn.evaluate(node.data["prefill"])
        return Untaken.NO if value is None else self._stored(turn, node, value)

    def _extracted(self, turn: Turn, node: ProgramNode) -> Taken:
        text = turn.state["first_text"]
        if not text or not node.data.get("extract", {}).get("from_first_message"):
            return Untaken.NO
        if not _once(turn, f"{node.id}.extract"):
            return Untaken.NO
        found = _kind(node).find(text, node.data["input"])
        if isinstance(found, Outside):
            turn.call(node, "parse", found.request, 10, resume={"extract": True})
            return None
        return Untaken.NO if found is None else self._stored(turn, node, found.value)

    def _stored(self, turn: Turn, node: ProgramNode, value: Any) -> Taken:
        """Leave with a value that the customer did not have to type, unless it does not fit."""
        try:
            if self._fault(turn, node, value) is not None:
                return Untaken.NO
            self._save(turn, node, value)
        except Misfit:
            return Untaken.NO
        return follow(node, "next")

    def is_strict(self, node: ProgramNode) -> bool:
        return _kind(node).strict

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        options = list(node.data["input"].get("options", ()))
        skippable = node.data.get("skippable")
        shown = buttons(turn, options)
        if skippable:
            label = turn.phrase(SKIP) if skippable is True else turn.render(skippable["label"])
            prefix = f"{turn.state['run']}.{turn.state['waiting']['prompt']}"
            shown.append({"id": f"{prefix}.{_SKIP_ID}", "label": label})
        return shown

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        options = node.data["input"].get("options", ())
        if any(item["id"] == option for item in options):
            return self._accept(turn, node, option)
        if option == _SKIP_ID and node.data.get("skippable"):
            return self._skip(turn, node)
        return Untaken.NO

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        option = chosen(turn, list(node.data["input"].get("options", ())), text)
        if option is not None:
            return self._accept(turn, node, option["id"])
        skippable = node.data.get("skippable")
        if skippable:
            label = turn.phrase(SKIP) if skippable is True else turn.render(skippable["label"])
            if bare(text) in _SKIP_WORDS or bare(text) == bare(label):
                return self._skip(turn, node)
        return Untaken.NO

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        found = _kind(node).parse(text.strip(), node.data["input"])
        if found is None:
            return Untaken.NO
        if isinstance(found, Parsed):
            return self._accept(turn, node, found.value)
        waiting = turn.state["waiting"]
        turn.stop_waiting()
        turn.call(node, "parse", found.request, 10, resume=waiting)
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        """The host has parsed: accept the value, or go on as with any answer that is not understood."""
        resume = turn.state["waiting"]["resume"]
        request = turn.state["waiting"]["call"]["request"]
        turn.stop_waiting()
        if resume.get("extract"):
            taken = self._stored(turn, node, value) if exit == "ok" else Untaken.NO
            if isinstance(taken, Untaken):
                self.ask(turn, node)
                return None
            return taken
        turn.state["waiting"] = resume
        if exit == "ok":
            return self._accept(turn, node, value)
        return after_parser(turn, node, request["text"])

    def _skip(self, turn: Turn, node: ProgramNode) -> str:
        if "save_to" in node.data:
            if "default" in node.data:
                turn.store(node.data["save_to"], turn.value(node.data["default"]))
            else:
                turn.clear(node.data["save_to"])
        turn.accept()
        leave(turn, node)
        return follow(node, "skip")

    def _accept(self, turn: Turn, node: ProgramNode, value: Any) -> str | None:
        fault = self._fault(turn, node, value)
        if fault is not None:
            return self.retry(turn, node, fault)
        try:
            self._save(turn, node, value)
        except Misfit:
            return self.retry(turn, node)
        turn.accept()
        leave(turn, node)
        return follow(node, "next")

    def _fault(self, turn: Turn, node: ProgramNode, value: Any) -> dict[str, Any] | None:
        """The text of the first rule of `validate` that the value breaks."""
        for rule in node.data.get("validate", ()):
            if not turn.truth(rule["if_not"], value=value):
                text: dict[str, Any] = rule["text"]
                return text
        return None

    def _save(self, turn: Turn, node: ProgramNode, value: Any) -> None:
        if "save_to" in node.data:
            turn.assign(node.data["save_to"], value)


def _kind(node: ProgramNode) -> InputKind:
    return input_kinds()[node.data["input"]["kind"]]


def _once(turn: Turn, mark: str) -> bool:
    """Whether this is the first time in the run."""
    used: list[str] = turn.state["used"]
    if mark in used:
        return False
    turn.state["used"] = [*used, mark]
    return True


NODE = Ask()
