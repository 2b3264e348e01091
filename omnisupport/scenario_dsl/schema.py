"""The language as JSON Schema (2020-12), and what a builder must know of each node type, from the registry.

Schemas say what a form can check while somebody types: shapes, words, bounds. What holds only of a whole
document (edges, types of expressions, coverage of cases) is for the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from omnisupport.scenario_dsl import fields as kinds
from omnisupport.scenario_dsl.channels import CHANNELS
from omnisupport.scenario_dsl.fields import Either, Field, ListOf, Obj
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.reference import head, tables
from omnisupport.scenario_dsl.reference.behind import STANDINGS, input_behind, node_behind, trigger_behind
from omnisupport.scenario_dsl.reference.words import InputWords, NodeWords, ThingWords
from omnisupport.scenario_dsl.regions import REGIONS
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq
from omnisupport.scenario_dsl.words import Both

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_PACKAGE = "omnisupport.scenario_dsl."
# What the tree of a field may look like, to ask an `Either` which fields it has.
_SHAPES = (
    *(Scalar(text, False, 1, 1) for text in ("auto", "none", "true", "words of the author")),
    Map(1, 1),
    Seq(1, 1),
)


def _kind(name: str, schema: Schema | None = None) -> Schema:
    """A schema with the kind of field, by which a builder chooses its editor."""
    return {**(_STRING if schema is None else schema), "x-kind": name}


def _text() -> Schema:
    languages = {locale: {"type": "string", "minLength": 1} for locale in tables.LOCALES}
    by_language = {
        "type": "object",
        "properties": {**languages, "t": _STRING},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return _kind("text", {"anyOf": [{"type": "string", "minLength": 1}, by_language]})


def _named(kind: str, item: Schema | None = None) -> Schema:
    return _kind(kind, {"type": "object", "additionalProperties": item if item is not None else True})


def _expression(field: Any) -> Schema:
    schema = _kind("expression", {"type": ["string", "number", "boolean", "null"]})
    return schema if field.wanted is None else {**schema, "x-type": str(field.wanted)}


def _string(field: Any) -> Schema:
    return {"type": "string", "enum": list(field.values)} if field.values else dict(_STRING)


def _list(field: Any) -> Schema:
    schema: Schema = {"type": "array", "items": schema_of(field.item), "maxItems": field.most}
    return {**schema, "minItems": field.least} if field.least else schema


def _object(field: Any) -> Schema:
    return object_schema(field.fields)


def _either(field: Any) -> Schema:
    found: list[Schema] = []
    for shape in _SHAPES:
        schema = schema_of(field.choose(shape))
        if schema not in found:
            found.append(schema)
    return found[0] if len(found) == 1 else {"anyOf": found}


def _typed(field: Any) -> Schema:
    return _kind("value", {"x-type": str(field.type.required())})


def _actions(field: Any) -> Schema:
    from omnisupport.scenario_dsl.nodes import actions

    choices = {
        key: object_schema(node.fields) for key, node in actions._NODES.items() if key not in actions._SHORT
    }
    for key, (node, name) in actions._SHORT.items():
        choices[key] = schema_of(actions._NODES[node].fields[name])
    choices["note"] = {"anyOf": [_STRING, choices["note"]]}
    return {
        "type": "object",
        "properties": choices,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _case(field: Any) -> Schema:
    return {
        "type": "object",
        "properties": {"when": _expression(kinds.Expr()), "next": _kind("node")},
        "required": ["when", "next"],
        "additionalProperties": False,
    }


def _variants(field: Any) -> Schema:
    from omnisupport.scenario_dsl.nodes.content import CONTENT

    content = schema_of(CONTENT)
    variant = {"anyOf": [content["items"], content]}
    return {
        "type": "object",
        "properties": dict.fromkeys(CHANNELS, variant),
        "additionalProperties": False,
    }


def _input(field: Any) -> Schema:
    return {"$ref": "#/$defs/input"}


# By the class, as module and name; a class that is not here is like the one that it derives from. A new class
# of fields that derives from `Field` itself needs a line (tests/scenario_dsl/test_schema.py).
_SCHEMAS: dict[str, Callable[[Any], Schema]] = {
    "fields.Str": _string,
    "fields.Int": lambda field: {"type": "integer", "minimum": field.low, "maximum": field.high},
    "fields.Number": lambda field: {"type": "number", "minimum": field.low, "maximum": field.high},
    "fields.Bool": lambda field: {"type": "boolean"},
    "fields.Duration": lambda field: _kind("duration"),
    "fields.ListOf": _list,
    "fields.Obj": _object,
    "fields.Expr": _expression,
    "fields.Words": lambda field: _text(),
    "fields.Value": lambda field: _kind("value", {}),
    "fields.Target": lambda field: _kind("node"),
    "fields.Path": lambda field: _kind("variable", {"type": "string", "pattern": r"^[a-z]+\..+"}),
    "fields.Pattern": lambda field: _kind("pattern"),
    "fields.Name": lambda field: _kind(field.kind),
    "fields.Plain": lambda field: {},
    "fields.Region": lambda field: {"type": "string", "enum": list(REGIONS)},
    "fields.FlowName": lambda field: _kind("flow"),
    "fields.Either": _either,
    "label.Label": lambda field: _text(),
    "heads._Zone": lambda field: _kind("timezone"),
    "heads._TimeOfDay": lambda field: _kind("time"),
    "heads._NodeMoves": lambda field: _named("nodes"),
    "heads._VariableMoves": lambda field: _named("values"),
    "heads.Patterns": lambda field: _named("patterns"),
    "inputs.field.InputField": _input,
    "inputs.files.Size": lambda field: _kind("size", {"type": ["string", "integer"]}),
    "inputs.bounds.When": lambda field: _kind("expression", {"type": ["string", "number"]}),
    "inputs.bounds.Clock": lambda field: _kind("time"),
    "zones.Zone": lambda field: _kind("timezone"),
    "bounds.Bound": lambda field: _kind("expression", {"type": ["string", "number"]}),
    "policies.Intents": lambda field: _named("intents"),
    "policies._Examples": lambda field: _named("examples"),
    "trigger_types._Cron": lambda field: _kind("cron"),
    "trigger_types._StartedBy": lambda field: _kind("started_by", {"type": ["string", "array"]}),
    "nodes.declared.Declared": lambda field: {"$ref": "#/$defs/type"},
    "nodes.declared.Declarations": lambda field: _named("variables", {"$ref": "#/$defs/variable"}),
    "nodes.start_scenario._ScenarioId": lambda field: _kind("scenario"),
    "nodes.ai_classify._Labels": lambda field: _named("labels"),
    "nodes.base.Exits": lambda field: _named("exits", _kind("node")),
    "nodes.set._Assign": lambda field: _named("assign"),
    "nodes.switch._Cases": lambda field: _named("cases", _kind("node")),
    "nodes.http._Pairs": lambda field: _named("values"),
    "nodes.typed.Typed": _typed,
    "nodes.typed.Pairs": lambda field: _named("values"),
    "nodes.typed.EventName": lambda field: _kind("event"),
    "nodes.return_._Outputs": lambda field: _named("outputs"),
    "nodes.calling.ScenarioName": lambda field: _kind(
        "scenario", {"type": "string", "pattern": "^.+@[0-9]+$"}
    ),
    "nodes.calling.Inputs": lambda field: _named("inputs"),
    "nodes.calling.Outputs": lambda field: _named("outputs", _STRING),
    "nodes.content.Variants": _variants,
    "nodes.condition._Case": _case,
    "nodes.actions._Action": _actions,
}


def schema_of(field: Field) -> Schema:
    """The schema of a field."""
    write = _writer(type(field))
    return {} if write is None else write(field)


def is_known(field: Field) -> bool:
    """Whether a field's class, or one that it derives from, has a schema."""
    return _writer(type(field)) is not None


def _writer(kind: type) -> Callable[[Any], Schema] | None:
    names = (f"{base.__module__.removeprefix(_PACKAGE)}.{base.__qualname__}" for base in kind.__mro__)
    return next((_SCHEMAS[name] for name in names if name in _SCHEMAS), None)


def object_schema(fields: Mapping[str, Field], words: Mapping[str, Both] | None = None) -> Schema:
    """The schema of a group of fields; `words` describe them."""
    properties = {name: dict(schema_of(field)) for name, field in fields.items()}
    for name, said in (words or {}).items():
        if name in properties:
            properties[name]["description"] = said.en
            properties[name]["x-description"] = {"ru": said.ru, "en": said.en}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [name for name, field in fields.items() if field.required]
    return {**schema, "required": required} if required else schema


def fields_below(fields: Mapping[str, Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with its path, `options.label`; fields of alternatives are listed once."""
    seen: set[str] = set()
    for name, field in fields.items():
        path = prefix + name
        if path not in seen:
            seen.add(path)
            yield path, field
        for inner, below in _inner(field, path + "."):
            if inner not in seen:
                seen.add(inner)
                yield inner, below


def _inner(field: Field, prefix: str) -> Iterator[tuple[str, Field]]:
    if isinstance(field, Obj):
        yield from fields_below(_case_fields(field), prefix)
    elif isinstance(field, ListOf):
        yield from _inner(field.item, prefix)
    elif isinstance(field, Either):
        for shape in _SHAPES:
            yield from _inner(field.choose(shape), prefix)


def _case_fields(field: Obj) -> Mapping[str, Field]:
    """A case of `condition` makes its fields when it is read."""
    if type(field).__name__ == "_Case":
        return {"when": kinds.Expr(required=True), "next": kinds.Target("case", required=True)}
    return field.fields


def node_entry(kind: NodeType) -> dict[str, Any]:
    """All that a builder needs of a node type: schema, exits, examples and words in both languages."""
    words = NodeWords.of(kind.name)
    said = {name: words.field(name) for name, _ in fields_below(kind.all_fields)}
    schema = object_schema(kind.all_fields, {name: item for name, item in said.items() if item is not None})
    schema["properties"]["type"] = {**schema["properties"]["type"], "const": kind.name}
    schema["required"] = ["type", *schema.get("required", ())]
    return {
        "type": kind.name,
        "version": kind.version,
        "title": words.title._asdict(),
        "description": words.about._asdict(),
        "schema": schema,
        "fields": {name: item._asdict() for name, item in said.items() if item is not None},
        "exits": [_exit(kind, name, must, words) for name, must in kind.exits.items()],
        "kinds": list(kind.kinds),
        "waits": kind.waits,
        "sends": kind.sends,
        "effect": kind.effect,
        "ends": kind.ends,
        "behind": node_behind(kind.name),
        "examples": [words.example],
    }


def _exit(kind: NodeType, name: str, must: bool, words: NodeWords) -> dict[str, Any]:
    said = words.exit(name)
    return {"name": name, "mandatory": must, "description": said._asdict() if said is not None else None}


def node_catalogue() -> dict[str, Any]:
    """The whole catalogue for `GET /nodes`: nodes by `type@version`, inputs and triggers.

    Schemas refer to `$defs` of the catalogue; `standings` are the words of `behind`.
    """
    return {
        "$defs": _shared(),
        "standings": {standing.value: words._asdict() for standing, words in STANDINGS.items()},
        "nodes": {f"{kind.name}@{kind.version}": node_entry(kind) for kind in node_types().values()},
        "inputs": {
            name: _input_entry(name, kind.fields, kind.strict) for name, kind in input_kinds().items()
        },
        "triggers": {name: _trigger_entry(name, own) for name, own in tables.TRIGGER_TYPES.items()},
    }


def _input_entry(name: str, fields: Mapping[str, Field], strict: bool) -> dict[str, Any]:
    words = InputWords.of(name)
    return {
        "title": words.title._asdict(),
        "description": words.about._asdict(),
        "schema": _with_word(object_schema(fields, words.fields), "kind", name),
        "strict": strict,
        "behind": input_behind(name),
        "examples": [words.example],
    }


def _trigger_entry(name: str, own: Mapping[str, Field]) -> dict[str, Any]:
    words = ThingWords.of("triggers", name)
    return {
        "title": words.title._asdict(),
        "description": words.about._asdict(),
        "schema": _trigger_schema(name, own, {**head.TRIGGER, **words.fields}),
        "behind": trigger_behind(name),
        "examples": [words.example],
    }


def _trigger_schema(name: str, own: Mapping[str, Field], words: Mapping[str, Both] | None = None) -> Schema:
    return _with_word(object_schema({**tables.TRIGGER, **own}, words), "type", name)


def _with_word(schema: Schema, key: str, word: str) -> Schema:
    """The schema of a map that says by a word which one it is."""
    properties = {**schema["properties"], key: {"type": "string", "const": word}}
    required = [name for name in schema.get("required", ()) if name != key]
    return {**schema, "properties": properties, "required": [key, *required]}


def _one_of(key: str, schemas: Mapping[str, str]) -> Schema:
    """A map whose word under `key` chooses among schemas of `$defs`."""
    return {
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": list(schemas)}},
        "allOf": [
            {"if": {"properties": {key: {"const": word}}}, "then": {"$ref": f"#/$defs/{name}"}}
            for word, name in schemas.items()
        ],
    }


def language_schema() -> Schema:
    """The schema of a whole document of `scenario/v1`."""
    nodes = node_types()
    definitions: Schema = {f"node.{name}": node_entry(kind)["schema"] for name, kind in nodes.items()}
    definitions |= _shared()
    definitions |= {
        f"trigger.{name}": _trigger_schema(name, own) for name, own in tables.TRIGGER_TYPES.items()
    }
    definitions["node"] = _one_of("type", {name: f"node.{name}" for name in nodes})
    definitions["trigger"] = _one_of("type", {name: f"trigger.{name}" for name in tables.TRIGGER_TYPES})
    definitions["flow"] = _flow()
    return {
        "$schema": DIALECT,
        "title": "scenario/v1",
        "type": "object",
        "properties": _top(),
        "required": ["omni", "id", "name", "start", "nodes"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _shared() -> Schema:
    """The definitions that schemas of nodes refer to."""
    inputs = input_kinds()
    definitions: Schema = {
        f"input.{name}": _with_word(object_schema(kind.fields), "kind", name) for name, kind in inputs.items()
    }
    definitions["input"] = _one_of("kind", {name: f"input.{name}" for name in inputs})
    definitions["variable"] = _declaration(tables.ATTRIBUTES)
    definitions["type"] = _declaration(tables.TYPE_ATTRIBUTES)
    return definitions


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _top() -> Schema:
    own: Schema = {
        "omni": {"const": "scenario/v1"},
        "triggers": {"type": "array", "items": _ref("trigger")},
        "variables": _named("variables", _ref("variable")),
        "inputs": _named("variables", _ref("variable")),
        "outputs": _named("variables", _ref("variable")),
        "returns": {"type": "array", "items": _STRING},
        "interrupts": {"type": "array", "items": object_schema(tables.INTERRUPT)},
        "on_error": _next(),
        "start": _kind("node"),
        "nodes": _named("nodes", _ref("node")),
        "flows": _named("flows", _ref("flow")),
        "migrations": {"type": "array", "items": object_schema(tables.MIGRATION)},
    }
    read = {name: schema_of(field) for name, field in tables.HEAD.items()}
    return {name: read.get(name) or own.get(name, {}) for name in tables.TOP_LEVEL}


def _next() -> Schema:
    return {
        "type": "object",
        "properties": {"next": _kind("node")},
        "required": ["next"],
        "additionalProperties": False,
    }


def _declaration(attributes: Mapping[str, Field]) -> Schema:
    schema = object_schema(attributes, head.ATTRIBUTES)
    schema["properties"]["type"] = {"enum": list(tables.TYPES)}
    inner: Schema = {"anyOf": [{"type": "string"}, _ref("type")]}
    schema["properties"]["of"] = inner
    schema["properties"]["fields"] = {"type": "object", "additionalProperties": inner}
    return schema


def _flow() -> Schema:
    variables = _named("variables", _ref("variable"))
    return {
        "type": "object",
        "properties": {
            "inputs": variables,
            "outputs": variables,
            "variables": variables,
            "returns": {"type": "array", "items": _STRING},
            "start": _kind("node"),
            "on_error": _next(),
            "nodes": _named("nodes", _ref("node")),
        },
        "required": ["start", "nodes"],
        "additionalProperties": False,
    }
