"""One event under way: the new state, the commands so far, and what nodes may do.

Nothing here changes the state that came in: the top level is copied first, and nested values are
replaced, never edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from omnisupport.scenario_dsl.commands import (
    Become,
    Call,
    CallKind,
    Command,
    End,
    Failed,
    Handoff,
    Human,
    Note,
    Send,
    Tag,
    Update,
)
from omnisupport.scenario_dsl.expr.budget import BUDGET, allowance
from omnisupport.scenario_dsl.expr.compile import Env
from omnisupport.scenario_dsl.filters import Surroundings
from omnisupport.scenario_dsl.ir import outweighs
from omnisupport.scenario_dsl.phrases import APOLOGY, ERROR_NOTE, FAILED_NOTE, SILENT_NOTE
from omnisupport.scenario_dsl.render import pick_locale
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.hearing import content_of
from omnisupport.scenario_dsl.runtime.telling import tell_failed
from omnisupport.scenario_dsl.sinks import Escape, Sink
from omnisupport.scenario_dsl.values import Misfit, fit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.events import Context
    from omnisupport.scenario_dsl.ir import State
    from omnisupport.scenario_dsl.runtime.program import Program, ProgramNode
    from omnisupport.scenario_dsl.words import Both

# Values up to this size are not weighed one by one; twenty of them stay far below the limit.
_SMALL = 256
_FEW = 20

# What a part of a message may show besides its text.
_SHOWN = ("media", "carousel", "location", "contact", "template", "open_url")


class Turn:
    """The work area of one `step`."""

    def __init__(self, program: Program, state: State, context: Context) -> None:
        self.program = program
        self.state = dict(state)
        counts = state["turn"]
        if counts is not None:
            self.state["turn"] = {**counts, "visits": dict(counts["visits"])}
        self.context = context
        self.commands: list[Command] = []
        self.silent = False
        self.message_seq: int | None = None
        zone = program.ir.get("timezone") or context.tenant.get("timezone")
        self.around = Surroundings(context.locale, zone if isinstance(zone, str) else "UTC")
        self._env: Env | None = None
        self._allowance = allowance()
        self._owns_vars = False

    # Reading

    @property
    def now(self) -> int:
        """The moment of the event, in epoch milliseconds."""
        return self.context.now

    @property
    def env(self) -> Env:
        """The names that expressions see."""
        if self._env is None:
            context, state = self.context, self.state
            self._env = {
                "vars": state["vars"],
                "event": state["event"],
                "channel": _as_dict(context.channel),
                "customer": _as_dict(context.customer),
                "conversation": {"tags": [], **context.conversation},
                "tenant": _as_dict(context.tenant),
                "calendar": {**{name: {} for name in self.program.ir["calendars"]}, **state["calendar"]},
                "locale": context.locale,
                "now": context.now,
                "run": {"id": state["run"], "trigger": state["trigger"], "steps": state["steps"]},
            }
        return self._env

    @property
    def variables(self) -> dict[str, Any]:
        """The declarations of the variables that run now: the flow's, or the scenario's."""
        found: dict[str, Any] = self.program.flow(self.state.get("flow"))["variables"]
        return found

    def evaluate(self, ast: list[Any], **names: Any) -> Any:
        """The value of an expression; `names` exist only in it. Raises `ExprError`."""
        env = {**self.env, **names} if names else self.env
        env["$"] = self._allow()
        return self.program.closure(ast)(env)

    def _allow(self) -> list[int]:
        """What an expression may do: turns of its own, and what is left of the event's work."""
        self._allowance[0] = BUDGET
        return self._allowance

    def truth(self, ast: list[Any], **names: Any) -> bool:
        """The value of a condition."""
        value = self.evaluate(ast, **names)
        if type(value) is not bool:
            raise NodeError("expr.type", "a condition is neither true nor false")
        return value

    def render(self, text: dict[str, Any], sink: Sink | Escape | None = None, **names: Any) -> str:
        """A text in the locale of the context, written as its place wants it; `names` exist only in it.

        Raises `ExprError`.
        """
        segments = text[pick_locale(text, self.context.locale, self.program.locale)]
        if sink is None and isinstance(segments, str):
            return segments
        env = {**self.env, **names} if names else self.env
        env["$"] = self._allow()
        return self.program.writer(segments, sink)(env, self.around)

    def value(self, data: Any) -> Any:
        """A field that is a literal, an expression or a text, at any depth."""
        if isinstance(data, list):
            return [self.value(item) for item in data]
        if not isinstance(data, dict):
            return data
        if "=" in data:
            return self.evaluate(data["="])
        if "{{" in data:
            return self.render(data["{{"])
        return {key: self.value(item) for key, item in data.items()}

    def phrase(self, words: Both) -> str:
        """A phrase of the product's own in the locale of the context."""
        return words.pick(self.context.locale)

    # Writing

    def assign(self, path: list[str], value: Any) -> None:
        """Store a value in a variable.

        Raises:
            Misfit: the variable does not take it.
            NodeError: `limit.state`, the variables would outgrow what a run may carry.
        """
        name = path[0]
        kept = value if len(path) == 1 else _replaced(self.state["vars"].get(name), path[1:], value)
        fitted = fit(kept, self.variables[name])
        variables = self.own_vars()
        before = variables.get(name)
        variables[name] = fitted
        small = not isinstance(fitted, list | dict) and len(str(fitted)) <= _SMALL
        if small and len(variables) <= _FEW:
            return
        carried = [variables, self.state.get("stack")] if self.state.get("stack") else variables
        if outweighs(carried, limits.VARS_BYTES):
            variables[name] = before
            raise NodeError("limit.state", f"the variables are larger than {limits.VARS_BYTES} bytes")

    def store(self, path: list[str], value: Any) -> None:
        """Store a value that must fit: a misfit is an error of the node."""
        try:
            self.assign(path, value)
        except Misfit as error:
            raise NodeError("expr.type", f"vars.{'.'.join(path)}: {error}") from error

    def clear(self, path: list[str]) -> None:
        """Set a variable back to its default."""
        if len(path) > 1:
            self.store(path, None)
            return
        variables = self.own_vars()
        variables.pop(path[0], None)
        default = self.variables[path[0]].get("default")
        if default is not None:
            variables[path[0]] = default

    def own_vars(self, *, anew: bool = False) -> dict[str, Any]:
        """The variables as a dict of this turn's own; `anew` leaves the present one as it is, to go back to."""
        if anew or not self._owns_vars:
            self.state["vars"] = dict(self.state["vars"])
            self._owns_vars = True
            if self._env is not None:
                self._env["vars"] = self.state["vars"]
        return self.state["vars"]  # type: ignore[no-any-return]

    def put(self, key: str, value: Any) -> None:
        """Replace one part of the state that expressions see (`event`, `calendar`, `vars`)."""
        self.state[key] = value
        self._env = None
        if key == "vars":
            # What was put may be the dict that came in, which is nobody's to write to.
            self._owns_vars = False

    def forget_env(self) -> None:
        """Let the names be read anew, after the state was replaced as a whole."""
        self._env = None
        self._owns_vars = False

    # Commands

    def send(self, parts: list[dict[str, Any]], to: dict[str, str] | None = None, **how: Any) -> None:
        """Send one message, without the parts that came out empty; `how` are further fields of `Send`.

        One that goes `to` another place tells the customer nothing here.

        Raises:
            NodeError: `limit.messages`, ten were sent since the customer last did something;
                `expr.value`, nothing is left to be seen.
        """
        seen = [item for item in parts if _is_seen(item["text"]) or any(key in item for key in _SHOWN)]
        if not seen:
            raise NodeError("expr.value", "the message has no text")
        counts = self.counts()
        if counts["sent"] >= limits.MESSAGES_PER_TURN:
            raise NodeError("limit.messages", f"more than {limits.MESSAGES_PER_TURN} messages in a turn")
        counts["sent"] += 1
        if to is not None:
            self.commands.append(Send(seen, to, **how))
        elif not self.silent:
            self.tell()
            self.commands.append(Send(seen, **how))

    def say(self, text: str, buttons: list[dict[str, Any]] | None = None) -> None:
        """Send one message of one part."""
        self.send([part(text, buttons)])

    def counts(self) -> dict[str, Any]:
        """The counters of this turn: steps, messages and visits since the customer or a timer moved the run."""
        counts: dict[str, Any] | None = self.state["turn"]
        if counts is None:
            counts = self.state["turn"] = {"steps": 0, "sent": 0, "visits": {}}
        return counts

    def begin_item(self) -> None:
        """One more round of a loop over a list: it has the steps of a turn of its own."""
        counts = self.counts()
        counts.update(before=counts.get("before", 0) + counts["steps"], steps=0, visits={})

    def call(
        self,
        node: ProgramNode,
        kind: CallKind,
        request: dict[str, Any],
        timeout_s: int,
        retry: dict[str, Any] | None = None,
        resume: dict[str, Any] | None = None,
    ) -> None:
        """Ask the host for something and wait for its answer; `resume` is the wait to come back to."""
        if outweighs(request, limits.REQUEST_BYTES):
            raise NodeError("limit.state", f"the request is larger than {limits.REQUEST_BYTES} bytes")
        self.state["calls"] += 1
        call_id = f"{self.state['run']}.c{self.state['calls']}"
        command = Call(call_id, node.id, kind, request, timeout_s * 1_000, retry, node.label)
        waiting = {"kind": "call", "node": node.id, "call": command.to_dict()}
        if resume is not None:
            waiting["resume"] = resume
        self.state["waiting"] = waiting
        self.commands.append(command)

    def update(self, target: Literal["conversation", "customer"], values: dict[str, Any]) -> None:
        """Change the conversation or the customer; what follows in this turn reads it as it will be."""
        self.commands.append(Update(target, values))
        known = dict(getattr(self.context, target))
        for name, value in values.items():
            if name == "consents":
                given = {purpose: "granted" if agreed else "denied" for purpose, agreed in value.items()}
                known[name] = {**(known.get(name) or {}), **given}
            elif isinstance(value, dict) and name in ("fields", "attributes"):
                known[name] = {**(known.get(name) or {}), **value}
            elif name != "merge_by":
                known[name] = value
        self._see(known if target == "customer" else None, known if target == "conversation" else None)

    def tag(self, add: list[str], remove: list[str]) -> None:
        """Change the conversation's tags; what follows in this turn reads them."""
        self.commands.append(Tag(add, remove))
        before = self.context.conversation.get("tags") or []
        kept = [tag for tag in before if tag not in remove]
        tags = kept + [tag for tag in add if tag not in kept]
        self._see(None, {**self.context.conversation, "tags": tags})

    def _see(self, customer: dict[str, Any] | None, conversation: dict[str, Any] | None) -> None:
        known = self.context
        self.context = replace(
            known,
            customer=known.customer if customer is None else customer,
            conversation=known.conversation if conversation is None else conversation,
        )
        self._env = None

    def hand_over(self, handoff: Handoff) -> None:
        """Give the conversation to people; what is still queued is theirs to read."""
        self.state["queue"] = []
        self.tell()
        self.commands.append(handoff)

    def enqueue(self) -> None:
        """Keep the message of this event for the next question; more than three in a row are not kept."""
        queue = self.state["queue"]
        event = self.state["event"]
        if len(queue) < limits.QUEUE_LENGTH and self.message_seq is not None:
            kept = {"seq": self.message_seq, "text": event["text"][: limits.QUEUED_TEXT_KEPT]}
            content = content_of(event)
            carried = [item["content"] for item in queue if "content" in item] + [content]
            fits = not outweighs(carried, limits.ATTACHMENTS_BYTES)
            more = {"content": content} if content and fits else {}
            self.state["queue"] = [*queue, {**kept, "button": event["button"], **more}]
            self.state["unanswered"] = [seq for seq in self.unanswered if seq != self.message_seq]

    # What the customer is owed

    @property
    def unanswered(self) -> list[int]:
        """The messages that the run took since it last said something, answers to its questions left out."""
        seqs: list[int] = self.state.get("unanswered", [])
        return seqs

    def owe_word(self, seq: int, *, again: bool) -> None:
        """A message was taken: until something is said it has no answer."""
        self.message_seq = seq
        if again:
            self.state["again"] = [*self.state.get("again", []), seq][-limits.UNANSWERED_KEPT :]
        self.state["unanswered"] = [*self.unanswered, seq][-limits.UNANSWERED_KEPT :]

    def accept(self) -> None:
        """The message answers a question of this run: it is dealt with, unless an error follows."""
        self.state.update(unanswered=[], accepted=True)

    def heed(self) -> None:
        """What the customer wrote is dealt with; an error on the way may still be owed a word."""
        self.state.update(unanswered=[], accepted=False)

    def tell(self) -> None:
        """The customer is told something, or has people to hear from: nothing is owed."""
        self.heed()
        self.state["owed"] = False

    def owe_error(self, code: str, detail: str) -> None:
        """The scenario's own error path is taken: it must not end in silence."""
        self.state["owed"] = [code, detail, self.state["node_label"]]

    # Ending

    def stop_waiting(self) -> None:
        """Leave whatever the run waits for; its timers are disarmed."""
        self.state["waiting"] = None
        self.state["timers"] = []

    def end(self, outcome: str, *, redeliver: bool = False, to_people: bool = False) -> None:
        """End the run; queued messages go back to routing, with `redeliver` also those without an answer.

        An error whose path said nothing ends as one without a path; where nobody waits for a word, a note
        is enough.
        """
        owed = self.state["owed"]
        if owed and not to_people:
            code, detail, node = owed
            if self.unanswered or self.state.get("accepted") or self.state["escalated"]:
                self.fail(code, detail, node)
                return
            self.note(SILENT_NOTE, code, detail, node)
        given_back = {item["seq"] for item in self.state["queue"]}
        if redeliver:
            given_back.update(self.unanswered, () if self.message_seq is None else (self.message_seq,))
        routed = given_back.difference(self.state.get("again", ()))
        left = given_back.union(self.unanswered) - routed
        self._close_run(outcome)
        self.commands.append(Human() if to_people else End(outcome, sorted(routed), sorted(left)))

    def become(self, scenario: str, inputs: dict[str, Any]) -> None:
        """End the run for another scenario, which has the conversation and what waits in the queue."""
        if outweighs(inputs, limits.REQUEST_BYTES):
            raise NodeError("limit.state", f"the inputs are larger than {limits.REQUEST_BYTES} bytes")
        queued = sorted({item["seq"] for item in self.state["queue"]})
        self._close_run("replaced")
        self.commands.append(Become(scenario, inputs, queued))

    def fail(self, code: str, detail: str, node: str | None = None) -> None:
        """The built-in end of every error path: apology, note with the code, a person."""
        self.silent = False
        self.commands.append(Send([part(self.phrase(APOLOGY))]))
        self.note(FAILED_NOTE, code, detail, node)
        self.commands += tell_failed(self.program.ir, self.state, code, self.state["node"])
        self.commands += [Handoff(), Failed(code, detail), End("failed")]
        self._close_run("failed")

    def note_error(self, code: str, detail: str) -> None:
        """Tell operators that the run went on by the scenario's error path."""
        self.note(ERROR_NOTE, code, detail)
        self.owe_error(code, detail)

    def note(self, words: Both, code: str, detail: str, node: str | None = None) -> None:
        """An internal note about an error; `node` is the label of the step, the present one when left out."""
        name = self.program.ir["name"].get(self.program.locale[:2]) or self.program.ir["id"]
        text = words.pick(self.program.locale).format(
            scenario=name, node=node or self.state["node_label"], code=code, detail=detail
        )
        self.commands.append(Note(text))

    def _close_run(self, outcome: str) -> None:
        self.stop_waiting()
        self.state.update(ended={"outcome": outcome}, queue=[], turn=None, trail=[])
        if self.state.get("stack"):
            self.state["stack"] = []
        self.tell()


def part(text: str, buttons: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """One part of a message."""
    return {"text": text, "buttons": buttons or [], "sources": []}


def _as_dict(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of the context as expressions read it; nothing writes to it, so a dict stands for itself."""
    return part if type(part) is dict else dict(part)


def _is_seen(text: str) -> bool:
    """Whether it holds anything but blanks and invisible characters."""
    return text[:1].isalnum() or any(character.isprintable() and character != " " for character in text)


def _replaced(holder: Any, path: list[str], value: Any) -> dict[str, Any]:
    """A copy of an object with one field, at some depth, replaced."""
    copy = dict(holder) if isinstance(holder, dict) else {}
    copy[path[0]] = value if len(path) == 1 else _replaced(copy.get(path[0]), path[1:], value)
    return copy
