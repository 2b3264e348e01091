"""`ask`: one question, one typed answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import ANY, BOOL, STRING
from omnisupport.scenario_dsl.fields import Expr, Path, Words
from omnisupport.scenario_dsl.inputs.base import Outside, Parsed
from omnisupport.scenario_dsl.inputs.field import input_type
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.nodes.content import CONTENT, rendered
from omnisupport.scenario_dsl.nodes.questioning import CALL_TIMEOUT_S, QUESTION, QuestionNode, once
from omnisupport.scenario_dsl.runtime.answering import leave
from omnisupport.scenario_dsl.runtime.taken import Taken, Untaken
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText, Write

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site


class Ask(QuestionNode):
    """Asks until the answer parses, fits the variable and passes `validate`, or the retries are used up.

    `prefill` and `extract` answer in the customer's place, once in a run: when the question comes again,
    the customer is asked. `confirm` reads the value back before it is stored.
    """

    name = "ask"
    fields = {
        **WAITING,
        "text": Words(),
        "content": CONTENT,
        "input": QUESTION["input"],
        "save_to": Path(),
        **QUESTION,
        "skip_if": Expr(BOOL),
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
        if node.has_field("text") == node.has_field("content"):
            key = "E112.either" if not node.has_field("text") else "E111.both"
            site.add(key, node.tree, "text", name="text", other="content")
        skips = bool(node.values.get("skippable")) or "skip_if" in node.values
        if skips and node.exit("skip") is None:
            site.add("E123", node.tree, exit="skip", id=node.id)

    def is_wait(self, node: Node) -> bool:
        # `prefill` and `extract` pass once in a run, so a circle through them comes to a stop.
        return "skip_if" not in node.values

    def compile(self, node: Node) -> dict[str, Any]:
        return {
            key: value for key, value in node.values.items() if key not in ("skippable", "confirm") or value
        }

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        if not turn.state["asked_again"]:
            if "skip_if" in data and turn.truth(data["skip_if"]):
                return follow(node, "skip")
            for answer in (self._prefilled, self._extracted):
                taken = answer(turn, node)
                if not isinstance(taken, Untaken):
                    return taken
        self.begin(turn, node)
        return None

    def say_question(self, turn: Turn, node: ProgramNode) -> None:
        if "content" not in node.data:
            super().say_question(turn, node)
            return
        parts = rendered(turn, node.data["content"])
        last = {**parts[-1], "buttons": [*parts[-1]["buttons"], *self.buttons(turn, node)]}
        turn.send([*parts[:-1], last])

    def answered(self, turn: Turn, node: ProgramNode) -> str:
        leave(turn, node)
        return follow(node, "next")

    def passed(self, turn: Turn, node: ProgramNode) -> str:
        leave(turn, node)
        return follow(node, "skip")

    def _prefilled(self, turn: Turn, node: ProgramNode) -> Taken:
        if "prefill" not in node.data or not once(turn, f"{node.id}.prefill"):
            return Untaken.NO
        value = turn.evaluate(node.data["prefill"])
        return Untaken.NO if value is None else self._stored(turn, node, value)

    def _extracted(self, turn: Turn, node: ProgramNode) -> Taken:
        if not _is_read(turn, node) or not once(turn, f"{node.id}.extract"):
            return Untaken.NO
        found = self.look_for(turn, node)
        if isinstance(found, Outside):
            resume: dict[str, Any] = {"extract": True}
            if found.otherwise is not None:
                resume["otherwise"] = found.otherwise.value
            turn.call(node, found.kind, found.request, CALL_TIMEOUT_S, resume=resume)
            return None
        return self._stored(turn, node, found.value) if isinstance(found, Parsed) else Untaken.NO

    def extracted(
        self, turn: Turn, node: ProgramNode, resume: dict[str, Any], exit: str, value: Any
    ) -> str | None:
        otherwise = Parsed(resume["otherwise"]) if "otherwise" in resume else None
        found = self._kind(turn, node).heard(exit, value, otherwise)
        taken = self._stored(turn, node, found.value) if isinstance(found, Parsed) else Untaken.NO
        if isinstance(taken, Untaken):
            self.begin(turn, node)
            return None
        return taken

    def _stored(self, turn: Turn, node: ProgramNode, value: Any) -> Taken:
        """Leave with a value that the customer did not have to type, unless it does not fit."""
        if self.fault(turn, node, value) is not None or not self.fits(turn, node, value):
            return Untaken.NO
        if self.must_confirm(turn, node, value):
            self.ask(turn, node, confirm={"value": value})
            return None
        return follow(node, "next") if self.try_store(turn, node, value) else Untaken.NO


def _is_read(turn: Turn, node: ProgramNode) -> bool:
    """Whether there is a message that `extract` looks into."""
    extract = node.data.get("extract", {})
    first = extract.get("from_first_message") and turn.state["first_text"]
    return bool(first or (extract.get("from_current_message") and turn.state["event"]["text"]))


NODE = Ask()
