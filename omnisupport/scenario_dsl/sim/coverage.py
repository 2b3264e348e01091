"""What the tests of a scenario have seen of it: nodes, ways, conditions, interrupts; with the lines that they miss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.events import Message
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.runtime.intents import is_about_intent
from omnisupport.scenario_dsl.sim.host import Happening
from omnisupport.scenario_dsl.sim.watch import FLOW, INTERRUPT, Watched, Way, conditions_of, terms_of, ways_of
from omnisupport.scenario_dsl.words import Both

KINDS = ("nodes", "exits", "options", "conditions", "interrupts", "timeouts", "errors", "locales", "channels")
NAMES: Mapping[str, Both] = {
    "nodes": Both("узлы", "nodes"),
    "exits": Both("выходы", "exits"),
    "options": Both("варианты меню", "options"),
    "conditions": Both("условия", "conditions"),
    "interrupts": Both("прерывания", "interrupts"),
    "timeouts": Both("тайм-ауты", "timeouts"),
    "errors": Both("ошибки", "errors"),
    "locales": Both("языки", "locales"),
    "channels": Both("каналы", "channels"),
}
_TIMEOUTS = ("exits.timeout", "exits.queue_timeout")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be covered; `line` is its place in the document, None where only the IR is known."""

    kind: str
    name: str
    node: str | None
    line: int | None
    count: int

    @property
    def is_covered(self) -> bool:
        """Whether it happened at least once."""
        return self.count > 0


@dataclass(slots=True)
class Coverage:
    """Counts of everything that was seen; it grows while cases or walks run."""

    ir: Watched
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    nodes: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    interrupts: Counter[tuple[str, str]] = field(default_factory=Counter)
    locales: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    waits: set[str] = field(default_factory=set)

    def note(self, happening: Happening) -> None:
        """Count one event."""
        self.nodes.update(happening.path)
        context = happening.event.context
        self.locales[context.locale] += 1
        self.channels[str(context.channel.get("type"))] += 1
        waiting = happening.before.get("waiting")
        for way in happening.ways:
            self.ways[way.key] += 1
        # An intent is told by the answer to the question that the message was put off for.
        is_said = isinstance(happening.event, Message) or bool(waiting and is_about_intent(waiting))
        if waiting and happening.ways and is_said:
            interrupt = self._interrupt(happening.ways[0])
            if interrupt is not None:
                self.interrupts[waiting["node"], interrupt] += 1
        after = happening.after.get("waiting")
        if after and after["kind"] == "input":
            self.waits.add(after["node"])

    def _interrupt(self, first: Way) -> str | None:
        """The interrupt that took a message away, by the first way that the run went."""
        if first.source.startswith(INTERRUPT):
            return first.source.removeprefix(INTERRUPT)
        if not first.source.startswith(FLOW):
            return None
        flow = first.source.removeprefix(FLOW)
        return next((item["id"] for item in self.ir["interrupts"] if item.get("flow") == flow), None)

    def items(self, kind: str) -> list[Item]:
        """Everything of one kind, in the order of the scenario."""
        return list(_ITEMS[kind](self))

    def percent(self, kind: str) -> float | None:
        """How much of a kind was seen, 0 to 100; None when the scenario has none of it."""
        items = self.items(kind)
        return None if not items else 100 * sum(item.is_covered for item in items) / len(items)

    def missed(self, kinds: Sequence[str] = KINDS) -> list[Item]:
        """What was not seen, by line."""
        found = [item for kind in kinds for item in self.items(kind) if not item.is_covered]
        # What is an option, a timeout or an error is an exit as well; it is said once.
        special = {(item.node, item.name) for item in found if item.kind in ("options", "timeouts", "errors")}
        kept = [item for item in found if item.kind != "exits" or (item.node, item.name) not in special]
        return sorted(kept, key=lambda item: (item.line or 0, KINDS.index(item.kind), item.name))

    def to_dict(self, kinds: Sequence[str] = KINDS) -> dict[str, Any]:
        """Percentages, the heat map of nodes and ways, and what was missed of these kinds, as JSON values."""
        return {
            "percent": {kind: _rounded(self.percent(kind)) for kind in kinds},
            "nodes": {node: self.nodes[node] for node in sorted(self.ir["nodes"])},
            "ways": [
                {"node": way.source, "field": way.field, "to": way.target, "count": self.ways[way.key]}
                for way in ways_of(self.ir)
            ],
            "missed": [
                {"kind": item.kind, "name": item.name, "node": item.node, "line": item.line}
                for item in self.missed(kinds)
            ],
        }

    def text(self, locale: str = "en") -> str:
        """Lines for people."""
        shares = []
        for kind in KINDS:
            items = self.items(kind)
            if items:
                covered = sum(item.is_covered for item in items)
                shares.append(
                    f"{NAMES[kind].pick(locale)} {covered}/{len(items)} ({100 * covered / len(items):.0f}%)"
                )
        head = Both("Покрытие", "Coverage").pick(locale)
        lines = [f"{head}: {', '.join(shares)}"]
        missed = Both("не покрыто", "not covered").pick(locale)
        for item in self.missed():
            place = f"{item.line}: " if item.line else ""
            node = f"{item.node}." if item.node and item.node != item.name else ""
            lines.append(f"  {place}{missed}: {NAMES[item.kind].pick(locale)}: {node}{item.name}")
        return "\n".join(lines)

    def _line(self, node: str, field: str) -> int | None:
        return self.lines.get((node, field)) or self.lines.get((node, ""))


def lines_of(document: Document | None) -> dict[tuple[str, str], int]:
    """The lines of nodes and of the fields where their ways stand: (node, field) to line."""
    if document is None:
        return {}
    analysis = analyse(document)
    lines: dict[tuple[str, str], int] = {}
    for node in analysis.nodes.values():
        lines[node.id, ""] = node.tree.line
        for edge in node.edges:
            lines[node.id, edge.field] = edge.tree.line
            lines.setdefault((node.id, f"exits.{edge.exit}"), edge.tree.line)
        for use in node.uses.expressions:
            lines.setdefault((node.id, use.field), use.tree.line)
        for text in node.uses.texts:
            lines.setdefault((node.id, text.field), text.tree.line)
        for key, place in node.tree.keys.items():
            lines.setdefault((node.id, key), place.line)
    for interrupt in analysis.interrupts:
        lines[f"{INTERRUPT}{interrupt.id}", "run"] = interrupt.tree.line
    return lines


def coverage_for(ir: Watched, document: Document | None = None) -> Coverage:
    """An empty coverage of a scenario."""
    return Coverage(ir, lines_of(document))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _nodes(self: Coverage) -> Iterator[Item]:
    for node in self.ir["nodes"]:
        yield Item("nodes", node, node, self._line(node, ""), self.nodes[node])


def _exits(self: Coverage) -> Iterator[Item]:
    yield from _ways(self, "exits", ways_of(self.ir))


def _ways(self: Coverage, kind: str, ways: Iterable[Way]) -> Iterator[Item]:
    for way in ways:
        name = _name(self, way)
        yield Item(kind, name, way.source, self._line(*way.key), self.ways[way.key])


def _name(self: Coverage, way: Way) -> str:
    """`exits.timeout`, `next`, or the option by its id."""
    if way.field.startswith("options["):
        index = int(way.field[len("options[") : way.field.index("]")])
        options = self.ir["nodes"][way.source].get("options") or []
        if index < len(options) and "id" in options[index]:
            return f"options.{options[index]['id']}"
    return way.field


def _options(self: Coverage) -> Iterator[Item]:
    yield from _ways(self, "options", (way for way in ways_of(self.ir) if way.field.startswith("options")))


def _timeouts(self: Coverage) -> Iterator[Item]:
    yield from _ways(self, "timeouts", (way for way in ways_of(self.ir) if way.field in _TIMEOUTS))


def _errors(self: Coverage) -> Iterator[Item]:
    yield from _ways(self, "errors", (way for way in ways_of(self.ir) if _is_error(way.field)))


def _is_error(field: str) -> bool:
    exit = field.removeprefix("exits.")
    return exit in ("error", "schema", "no_answer", "invalid", "3xx", "4xx", "5xx") or exit[:3].isdigit()


def _conditions(self: Coverage) -> Iterator[Item]:
    truths = self.ir.program.truths
    for node, name, ast in conditions_of(self.ir):
        terms = terms_of(ast)
        for index, term in enumerate(terms):
            seen = truths.get(id(term), set())
            called = name if len(terms) == 1 else f"{name}#{index + 1}"
            for value in (True, False):
                word = str(value).lower()
                yield Item("conditions", f"{called}={word}", node, self._line(node, name), int(value in seen))


def _interrupts(self: Coverage) -> Iterator[Item]:
    for node_id, node in self.ir["nodes"].items():
        if node_id not in self.waits and not _asks(node):
            continue
        for interrupt in self.ir["interrupts"]:
            allowed = node.get("interruptible", True)
            if allowed is False or (isinstance(allowed, list) and interrupt["id"] not in allowed):
                continue
            line = self._line(f"{INTERRUPT}{interrupt['id']}", "run")
            count = self.interrupts[node_id, interrupt["id"]]
            yield Item("interrupts", interrupt["id"], node_id, line, count)


def _asks(node: dict[str, Any]) -> bool:
    return node["type"] in ("ask", "menu", "csat", "form", "ai_reply")


def _locales(self: Coverage) -> Iterator[Item]:
    for locale in self.ir["locale"]["supported"]:
        yield Item("locales", locale, None, None, self.locales[locale])


def _channels(self: Coverage) -> Iterator[Item]:
    for channel in self.ir.get("channels") or ():
        yield Item("channels", channel, None, None, self.channels[channel])


_ITEMS = {
    "nodes": _nodes,
    "exits": _exits,
    "options": _options,
    "conditions": _conditions,
    "interrupts": _interrupts,
    "timeouts": _timeouts,
    "errors": _errors,
    "locales": _locales,
    "channels": _channels,
}
