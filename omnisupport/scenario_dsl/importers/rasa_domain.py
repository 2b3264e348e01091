"""Rasa's domain: slots become variables, responses texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.importers.draft import Draft, Variable
from omnisupport.scenario_dsl.importers.phrase import Inserted, Phrase
from omnisupport.scenario_dsl.importers.rasa_conditions import Untranslatable, condition
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.words import Both

_TYPES = {
    "text": "string",
    "bool": "bool",
    "float": "number",
    "list": "list",
    "any": "any",
    "categorical": "enum",
}
_HOLE = re.compile(r"\{([^\W\d]\w*(?:\.\w+)*)\}")
_SET_SLOT = re.compile(r"/?SetSlots?\((.{1,400})\)\s*", re.DOTALL)
_FILLED_BY_MODEL = ("from_llm", "from_text", "from_entity", "from_intent", "from_trigger_intent")


@dataclass(slots=True)
class Slot:
    """A slot with its variable here."""

    reader: Reader
    type: str
    variable: Variable
    values: list[str] = field(default_factory=list)

    @property
    def inserted(self) -> Inserted:
        """The slot as a value."""
        return Inserted(f"vars.{self.variable.name}", self.variable.type)


@dataclass(slots=True)
class Button:
    """A button of a response: what it shows, and the slots that it sets or the text that it sends."""

    at: Reader
    label: str
    sets: dict[str, str]
    sends: str


class Domain:
    """What the flows speak about, from all files."""

    def __init__(self, draft: Draft, sources: list[Reader]) -> None:
        self.draft = draft
        self.slots: dict[str, Slot] = {}
        self.responses: dict[str, Reader] = {}
        for source in sources:
            self._read(source)

    def _read(self, source: Reader) -> None:
        for name, slot in source.get("slots").items():
            if name in self.slots:
                slot.lost(
                    "L121",
                    what=Both(
                        "слот объявлен дважды, взят первый", "the slot is declared twice, the first counts"
                    ),
                )
            else:
                self.slots[name] = self._slot(name, slot)
        for name, response in source.get("responses").items():
            if name in self.responses:
                response.lost("L171", count=len(response.entries()))
            else:
                self.responses[name] = response
        # Which actions there are is known by the steps that run them.
        source.looks("actions", "version", "session_config", "config")

    def _slot(self, name: str, reader: Reader) -> Slot:
        kind = reader.get("type").text("any")
        variable = self.draft.variable(f"slot:{name}", name)
        if variable.name != name:
            reader.note("L150", name=name, new=variable.name)
        if kind not in _TYPES:
            reader.get("type").note(
                "L121",
                what=Both(f"слот типа {kind} хранит любое значение", f"a slot of type {kind} holds anything"),
            )
        slot = Slot(reader, kind if kind in _TYPES else "any", variable)
        slot.values = [item.text() for item in reader.get("values").entries() if item.peek()]
        slot.values = list(dict.fromkeys(slot.values))
        written = _TYPES[slot.type] if slot.type != "categorical" or slot.values else "string"
        variable.types.append(written)
        if written == "enum":
            variable.attributes["values"] = slot.values
        self._initial(slot, reader.get("initial_value"))
        reader.looks("influence_conversation", "shared_for_coexistence", "is_builtin")
        self._mappings(reader.get("mappings"))
        return slot

    @staticmethod
    def _initial(slot: Slot, at: Reader) -> None:
        """The default; one that does not fit the slot's type is reported."""
        if not at:
            return
        value, kind = at.take(), slot.variable.type
        if kind in ("string", "enum") and not isinstance(value, list | dict):
            value = at.peek()
        if kind == "list" and isinstance(value, list) and not all(isinstance(item, str) for item in value):
            slot.variable.types[:] = ["any"]
        fits = {
            "string": isinstance(value, str),
            "enum": value in slot.values,
            "bool": isinstance(value, bool),
            "number": isinstance(value, int | float) and not isinstance(value, bool),
            "list": isinstance(value, list),
        }
        if fits.get(slot.variable.type, True):
            slot.variable.attributes["default"] = value
        else:
            at.note("L112", value=at.peek() or "?")

    @staticmethod
    def _mappings(at: Reader) -> None:
        for mapping in at.entries():
            kind = mapping.get("type")
            if kind.peek() in _FILLED_BY_MODEL[:1]:
                kind.text()
            elif kind.peek() in _FILLED_BY_MODEL:
                what = Both(
                    "слот заполняется только вопросом или узлом set",
                    "the slot is filled by a question or a set only",
                )
                mapping.lost("L121", what=what)
            else:
                mapping.lost("L121", what=Both("слот заполняло действие", "the slot was filled by an action"))

    def find(self, name: str) -> Inserted | None:
        """A slot as a value, or None."""
        slot = self.slots.get(name)
        return slot.inserted if slot is not None else None

    def condition(self, at: Reader, own: str | None = None) -> str:
        """The expression of a condition; `own` is the slot that stands for the answer itself."""

        def slot(name: str) -> Inserted | None:
            found = self.find(name)
            return Inserted("value", found.type) if found is not None and name == own else found

        value = at.scalar()
        if isinstance(value, bool):
            return "true" if value else "false"
        try:
            return condition(at.peek(), slot)
        except Untranslatable as error:
            at.lost("L120", reason=error.reason)
            return "false"

    def phrase(self, at: Reader) -> Phrase:
        """A text with its `{slots}`."""
        text, found, position = at.text(), Phrase(), 0
        for match in _HOLE.finditer(text):
            slot = self.find(match[1].removeprefix("slots."))
            if slot is None:
                at.note("L122", text=match[0])
                continue
            found.add(text[position : match.start()])
            found.add(slot)
            position = match.end()
        found.add(text[position:])
        return found

    def buttons(self, variation: Reader) -> list[Button]:
        """The buttons of a response."""
        found = []
        for item in variation.get("buttons").entries():
            label, payload = item.get("title").text(), item.get("payload")
            sets: dict[str, str] = {}
            match = _SET_SLOT.fullmatch(payload.peek())
            for pair in match[1].split(",") if match else ():
                name, _, value = pair.partition("=")
                sets[name.strip()] = value.strip().strip("'\"")
            found.append(Button(item, label.strip(), sets, payload.text() or label))
        return found

    def part(self, variation: Reader) -> dict[str, Any] | None:
        """A variation as a part of a message, without its buttons."""
        said = self.phrase(variation.get("text"))
        found: dict[str, Any] = {} if said.is_blank else {"text": said.text()}
        image = variation.get("image")
        if image.peek().strip():
            found["media"] = {"kind": "image", "url": self.phrase(image).text()}
        variation.looks("metadata", "id")
        return found or None
