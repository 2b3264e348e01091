"""Twilio Studio, flow definition as JSON: widgets become nodes, their transitions exits.

A transition that leads nowhere ends the bot's part, as it does in Studio, and is reported: most flows
leave `timeout` and `deliveryFailure` open. Widgets of voice and of other products leave a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.importers.draft import TIMEOUT, Draft
from omnisupport.scenario_dsl.importers.phrase import Phrase
from omnisupport.scenario_dsl.importers.reader import Ledger, Reader
from omnisupport.scenario_dsl.importers.studio_liquid import Values
from omnisupport.scenario_dsl.importers.studio_widgets import put_widget
from omnisupport.scenario_dsl.importers.wording import language_of, quoted, seconds
from omnisupport.scenario_dsl.tree import plain
from omnisupport.scenario_dsl.words import Both

# What a trigger's transition is here; None for what belongs to calls.
_TRIGGERS: dict[str, dict[str, Any] | None] = {
    "incomingMessage": {"id": "message", "type": "message", "match": "any"},
    "incomingConversationMessage": {"id": "message", "type": "message", "match": "any"},
    "incomingRequest": {"id": "request", "type": "api"},
    "incomingParent": None,
    "incomingCall": None,
}


@dataclass(slots=True)
class Widget:
    """A state of the flow with the id of its node."""

    reader: Reader
    name: str
    type: str
    id: str

    @property
    def properties(self) -> Reader:
        """Its settings."""
        return self.reader.get("properties")


def convert(sources: list[Reader], ledger: Ledger) -> dict[str, Any] | None:
    """The scenario of one flow, or None after the report was told that it is none."""
    root = sources[0]
    if not root.get("states").is_list and root.get("definition").is_map:
        # The REST API answers with the definition inside of the flow's record.
        root.looks(
            "sid",
            "account_sid",
            "revision",
            "status",
            "date_created",
            "date_updated",
            "url",
            "links",
            "valid",
            "errors",
            "warnings",
            "webhook_url",
            "commit_message",
        )
        name = root.get("friendly_name").text()
        root = root.get("definition")
    else:
        name = ""
    if not root.get("states").is_list:
        wanted = Both("нет списка states", "the list states is missing")
        sources[0].lost("L001", format="Twilio Studio", wanted=wanted)
        return None
    states = root.get("states").tree
    assert states is not None
    return Studio(root, Draft(ledger, language_of(plain(states)))).document(name)


class Studio:
    """One import under way."""

    def __init__(self, root: Reader, draft: Draft) -> None:
        self.root = root
        self.draft = draft
        self.values = Values(draft)
        self.widgets: dict[str, Widget] = {}

    def document(self, name: str) -> dict[str, Any]:
        """Read the widgets twice: who there is and what they keep, then what they do."""
        for state in self.root.get("states").entries():
            self._open(state)
        for widget in self.widgets.values():
            put_widget(self, widget)
        start = self._start()
        said = self.root.get("description").text()
        self.root.looks("flags", "$schema")
        # An exported definition has no name of its own.
        title = name or said or "Twilio Studio"
        return self.draft.document(id=title, name=title, start=start, description=said if name else "")

    def _open(self, state: Reader) -> None:
        name, kind = state.get("name").text(), state.get("type").text()
        if name in self.widgets:
            # Two of a name: transitions can only mean the first.
            state.lost("L131", target=name or "?")
            return
        node_id = "" if kind == "trigger" else self.draft.claim(name, "widget")
        reader = state.owned(name or None, node_id or None)
        widget = Widget(reader, name, kind, node_id)
        self.widgets[name] = widget
        if node_id:
            self.draft.stand([node_id], widget.properties.get("offset"))
        else:
            widget.properties.looks("offset")
        if kind == "send-and-wait-for-reply":
            self.values.replies[name] = self._keep(f"reply:{name}", f"{name}_reply", "string")
        elif kind in ("make-http-request", "run-function", "run-function-v2"):
            self.values.answers[name] = self._keep(f"answer:{name}", f"{name}_answer", "any")
        elif kind == "set-variables":
            for item in widget.properties.get("variables").entries():
                key = item.get("key").peek()
                if key:
                    self._keep(f"flow:{key}", key, "string")

    def _keep(self, key: str, name: str, kind: str) -> str:
        variable = self.draft.variable(key, name)
        if kind not in variable.types:
            variable.types.append(kind)
        return variable.name

    def _start(self) -> str:
        """Where the run begins, and by what."""
        initial = self.root.get("initial_state").text("Trigger")
        trigger = self.widgets.get(initial)
        if trigger is None:
            self.root.get("initial_state").note("L131", target=initial)
        if trigger is None or trigger.type != "trigger":
            trigger = next((item for item in self.widgets.values() if item.type == "trigger"), trigger)
        if trigger is None:
            self.root.note("L130", exit="initial_state")
            return self._first()
        if trigger.type != "trigger":
            self.draft.triggers.append({"id": "message", "type": "message", "match": "any"})
            return trigger.id
        targets: dict[str, str] = {}
        for transition in trigger.reader.get("transitions").entries():
            self._by_trigger(transition, targets)
        if not targets:
            trigger.reader.note("L130", exit="incomingMessage")
            return self._first()
        start, *others = targets.values()
        if all(other == start for other in others):
            return start
        cases = [
            {"when": f"run.trigger.orValue('') == {quoted(key)}", "next": target}
            for key, target in targets.items()
            if target != start
        ]
        return self.draft.add("by_trigger", {"type": "condition", "cases": cases, "else": start})

    def _by_trigger(self, transition: Reader, targets: dict[str, str]) -> None:
        """One transition of the trigger: what starts the scenario, and where."""
        event, following = transition.get("event").text(), transition.get("next")
        if not following:
            transition.note("L130" if event == "incomingMessage" else "L132", exit=event or "?")
            return
        known = _TRIGGERS.get(event)
        if known is None:
            transition.lost("L180", name=event or "?")
            return
        target = self.target(following)
        key = known["id"]
        if key in targets:
            if targets[key] != target:
                transition.note(
                    "L121", what=Both("начинается как обычное сообщение", "it begins like any message")
                )
            return
        targets[key] = target
        self.draft.triggers.append(known)

    def _first(self) -> str:
        first = next((item.id for item in self.widgets.values() if item.id), None)
        return first or self.draft.finished()

    def target(self, at: Reader) -> str:
        """The node that a transition names; one that does not exist is reported."""
        name = at.text()
        widget = self.widgets.get(name)
        if widget is None or not widget.id:
            at.note("L131", target=name)
            return self.draft.finished()
        return widget.id

    def exits(self, widget: Widget) -> dict[str, str | None]:
        """Event -> node, None where the transition is open; conditions are read by the split itself."""
        found: dict[str, str | None] = {}
        for transition in widget.reader.get("transitions").entries():
            if transition.get("conditions").entries():
                continue
            event, following = transition.get("event").text(), transition.get("next")
            found.setdefault(event, self.target(following) if following else None)
            if not following:
                transition.note("L130", exit=event or "?")
        return found

    def leads(self, found: dict[str, str | None], event: str) -> str:
        """Where an exit leads: to its node or to the end."""
        return found.get(event) or self.draft.finished()

    def phrase(self, at: Reader) -> Phrase:
        """The text of a field."""
        return self.values.phrase(at.text(), at)

    def timeout(self, at: Reader) -> str:
        """A widget's timeout in seconds, as a duration."""
        value = at.number()
        return seconds(value) if value is not None and value > 0 else TIMEOUT
