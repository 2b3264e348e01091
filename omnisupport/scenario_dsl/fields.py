"""The kinds of fields that nodes, triggers and the document's head are made of.

A field reads a tree into what the IR will hold, notes what is wrong with it, and collects its uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from omnisupport.scenario_dsl.calendar import parse_duration
from omnisupport.scenario_dsl.expr.ast import Ast
from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.regex import PatternError, compile_pattern
from omnisupport.scenario_dsl.regions import REGIONS
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.template import parse_template
from omnisupport.scenario_dsl.text_edit import TextEdit
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree, plain
from omnisupport.scenario_dsl.uses import (
    Edge,
    Expression,
    FlowUse,
    Ref,
    Text,
    ValueExpression,
    ValueText,
    Write,
)
from omnisupport.scenario_dsl.words import Both

_TEXT = Both("текст", "text")
_INT = Both("целое число", "a whole number")
_NUMBER = Both("число", "a number")
_BOOL = Both("true или false", "true or false")
_LIST = Both("список", "a list")
_MAP = Both("поля", "fields")
_WORD = Both("слово", "a word")


class Field:
    """What may stand in a field. `read` gives the IR's value, or MISSING after it has noted a fault."""

    def __init__(self, *, required: bool = False) -> None:
        self.required = required

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        """Read the tree; `name` is the field's path for messages, `retry.text`."""
        raise NotImplementedError

    def wrong(self, tree: Tree, site: Site, name: str, wanted: Both) -> Any:
        """Note that something else is wanted here."""
        site.add("E007", tree, name, field_name=name, wanted=wanted)
        return MISSING


class Str(Field):
    """A text without holes; `values` lists the allowed ones, `pattern` is Python's re for short words."""

    def __init__(self, values: Iterable[str] = (), *, required: bool = False) -> None:
        super().__init__(required=required)
        self.values = tuple(values)

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar):
            return self.wrong(tree, site, name, _TEXT)
        if not isinstance(tree.value, str):
            site.add("E007.quote", tree, name, None, quoted(tree), field_name=name, text=tree.text)
            return MISSING
        if self.values and tree.text not in self.values:
            values = ", ".join(self.values)
            site.unknown("E007.value", tree, name, tree.text, self.values, field_name=name, values=values)
            return MISSING
        return tree.text


def quoted(tree: Scalar) -> list[TextEdit] | None:
    """The edit that puts quotes around a word which is meant as text."""
    if not tree.text or not tree.is_verbatim:
        return None
    return [TextEdit(tree.line, tree.column, tree.end_line, tree.end_column, f'"{tree.text}"')]


class Int(Field):
    """A whole number between bounds."""

    def __init__(self, low: int, high: int, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.low, self.high = low, high

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        value = tree.value if isinstance(tree, Scalar) else None
        if type(value) is not int:
            return self.wrong(tree, site, name, _INT)
        if not self.low <= value <= self.high:
            site.add("E007.range", tree, name, field_name=name, low=self.low, high=self.high)
            return MISSING
        return value


class Number(Field):
    """A number between bounds, stored as a float."""

    def __init__(self, low: float, high: float, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.low, self.high = low, high

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        value = tree.value if isinstance(tree, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.wrong(tree, site, name, _NUMBER)
        if not self.low <= value <= self.high:
            site.add("E007.range", tree, name, field_name=name, low=self.low, high=self.high)
            return MISSING
        return float(value)


class Bool(Field):
    """true or false."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        value = tree.value if isinstance(tree, Scalar) else None
        return value if type(value) is bool else self.wrong(tree, site, name, _BOOL)


class Duration(Field):
    """`15m`, `24h`, `3d`, `1h30m` or `PT15M`, kept as whole seconds."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        seconds = parse_duration(tree.text) if isinstance(tree, Scalar) else None
        if not seconds:
            written = tree.text if isinstance(tree, Scalar) else ""
            site.add("E008", tree, name, written=written)
            return MISSING
        return seconds


class ListOf(Field):
    """A list whose items are all of one field kind."""

    def __init__(self, item: Field, *, required: bool = False, least: int = 0, most: int = 500) -> None:
        super().__init__(required=required)
        self.item, self.least, self.most = item, least, most

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Seq):
            return self.wrong(tree, site, name, _LIST)
        if len(tree.items) < self.least:
            site.add("E112.items", tree, name, field_name=name, least=self.least)
            return MISSING
        if len(tree.items) > self.most:
            site.add("E801", tree, name, what=name, count=len(tree.items), limit=self.most)
            return MISSING
        read = [self.item.read(item, site, f"{name}[{index}]") for index, item in enumerate(tree.items)]
        return [value for value in read if value is not MISSING]


class Obj(Field):
    """A group of named fields; unknown ones and missing required ones are noted."""

    def __init__(self, fields: Mapping[str, Field], *, required: bool = False) -> None:
        super().__init__(required=required)
        self.fields = fields

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, _MAP)
        return read_fields(tree, self.fields, site, f"{name}.")


def read_fields(tree: Map, fields: Mapping[str, Field], site: Site, prefix: str = "") -> dict[str, Any]:
    """Read each known field of a map; what could not be read is left out."""
    values: dict[str, Any] = {}
    for key, value in tree.items():
        field = fields.get(key)
        if field is None:
            # A field that is there already cannot have been meant.
            free = [name for name in fields if name not in tree.values]
            site.unknown("E111", tree.keys[key], prefix + key, key, free, known=", ".join(sorted(fields)))
            continue
        read = field.read(value, site, prefix + key)
        if read is not MISSING:
            values[key] = read
    for key, field in fields.items():
        if field.required and key not in tree.values:
            site.add("E112", tree, prefix + key, name=prefix + key)
    return values


def check_bounds(tree: Map, values: Mapping[str, Any], site: Site, prefix: str) -> None:
    """Note a lowest value above the highest: nothing would ever fit."""
    for low, high in (("min", "max"), ("min_length", "max_length")):
        if low in values and high in values and values[low] > values[high]:
            site.add("E007.bounds", tree.values[low], prefix + low, low=prefix + low, high=prefix + high)


class Expr(Field):
    """An expression: `wanted` is its type, `locals` the names that exist only here."""

    def __init__(
        self, wanted: Type | None = None, *, required: bool = False, names: Mapping[str, Type] | None = None
    ) -> None:
        super().__init__(required=required)
        self.wanted = wanted
        self.names = dict(names or {})

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar):
            return self.wrong(tree, site, name, _TEXT)
        ast = read_expression(tree, tree.text.removeprefix("="), site, name)
        if ast is None:
            return MISSING
        use = Expression(ast, tree, name, self.wanted, dict(self.names))
        site.uses.expressions.append(use)
        return use


def read_expression(tree: Scalar, text: str, site: Site, name: str) -> Ast | None:
    """The tree of an expression, or None after its fault was noted."""
    try:
        return parse(text)
    except ExprSyntaxError as error:
        site.add(error.key, tree, name, col=error.position + 1, **error.words)
        return None


class Words(Field):
    """A text with holes, in one language or in several: `{ru: …, en: …}`, or one of the catalogue: `{t: key}`."""

    def __init__(
        self,
        *,
        required: bool = False,
        shown: bool = True,
        names: Mapping[str, Type] | None = None,
    ) -> None:
        super().__init__(required=required)
        self.shown = shown
        self.names = dict(names or {})

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = site.header.texts.resolve(tree, site, name)
        return MISSING if found is None else self.read_here(found, site, name)

    def read_here(self, tree: Tree, site: Site, name: str) -> Any:
        """Read a text that refers to no other."""
        trees = dict(tree.items()) if isinstance(tree, Map) else {site.header.default_locale: tree}
        segments: dict[str, Any] = {}
        for locale, part in trees.items():
            if isinstance(tree, Map) and locale not in site.header.locales:
                known = site.header.locales
                site.unknown("E007.locale", tree.keys[locale], name, locale, known, known=", ".join(known))
                return MISSING
            if not isinstance(part, Scalar):
                return self.wrong(part, site, name, _TEXT)
            if not isinstance(part.value, str):
                site.add("E007.quote", part, name, None, quoted(part), field_name=name, text=part.text)
                return MISSING
            if not part.text.strip():
                site.add("E112", part, name, name=name)
                return MISSING
            parsed = self._parse(part, site, name)
            if parsed is None:
                return MISSING
            segments[locale] = parsed
        if not segments:
            site.add("E112", tree, name, name=name)
            return MISSING
        text = Text(segments, trees, tree, name, self.shown, not isinstance(tree, Map), dict(self.names))
        site.uses.texts.append(text)
        return text

    def _parse(self, tree: Scalar, site: Site, name: str) -> Any:
        try:
            return parse_template(tree.text)
        except ExprSyntaxError as error:
            site.add(error.key, tree, name, col=error.position + 1, **error.words)
            return None


class Value(Field):
    """A literal, `=expression` or a text with holes, also inside lists and maps."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if isinstance(tree, Seq):
            return [self.read(item, site, f"{name}[{index}]") for index, item in enumerate(tree.items)]
        if isinstance(tree, Map):
            for mark in ("=", "{{"):
                if mark in tree.keys:
                    # These keys mark expressions and texts in the IR.
                    site.unknown("E111", tree.keys[mark], f"{name}.{mark}", mark, (), known="")
            return {key: self.read(value, site, f"{name}.{key}") for key, value in tree.items()}
        assert isinstance(tree, Scalar)
        value = tree.value
        if isinstance(value, str) and value.startswith("="):
            ast = read_expression(tree, value[1:], site, name)
            if ast is None:
                return None
            use = Expression(ast, tree, name)
            site.uses.expressions.append(use)
            return ValueExpression(use)
        if isinstance(value, str) and "{{" in value:
            text = Words(shown=False).read(tree, site, name)
            return None if text is MISSING else ValueText(text)
        return value


class Target(Field):
    """The id of the node that follows by an exit."""

    def __init__(self, exit: str, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.exit = exit

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar):
            return self.wrong(tree, site, name, Both("id узла", "a node id"))
        edge = Edge(self.exit, tree.text, tree, name, site.flow)
        site.uses.edges.append(edge)
        return edge


class FlowName(Field):
    """A flow of this document."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
            return self.wrong(tree, site, name, Both("имя потока", "the name of a flow"))
        site.uses.flows.append(FlowUse(tree.text, tree, name))
        return tree.text if site.home is None else f"{site.home}:{tree.text}"


class Path(Field):
    """A variable that the node writes, `vars.phone`; `exits` are those by which it has done so."""

    def __init__(
        self, exits: tuple[str, ...] | None = ("next",), type: Type | None = None, *, required: bool = False
    ) -> None:
        super().__init__(required=required)
        self.exits = exits
        self.type = type

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
            return self.wrong(tree, site, name, Both("переменная vars.…", "a variable vars.…"))
        write = Write(tuple(tree.text.split(".")), tree, name, self.exits, self.type)
        site.uses.writes.append(write)
        return write


class Pattern(Field):
    """A regular expression of RE2."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
            return self.wrong(tree, site, name, _TEXT)
        try:
            compile_pattern(tree.text)
        except PatternError as error:
            site.add("E217.field", tree, name, pattern=tree.text, problem=str(error))
            return MISSING
        return tree.text


class Name(Field):
    """A thing of the tenant (department, calendar, connection, knowledge), or `=expression` for its name.

    The document's `resources` may give it another name: `connections: {shop: {ref: conn/shop-api}}`.
    """

    def __init__(self, kind: str, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.kind = kind

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
            return self.wrong(tree, site, name, _WORD)
        if tree.text.startswith("="):
            return Value().read(tree, site, name)
        site.uses.refs.append(Ref(self.kind, tree.text, tree, name))
        return site.header.resources.get(self.kind, {}).get(tree.text, tree.text)


class Tool(Str):
    """What an assistant may use: an operation of a connection, `shop.get_order`.

    `resources` may give the connection another name, as for `Name`. What is of another form is kept as it is written.
    """

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        text = super().read(tree, site, name)
        if text is MISSING:
            return MISSING
        connection, point, operation = text.partition(".")
        if not connection or not point or not operation or ":" in connection:
            return text
        site.uses.refs += [Ref("connections", connection, tree, name), Ref("operations", text, tree, name)]
        known = site.header.resources.get("connections", {})
        return f"{known.get(connection, connection)}.{operation}"


class Plain(Field):
    """Anything, kept as written; for comments and the canvas."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        return plain(tree)


class Region(Field):
    """A country of phone numbers, `RU`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or tree.text not in REGIONS:
            return self.wrong(tree, site, name, Both("код страны, например RU", "a country code such as RU"))
        return tree.text


class Either(Field):
    """Chooses the field by the shape of the tree: `skippable: true` or `skippable: {label: …}`."""

    def __init__(self, choose: Callable[[Tree], Field], *, required: bool = False) -> None:
        super().__init__(required=required)
        self.choose = choose

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        return self.choose(tree).read(tree, site, name)
