"""Typebot's buttons, picture choices and cards as `menu`; several answers at once as `ask`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.importers.draft import Variable
from omnisupport.scenario_dsl.importers.phrase import Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.typebot_inputs import put_retry, question_text
from omnisupport.scenario_dsl.importers.wording import Names, is_expression, quoted, slug
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.typebot import Block, Typebot

_MENU_LIMIT = 50
_LONGEST_ID = 40


@dataclass(slots=True)
class _Option:
    """One answer of a choice: its label, where it leads, and what it stores."""

    at: Reader
    label: Phrase
    target: str | None
    stored: list[tuple[Variable, Phrase]]
    when: str | None = None
    image: str = ""


class Choice:
    """Buttons, picture choices and cards as a `menu`; several answers at once as an `ask`."""

    def __init__(self, bot: Typebot, block: Block, question: Phrase | None) -> None:
        self.bot = bot
        self.block = block
        self.question = question
        self.options = block.reader.get("options")
        self.variable = bot.values.target(self.options.get("variableId"))

    def put(self) -> None:
        """Add the node."""
        self.options.looks("buttonLabel", "isSearchable", "searchInputPlaceholder", "isSubmitButton")
        dynamic = self.bot.values.target(self.options.get("dynamicVariableId"))
        found = [option for item in self.block.reader.get("items").entries() for option in self._read(item)]
        if self.options.get("isMultipleChoice").flag():
            self._put_several(found)
        elif dynamic is not None:
            self._put_listed(dynamic)
        elif not found:
            self.block.reader.note("L141", what=Both("вопрос без вариантов", "a question without options"))
            self._put_text(question_text(self.bot, self.block, self.question, "choose"))
        else:
            self._put_menu(found)

    def _read(self, item: Reader) -> list[_Option]:
        item.get("id").text()
        if self.block.type == "cards input":
            return self._card(item)
        title = item.get("title" if self.block.type == "picture choice input" else "content")
        description, picture = item.get("description"), item.get("pictureSrc")
        label = self.bot.values.phrase(title.text(), title)
        if description.peek().strip():
            label.parts += [": ", *self.bot.values.phrase(description.text(), description).parts]
        shown = self.bot.values.phrase(picture.text(), picture)
        value = item.get("value")
        stored = (
            self.bot.values.phrase(value.text(), value)
            if value
            else self.bot.values.phrase(title.peek(), title)
        )
        writes = [(self.variable, stored)] if self.variable is not None else []
        when = self._shown(item.get("displayCondition"))
        return [
            _Option(item, label, self._target(item), writes, when, "" if shown.is_blank else shown.text())
        ]

    def _card(self, item: Reader) -> list[_Option]:
        values = self.bot.values
        fields = {
            "Title": item.get("title"),
            "Description": item.get("description"),
            "Image URL": item.get("imageUrl"),
            "Internal Value": item.get("options").get("internalValue"),
        }
        phrases = {name: values.phrase(at.text(), at) for name, at in fields.items()}
        image = "" if phrases["Image URL"].is_blank else phrases["Image URL"].text()
        when = self._shown(item.get("options").get("displayCondition"))
        found = []
        for path in item.get("paths").entries():
            path.get("id").text()
            text = path.get("text")
            button = values.phrase(text.text(), text)
            label = Phrase(
                [*phrases["Title"].parts, *([": "] if phrases["Title"].parts else []), *button.parts]
            )
            stored = []
            for mapping in self.options.get("saveResponseMapping").entries():
                target = values.target(mapping.get("variableId"))
                name = mapping.get("field").text()
                if target is not None:
                    stored.append((target, {**phrases, "Button": button}.get(name, Phrase())))
            found.append(_Option(path, label, self._target(path), stored, when, image))
        described = [phrases[name] for name in ("Title", "Description") if not phrases[name].is_blank]
        if described and self.question is not None:
            for phrase in described:
                self.question.parts += ["\n", *phrase.parts]
        elif described:
            self.question = Phrase([part for phrase in described for part in (*phrase.parts, "\n")][:-1])
        return found

    def _shown(self, at: Reader) -> str | None:
        if not at.get("isEnabled").flag():
            return None
        return self.bot.values.condition(at.get("condition"))

    def _target(self, item: Reader) -> str | None:
        return self.bot.follow(item.get("outgoingEdgeId"))

    def _put_several(self, found: list[_Option]) -> None:
        ids = Names()
        options = []
        for option in found:
            label = option.label.text()
            if label.strip():
                # The list holds ids, and texts and conditions of the source speak of labels.
                told = option.stored[0][1].constant if option.stored else option.label.constant
                is_short = told is not None and 0 < len(told.strip()) <= _LONGEST_ID
                if not is_short:
                    option.at.note(
                        "L121",
                        what=Both(
                            "хранится id варианта, не подпись", "the option's id is stored, not its label"
                        ),
                    )
                wish = told if told is not None and is_short else slug(label, "option")
                options.append({"id": ids.claim(wish), "label": label})
            if option.when is not None:
                option.at.note("L121", what=Both("вариант показан всегда", "the option is always shown"))
            if option.target is not None:
                option.at.note(
                    "L121",
                    what=Both("свой переход варианта не действует", "the option's own way is not taken"),
                )
        node: dict[str, Any] = {
            "type": "ask",
            "text": question_text(self.bot, self.block, self.question, "choose"),
            "input": {"kind": "choices", "options": options} if options else {"kind": "text"},
            "next": self.block.next,
        }
        if self.variable is not None:
            node["save_to"] = f"vars.{self.variable.name}"
        self.bot.draft.put(self.block.id, self.bot.bounded(node, self.block.reader))

    def _put_listed(self, dynamic: Variable) -> None:
        """Options from a list of the run."""
        shown = self.bot.values.inserted(dynamic)
        if shown.type != "list":
            what = Both(
                "варианты берутся не из списка: ответ — любой текст",
                "the options come from no list: any text will do",
            )
            self.block.reader.note("L121", what=what)
            self._put_text(question_text(self.bot, self.block, self.question, "choose"))
            return
        each = {
            "each": f"{shown.path}.orValue([])",
            "id": "item",
            "label": "{{ item }}",
            "next": self.block.next,
        }
        node: dict[str, Any] = {
            "type": "menu",
            "text": question_text(self.bot, self.block, self.question, "choose"),
            "options_from": each,
        }
        if self.variable is not None:
            node["save_to"] = f"vars.{self.variable.name}"
        self.bot.draft.put(self.block.id, self.bot.bounded(node, self.block.reader))

    def _put_text(self, text: str) -> None:
        node: dict[str, Any] = {
            "type": "ask",
            "text": text,
            "input": {"kind": "text"},
            "next": self.block.next,
        }
        if self.variable is not None:
            node["save_to"] = f"vars.{self.variable.name}"
        self.bot.draft.put(self.block.id, self.bot.bounded(node, self.block.reader))

    def _put_menu(self, found: list[_Option]) -> None:
        ids = Names()
        options: list[dict[str, Any]] = []
        shared = self._shared(found)
        for number, option in enumerate(found):
            label = option.label.text()
            if not label.strip():
                option.at.note("L141", what=Both("подпись пустого варианта", "a label for an empty option"))
                label = str(number + 1)
            option_id = ids.claim(slug(label, "option"))
            target = option.target or self.block.next
            if option.target is None and self.block.is_open:
                option.at.note("L130", exit=label)
            stored = [] if shared else option.stored
            if stored:
                target = self._setter(f"{self.block.id}_{option_id}", stored, target)
            options.append({"id": option_id, "label": label, "next": target})
            options[-1] |= {"when": option.when} if option.when is not None else {}
            options[-1] |= {"image": option.image} if option.image else {}
        if len(options) > _MENU_LIMIT:
            self.block.reader.note(
                "L121", what=Both("вариантов больше, чем бывает в меню", "more options than a menu has")
            )
        node: dict[str, Any] = {
            "type": "menu",
            "text": question_text(self.bot, self.block, self.question, "choose"),
        }
        if shared and self.variable is not None:
            chosen = self._chosen([option["id"] for option in options])
            node["save_to"] = f"vars.{chosen}"
            setter = self._one_setter(found, [option["id"] for option in options], chosen)
            for shown in options:
                shown["next"] = setter
        node["options"] = options
        put_retry(self.bot, self.options, node)
        self.bot.draft.put(self.block.id, self.bot.bounded(node, self.block.reader))

    def _shared(self, found: list[_Option]) -> bool:
        """Whether all options lead the same way and store constants, so that one `set` serves them all."""
        if self.variable is None or len({option.target for option in found}) > 1:
            return False
        constant = all(phrase.constant is not None for option in found for _, phrase in option.stored)
        return constant and sum(len(option.label.text()) + 60 for option in found) < 1_500

    def _chosen(self, ids: list[str]) -> str:
        variable = self.bot.draft.variable(f"choice:{self.block.id}", f"{self.block.id}_choice")
        variable.types.append("enum")
        variable.attributes["values"] = ids
        return variable.name

    def _one_setter(self, found: list[_Option], ids: list[str], chosen: str) -> str:
        assert self.variable is not None
        labels = [option.stored[0][1].constant or "" for option in found]
        written = quoted(labels[-1])
        for option_id, label in reversed(list(zip(ids[:-1], labels[:-1], strict=True))):
            written = f"vars.{chosen}.orValue('') == {quoted(option_id)} ? {quoted(label)} : {written}"
        if not is_expression(written):
            # Too many levels for one expression: the id is stored.
            written = f"vars.{chosen}"
            self.block.reader.note("L121", what=Both("хранится id варианта", "the option's id is stored"))
        target = found[0].target or self.block.next
        assign = {f"vars.{self.variable.name}": f"={written}"}
        return self.bot.draft.add(
            f"{self.block.id}_chosen", {"type": "set", "assign": assign, "next": target}
        )

    def _setter(self, wish: str, stored: list[tuple[Variable, Phrase]], target: str) -> str:
        assign = {f"vars.{variable.name}": phrase.value() for variable, phrase in stored}
        return self.bot.draft.add(wish, {"type": "set", "assign": assign, "next": target})
