"""`form`: several questions, one after another, until all of them are answered and right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL
from omnisupport.scenario_dsl.fields import Bool, Either, Expr, Field, ListOf, Obj, Path, Str, Words
from omnisupport.scenario_dsl.inputs.base import Outside, Parsed
from omnisupport.scenario_dsl.inputs.bool import read_bool
from omnisupport.scenario_dsl.inputs.field import input_type
from omnisupport.scenario_dsl.nodes import reviewing
from omnisupport.scenario_dsl.nodes.answering import RETRY
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.nodes.questioning import CALL_TIMEOUT_S, QUESTION, QuestionNode, once
from omnisupport.scenario_dsl.options import check_ids
from omnisupport.scenario_dsl.patterns import named_correction
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.runtime.answering import leave
from omnisupport.scenario_dsl.runtime.taken import Taken, Untaken
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Seq, Tree
from omnisupport.scenario_dsl.uses import Write

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_MOST = 30
_FIELD = Obj(
    {
        "id": Str(required=True),
        "label": Words(),
        "text": Words(),
        "input": QUESTION["input"],
        "save_to": Path(),
        "when": Expr(BOOL),
        **QUESTION,
    }
)


class _Fields(ListOf):
    """The questions; an answer goes to `vars.` and the field's id unless `save_to` says otherwise."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        fields = super().read(tree, site, name)
        if fields is MISSING or not isinstance(tree, Seq):
            return fields
        for index, (values, written) in enumerate(zip(fields, tree.items, strict=False)):
            if "id" in values and isinstance(written, Map) and "save_to" not in written.values:
                at = written.values["id"]
                write = Write(("vars", values["id"]), at, f"{name}[{index}].id", ("next",))
                site.uses.writes.append(write)
                values["save_to"] = write
        return fields


def _review(tree: Tree) -> Field:
    return Obj({"text": Words(required=True)}) if isinstance(tree, Map) else Bool()


class Form(QuestionNode):
    """Asks its fields in their order and leaves out those that have a value already.

    `order: missing_first` asks the empty ones first and then reads the others back for a yes. `review` shows
    all answers with buttons to change each; `allow_correction` (on by default) lets «поменять телефон» go
    back to a field at any moment. A form that the run comes to again is shown as it was filled in.
    """

    name = "form"
    fields = {
        **WAITING,
        "fields": _Fields(_FIELD, required=True, least=1, most=_MOST),
        "review": Either(_review),
        "allow_correction": Bool(),
        "order": Str(("fixed", "missing_first")),
        "retry": RETRY,
    }
    exits = {"next": True, "cancel": False, "invalid": False, "timeout": False, "error": False}

    # Reading

    def settle(self, node: Node) -> None:
        for field in node.values.get("fields", ()):
            data, write = field.get("input"), field.get("save_to")
            if not isinstance(data, dict):
                continue
            kind = input_type(data)
            for rule in field.get("validate", ()):
                if "if_not" in rule:
                    rule["if_not"].locals["value"] = kind
            if isinstance(write, Write):
                write.type = kind
                if field.get("skippable") or "when" in field:
                    # It may be left out, so behind the form nobody knows whether it is set.
                    node.uses.writes.append(replace(write, type=None, clears=True))

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        check_ids(node.tree.get("fields"), site, "fields")

    def compile(self, node: Node) -> dict[str, Any]:
        off = ("skippable", "confirm")
        fields = [
            {key: value for key, value in field.items() if key not in off or value}
            for field in node.values["fields"]
        ]
        return {**node.values, "fields": fields}

    # The question of the moment

    def settings(self, turn: Turn, node: ProgramNode) -> dict[str, Any]:
        field = _field(node, turn.state["waiting"].get("field"))
        if field is None or "retry" in field or "retry" not in node.data:
            return node.data if field is None else field
        return {**field, "retry": node.data["retry"]}

    def is_strict(self, node: ProgramNode) -> bool:
        return True

    def parses_first(self, turn: Turn, node: ProgramNode) -> bool:
        return _reviews(turn) or self._kind(turn, node).strict

    def say_question(self, turn: Turn, node: ProgramNode) -> None:
        settings = self.settings(turn, node)
        text = turn.render(settings["text"]) if "text" in settings else None
        turn.say(text or turn.phrase(self._kind(turn, node).question), self.buttons(turn, node))

    def label(self, turn: Turn, field: dict[str, Any]) -> str:
        """What a field is called."""
        if "label" in field:
            return turn.render(field["label"])
        return turn.phrase(input_kinds()[field["input"]["kind"]].title)

    # Going on

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        is_first = once(turn, f"{node.id}.form")
        came_back = turn.state["asked_again"]
        filled = [field["id"] for field in node.data["fields"] if _is_filled(turn, field)]
        if not is_first and not node.data.get("review"):
            # Nothing shows what is filled in, so it is asked; who came back did so for the last answer.
            filled = filled[:-1] if came_back else []
        return self._advance(turn, node, {"done": filled, "given": filled if is_first else [], "trail": []})

    def _advance(self, turn: Turn, node: ProgramNode, form: dict[str, Any]) -> str | None:
        """Ask the next field that has no answer, then review, then leave."""
        for field in node.data["fields"]:
            if field["id"] in form["done"] or not _applies(turn, field):
                continue
            turn.state["waiting"] = {"node": node.id, "field": field["id"], "form": form}
            if self._is_given(turn, node, field):
                form = {**form, "done": [*form["done"], field["id"]], "given": [*form["given"], field["id"]]}
            elif turn.state["waiting"].get("kind") == "call":
                return None
            else:
                self.begin(turn, node, field=field["id"], form=form)
                return None
        turn.state["waiting"] = None
        if node.data.get("review"):
            self.ask(turn, node, review=True, form=form)
            return None
        return self._confirm_given(turn, node, form)

    def _is_given(self, turn: Turn, node: ProgramNode, field: dict[str, Any]) -> bool:
        """Whether the field's value is known or stood in a message; the host may have to be asked for it."""
        if "prefill" in field and once(turn, f"{node.id}.{field['id']}.prefill"):
            value = turn.evaluate(field["prefill"])
            if value is not None and self.try_store(turn, node, value):
                return True
        if "extract" not in field or not once(turn, f"{node.id}.{field['id']}.extract"):
            return False
        found = self.look_for(turn, node)
        if isinstance(found, Outside):
            waiting = turn.state["waiting"]
            resume: dict[str, Any] = {"extract": True, "field": waiting["field"], "form": waiting["form"]}
            if found.otherwise is not None:
                resume["otherwise"] = found.otherwise.value
            turn.call(node, found.kind, found.request, CALL_TIMEOUT_S, resume=resume)
            return False
        return isinstance(found, Parsed) and self.try_store(turn, node, found.value)

    def extracted(
        self, turn: Turn, node: ProgramNode, resume: dict[str, Any], exit: str, value: Any
    ) -> str | None:
        form, field = resume["form"], resume["field"]
        turn.state["waiting"] = {"node": node.id, "field": field, "form": form}
        otherwise = Parsed(resume["otherwise"]) if "otherwise" in resume else None
        found = self._kind(turn, node).heard(exit, value, otherwise)
        if isinstance(found, Parsed) and self.try_store(turn, node, found.value):
            form = {**form, "done": [*form["done"], field], "given": [*form["given"], field]}
        return self._advance(turn, node, form)

    def _confirm_given(self, turn: Turn, node: ProgramNode, form: dict[str, Any]) -> str | None:
        """With `missing_first`, read back what the customer was not asked for."""
        if node.data.get("order") == "missing_first":
            for field in node.data["fields"]:
                if field["id"] in form["given"] and _applies(turn, field):
                    value = _value(turn, field)
                    if value is not None:
                        self.ask(turn, node, field=field["id"], form=form, confirm={"value": value})
                        return None
        return follow(node, "next")

    def answered(self, turn: Turn, node: ProgramNode) -> str | None:
        waiting = turn.state["waiting"]
        field, form = waiting["field"], waiting["form"]
        turn.stop_waiting()
        form = {
            "done": [*(item for item in form["done"] if item != field), field],
            "given": [item for item in form["given"] if item != field],
            "trail": [*(item for item in form["trail"] if item != field), field],
        }
        following = self._advance(turn, node, form)
        if following is not None:
            leave(turn, node)
        return following

    def passed(self, turn: Turn, node: ProgramNode) -> str | None:
        return self.answered(turn, node)

    def _ask_field(self, turn: Turn, node: ProgramNode, field: str) -> None:
        """Ask a field again; what was answered after it stays."""
        form = turn.state["waiting"]["form"]
        turn.stop_waiting()
        kept = {key: [item for item in items if item != field] for key, items in form.items()}
        self.begin(turn, node, field=field, form=kept)

    # Review

    def prompt(self, turn: Turn, node: ProgramNode) -> None:
        if not _reviews(turn):
            super().prompt(turn, node)
            return
        rows = [(self.label(turn, field), self._shown_value(turn, field)) for field in _visible(turn, node)]
        turn.say(reviewing.summary(turn, node.data["review"], rows), self.buttons(turn, node))

    def _shown_value(self, turn: Turn, field: dict[str, Any]) -> str | None:
        value = _value(turn, field)
        return None if value is None else self.shown(turn, field["input"], value)

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        if not _reviews(turn):
            return super().buttons(turn, node)
        labels = [(field["id"], self.label(turn, field)) for field in _visible(turn, node)]
        return reviewing.buttons(turn, labels)

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        if not _reviews(turn):
            return super().press(turn, node, option)
        if option == reviewing.RIGHT_ID:
            return self._finish(turn, node)
        field = option.removeprefix(reviewing.EDIT)
        if option.startswith(reviewing.EDIT) and any(item["id"] == field for item in _visible(turn, node)):
            turn.heed()
            self._ask_field(turn, node, field)
            return None
        return Untaken.NO

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        if not _reviews(turn):
            return super().pick(turn, node, text)
        if read_bool(text):
            return self._finish(turn, node)
        names = [(field["id"], self.label(turn, field)) for field in _visible(turn, node)]
        chosen = reviewing.named(text, names)
        if chosen == reviewing.RIGHT_ID:
            return self._finish(turn, node)
        if chosen is None:
            return Untaken.NO
        self._ask_field(turn, node, chosen)
        return None

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        return Untaken.NO if _reviews(turn) else super().parse(turn, node, text)

    def retries(self, turn: Turn, node: ProgramNode) -> int:
        if _reviews(turn):
            return int(node.data.get("retry", {}).get("max", reviewing.RETRIES))
        return super().retries(turn, node)

    def _finish(self, turn: Turn, node: ProgramNode) -> str:
        turn.accept()
        leave(turn, node)
        return follow(node, "next")

    # Patterns

    def claims(self, turn: Turn, node: ProgramNode, text: str, pattern: str) -> bool:
        return not _reviews(turn) and super().claims(turn, node, text, pattern)

    def cancel(self, turn: Turn, node: ProgramNode) -> Taken:
        if "cancel" not in node.exits:
            return Untaken.NO
        turn.accept()
        turn.stop_waiting()
        return node.exits["cancel"]

    def skip(self, turn: Turn, node: ProgramNode) -> Taken:
        return Untaken.NO if _reviews(turn) else super().skip(turn, node)

    def step_back(self, turn: Turn, node: ProgramNode) -> Taken:
        taken = super().step_back(turn, node)
        trail = turn.state["waiting"]["form"]["trail"]
        if not isinstance(taken, Untaken) or not trail:
            return taken
        self._ask_field(turn, node, trail[-1])
        return None

    def correct(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        words = named_correction(text)
        if words is None or node.data.get("allow_correction") is False:
            return Untaken.NO
        names = [
            (field["id"], [self.label(turn, field), field["id"], *reviewing.names_of(field)])
            for field in _visible(turn, node)
        ]
        field = reviewing.meant(words, names)
        if field is None:
            return Untaken.NO
        turn.heed()
        self._ask_field(turn, node, field)
        return None


def _field(node: ProgramNode, field_id: Any) -> dict[str, Any] | None:
    return next((field for field in node.data["fields"] if field["id"] == field_id), None)


def _reviews(turn: Turn) -> bool:
    return bool(turn.state["waiting"].get("review"))


def _applies(turn: Turn, field: dict[str, Any]) -> bool:
    return "when" not in field or turn.truth(field["when"])


def _visible(turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
    return [field for field in node.data["fields"] if _applies(turn, field)]


def _value(turn: Turn, field: dict[str, Any]) -> Any:
    """The present value of a field's variable."""
    value: Any = turn.state["vars"]
    for name in field["save_to"]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_filled(turn: Turn, field: dict[str, Any]) -> bool:
    """Whether somebody has given the value; a default is nobody's answer."""
    value = _value(turn, field)
    default = turn.variables[field["save_to"][0]].get("default") if len(field["save_to"]) == 1 else None
    return value is not None and value != default


NODE = Form()
