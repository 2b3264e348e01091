"""Typebot, export of version 6: groups of blocks become chains of nodes.

Bubbles in a row become one message, the last of them is the question of the input that follows. Blocks
without a counterpart leave a note in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.importers.draft import TIMEOUT, Draft
from omnisupport.scenario_dsl.importers.reader import Ledger, Reader
from omnisupport.scenario_dsl.importers.typebot_bubbles import BUBBLES, part, spoken
from omnisupport.scenario_dsl.importers.typebot_choices import Choice
from omnisupport.scenario_dsl.importers.typebot_inputs import CHOICES, KINDS, put_ask, type_of
from omnisupport.scenario_dsl.importers.typebot_logic import put_logic, types_of
from omnisupport.scenario_dsl.importers.typebot_values import Values
from omnisupport.scenario_dsl.importers.wording import language_of, seconds
from omnisupport.scenario_dsl.tree import plain
from omnisupport.scenario_dsl.words import Both

_LOOKS = (
    "theme",
    "selectedThemeTemplateId",
    "createdAt",
    "updatedAt",
    "icon",
    "folderId",
    "publicId",
    "customDomain",
    "workspaceId",
    "resultsTablePreferences",
    "isArchived",
    "isClosed",
    "whatsAppCredentialsId",
    "riskLevel",
)
_MOST_JUMPS = 50
_PARTS = 10
"""Parts of one message."""


@dataclass(slots=True)
class Block:
    """A block with the id of its node; `next` follows it, `is_open` says that nothing does in the source."""

    reader: Reader
    type: str
    id: str
    group: int
    place: int
    next: str = ""
    is_open: bool = False


def convert(sources: list[Reader], ledger: Ledger) -> dict[str, Any] | None:
    """The scenario of one export, or None after the report was told that it is none."""
    root = sources[0]
    groups = root.get("groups")
    if not groups.is_list or not root.get("edges").is_list:
        wanted = Both("нет списков groups и edges", "the lists groups and edges are missing")
        root.lost("L001", format="Typebot", wanted=wanted)
        return None
    version = root.get("version")
    if not version.text().startswith("6"):
        (version if version else root).note("L002", version=version.text("?"), known="6")
    assert groups.tree is not None
    draft = Draft(ledger, language_of(plain(groups.tree)))
    return Typebot(root, draft).document()


class Typebot:
    """One import under way."""

    def __init__(self, root: Reader, draft: Draft) -> None:
        self.root = root
        self.draft = draft
        self.timeout = TIMEOUT
        self.values = Values(draft, root.get("variables"))
        self._edges: dict[str, Reader] = {}
        self._blocks: dict[str, Block] = {}
        self._groups: list[list[Block]] = []
        self._runs: list[list[list[Block]]] = []
        self._group_ids: dict[str, int] = {}
        self._entered: set[str] = set()

    def document(self) -> dict[str, Any]:
        """Read everything, in an order that knows types and targets before they are used."""
        self._settings()
        for edge in self.root.get("edges").entries():
            self._edges.setdefault(edge.get("id").peek(), edge)
            self._entered.add(edge.get("to").get("blockId").peek())
        for number, group in enumerate(self.root.get("groups").entries()):
            self._open_group(number, group)
        for blocks in self._groups:
            for block in blocks:
                self._note_types(block.reader)
        self.values.settle()
        for blocks, runs in zip(self._groups, self._runs, strict=True):
            self._connect(blocks)
            self._put_group(runs)
        start = self._events()
        self.root.looks(*_LOOKS)
        self.draft.triggers += [
            {"id": "opened", "type": "event", "event": "widget.opened"},
            {"id": "first", "type": "message", "match": "first"},
        ]
        what = Both(
            "начало по открытию виджета и первому сообщению",
            "a start by the widget's opening and by a first message",
        )
        self.root.note("L141", what=what)
        name = self.root.get("name").text("Typebot")
        key = self.root.get("id").text()
        return self.draft.document(id=name if name.strip() else key, name=name, start=start)

    def _settings(self) -> None:
        settings = self.root.get("settings")
        settings.looks("typingEmulation", "metadata", "publicShare", "general")
        hours = settings.get("whatsApp").get("sessionExpiryTimeout").number()
        if hours is not None:
            self.timeout = seconds(hours * 3_600)

    def _open_group(self, number: int, group: Reader) -> None:
        title = group.get("title").text(f"group {number + 1}")
        self._group_ids.setdefault(group.get("id").text(), number)
        blocks = [
            Block(item, item.get("type").text(), "", number, place)
            for place, item in enumerate(group.get("blocks").entries())
        ]
        runs = self._cut(blocks)
        for run in runs:
            self._name(run, title)
        self.draft.stand((block.id for block in blocks), group.get("graphCoordinates"))
        for block in blocks:
            source = block.reader.get("id").text()
            block.reader = block.reader.owned(source or None, block.id)
            self._blocks.setdefault(source, block)
        self._groups.append(blocks)
        self._runs.append(runs)

    def _name(self, run: list[Block], title: str) -> None:
        """Ids for the nodes of a run: the bubbles' message, and the block behind them."""
        first = self.draft.claim(title, "group")
        for block in run:
            block.id = first
        if len(run) > 1 and self._is_input(run[-1]) and (len(run) > 2 or run[0].type != "text"):
            run[-1].id = self.draft.claim(title, "group")

    def _note_types(self, block: Reader) -> None:
        kind, key = type_of(block), block.get("options").get("variableId").peek()
        if kind is not None:
            self._note_type(key, kind)
        types_of(block, self._note_type)
        for mapping in block.get("options").get("saveResponseMapping").entries():
            self._note_type(mapping.get("variableId").peek(), "string")

    def _note_type(self, key: str, kind: str) -> None:
        variable = self.values.peek(key)
        if variable is not None:
            variable.types.append(kind)

    def _connect(self, blocks: list[Block]) -> None:
        """Find what follows each block: its edge, a jump, the block below, or the end."""
        for block in blocks:
            edge = block.reader.get("outgoingEdgeId")
            target = self.follow(edge) if edge else None
            if target is None and block.place + 1 < len(blocks):
                target = self._entry(blocks[block.place + 1])
            block.is_open = target is None
            block.next = target or self.draft.finished()
            if block.type == "Jump" or self._is_inner_link(block):
                block.next = self._jump(block.reader.get("options"), 0) or self.draft.finished()

    def _is_inner_link(self, block: Block) -> bool:
        target = block.reader.get("options").get("typebotId")
        return block.type == "Typebot link" and target.peek() in ("", "current")

    def follow(self, at: Reader) -> str | None:
        """The node that an edge leads to; None when there is no edge, or it leads nowhere."""
        key = at.text()
        if not key:
            return None
        edge = self._edges.get(key)
        if edge is None:
            at.note("L131", target=key)
            return None
        edge.get("id").text()
        for name in ("blockId", "itemId", "eventId", "groupId", "pathId"):
            edge.get("from").get(name).text()
        return self._place(edge.get("to"), 0)

    def _jump(self, options: Reader, depth: int) -> str | None:
        return self._place(options, depth) if options.is_map else None

    def _place(self, target: Reader, depth: int) -> str | None:
        """`{groupId, blockId}` as a node."""
        group, block = target.get("groupId"), target.get("blockId")
        found = self._blocks.get(block.text())
        number = self._group_ids.get(group.text())
        if found is None and number is not None and self._groups[number]:
            found = self._groups[number][0]
        if found is None:
            (block if block else target).note("L131", target=block.text() or group.text() or "?")
            return None
        return self._entry(found, depth)

    def _entry(self, block: Block, depth: int = 0) -> str:
        """The node by which a block is entered; a jump is not one, its target is."""
        if block.type == "Jump" or self._is_inner_link(block):
            # Jumps in a ring lead nowhere.
            to = self._jump(block.reader.get("options"), depth + 1) if depth < _MOST_JUMPS else None
            return to or self.draft.finished()
        return block.id

    def _cut(self, blocks: list[Block]) -> list[list[Block]]:
        """Bubbles in a row with the input behind them; every other block by itself."""
        runs: list[list[Block]] = []
        joins = False
        for block in blocks:
            source = block.reader.get("id").peek()
            entered = source in self._entered and not self._is_input(block)
            if joins and not entered and (block.type in BUBBLES or self._is_input(block)):
                runs[-1].append(block)
            else:
                runs.append([block])
            joins = block.type in BUBBLES and not block.reader.get("outgoingEdgeId")
        return runs

    @staticmethod
    def _is_input(block: Block) -> bool:
        return block.type in KINDS or block.type in CHOICES

    def _put_group(self, runs: list[list[Block]]) -> None:
        for run in runs:
            last = run[-1]
            # Nodes that a block brings with it stand behind it.
            self.draft.open(run[0].id, last.id)
            if self._is_input(last):
                self._put_question(run)
            elif run[0].type in BUBBLES:
                self._put_message(run[0].id, run, last.next)
            elif last.type != "Jump":
                put_logic(self, last)

    def _put_question(self, run: list[Block]) -> None:
        """An input; the text before it is the question, what comes before that is a message."""
        *before, last = run
        asked = spoken(self, before.pop()) if before and before[-1].type == "text" else None
        if before:
            self._put_message(run[0].id, before, last.id)
        if last.type in CHOICES:
            Choice(self, last, asked).put()
        else:
            put_ask(self, last, asked)
        if asked is not None and last.reader.get("id").peek() in self._entered:
            what = Both("при переходе сюда вопрос звучит снова", "a jump to here asks the question again")
            last.reader.note("L121", what=what)

    def _put_message(self, node_id: str, bubbles: list[Block], next_id: str) -> None:
        parts = [found for block in bubbles if (found := part(self, block)) is not None]
        if not parts:
            # Nothing to say, yet others lead here.
            passing = {"type": "condition", "cases": [{"when": "true", "next": next_id}], "else": next_id}
            self.draft.put(node_id, passing)
            return
        while len(parts) > _PARTS:
            following = self.draft.claim(f"{node_id}_more")
            self.draft.put(node_id, {"type": "message", "content": parts[:_PARTS], "next": following})
            node_id, parts = following, parts[_PARTS:]
        node: dict[str, Any] = {"type": "message"}
        only_text = len(parts) == 1 and [*parts[0]] == ["text"]
        node |= {"text": parts[0]["text"]} if only_text else {"content": parts}
        self.draft.put(node_id, {**node, "next": next_id})

    def bounded(self, node: dict[str, Any], at: Reader) -> dict[str, Any]:
        """The node with the end of its wait, as long as Typebot's own."""
        return self.draft.bounded(node, at, self.timeout)

    def _events(self) -> str:
        """Where the run begins; other events become interrupts."""
        start: str | None = None
        for event in self.root.get("events").entries():
            kind = event.get("type").text()
            reader = event.owned(event.get("id").text() or None)
            reader.looks("graphCoordinates")
            target = self.follow(reader.get("outgoingEdgeId"))
            if kind == "start":
                start = start or target
            else:
                self._interrupt(kind, reader, target)
        if start is not None:
            return start
        self.root.note("L130", exit="start")
        first = next((blocks[0] for blocks in self._groups if blocks), None)
        return self._entry(first) if first is not None else self.draft.finished()

    def _interrupt(self, kind: str, event: Reader, target: str | None) -> None:
        options = event.get("options")
        command = options.get("command")
        if target is None:
            event.lost("L130", exit=kind or "?")
        elif kind == "command" and command.peek().strip():
            when: dict[str, Any] = {"keywords": [command.text().strip()], "match": "exact"}
            what = Both("команду теперь пишет клиент", "the command is now typed by the customer")
            self._add_interrupt(event, when, target, what)
        elif kind in ("invalidReply", "invalid reply"):
            what = Both("после этого вопрос не повторяется", "the question is not asked again after it")
            self._add_interrupt(event, {"otherwise": True}, target, what)
        else:
            event.lost("L180", name=kind or "?")

    def _add_interrupt(self, event: Reader, when: dict[str, Any], target: str, what: Both) -> None:
        event.note("L121", what=what)
        options = event.get("options")
        if options.get("resumeAfter").flag():
            options.get("resumeAfter").note(
                "L121",
                what=Both("разговор не возвращается к вопросу", "the talk does not return to the question"),
            )
        number = len(self.draft.interrupts) + 1
        self.draft.interrupts.append(
            {"id": f"interrupt_{number}", "when": when, "run": {"node": target}, "mode": "replace"}
        )
