"""Rasa CALM: `flows.yml` with its domain, in one file or in several.

A flow that others call becomes a flow here, with the slots that it uses going in and out. The others
become parts of one graph. In Rasa a model chooses the flow by its description: here `ai_classify` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.importers.draft import Draft
from omnisupport.scenario_dsl.importers.rasa_domain import Domain
from omnisupport.scenario_dsl.importers.rasa_steps import Steps
from omnisupport.scenario_dsl.importers.reader import Ledger, Reader
from omnisupport.scenario_dsl.importers.wording import Names, language_of, quoted, slug
from omnisupport.scenario_dsl.tree import Map, Seq, Tree, plain
from omnisupport.scenario_dsl.words import Both

_WORD = re.compile(r"\w+")
_PATTERN = "pattern_"


@dataclass(slots=True)
class RasaFlow:
    """One flow: its steps, where it leads, and the slots that it uses."""

    reader: Reader
    name: str
    steps: Steps | None = None
    calls: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    id: str = ""


def convert(sources: list[Reader], ledger: Ledger) -> dict[str, Any] | None:
    """The scenario of the files' flows, or None after the report was told that there are none."""
    if not any(source.get("flows").items() for source in sources):
        wanted = Both("нет ни одного потока (flows)", "there is no flow (flows)")
        for source in sources:
            source.lost("L001", format="Rasa", wanted=wanted)
        return None
    texts = [plain(source.tree) for source in sources if source.tree is not None]
    return Rasa(sources, Draft(ledger, language_of(texts))).document()


class Rasa:
    """One import under way."""

    def __init__(self, sources: list[Reader], draft: Draft) -> None:
        self.sources = sources
        self.draft = draft
        self.domain = Domain(draft, sources)
        self.flows: dict[str, RasaFlow] = {}
        self._names = Names()
        self._description = ""

    def document(self) -> dict[str, Any]:
        """Find the flows and who calls whom; then their steps; then the start."""
        for source in self.sources:
            for name, reader in source.get("flows").items():
                self._open(name, reader)
        self._spread()
        called = self._called()
        for flow in self.flows.values():
            flow.id = self._names.claim(slug(flow.name, "flow"))
            flow.steps = Steps(self, flow, inner=flow.name in called)
        for flow in self.flows.values():
            if flow.steps is not None:
                flow.steps.put()
        start = self._start()
        first = next(iter(self.flows.values()), None)
        name = first.name if first is not None and len(self.flows) == 1 else "Rasa"
        title = first.reader.get("name").text() if first is not None and len(self.flows) == 1 else ""
        for flow in self.flows.values():
            # A name or a description that stands nowhere else is only what a builder sees.
            for key in ("name", "description"):
                if flow.reader.get(key).unread():
                    flow.reader.looks(key)
        return self.draft.document(id=name, name=title or name, start=start, description=self._description)

    def _open(self, name: str, reader: Reader) -> None:
        owned = reader.owned(name)
        if name.startswith(_PATTERN):
            # Rasa's own patterns are the waiting node's pipeline here.
            owned.lost("L181", name=name)
        elif name in self.flows:
            owned.lost(
                "L121",
                what=Both(
                    "поток объявлен дважды, взят первый", "the flow is declared twice, the first counts"
                ),
            )
        else:
            flow = RasaFlow(owned, name)
            self.flows[name] = flow
            _collect(owned.get("steps").tree, flow)

    def _spread(self) -> None:
        """Let each flow know the slots of the flows that it leads to, and of what it says."""
        for flow in self.flows.values():
            for word in list(flow.words):
                for said in (word, f"utter_ask_{word}"):
                    response = self.domain.responses.get(said)
                    if response is not None:
                        flow.words |= _words(response.tree)
            flow.words &= set(self.domain.slots)
        leading: dict[str, list[RasaFlow]] = {}
        for flow in self.flows.values():
            for name in sorted(flow.calls | flow.links):
                leading.setdefault(name, []).append(flow)
        work = list(self.flows.values())
        while work:
            known = work.pop()
            for flow in leading.get(known.name, ()):
                if not known.words <= flow.words:
                    flow.words |= known.words
                    work.append(flow)

    def _called(self) -> set[str]:
        """Flows that come back to who called them, and those that they link to."""
        found = {name for flow in self.flows.values() for name in flow.calls if name in self.flows}
        work = list(found)
        while work:
            for name in self.flows[work.pop()].links:
                if name in self.flows and name not in found:
                    found.add(name)
                    work.append(name)
        return found

    def _start(self) -> str:
        """Where a run begins: at the flow of its trigger, else at the one that the message is about."""
        starts = [flow for flow in self.flows.values() if self._is_startable(flow)]
        self.draft.triggers.append({"id": "message", "type": "message", "match": "any"})
        entries = {flow.name: self._entry(flow) for flow in starts}
        cases = [case for flow in starts for case in self._intents(flow, entries[flow.name])]
        following = self._choose(starts, entries)
        if not cases:
            return following
        return self.draft.add("by_trigger", {"type": "condition", "cases": cases, "else": following})

    @staticmethod
    def _is_startable(flow: RasaFlow) -> bool:
        guard = flow.reader.get("if")
        if guard.peek().strip().lower() == "false":
            guard.scalar()
            return False
        return True

    def _entry(self, flow: RasaFlow) -> str:
        """The flow's first node in the main graph, behind its guard."""
        assert flow.steps is not None
        entry = flow.steps.entry_from_main()
        guard = flow.reader.get("if")
        if not guard:
            return entry
        when = self.domain.condition(guard)
        node = {
            "type": "condition",
            "cases": [{"when": when, "next": entry}],
            "else": self.draft.to_people("not_understood"),
        }
        return self.draft.add(f"{flow.id}_guard", node)

    def _intents(self, flow: RasaFlow, entry: str) -> list[dict[str, Any]]:
        cases = []
        for item in flow.reader.get("nlu_trigger").entries():
            intent = item.get("intent")
            name, confidence = intent, item
            if intent.is_map:
                name, confidence = intent.get("name"), intent
            word = name.text() or item.text()
            trigger: dict[str, Any] = {
                "id": self._names.claim(f"intent_{slug(word, 'intent')}"),
                "type": "intent",
                "intent": slug(word, "intent"),
            }
            threshold = confidence.get("confidence_threshold").number()
            if threshold is not None:
                trigger["min_confidence"] = max(0.0, min(float(threshold), 1.0))
            item.note(
                "L121",
                what=Both(
                    "примеры намерения лежат в nlu.yml: добавьте их в resources.intents",
                    "the intent's examples are in nlu.yml: add them to resources.intents",
                ),
            )
            self.draft.triggers.append(trigger)
            cases.append({"when": f"run.trigger.orValue('') == {quoted(trigger['id'])}", "next": entry})
        return cases

    def _choose(self, starts: list[RasaFlow], entries: dict[str, str]) -> str:
        if not starts:
            self.sources[0].note("L130", exit="start")
            return self.draft.finished()
        for flow in starts:
            flow.reader.looks("always_include_in_prompt")
        if len(starts) == 1:
            flow = starts[0]
            self._description = flow.reader.get("description").text()
            return entries[flow.name]
        labels, exits = {}, {}
        for flow in starts:
            label = slug(flow.name, "flow")
            told = flow.reader.get("description").text() or flow.reader.get("name").text() or flow.name
            labels[label] = {"description": told}
            exits[label] = entries[flow.name]
        what = Both(
            "поток выбирает ai_classify по описаниям", "ai_classify chooses the flow by the descriptions"
        )
        self.sources[0].note("L121", what=what)
        exits["unsure"] = exits["error"] = self.draft.to_people("not_understood")
        node = {"type": "ai_classify", "input": "event.text", "labels": labels, "exits": exits}
        return self.draft.add("choose_flow", node)


def _collect(tree: Tree | None, flow: RasaFlow) -> None:
    """Calls, links and all words of a flow's steps."""
    work: list[Tree | None] = [tree]
    while work:
        part = work.pop()
        if isinstance(part, Map):
            for key, value in part.items():
                target = getattr(value, "text", "")
                if key == "call" and target:
                    flow.calls.add(target)
                elif key == "link" and target:
                    flow.links.add(target)
                flow.words |= {key, target, *_WORD.findall(target)}
                work.append(value)
        elif isinstance(part, Seq):
            work += part.items


def _words(tree: Tree | None) -> set[str]:
    found: set[str] = set()
    work: list[Tree | None] = [tree]
    while work:
        part = work.pop()
        if isinstance(part, Map):
            found |= set(part.values)
            work += part.values.values()
        elif isinstance(part, Seq):
            work += part.items
        else:
            found |= set(_WORD.findall(getattr(part, "text", "")))
    return found
