"""A document that has been read: its head, its nodes and what each uses, with the faults found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.catalogue import Catalogue
from omnisupport.scenario_dsl.uses import Edge, FlowUse, Uses

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
    major: int = 1
    flow: str | None = None
    resources: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: Catalogue = field(default_factory=Catalogue)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: dict[str, Any] = field(default_factory=dict)
    patterns: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Variable:
    """A declared variable; `spec` is its form in the IR.

    `pii` is the class of personal data that it or a part of it holds, `retention` how many seconds they may
    be kept, `secret` says that no text and no note may show it.
    """

    name: str
    type: Type
    spec: dict[str, Any]
    tree: Tree
    pii: str | None = None
    retention: int | None = None
    secret: bool = False

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
    """What takes a customer's message away from the node that waits for it.

    It goes on at a node (`edge`), or runs a flow and comes back to the wait (`flow`, with `resume`).
    """

    id: str
    when: dict[str, Any]
    edge: Edge | None
    tree: Map
    uses: Uses
    resume: str = "reprompt"

    @property
    def flow(self) -> FlowUse | None:
        """The flow that it runs, or None."""
        return self.uses.flows[0] if self.uses.flows else None


@dataclass(slots=True)
class Moves:
    """What the document says of runs of older versions: one entry of `migrations`."""

    values: dict[str, Any]
    uses: Uses


@dataclass(slots=True)
class Signature:
    """What a caller must know of a flow or of a scenario that is called: what goes in, what comes out, and how.

    `speaks` and `waits` are filled for scenarios: whether a run that comes back has certainly told the customer
    something, or waited.
    """

    inputs: dict[str, Variable]
    outputs: dict[str, Variable]
    returns: tuple[str, ...] = ()
    speaks: bool = False
    waits: bool = False


@dataclass(slots=True)
class Flow:
    """A part of the document that is called; `vars` in it are its own. `variables` has inputs and outputs too."""

    id: str
    tree: Tree
    signature: Signature
    variables: dict[str, Variable]
    start: Edge | None = None
    on_error: Edge | None = None
    ids: tuple[str, ...] = ()


@dataclass(slots=True)
class Node:
    """One node: the values of its fields as the IR will hold them, and everything it uses.

    The id of a node in a flow is `flow/node`.
    """

    id: str
    tree: Map
    type: NodeType
    values: dict[str, Any]
    uses: Uses
    flow: str | None = None

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
    """The whole document as the checks see it. `ids` has the id of every node, also of unreadable ones.

    `callable` are the signatures of the published scenarios that may be called, by `id@major`.
    `flow` is the name under which the whole document is a flow of another one (None when it stands for itself).
    `reads` are the paths that expressions read, by flow, `unset` those of them that E312 was found for.
    `memo` keeps what several checks compute from the whole document.
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
    flow: str | None = None
    signature: Signature = field(default_factory=lambda: Signature({}, {}))
    flows: dict[str, Flow] = field(default_factory=dict)
    migrations: list[Moves] = field(default_factory=list)
    callable: dict[str, Signature] = field(default_factory=dict)
    reads: dict[str | None, set[str]] = field(default_factory=dict)
    unset: dict[str | None, set[str]] = field(default_factory=dict)
    memo: dict[str, object] = field(default_factory=dict)

    @property
    def roots(self) -> list[Edge]:
        """Where a run can enter: start, interrupts, on_error."""
        entries = [self.start, *(interrupt.edge for interrupt in self.interrupts), self.on_error]
        return [edge for edge in entries if edge is not None]

    @property
    def flow_roots(self) -> list[tuple[Flow, Edge]]:
        """Where each flow begins, and where its errors go."""
        edges = [(flow, edge) for flow in self.flows.values() for edge in (flow.start, flow.on_error)]
        return [(flow, edge) for flow, edge in edges if edge is not None]

    def variables_of(self, flow: str | None) -> dict[str, Variable]:
        """The variables that nodes of this flow see; `None` or the document's own name: the main ones."""
        return self.variables if flow == self.flow else self.flows[flow or ""].variables

    def flow_named(self, name: str) -> Flow | None:
        """The flow of the document with this name as written in it."""
        return self.flows.get(name if self.flow is None else f"{self.flow}:{name}")

    @property
    def has_unread_nodes(self) -> bool:
        """Whether some node could not be read, so that its ways out are unknown."""
        return len(self.nodes) < len(self.ids)

    def graph(self) -> dict[str, list[str]]:
        """Node ids with the ids that follow them in the same flow, misspelt targets mended."""
        return {
            node.id: [edge.resolved for edge in node.edges if edge.resolved is not None]
            for node in self.nodes.values()
        }

    def called(self, uses: Uses) -> list[str]:
        """The first nodes of the flows of this document that are entered here."""
        flows = [self.flow_named(use.name) for use in uses.flows]
        starts = [flow.start for flow in flows if flow is not None]
        return [edge.resolved for edge in starts if edge is not None and edge.resolved is not None]

    def entries(self) -> list[str]:
        """The ids of the nodes where a run can enter."""
        return [edge.resolved for edge in self.roots if edge.resolved is not None]
