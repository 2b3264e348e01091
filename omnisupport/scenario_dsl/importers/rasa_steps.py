"""The steps of one Rasa flow as nodes, in the main graph or in a flow of their own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.importers.draft import QUEUE_TIMEOUT, Draft
from omnisupport.scenario_dsl.importers.rasa_questions import put_question
from omnisupport.scenario_dsl.importers.rasa_responses import put_response
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.wording import literal, plain_text, slug
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.rasa import Rasa, RasaFlow

_KINDS = ("collect", "action", "call", "link", "set_slots", "noop")
_END = "END"
_HUMAN = "pattern_human_handoff"
_ACTIONS = "rasa_actions"
_DEEPEST = 50


@dataclass(slots=True)
class Step:
    """A step with the id of its node; `follower` is the step below it."""

    reader: Reader
    kind: str
    id: str
    follower: Step | None = None
    next: str = ""


class _FlowDraft(Draft):
    """Nodes of a flow: its end comes back to who called it."""

    def finished(self) -> str:
        return self._end("back", {"type": "return"})


class Steps:
    """The steps of a flow; `inner` says that the flow is called, so it has nodes and variables of its own."""

    def __init__(self, rasa: Rasa, flow: RasaFlow, *, inner: bool) -> None:
        self.rasa = rasa
        self.flow = flow
        self.domain = rasa.domain
        self.inner = inner
        self.draft: Draft = _FlowDraft(rasa.draft.ledger, rasa.draft.language) if inner else rasa.draft
        self._by_id: dict[str, Step] = {}
        self._nested: dict[int, Step | None] = {}
        self._all: list[Step] = []
        self._call = ""
        self._begin = self.draft.claim("begin") if inner else ""
        self._first = self._open(flow.reader.get("steps"))

    def _open(self, steps: Reader) -> Step | None:
        """Name the steps of a list and of the lists below it; the first of them."""
        opened: list[Step] = []
        for reader in steps.entries():
            kind = next((kind for kind in _KINDS if reader.get(kind).tree is not None), "")
            source = reader.get("id").text()
            word = source or reader.get(kind).peek() or kind or "step"
            wish = slug(word, "step") if self.inner else f"{self.flow.id}_{slug(word, 'step')}"
            node_id = self.draft.claim(wish)
            owned = reader.owned(f"{self.flow.name}.{source or node_id}", node_id)
            step = Step(owned, kind, node_id)
            opened.append(step)
            self._all.append(step)
            self._by_id.setdefault(source or f"\0{node_id}", step)
            for branch in owned.get("next").entries():
                for key in ("then", "else"):
                    below = branch.get(key)
                    if below.is_list:
                        self._nested[id(below.tree)] = self._open(below)
        for step, follower in pairwise(opened):
            step.follower = follower
        return opened[0] if opened else None

    def entry(self, depth: int = 0) -> str:
        """The first node of the flow."""
        return self._enter(self._first, depth) if self._first is not None else self.draft.finished()

    def entry_from_main(self) -> str:
        """The node of the main graph that runs the flow."""
        if not self.inner:
            return self.entry()
        if not self._call:
            self._call = self.rasa.draft.claim(self.flow.id)
            self.rasa.draft.put(self._call, {**self.call(), "next": self.rasa.draft.finished()})
        return self._call

    def call(self) -> dict[str, Any]:
        """A `call` of this flow: its slots go in and come back."""
        names = self._names()
        node: dict[str, Any] = {"type": "call", "flow": self.flow.id}
        if names:
            node["inputs"] = {f"{name}_given": f"=vars.{name}" for name in names}
            node["outputs"] = {f"vars.{name}": name for name in names}
        return node

    def _names(self) -> list[str]:
        return [slot.variable.name for name, slot in self.domain.slots.items() if name in self.flow.words]

    def put(self) -> None:
        """Add the nodes."""
        for step in self._all:
            self.draft.open(step.id)
            self._put_step(step)
        if self.inner:
            self._put_flow()

    def _put_flow(self) -> None:
        names = self._names()
        start = self.entry()
        if names:
            assign = {f"vars.{name}": f"=vars.{name}_given" for name in names}
            self.draft.put(self._begin, {"type": "set", "assign": assign, "next": start})
            start = self._begin
        declared = {slot.variable.name: slot.variable for slot in self.domain.slots.values()}
        outputs = {name: declared[name].declaration() for name in names}
        inputs = {
            f"{name}_given": {key: value for key, value in outputs[name].items() if key != "default"}
            for name in names
        }
        parts = {"inputs": inputs, "outputs": outputs} if names else {}
        self.rasa.draft.flows[self.flow.id] = {**parts, "start": start, "nodes": self.draft.ordered()}
        description = self.flow.reader.get("description")
        if description.unread():
            self.rasa.draft.flows[self.flow.id] = {
                "note": description.text(),
                **self.rasa.draft.flows[self.flow.id],
            }

    def _enter(self, step: Step, depth: int) -> str:
        """The node of a step; steps that only lead on have none."""
        if depth > _DEEPEST:
            return self.draft.finished()
        if step.kind == "noop":
            return self.following(step, depth + 1)
        if step.kind == "link" and not self.inner:
            name = step.reader.get("link").peek()
            other = self.rasa.flows.get(name)
            if other is not None and other.steps is not None:
                step.reader.get("link").text()
                return other.steps.entry_from_main() if other.steps.inner else other.steps.entry(depth + 1)
        return step.id

    def following(self, step: Step, depth: int = 0) -> str:
        """The node behind a step: by `next`, else the step below, else the flow is over."""
        if step.next:
            return step.next
        at = step.reader.get("next")
        if at.is_list:
            step.next = self.draft.claim(f"{step.id}_next")
            self.draft.open(step.next)
            self._put_branches(step.next, at, depth)
            return step.next
        if at:
            step.next = self._then(at, depth)
        elif step.follower is not None:
            step.next = self._enter(step.follower, depth)
        else:
            step.next = self.draft.finished()
        return step.next

    def _put_branches(self, node_id: str, at: Reader, depth: int) -> None:
        cases, otherwise = [], None
        for branch in at.entries():
            other = branch.get("else")
            if other.tree is not None:
                otherwise = self._then(other, depth)
                continue
            when = self.domain.condition(branch.get("if"))
            cases.append({"when": when, "next": self._then(branch.get("then"), depth)})
        if otherwise is None:
            at.note("L130", exit="else")
            otherwise = self.draft.finished()
        if not cases:
            cases = [{"when": "true", "next": otherwise}]
        self.draft.put(node_id, {"type": "condition", "cases": cases, "else": otherwise})

    def _then(self, at: Reader, depth: int) -> str:
        """A step's id, END, or a list of steps of its own."""
        if at.is_list:
            first = self._nested.get(id(at.tree))
            return self._enter(first, depth + 1) if first is not None else self.draft.finished()
        name = at.text()
        if name == _END:
            return self.draft.finished()
        step = self._by_id.get(name)
        if step is None:
            at.note("L131", target=name or "?")
            return self.draft.finished()
        return self._enter(step, depth + 1)

    def _put_step(self, step: Step) -> None:
        step.reader.looks("metadata")
        put = {
            "collect": self._put_collect,
            "action": self._put_action,
            "call": self._put_call,
            "link": self._put_link,
            "set_slots": self._put_set,
        }.get(step.kind)
        if put is not None:
            put(step)
        elif step.kind == "noop":
            step.reader.get("noop").scalar()
            self.following(step)
        else:
            self._put_unknown(step, "?")

    def _put_unknown(self, step: Step, name: str) -> None:
        following = self.following(step)
        step.reader.lost("L110", type=name)
        self.draft.put(step.id, {"type": "note", "text": plain_text(f"Rasa: {name}"), "next": following})

    def _put_collect(self, step: Step) -> None:
        name = step.reader.get("collect").text()
        slot = self.domain.slots.get(name)
        following = self.following(step)
        if slot is None:
            step.reader.note("L151", name=name, new=slug(name, "variable"))
        put_question(self, step, name, slot, following)

    def _put_action(self, step: Step) -> None:
        name = step.reader.get("action").text()
        following = self.following(step)
        if name in self.domain.responses:
            put_response(self.draft, self.domain, step.id, self.domain.responses[name], following)
        elif name.startswith("utter_"):
            step.reader.get("action").note("L131", target=name)
            self.draft.put(step.id, {"type": "note", "text": plain_text(f"Rasa: {name}"), "next": following})
        else:
            self._put_http(step, name, following)

    def _put_http(self, step: Step, name: str, following: str) -> None:
        """A custom action runs on the action server: a request with its name and the slots."""
        connection = self.rasa.draft.connection("", _ACTIONS)
        step.reader.get("action").note("L160", connection=connection, url="action server")
        what = Both(
            "слоты, которые меняет действие, сами не меняются",
            "slots that the action sets do not change by themselves",
        )
        step.reader.get("action").note("L121", what=what)
        slots = {
            slot: f"=vars.{self.domain.slots[slot].variable.name}"
            for slot in self.domain.slots
            if slot in self.flow.words
        }
        body = {"action": literal(name), **({"slots": slots} if slots else {})}
        request = {"method": "POST", "path": f"/actions/{slug(name, 'action')}", "json": body}
        self.draft.put(
            step.id, {"type": "http", "connection": connection, "request": request, "next": following}
        )

    def _put_call(self, step: Step) -> None:
        name = step.reader.get("call").peek()
        other = self.rasa.flows.get(name)
        following = self.following(step)
        if name == _HUMAN:
            step.reader.get("call").text()
            self._put_handoff(step, following)
        elif other is None or other.steps is None:
            self._put_unknown(step, name or "call")
        else:
            step.reader.get("call").text()
            self.draft.put(step.id, {**other.steps.call(), "next": following})

    def _put_link(self, step: Step) -> None:
        name = step.reader.get("link").peek()
        other = self.rasa.flows.get(name)
        if name == _HUMAN:
            step.reader.get("link").text()
            self._put_handoff(step, self.draft.finished())
        elif other is None or other.steps is None:
            self._put_unknown(step, name or "link")
        elif self.inner:
            step.reader.get("link").note(
                "L121",
                what=Both(
                    "связанный поток вызывается, потом этот кончается",
                    "the linked flow is called, then this one ends",
                ),
            )
            step.reader.get("link").text()
            self.draft.put(step.id, {**other.steps.call(), "next": self.draft.finished()})
        else:
            # Whoever leads here leads to the other flow.
            step.reader.get("link").text()

    def _put_handoff(self, step: Step, following: str) -> None:
        people = self.draft.to_people("no_operators")
        exits = {"closed": following, "queue_timeout": people, "no_operators": people}
        node = {
            "type": "handoff",
            "summary": "auto",
            "wait_for": "closed",
            "queue_timeout": QUEUE_TIMEOUT,
            "exits": exits,
        }
        what = Both(f"ожидание оператора {QUEUE_TIMEOUT}", f"a wait for an operator of {QUEUE_TIMEOUT}")
        step.reader.note("L141", what=what)
        self.draft.put(step.id, node)

    def _put_set(self, step: Step) -> None:
        assign: dict[str, Any] = {}
        unset: list[str] = []
        for item in step.reader.get("set_slots").entries():
            for name, at in item.items():
                slot = self.domain.slots.get(name)
                if slot is None:
                    at.lost("L131", target=name)
                elif at.is_map:
                    at.lost("L112", value="{…}")
                elif at.tree is not None and not at:
                    unset.append(f"vars.{slot.variable.name}")
                else:
                    assign[f"vars.{slot.variable.name}"] = self._value(at, slot.variable.type)
        node: dict[str, Any] = {"type": "set", "assign": assign, "unset": unset, "next": self.following(step)}
        node = {key: value for key, value in node.items() if value or key not in ("assign", "unset")}
        if not assign and not unset:
            self._put_unknown(step, "set_slots")
            return
        self.draft.put(step.id, node)

    @staticmethod
    def _value(at: Reader, kind: str) -> Any:
        value = at.take()
        if isinstance(value, list) and any(isinstance(item, list | dict) for item in value):
            at.note("L112", value="[…]")
            value = [item for item in value if not isinstance(item, list | dict)]
        if kind in ("string", "enum") and not isinstance(value, str | list | dict):
            return at.peek()
        return _as_literal(value)


def _as_literal(value: Any) -> Any:
    """The value with texts that would read as expressions or holes written as literals of them."""
    if isinstance(value, str):
        return literal(value)
    return [_as_literal(item) for item in value] if isinstance(value, list) else value
