"""A document that has been read: its head, its nodes and what each uses, with the faults found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.uses import Edge, Uses

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.expr.types import Type
    from omnisupport.scenario_dsl.nodes.base import NodeType
    from omnisupport.scenario_dsl.report import Report
    from omnisupport.scenario_dsl.tree import Map, Tree


@dataclass(slots=True)
class Header:
    """What the whole document shares. `resources` maps kind -> name in the document -> name of the tenant."""

    id: str = ""
    name: dict[str, str] = field(default_factory=dict)
    kind: str = "dialog"
    channels: list[str] = field(default_factory=list)
    default_locale: str = "ru"
    locales: tuple[str, ...] = ("ru",)
    timezone: str | None = None
    quiet_hours: dict[str, str] | None = None
    outcomes: tuple[str, ...] | None = None
    resources: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Variable:
    """A declared variable; `spec` is its form in the IR."""

    name: str
    type: Type
    spec: dict[str, Any]
    tree: Tree

    @property
    def has_default(self) -> bool:
        """Whether it holds something from the start."""
        return self.spec.get("default") is not None


@dataclass(slots=True)
class Trigger:
    """What starts the scenario."""

    id: str
    values: dict[str, Any]
    tree: Map
    uses: Uses


@dataclass(slots=True)
class Interrupt:
    """What takes a customer's message away from the node that waits for it."""

    id: str
    when: dict[str, Any]
    edge: Edge | None
    tree: Map
    uses: Uses


@dataclass(slots=True)
class Node:
    """One node: the values of its fields as the IR will hold them, and everything it uses."""

    id: str
    tree: Map
    type: NodeType
    values: dict[str, Any]
    uses: Uses

    @property
    def edges(self) -> list[Edge]:
        """Every way out, in the order of the file."""
        return self.uses.edges

    def exit(self, name: str) -> Edge | None:
        """The edge of a named exit, or None when it is not connected."""
        return next((edge for edge in self.edges if edge.exit == name), None)

    def has_field(self, name: str) -> bool:
        """Whether the author wrote the field, readable or not."""
        return name in self.tree.values


@dataclass(slots=True)
class Analysis:
    """The whole document as the checks see it. `ids` has every key under `nodes`, also unreadable ones.

    `reads` are the paths that expressions read, `unset` those of them that E312 was found for.
    """

    report: Report
    root: Map
    header: Header
    variables: dict[str, Variable] = field(default_factory=dict)
    triggers: list[Trigger] = field(default_factory=list)
    interrupts: list[Interrupt] = field(default_factory=list)
    start: Edge | None = None
    on_error: Edge | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    has_broken_edges: bool = False
    reads: set[str] = field(default_factory=set)
    unset: set[str] = field(default_factory=set)

    @property
    def roots(self) -> list[Edge]:
        """Where a run can enter: start, interrupts, on_error."""
        entries = [self.start, *(interrupt.edge for interrupt in self.interrupts), self.on_error]
        return [edge for edge in entries if edge is not None]

    @property
    def has_unread_nodes(self) -> bool:
        """Whether some node could not be read, so that its ways out are unknown."""
        return len(self.nodes) < len(self.ids)

    def graph(self) -> dict[str, list[str]]:
        """Node ids with the ids that follow them, misspelt targets mended."""
        return {
            node.id: [edge.resolved for edge in node.edges if edge.resolved is not None]
            for node in self.nodes.values()
        }

    def entries(self) -> list[str]:
        """The ids of the nodes where a run can enter."""
        return [edge.resolved for edge in self.roots if edge.resolved is not None]
