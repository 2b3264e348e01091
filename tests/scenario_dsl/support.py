"""Scenarios for tests, and a customer who talks to them without a host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from omnisupport.scenario_dsl import (
    IR,
    Call,
    Cancel,
    Command,
    Context,
    Event,
    Finding,
    Inbound,
    Message,
    Operator,
    Resources,
    Result,
    Send,
    Start,
    State,
    Timer,
    check_document,
    compile_document,
    load_document,
    new_state,
    step,
)

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "scenarios"
TEMPLATES = ROOT / "omnisupport" / "scenario_dsl" / "templates"
SHIPPED = sorted(
    [
        *EXAMPLES.glob("*.yaml"),
        *(path for path in TEMPLATES.glob("*.yaml") if not path.name.endswith(".test.yaml")),
    ]
)
"""Every scenario that comes with the product: the demo's, its own, and the templates."""

# Monday, 2 March 2026, 11:00 in Moscow.
NOW = 1_772_438_400_000
HOUR = 3_600_000

HEAD = """\
omni: scenario/v1
id: under_test
name: {ru: Проверка, en: Under test}
channels: [widget]
locale: {default: ru, supported: [ru]}
"""


# Ends that a test may lead to without declaring them: id -> outcome.
ENDINGS = {
    "bye": "done",
    "saved": "saved",
    "gone": "timeout",
    "wrong": "invalid",
    "skipped": "skipped",
    "failed": "error",
    "special": "special",
}


_ENDING = "  {name}: {{type: end, outcome: {outcome}}}\n"
# An error exit must say something.
_SORRY = (
    "  failed: {type: message, text: Не вышло., next: sorry_end}\n  sorry_end: {type: end, outcome: error}\n"
)


def context(**changes: Any) -> Context:
    """A visitor of the widget in Moscow; `changes` replace whole parts."""
    base = Context(
        now=NOW,
        locale="ru",
        channel={"id": "c1", "type": "widget", "name": "Сайт"},
        customer={"id": "u1", "name": None, "email": None, "phone": None, "fields": {}},
        conversation={"id": "v1", "status": "open", "tags": [], "department": None, "assignee": None},
        tenant={"id": "t1", "slug": "demo", "name": "Чайная лавка", "timezone": "Europe/Moscow"},
    )
    return replace(base, **changes)


def findings(text: str, file: str = "scenario.yaml", resources: Resources | None = None) -> list[Finding]:
    """What loading and checking a text find."""
    result = load_document(text, file=file)
    if result.document is None:
        return result.findings
    return check_document(result.document, resources=resources)


def codes(text: str) -> list[str]:
    """The codes of the findings, in order."""
    return [finding.code for finding in findings(text)]


def compiled(text: str) -> IR:
    """The IR of a document that must load."""
    result = load_document(text)
    assert result.document is not None, [str(finding) for finding in result.findings]
    return compile_document(result.document)


def scenario(nodes: str, *, variables: str = "", head: str = "", start: str = "first") -> IR:
    """The IR of a scenario with these nodes and the ends that they lead to."""
    return compiled(document(nodes, variables=variables, head=head, start=start))


def document(nodes: str, *, variables: str = "", head: str = "", start: str = "first") -> str:
    """A document around some nodes; `head` are more top-level lines, `variables` the indented declarations."""
    declared = f"variables:\n{variables}" if variables else ""
    ends = "".join(
        _ENDING.format(name=name, outcome=outcome) if name != "failed" else _SORRY
        for name, outcome in ENDINGS.items()
        if f"  {name}:" not in nodes and re.search(rf": {name}\b", nodes + head)
    )
    return f"{HEAD}{head}{declared}start: {start}\nnodes:\n{nodes}{ends}"


def example(name: str) -> IR:
    """One of the demo's scenarios."""
    return compiled((EXAMPLES / f"{name}.yaml").read_text("utf-8"))


class Chat:
    """One run: remembers the state, every event and what the last one brought."""

    def __init__(self, ir: IR, *, run: int = 1, inputs: dict[str, Any] | None = None, **changes: Any) -> None:
        self.ir = ir
        self.context = context(**changes)
        self.state: State = new_state(ir, run=run, inputs=inputs)
        self.commands: list[Command] = []
        self.log: list[Event] = []
        self._seq = 0

    def take(self, event: Event) -> Chat:
        """Feed one event."""
        self.log.append(event)
        self.state, self.commands = step(self.ir, self.state, event)
        return self

    def start(self, text: str | None = None, *, silent: bool = False, trigger: str | None = None) -> Chat:
        """Begin the run, perhaps by a message."""
        message = None if text is None else Inbound(self._next(), text)
        return self.take(Start(self.context, trigger, message, silent))

    def say(self, text: str) -> Chat:
        """The customer types."""
        return self.take(Message(self.context, Inbound(self._next(), text)))

    def press(self, option: str) -> Chat:
        """The customer presses a button of the current prompt."""
        return self.press_raw(f"{self.state['run']}.{self.state['prompt']}.{option}")

    def press_raw(self, button: str) -> Chat:
        """The customer presses a button with this id on the wire."""
        return self.take(Message(self.context, Inbound(self._next(), "", button)))

    def result(self, exit: str, value: Any = None) -> Chat:
        """The host answers the call that the run waits for."""
        return self.take(Result(self.context, self.state["waiting"]["call"]["id"], exit, value))

    def operator(self, action: Any, **data: Any) -> Chat:
        """An operator acts."""
        return self.take(Operator(self.context, action, data))

    def cancel(self) -> Chat:
        """The host cancels the run."""
        return self.take(Cancel(self.context))

    def wait_for(self, name: str) -> Chat:
        """Let the armed timer whose id ends so fire, at its time."""
        timer = next(item for item in self.state["timers"] if item["id"].endswith(name))
        self.context = replace(self.context, now=timer["at"])
        return self.take(Timer(self.context, timer["id"]))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    @property
    def node(self) -> str:
        """The id of the node where the run is."""
        return str(self.state["node"])

    @property
    def said(self) -> list[str]:
        """The texts sent by the last event."""
        return [part["text"] for command in self.of(Send) for part in command.parts]

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons sent by the last event."""
        sends: list[Send] = self.of(Send)
        return [button["label"] for command in sends for part in command.parts for button in part["buttons"]]

    @property
    def call(self) -> Call:
        """The call of the last event."""
        calls: list[Call] = self.of(Call)
        assert len(calls) == 1, self.commands
        return calls[0]

    @property
    def outcome(self) -> str | None:
        """How the run ended, or None."""
        ended = self.state["ended"]
        return None if ended is None else str(ended["outcome"])

    def of(self, kind: type[Any]) -> list[Any]:
        """The last event's commands of one kind."""
        return [command for command in self.commands if isinstance(command, kind)]


def replay(ir: IR, log: Sequence[Event], *, run: int = 1, inputs: dict[str, Any] | None = None) -> list[Any]:
    """Every state and its commands as JSON values, when a log is fed to a new run."""
    state, result = new_state(ir, run=run, inputs=inputs), []
    for event in log:
        state, commands = step(ir, state, event)
        result.append([state, [command.to_dict() for command in commands]])
    return result
