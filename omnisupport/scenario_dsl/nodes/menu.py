"""`menu`: a choice by button, by words or by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.funcs import text as text_of
from omnisupport.scenario_dsl.expr.types import ANY, BOOL, STRING, Type, list_of
from omnisupport.scenario_dsl.fields import Expr, Int, ListOf, Obj, Path, Str, Target, Words
from omnisupport.scenario_dsl.nodes.answering import RETRY, AnsweringNode
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.options import buttons, check_ids, check_labels, chosen, visible
from omnisupport.scenario_dsl.phrases import CHOOSE_AGAIN
from omnisupport.scenario_dsl.runtime.answering import Taken, Untaken, leave
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.turn import part
from omnisupport.scenario_dsl.uses import Write

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_OPTION = Obj(
    {
        "id": Str(required=True),
        "label": Words(required=True),
        "next": Target("option", required=True),
        "synonyms": ListOf(Str()),
        "when": Expr(BOOL),
        "image": Words(shown=False),
    }
)
_MOST = 50
_ITEM = {"item": ANY}
_OPTIONS_FROM = Obj(
    {
        "each": Expr(list_of(ANY), required=True),
        "id": Expr(required=True, names=_ITEM),
        "label": Words(required=True, names=_ITEM),
        "next": Target("option", required=True),
        "max": Int(1, _MOST),
    }
)
_LABEL_KEPT = 100
_ID_KEPT = 64


class Menu(AnsweringNode):
    """Shows the options whose `when` holds; what names none of them goes to `free_text`, or is asked again.

    `options_from` makes one option of each item of a list, `id` and `label` read it as `item`: at most `max`
    (50) of them, as they were when the menu was shown. `layout` is how a channel that has a choice shows them.
    """

    name = "menu"
    fields = {
        **WAITING,
        "text": Words(required=True),
        "options": ListOf(_OPTION, least=1, most=_MOST),
        "options_from": _OPTIONS_FROM,
        "layout": Str(("auto", "buttons", "list", "numbered")),
        "free_text": Target("free_text"),
        "save_to": Path(("option",)),
        "retry": RETRY,
    }
    exits = {"invalid": False, "timeout": False, "error": False}
    try_again = CHOOSE_AGAIN

    def settle(self, node: Node) -> None:
        write = node.values.get("save_to")
        if isinstance(write, Write) and node.has_field("options_from"):
            write.type = STRING
        elif isinstance(write, Write):
            ids = [option["id"] for option in node.values.get("options", ()) if "id" in option]
            write.type = Type("enum", values=tuple(ids))

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if not node.has_field("options") and not node.has_field("options_from"):
            site.add("E112.either", node.tree, "options", name="options", other="options_from")
        check_ids(node.tree.get("options"), site, "options")
        check_labels(node.values.get("options", []), site)

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        made = _made(turn, data["options_from"]) if "options_from" in data else []
        if not made and not visible(turn, data.get("options", [])) and "free_text" not in data:
            raise NodeError("input.no_options", "no option of the menu is visible")
        self.ask(turn, node, **({"options": made} if made else {}))
        return None

    def prompt(self, turn: Turn, node: ProgramNode) -> None:
        said = part(turn.render(node.data["text"]), self.buttons(turn, node))
        layout = node.data.get("layout", "auto")
        turn.send([said if layout == "auto" else {**said, "layout": layout}])

    def is_strict(self, node: ProgramNode) -> bool:
        return True

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        options = _options(turn, node)
        shown = buttons(turn, options)
        for option, button in zip(options, shown, strict=True):
            if "image" in option:
                button["image"] = turn.render(option["image"])
        return shown

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        for item in _options(turn, node):
            if item["id"] == option:
                return self._take(turn, node, item)
        return Untaken.NO

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        option = chosen(turn, _options(turn, node), text)
        return Untaken.NO if option is None else self._take(turn, node, option)

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        return Untaken.NO

    def _take(self, turn: Turn, node: ProgramNode, option: dict[str, Any]) -> str:
        if "save_to" in node.data:
            turn.store(node.data["save_to"], option["id"])
        turn.accept()
        leave(turn, node)
        return str(option["next"])


def _made(turn: Turn, source: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a list, as they are kept while the menu waits: the list may change meanwhile."""
    items = turn.evaluate(source["each"])
    if not isinstance(items, list):
        raise NodeError("expr.type", "menu: options_from.each is no list")
    made: list[dict[str, Any]] = []
    for item in items[: source.get("max", _MOST)]:
        option = text_of(turn.evaluate(source["id"], item=item))
        if not option or len(option) > _ID_KEPT or any(other["id"] == option for other in made):
            raise NodeError("expr.value", "menu: an id of options_from is empty, too long or occurs twice")
        made.append({"id": option, "label": turn.render(source["label"], item=item)[:_LABEL_KEPT]})
    return made


def _options(turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
    """The options of the prompt: those that the author wrote and may be seen, then those made of a list."""
    data = node.data
    written = visible(turn, data.get("options", []))
    for option in turn.state["waiting"].get("options", ()):
        label = {turn.program.locale: option["label"]}
        written.append({"id": option["id"], "label": label, "next": data["options_from"]["next"]})
    return written


NODE = Menu()
