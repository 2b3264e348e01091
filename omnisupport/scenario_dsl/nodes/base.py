"""What a node type is: the fields and exits it declares, what it checks, and what it does when it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from omnisupport.scenario_dsl.expr.types import BOOL
from omnisupport.scenario_dsl.fields import Bool as BoolField
from omnisupport.scenario_dsl.fields import (
    Duration,
    Either,
    Expr,
    Field,
    Int,
    ListOf,
    Obj,
    Plain,
    Str,
    Target,
    Words,
)
from omnisupport.scenario_dsl.label import Label
from omnisupport.scenario_dsl.tree import Map, Seq, Tree

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.errors import NodeError
    from omnisupport.scenario_dsl.runtime.frames import Frame
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

COMMON: dict[str, Field] = {
    "type": Plain(),
    "label": Label(),
    "note": Plain(),
    "analytics": Obj({"goal": Str()}),
    "when": Expr(BOOL),
    "on_error": Target("error"),
}

# Kinds of scenarios that talk to the customer; background ones run beside the conversation.
TALKING = ("dialog", "subflow", "outbound")

# Fields of every node that waits for the customer.
WAITING: dict[str, Field] = {
    "timeout": Duration(),
    "reminders": ListOf(Obj({"after": Duration(required=True), "text": Words(required=True)}), most=10),
    "interruptible": Either(lambda tree: ListOf(Str()) if isinstance(tree, Seq) else BoolField()),
}


class Exits(Field):
    """`exits: {name: node}`; which names exist is the node type's to say."""

    def __init__(self, node_type: NodeType) -> None:
        super().__init__()
        self.node_type = node_type

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return Obj({}).read(tree, site, name)
        for exit, target in tree.items():
            if self.node_type.knows_exit(exit):
                Target(exit).read(target, site, f"exits.{exit}")
            else:
                known = self.node_type.exit_names()
                names = ", ".join(known)
                site.unknown("E122", tree.keys[exit], f"exits.{exit}", exit, known, id=site.node, known=names)
        return None


class NodeType:
    """One type of node; stateless, so one instance serves every document and every run.

    `exits` says which exits exist, and whether each must be connected. `waits` is for types that wait
    for a person or for time, `sends` for those that send a message, `effect` for those that change
    something outside, `ends` for the last node.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    fields: ClassVar[Mapping[str, Field]] = {}
    exits: ClassVar[Mapping[str, bool]] = {"next": True, "error": False}
    waits: ClassVar[bool] = False
    sends: ClassVar[bool] = False
    effect: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    kinds: ClassVar[tuple[str, ...]] = (*TALKING, "background")

    @cached_property
    def all_fields(self) -> Mapping[str, Field]:
        """Every field that the node may have."""
        fields: dict[str, Field] = {**COMMON, "type_version": Int(1, self.version), **self.fields}
        if "next" in self.exits:
            fields["next"] = Target("next")
        if self.exits:
            fields["exits"] = Exits(self)
        return fields

    def knows_exit(self, exit: str) -> bool:
        """Whether `exits` may name it; `next` has a field of its own."""
        return exit in self.exits and exit != "next"

    def exit_names(self) -> list[str]:
        """The exits that `exits` may name, for messages."""
        return sorted(exit for exit in self.exits if exit != "next")

    def mandatory_exits(self, node: Node) -> Iterable[str]:
        """The exits that must be connected."""
        return (exit for exit, must in self.exits.items() if must)

    def settle(self, node: Node) -> None:
        """Say what the fields mean together, once all are read: the types of writes, and further writes."""

    def settle_document(self, node: Node, document: Analysis) -> None:
        """Say what the fields mean where other parts of the document decide it, once all of it is read."""

    def proves(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        """Paths outside `vars` that are known not to be null behind an exit."""
        return {}

    def needs(self, node: Node, document: Analysis) -> Iterable[str]:
        """Paths that must not be null when a run comes here, besides those that its fields read."""
        return ()

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        """Note what the generic checks cannot see."""

    def check_types(self, node: Node, site: Site, document: Analysis) -> None:
        """Note what only the types of the expressions show, once they are known."""

    def is_wait(self, node: Node) -> bool:
        """Whether every pass through the node waits for a person or for at least a minute."""
        return self.waits

    def may_wait(self, data: Mapping[str, Any]) -> bool:
        """Whether a run can stay at a node with these fields, be they as written or as compiled."""
        return self.waits

    def is_end(self, node: Node) -> bool:
        """Whether a run that comes here is over."""
        return self.ends

    def speaks(self, exit: str) -> bool:
        """Whether the customer has been told something, or has people to hear from, behind this exit."""
        return False

    def compile(self, node: Node) -> dict[str, Any]:
        """The node's fields in the IR; type, label, exits and `when` are added by the compiler."""
        return node.values

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        """Do the node's work; the id of the next node, or None when the run waits here or is over."""
        raise NotImplementedError

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        """Go on after a call of this node came back."""
        raise NotImplementedError

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        """Go on after a timer of this node fired; `name` is the part of its id after the prompt."""
        raise NotImplementedError

    def take_up(self, turn: Turn, node: ProgramNode, resume: str) -> str | None:
        """Go on waiting after a digression: `reprompt` says again what is waited for, `silent` does not."""
        return None

    def take_return(self, turn: Turn, node: ProgramNode, frame: Frame, exit: str) -> str | None:
        """Go on after a flow that this node called came back by an exit; `frame` is what the call has left."""
        raise NotImplementedError

    def take_failure(self, turn: Turn, node: ProgramNode, frame: Frame, error: NodeError) -> str | None:
        """Go on after a flow that this node called failed and had no error path of its own."""
        raise error

    def take_uninterrupted(self, turn: Turn, node: ProgramNode, text: str) -> str | None:
        """Go on with a message whose intent has been asked for, and that no interrupt takes."""
        raise NotImplementedError

    def awaits(self, turn: Turn, node: ProgramNode, name: str, data: Mapping[str, Any]) -> bool:
        """Whether this event is the one that the node waits for; asked only while it waits for one."""
        return False

    def take_domain(self, turn: Turn, node: ProgramNode, name: str, data: Mapping[str, Any]) -> str | None:
        """Go on after the event that this node waits for."""
        raise NotImplementedError

    def take_message(self, turn: Turn, node: ProgramNode) -> str | None:
        """Go on after the customer wrote while this node waited for something else than an answer."""
        raise NotImplementedError
