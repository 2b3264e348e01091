"""The scenario that an import makes: nodes, variables, connections, and the ends that every import needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.importers.reader import Ledger, Reader
from omnisupport.scenario_dsl.importers.wording import Names, slug
from omnisupport.scenario_dsl.words import Both

TIMEOUT = "24h"
QUEUE_TIMEOUT = "15m"
NUMERAL = "numeral"
FILES = "files"
_STEP = 120
_FARTHEST = 1_000_000
"""On a canvas, in its points."""
TEXTS = frozenset({"string", "phone", "email", "url", "enum"})

_SAID = {
    "not_understood": Both(
        "Не удалось разобрать ответ. Передаю разговор оператору.",
        "I could not understand the answer. Passing the conversation to an operator.",
    ),
    "failed": Both(
        "Что-то пошло не так. Передаю разговор оператору.",
        "Something went wrong. Passing the conversation to an operator.",
    ),
    "ask": Both("Ваш ответ?", "Your answer?"),
    "choose": Both("Выберите вариант.", "Please choose."),
    "open": Both("Открыть", "Open"),
    "link": Both("Откройте ссылку.", "Please open the link."),
    "retry": Both("Попробуйте ещё раз.", "Please try again."),
    "no_operators": Both(
        "Сейчас нет свободных операторов. Ответим, как только сможем.",
        "No operator is free right now. We will answer as soon as we can.",
    ),
}


@dataclass(slots=True)
class Variable:
    """A variable: its name here, what is written into it, and attributes of its declaration."""

    name: str
    types: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The narrowest type that holds all that is written; `numeral` is a number written as a text."""
        kinds = set(self.types) - {NUMERAL}
        if len(kinds) == 1:
            return next(iter(kinds))
        if kinds <= TEXTS:
            return "string"
        return "number" if kinds <= {"int", "number"} else "any"

    def declaration(self) -> dict[str, Any]:
        """`{type: string, nullable: true}`."""
        of = {"of": "string"} if self.type == "list" else {"of": "file"} if self.type == FILES else {}
        return {"type": "list" if of else self.type, **of, **self.attributes, "nullable": True}


class Draft:
    """Collects the parts of the document; ids are unique, whatever the source calls its blocks."""

    def __init__(self, ledger: Ledger, language: str) -> None:
        self.ledger = ledger
        self.language = language
        self.nodes: dict[str, dict[str, Any]] = {}
        self.variables: dict[str, Variable] = {}
        self.connections: dict[str, str] = {}
        self.triggers: list[dict[str, Any]] = []
        self.interrupts: list[dict[str, Any]] = []
        self.flows: dict[str, dict[str, Any]] = {}
        self.places: dict[str, dict[str, int]] = {}
        self._ids = Names()
        self._names = Names()
        self._connections = Names()
        self._shared: dict[str, str] = {}

    def claim(self, wish: str, fallback: str = "node") -> str:
        """A node id that is not taken."""
        return self._ids.claim(slug(wish, fallback))

    def open(self, *node_ids: str) -> None:
        """Keep places in the order of the document; those that are not used are left out."""
        for node_id in node_ids:
            self.nodes.setdefault(node_id, {})

    def put(self, node_id: str, node: dict[str, Any]) -> str:
        """Add a node under an id that was claimed."""
        self.nodes[node_id] = node
        return node_id

    def add(self, wish: str, node: dict[str, Any]) -> str:
        """Add a node under the nearest free id."""
        return self.put(self.claim(wish), node)

    def stand(self, node_ids: Iterable[str], at: Reader) -> None:
        """Where a block `{x, y}` stands on the canvas; nodes that come of one block stand below each other."""
        if not at:
            return
        x, y = at.get("x").number(), at.get("y").number()
        if x is None or y is None or max(abs(x), abs(y)) > _FARTHEST:
            at.lost("L101", name=at.path.rsplit(".", 1)[-1])
            return
        for number, node_id in enumerate(dict.fromkeys(node_ids)):
            self.places.setdefault(node_id, {"x": round(x), "y": round(y) + number * _STEP})

    def variable(self, key: str, name: str) -> Variable:
        """The variable that the source calls `key`, named after `name`."""
        if key not in self.variables:
            self.variables[key] = Variable(self._names.claim(slug(name, "variable")))
        return self.variables[key]

    def say(self, phrase: str) -> str:
        """A phrase of ours in the language of the scenario."""
        return _SAID[phrase].pick(self.language)

    def finished(self) -> str:
        """The end of a conversation that came to its end."""
        return self._end("finished", {"type": "end", "outcome": "completed"})

    def no_answer(self) -> str:
        """The end of a wait that brought nothing."""
        return self._end("no_answer", {"type": "end", "outcome": "no_answer"})

    def to_people(self, phrase: str) -> str:
        """A message, then the conversation goes to operators: `not_understood`, `failed`, `no_operators`."""
        if phrase not in self._shared:
            end = self._end("to_operators", {"type": "end", "outcome": "operators", "release": "queue"})
            self._shared[phrase] = self.add(
                phrase, {"type": "message", "text": self.say(phrase), "next": end}
            )
        return self._shared[phrase]

    def _end(self, wish: str, node: dict[str, Any]) -> str:
        if wish not in self._shared:
            self._shared[wish] = self.add(wish, node)
        return self._shared[wish]

    def bounded(self, node: dict[str, Any], at: Reader, timeout: str = TIMEOUT) -> dict[str, Any]:
        """A node that asks, with the end of its wait and the way out for answers it does not understand."""
        exits = node.setdefault("exits", {})
        added = [exit for exit in ("invalid", "timeout") if exit not in exits]
        exits.setdefault("invalid", self.to_people("not_understood"))
        exits.setdefault("timeout", self.no_answer())
        node.setdefault("timeout", timeout)
        if added:
            at.note("L140", timeout=node["timeout"])
        return node

    def connection(self, address: str, wish: str) -> str:
        """The connection that stands for an address."""
        if address not in self.connections:
            self.connections[address] = self._connections.claim(slug(wish, "connection"))
        return self.connections[address]

    def document(self, *, id: str, name: str, start: str, description: str = "") -> dict[str, Any]:
        """The whole document as plain data, without what is empty."""
        failed = self.to_people("failed")
        declared = {item.name: item.declaration() for item in self.variables.values()}
        connections = {name: {"ref": f"conn/{name}"} for name in sorted(self.connections.values())}
        parts: dict[str, Any] = {
            "triggers": self.triggers,
            "variables": declared,
            "resources": {"connections": connections} if connections else {},
            "interrupts": self.interrupts,
            "flows": self.flows,
        }
        return {
            "omni": "scenario/v1",
            "id": slug(id, "imported"),
            "name": name.strip() or slug(id, "imported"),
            **({"description": description} if description.strip() else {}),
            "kind": "dialog",
            "locale": {"default": self.language, "supported": [self.language]},
            **{key: part for key, part in parts.items() if part},
            "on_error": {"next": failed},
            "start": start,
            "nodes": (nodes := self.ordered()),
            **({"view": {"nodes": view}} if (view := self._view(nodes)) else {}),
        }

    def _view(self, nodes: Iterable[str]) -> dict[str, dict[str, int]]:
        return {node_id: self.places[node_id] for node_id in nodes if node_id in self.places}

    def ordered(self) -> dict[str, dict[str, Any]]:
        """The nodes of the source, then those that every import has."""
        ours = set(self._shared.values())
        own = {node_id: node for node_id, node in self.nodes.items() if node and node_id not in ours}
        return own | {node_id: self.nodes[node_id] for node_id in self._shared.values()}
