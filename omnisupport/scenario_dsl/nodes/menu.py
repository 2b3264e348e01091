"""`menu`: a choice by button, by words or by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL, Type
from omnisupport.scenario_dsl.fields import Expr, ListOf, Obj, Path, Str, Target, Words
from omnisupport.scenario_dsl.nodes.answering import RETRY, AnsweringNode
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.options import buttons, check_ids, check_labels, chosen, visible
from omnisupport.scenario_dsl.phrases import CHOOSE_AGAIN
from omnisupport.scenario_dsl.runtime.answering import Taken, Untaken, leave
from omnisupport.scenario_dsl.runtime.errors import NodeError
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
    }
)


class Menu(AnsweringNode):
    """Shows the options whose `when` holds; what names none of them goes to `free_text`, or is asked again."""

    name = "menu"
    fields = {
        **WAITING,
        "text": Words(required=True),
        "options": ListOf(_OPTION, required=True, least=1, most=50),
        "free_text": Target("free_text"),
        "save_to": Path(("option",)),
        "retry": RETRY,
    }
    exits = {"invalid": False, "timeout": False, "error": False}
    try_again = CHOOSE_AGAIN

    def settle(self, node: Node) -> None:
        write = node.values.get("save_to")
        if isinstance(write, Write):
            ids = [option["id"] for option in node.values.get("options", ()) if "id" in option]
            write.type = Type("enum", values=tuple(ids))

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        check_ids(node.tree.get("options"), site, "options")
        check_labels(node.values.get("options", []), site)

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        if not visible(turn, node.data["options"]) and "free_text" not in node.data:
            raise NodeError("input.no_options", "no option of the menu is visible")
        self.ask(turn, node)
        return None

    def is_strict(self, node: ProgramNode) -> bool:
        return True

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        return buttons(turn, visible(turn, node.data["options"]))

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        for item in visible(turn, node.data["options"]):
            if item["id"] == option:
                return self._take(turn, node, item)
        return Untaken.NO

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        option = chosen(turn, visible(turn, node.data["options"]), text)
        return Untaken.NO if option is None else self._take(turn, node, option)

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        return Untaken.NO

    def _take(self, turn: Turn, node: ProgramNode, option: dict[str, Any]) -> str:
        if "save_to" in node.data:
            turn.store(node.data["save_to"], option["id"])
        turn.accept()
        leave(turn, node)
        return str(option["next"])


NODE = Menu()
