"""What `ask` and `form` share: a typed question from the first word to the stored value.

A wait may be in one of three moods, kept in `waiting`: the question itself, a doubt about its spelling
(`doubt`), or the check that the value is right (`confirm`). Each has a prompt of its own, so that buttons of
one are never taken for another's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import ANY, BOOL
from omnisupport.scenario_dsl.fields import Bool, Either, Expr, Field, ListOf, Obj, Value, Words
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Outside, Parsed, Refused
from omnisupport.scenario_dsl.inputs.bool import SOFT_NO, read_bool
from omnisupport.scenario_dsl.inputs.field import InputField
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.nodes import fragments, offering, sending
from omnisupport.scenario_dsl.nodes.answering import RETRY, AnsweringNode
from omnisupport.scenario_dsl.options import chosen
from omnisupport.scenario_dsl.phrases import DID_YOU_MEAN, IS_IT_RIGHT
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.runtime.answering import after_parser
from omnisupport.scenario_dsl.runtime.taken import Taken, Untaken
from omnisupport.scenario_dsl.tree import Map, Tree
from omnisupport.scenario_dsl.values import Misfit, fit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

CALL_TIMEOUT_S = 10
# A longer value is not read back: nobody checks a page, and the wait has to carry it.
_CONFIRMED_BYTES = 3_000


def _skippable(tree: Tree) -> Field:
    return Obj({"label": Words(required=True)}) if isinstance(tree, Map) else Bool()


def _confirm(tree: Tree) -> Field:
    return Obj({"text": Words(required=True, names={"value": ANY})}) if isinstance(tree, Map) else Bool()


QUESTION: dict[str, Field] = {
    "input": InputField(required=True),
    "validate": ListOf(
        Obj({"if_not": Expr(BOOL, required=True, names={"value": ANY}), "text": Words(required=True)})
    ),
    "prefill": Expr(),
    "skippable": Either(_skippable),
    "default": Value(),
    "confirm": Either(_confirm),
    "extract": Obj({"from_first_message": Bool(), "from_current_message": Bool()}),
    "retry": RETRY,
}
"""The fields of one question, besides its words and where its answer goes."""


class QuestionNode(AnsweringNode):
    """Asks typed questions. Subclasses say which one is asked now and what follows when it is answered."""

    def answered(self, turn: Turn, node: ProgramNode) -> str | None:
        """Go on: the value is stored."""
        raise NotImplementedError

    def passed(self, turn: Turn, node: ProgramNode) -> str | None:
        """Go on: the question was left out by the customer."""
        raise NotImplementedError

    def target(self, turn: Turn, node: ProgramNode) -> list[str] | None:
        """The variable that takes the value, None when nothing does."""
        path: list[str] | None = self.settings(turn, node).get("save_to")
        return path

    def say_question(self, turn: Turn, node: ProgramNode) -> None:
        """Say the question itself."""
        turn.say(turn.render(self.settings(turn, node)["text"]), self.buttons(turn, node))

    # Asking

    def begin(self, turn: Turn, node: ProgramNode, **kept: Any) -> None:
        """Ask the question, after the host has done what must come before it (a code that must be sent)."""
        # What is asked must be known before there is a wait for it.
        turn.state["waiting"] = {"node": node.id, **kept}
        kind, data = self._input(turn, node)
        opening = kind.opening(data)
        if opening is None:
            self.ask(turn, node, **kept)
        else:
            sending.open_question(turn, node, opening, kept)

    def prompt(self, turn: Turn, node: ProgramNode) -> None:
        waiting = turn.state["waiting"]
        if "doubt" in waiting:
            text = turn.phrase(DID_YOU_MEAN).format(value=waiting["doubt"]["meant"])
            turn.say(text, self.buttons(turn, node))
        elif "confirm" in waiting:
            turn.say(self._check_text(turn, node, waiting["confirm"]["value"]), self.buttons(turn, node))
        else:
            self.say_question(turn, node)

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        if _is_checked(turn):
            return offering.yes_and_no(turn)
        kind = self._kind(turn, node)
        return offering.buttons_of(turn, self.settings(turn, node), kind)

    def shown(self, turn: Turn, data: dict[str, Any], value: Any) -> str:
        """A value of an input as the customer reads it."""
        options = data.get("options")
        if options is not None:
            labels = {option["id"]: turn.render(option["label"]) for option in options}
            chosen_ids = value if isinstance(value, list) else [value]
            return ", ".join(labels.get(option, str(option)) for option in chosen_ids)
        return input_kinds()[data["kind"]].show(value, turn.around)

    def is_strict(self, node: ProgramNode) -> bool:
        return input_kinds()[node.data["input"]["kind"]].strict

    def take_up(self, turn: Turn, node: ProgramNode, resume: str) -> str | None:
        if fragments.is_collecting(turn):
            fragments.arm(turn, self.settings(turn, node)["input"]["debounce"])
            return None
        return super().take_up(turn, node, resume)

    # Taking an answer

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        if _is_checked(turn):
            return Untaken.NO if option not in ("yes", "no") else self._checked(turn, node, option == "yes")
        settings = self.settings(turn, node)
        if option == offering.SKIP_ID and settings.get("skippable"):
            return self._skip(turn, node)
        kind = self._kind(turn, node)
        data = settings["input"]
        if any(item["id"] == option for item in data.get("options", ())) or option == offering.DONE_ID:
            if kind.many:
                return self._press_many(turn, node, option)
            return Untaken.NO if option == offering.DONE_ID else self._accept(turn, node, option)
        if option == offering.RESEND_ID and sending.can_send(kind):
            return sending.send_again(turn, node, kind.opening(self._input(turn, node)[1]))
        if any(option == offered for offered, _ in kind.offers(data)):
            return self._found(turn, node, kind.parse(self._answer(turn, option), data), option)
        if option == offering.SHARE_ID:
            self.prompt(turn, node)
            return None
        return Untaken.NO

    def _press_many(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        data = self.settings(turn, node)["input"]
        picked = offering.picked(turn)
        if option != offering.DONE_ID:
            picked = [item for item in picked if item != option] if option in picked else [*picked, option]
            turn.state["waiting"] = {**turn.state["waiting"], "picked": picked}
            turn.heed()
            self.prompt(turn, node)
            return None
        return self._accept_many(turn, node, picked, data)

    def _accept_many(
        self, turn: Turn, node: ProgramNode, picked: list[str], data: dict[str, Any]
    ) -> str | None:
        ordered = [option["id"] for option in data["options"] if option["id"] in picked]
        if not data.get("min", 1) <= len(ordered) <= data.get("max", len(ordered)):
            return self.retry(turn, node)
        return self._accept(turn, node, ordered)

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        if fragments.is_collecting(turn):
            return Untaken.NO
        if _is_checked(turn):
            value = read_bool(text)
            return Untaken.NO if value is None else self._checked(turn, node, value)
        settings = self.settings(turn, node)
        kind, data = self._kind(turn, node), settings["input"]
        if kind.many:
            picked = offering.named_options(turn, data["options"], text)
            if picked is not None:
                return self._accept_many(turn, node, picked, data)
        else:
            option = chosen(turn, list(data.get("options", ())), text)
            if option is not None:
                return self._accept(turn, node, option["id"])
        if sending.can_send(kind) and sending.wants_another(text):
            return sending.send_again(turn, node, kind.opening(self._input(turn, node)[1]))
        if settings.get("skippable") and offering.means_skip(turn, settings, kind, text):
            return self._skip(turn, node)
        return Untaken.NO

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        kind, data = self._input(turn, node)
        if "debounce" in data and not _is_checked(turn):
            collected = fragments.collect(turn, text, data)
            if collected is None:
                return Untaken.NO
            return None if collected else self._complete(turn, node)
        answer = self._answer(turn, text.strip())
        return self._found(turn, node, kind.parse(answer, data), answer.text)

    def _complete(self, turn: Turn, node: ProgramNode) -> str | None:
        """What came in several messages is one answer now."""
        fragments.join(turn)
        kind, data = self._input(turn, node)
        text = turn.state["event"]["text"]
        taken = self._found(turn, node, kind.parse(self._answer(turn, text.strip()), data), text)
        return after_parser(turn, node, text) if isinstance(taken, Untaken) else taken

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        if name.startswith("debounce"):
            return self._complete(turn, node)
        return super().take_timer(turn, node, name)

    def _found(self, turn: Turn, node: ProgramNode, found: Found, text: str) -> Taken:
        """Go on with what the kind made of an answer."""
        if found is None:
            return Untaken.NO
        if isinstance(found, Refused):
            return self.retry(turn, node, reason=found.reason)
        if isinstance(found, Outside):
            _forget_check(turn)
            self._ask_host(turn, node, found)
            return None
        if found.meant is not None:
            self._check(turn, node, doubt={"typed": text, "meant": found.meant})
            return None
        return self._accept(turn, node, found.value)

    def _ask_host(self, turn: Turn, node: ProgramNode, found: Outside) -> None:
        resume = turn.state["waiting"]
        if found.otherwise is not None:
            resume = {**resume, "otherwise": found.otherwise.value}
        if found.hides_text:
            turn.put("event", {**turn.state["event"], "text": ""})
        turn.stop_waiting()
        turn.call(node, found.kind, found.request, CALL_TIMEOUT_S, resume=resume)

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        """The host has looked: accept the value, or go on as with any answer that is not understood."""
        resume = turn.state["waiting"]["resume"]
        call = turn.state["waiting"]["call"]
        turn.stop_waiting()
        if "opening" in resume:
            return self._opened(turn, node, resume, exit, value)
        if "extract" in resume:
            return self.extracted(turn, node, resume, exit, value)
        otherwise = Parsed(resume["otherwise"]) if "otherwise" in resume else None
        turn.state["waiting"] = {key: item for key, item in resume.items() if key != "otherwise"}
        kind = self._kind(turn, node)
        if kind.must_repeat(exit):
            return sending.send_again(turn, node, kind.opening(self._input(turn, node)[1]), expired=True)
        found = kind.heard(exit, value, otherwise)
        if isinstance(found, Parsed):
            return self._accept(turn, node, found.value)
        if isinstance(found, Refused):
            return self.retry(turn, node, reason=found.reason)
        request = call["request"]
        return after_parser(turn, node, str(request.get("text") or request.get("address") or ""))

    def extracted(
        self, turn: Turn, node: ProgramNode, resume: dict[str, Any], exit: str, value: Any
    ) -> str | None:
        """The host has looked at what stood in an earlier message."""
        raise NotImplementedError

    def _opened(
        self, turn: Turn, node: ProgramNode, resume: dict[str, Any], exit: str, value: Any
    ) -> str | None:
        """What must come before the question is done, or cannot be."""
        kept = sending.opened(turn, resume, exit, value)
        again = resume["opening"].get("again")
        if again is None:
            self.ask(turn, node, **kept)
            return None
        self.ask(turn, node, **kept, attempt=again["attempt"])
        return None

    # Doubts and checks

    def _check(self, turn: Turn, node: ProgramNode, **mood: Any) -> None:
        """Ask yes or no about the answer, under a prompt of its own."""
        state = turn.state
        state["prompt"] += 1
        kept = {key: item for key, item in state["waiting"].items() if key not in ("doubt", "confirm")}
        state["waiting"] = {**kept, "prompt": state["prompt"], **mood}
        self._arm(turn, node, reminders=False)
        self.prompt(turn, node)

    def _checked(self, turn: Turn, node: ProgramNode, is_right: bool) -> Taken:
        waiting = turn.state["waiting"]
        _forget_check(turn)
        if "doubt" in waiting:
            kind, data = self._input(turn, node)
            text = waiting["doubt"]["meant" if is_right else "typed"]
            found = kind.parse(self._answer(turn, text, is_sure=True), data)
            taken = self._found(turn, node, found, text)
            return self.retry(turn, node) if isinstance(taken, Untaken) else taken
        if is_right:
            return self._store(turn, node, waiting["confirm"]["value"])
        turn.heed()
        self._check(turn, node)
        return None

    def _check_text(self, turn: Turn, node: ProgramNode, value: Any) -> str:
        settings = self.settings(turn, node)
        confirm, shown = settings.get("confirm"), self.shown(turn, settings["input"], value)
        if isinstance(confirm, dict):
            return turn.render(confirm["text"], value=shown)
        return turn.phrase(IS_IT_RIGHT).format(value=shown)

    def step_back(self, turn: Turn, node: ProgramNode) -> Taken:
        """Back from a check to the question that it is about."""
        if not _is_checked(turn):
            return Untaken.NO
        _forget_check(turn)
        self._check(turn, node)
        return None

    def claims(self, turn: Turn, node: ProgramNode, text: str, pattern: str) -> bool:
        asks_bool = _is_checked(turn) or self._kind(turn, node).name == "bool"
        if pattern == "repeat" and sending.can_send(self._kind(turn, node)):
            return sending.wants_another(text)
        return pattern == "cancel" and asks_bool and bare(text) in SOFT_NO

    # Values

    def _accept(self, turn: Turn, node: ProgramNode, value: Any) -> str | None:
        fault = self.fault(turn, node, value)
        if fault is not None:
            _forget_check(turn)
            return self.retry(turn, node, fault)
        if not self.fits(turn, node, value):
            _forget_check(turn)
            return self.retry(turn, node)
        if self.must_confirm(turn, node, value):
            self._check(turn, node, confirm={"value": value})
            return None
        return self._store(turn, node, value)

    def _store(self, turn: Turn, node: ProgramNode, value: Any) -> str | None:
        try:
            self.save(turn, node, value)
        except Misfit:
            return self.retry(turn, node)
        turn.accept()
        return self.answered(turn, node)

    def fault(self, turn: Turn, node: ProgramNode, value: Any) -> dict[str, Any] | None:
        """The text of the first rule of `validate` that the value breaks."""
        for rule in self.settings(turn, node).get("validate", ()):
            if not turn.truth(rule["if_not"], value=value):
                text: dict[str, Any] = rule["text"]
                return text
        return None

    def fits(self, turn: Turn, node: ProgramNode, value: Any) -> bool:
        """Whether the variable takes the value."""
        path = self.target(turn, node)
        if path is None or len(path) > 1:
            return True
        try:
            fit(value, turn.variables[path[0]])
        except Misfit:
            return False
        return True

    def try_store(self, turn: Turn, node: ProgramNode, value: Any) -> bool:
        """Store a value that nobody was asked for; False when it does not fit."""
        if self.fault(turn, node, value) is not None or not self.fits(turn, node, value):
            return False
        try:
            self.save(turn, node, value)
        except Misfit:
            return False
        return True

    def look_for(self, turn: Turn, node: ProgramNode) -> Found:
        """The value in the messages that `extract` names; one whose spelling is doubtful is none."""
        extract = self.settings(turn, node).get("extract", {})
        texts = (
            turn.state["first_text"] if extract.get("from_first_message") else None,
            turn.state["event"]["text"] if extract.get("from_current_message") else None,
        )
        kind, data = self._input(turn, node)
        for text in dict.fromkeys(text for text in texts if text):
            found = kind.find(self._answer(turn, text), data)
            if isinstance(found, Outside) or (isinstance(found, Parsed) and found.meant is None):
                return found
        return None

    def must_confirm(self, turn: Turn, node: ProgramNode, value: Any) -> bool:
        """Whether the customer is asked before the value is stored."""
        if not self.settings(turn, node).get("confirm"):
            return False
        return len(canonical(value).encode("utf-8", "replace")) <= _CONFIRMED_BYTES

    def save(self, turn: Turn, node: ProgramNode, value: Any) -> None:
        """Store a value. Raises `Misfit`."""
        path = self.target(turn, node)
        if path is not None:
            turn.assign(path, value)

    def skip(self, turn: Turn, node: ProgramNode) -> Taken:
        if _is_checked(turn) or not self.settings(turn, node).get("skippable"):
            return Untaken.NO
        return self._skip(turn, node)

    def _skip(self, turn: Turn, node: ProgramNode) -> str | None:
        path, settings = self.target(turn, node), self.settings(turn, node)
        if path is not None:
            if "default" in settings:
                turn.store(path, turn.value(settings["default"]))
            else:
                turn.clear(path)
        turn.accept()
        return self.passed(turn, node)

    def retries(self, turn: Turn, node: ProgramNode) -> int:
        data = self.settings(turn, node)["input"]
        attempts: int | None = self._kind(turn, node).attempts(data)
        return super().retries(turn, node) if attempts is None else attempts - 1

    # The input

    def _kind(self, turn: Turn, node: ProgramNode) -> InputKind:
        return input_kinds()[self.settings(turn, node)["input"]["kind"]]

    def _input(self, turn: Turn, node: ProgramNode) -> tuple[InputKind, dict[str, Any]]:
        """The kind of the present question and its fields, their expressions evaluated."""
        data = self.settings(turn, node)["input"]
        kind = input_kinds()[data["kind"]]
        values = {name: turn.value(data[name]) for name in kind.expressions if name in data}
        return kind, {**data, **values} if values else data

    def _answer(self, turn: Turn, text: str, *, is_sure: bool = False) -> Answer:
        event = turn.state["event"]
        content = {name: event[name] for name in ("attachments", "contact", "location") if name in event}
        return Answer(
            text,
            turn.now,
            turn.around.zone,
            turn.context.locale,
            content,
            is_sure,
            (turn.state["waiting"] or {}).get("kept"),
        )


def _is_checked(turn: Turn) -> bool:
    """Whether the wait is for yes or no about an answer."""
    waiting = turn.state["waiting"] or {}
    return "doubt" in waiting or "confirm" in waiting


def _forget_check(turn: Turn) -> None:
    waiting = turn.state["waiting"]
    turn.state["waiting"] = {key: item for key, item in waiting.items() if key not in ("doubt", "confirm")}


def once(turn: Turn, mark: str) -> bool:
    """Whether this is the first time in the run."""
    used: list[str] = turn.state["used"]
    if mark in used:
        return False
    turn.state["used"] = [*used, mark]
    return True
