"""What a document uses where: expressions, texts, edges, writes and names of the tenant's things.

Reading a node collects these; the checks look only at them, so a new node type brings no new check code.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.template import segments_to_json

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.expr.ast import Ast
    from omnisupport.scenario_dsl.expr.types import Type
    from omnisupport.scenario_dsl.template import Segments
    from omnisupport.scenario_dsl.tree import Tree


@dataclass(slots=True)
class Expression:
    """An expression in a field. `wanted` is the type that the field takes, `locals` its extra names.

    `exits` lists exits whose node is reached only when the expression was true.
    """

    ast: Ast
    tree: Tree
    field: str
    wanted: Type | None = None
    locals: dict[str, Type] = default(default_factory=dict)
    exits: tuple[str, ...] = ()
    found: Type | None = None

    def to_ir(self) -> Any:
        """The expression as the IR keeps it."""
        return self.ast.to_json()


@dataclass(slots=True)
class ValueExpression:
    """`=expression` where a value stands; the IR tells it from a literal by the key `=`."""

    expression: Expression

    def to_ir(self) -> Any:
        """`{"=": expression}`."""
        return {"=": self.expression.to_ir()}


@dataclass(slots=True)
class Text:
    """A text in one or more languages. `shown` says that customers read it, `is_plain` that it names none."""

    locales: dict[str, Segments]
    trees: dict[str, Tree]
    tree: Tree
    field: str
    shown: bool
    is_plain: bool
    locals: dict[str, Type] = default(default_factory=dict)

    def to_ir(self) -> Any:
        """`{locale: segments}`."""
        return {locale: segments_to_json(segments) for locale, segments in self.locales.items()}


@dataclass(slots=True)
class ValueText:
    """A text with holes where a value stands; the IR tells it by the key `{{`."""

    text: Text

    def to_ir(self) -> Any:
        """`{"{{": text}`."""
        return {"{{": self.text.to_ir()}


@dataclass(slots=True)
class Edge:
    """A way out of a node. `resolved` is the node it leads to after a typing error was mended, or None.

    `target` is the id as written; in a flow it names a node of that flow.
    """

    exit: str
    target: str
    tree: Tree
    field: str
    flow: str | None = None
    resolved: str | None = None

    @property
    def id(self) -> str:
        """The id of the target in the whole document."""
        return qualified(self.target, self.flow)

    def to_ir(self) -> Any:
        """The id of the target."""
        return self.id


@dataclass(slots=True)
class Write:
    """A variable that receives a value when the node is left by one of `exits` (None: by any).

    The value's type is `type`, or that of `expression`, or of the literal `value`; `clears` puts the
    default back; `is_fitted` says that the node checks at run time that the value fits and is not null.
    """

    path: tuple[str, ...]
    tree: Tree
    field: str
    exits: tuple[str, ...] | None = None
    type: Type | None = None
    expression: Expression | None = None
    value: Any = None
    clears: bool = False
    is_fitted: bool = False
    meant: tuple[str, ...] | None = None

    @property
    def target(self) -> tuple[str, ...]:
        """The path that was meant: a misspelt variable is followed to the one that it resembles."""
        return self.meant or self.path

    def to_ir(self) -> Any:
        """The path as a list of names, without the scope."""
        return list(self.path[1:])


@dataclass(slots=True)
class FlowUse:
    """A flow that a node or an interrupt enters: one of the document, or `id@major` of another scenario."""

    name: str
    tree: Tree
    field: str


@dataclass(slots=True)
class Ref:
    """A department, calendar, connection or knowledge base of the tenant."""

    kind: str
    name: str
    tree: Tree
    field: str


@dataclass(slots=True)
class Uses:
    """Everything that one node, trigger or interrupt uses."""

    expressions: list[Expression] = default(default_factory=list)
    texts: list[Text] = default(default_factory=list)
    edges: list[Edge] = default(default_factory=list)
    writes: list[Write] = default(default_factory=list)
    refs: list[Ref] = default(default_factory=list)
    flows: list[FlowUse] = default(default_factory=list)


def qualified(node_id: str, flow: str | None) -> str:
    """The id of a node in the whole document: `flow/node` in a flow."""
    return node_id if flow is None else f"{flow}/{node_id}"


def contains_uses(value: Any) -> bool:
    """Whether a field's value holds expressions or texts, so that it is known only when it runs."""
    if isinstance(value, dict):
        return any(contains_uses(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_uses(item) for item in value)
    return isinstance(value, ValueExpression | ValueText)


def to_ir(value: Any) -> Any:
    """A field's value as the IR keeps it: uses replaced by their JSON form, at any depth."""
    if isinstance(value, dict):
        return {key: to_ir(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_ir(item) for item in value]
    return value.to_ir() if hasattr(value, "to_ir") else value
