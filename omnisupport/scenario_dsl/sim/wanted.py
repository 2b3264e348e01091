"""Which commands `commands` and `never` of a test file name: a misspelt one would match nothing, and pass as never."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from omnisupport.scenario_dsl.commands import Call, CallKind, Command
from omnisupport.scenario_dsl.regex import PatternError, compile_pattern
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.sim.places import FIELDS, TEXT, Reader
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree

CALLS: tuple[str, ...] = get_args(CallKind)
FIELDS_OF: dict[str, tuple[str, ...]] = {
    kind.__name__.lower(): ("type", *(field.name for field in fields(kind))) for kind in get_args(Command)
}
"""Each command with its fields."""
NAMES = (*FIELDS_OF, *CALLS)
"""What a command can be called: its type, or the kind of a call."""
_ANY_FIELD = tuple(dict.fromkeys(name for known in FIELDS_OF.values() for name in known))
_CALL = FIELDS_OF[Call.__name__.lower()]
_SAID = ("contains", "text", "matches")
_TAGS = ("has", "not")


def check_commands(tree: Tree, name: str, reader: Reader) -> None:
    """Commands that are wanted."""
    for index, item in reader.items(tree, name):
        _check_command(item, f"{name}[{index}]", reader)


def check_never(tree: Tree, name: str, reader: Reader) -> None:
    """Commands, nodes and texts that must not be."""
    for index, item in reader.items(tree, name):
        if isinstance(item, Map) and item.keys and set(item.keys) <= set(_SAID):
            check_pattern(item, reader)
        else:
            _check_command(item, f"{name}[{index}]", reader)


def check_tags(tree: Tree, name: str, reader: Reader) -> None:
    """A list of tags, or those that are there and those that are not."""
    if not isinstance(tree, Map):
        _check_texts(tree, name, reader)
        return
    found = reader.fields(tree, _TAGS, name)
    for key, value in found.items() if found is not None else ():
        if key in _TAGS:
            _check_texts(value, f"{name}.{key}", reader)


def check_pattern(wanted: Map, reader: Reader) -> None:
    """The pattern of `matches`."""
    pattern = wanted.get("matches")
    if isinstance(pattern, Scalar):
        try:
            compile_pattern(pattern.text)
        except PatternError as error:
            reader.report.add("T017", pattern, problem=str(error))


def _check_texts(tree: Tree, name: str, reader: Reader) -> None:
    for index, item in reader.items(tree, name):
        reader.text(item, f"{name}[{index}]")


def _check_command(tree: Tree, name: str, reader: Reader) -> None:
    if isinstance(tree, Scalar):
        if tree.text not in NAMES:
            reader.unknown("T020", tree, tree.text, NAMES)
    elif not isinstance(tree, Map) or not tree.keys:
        reader.wrong(tree, name, FIELDS)
    elif len(tree.keys) == 1:
        _check_short(tree, name, reader)
    else:
        _check_fields(tree, name, reader)


def _check_short(tree: Map, name: str, reader: Reader) -> None:
    """`{http: any}`, `{tag: {add: [vip]}}`, or one field: `{node: lookup}`, `{type: tag}`."""
    ((key, value),) = tree.items()
    if key.split(".")[0] in _ANY_FIELD and key not in FIELDS_OF:
        _check_fields(tree, name, reader)
    elif key not in NAMES:
        similar = did_you_mean(key, (*NAMES, *_ANY_FIELD))
        reader.report.add("T020", tree.keys[key], similar=similar, name=key, known=", ".join(NAMES))
    elif isinstance(value, Map):
        if key in FIELDS_OF:
            _known(value, FIELDS_OF[key], reader)
    elif not isinstance(value, Scalar) or value.text != "any":
        reader.chosen(value, f"{name}.{key}", ("any",))


def _check_fields(tree: Map, name: str, reader: Reader) -> None:
    """Fields of a command: of the one that `type` names, else of any."""
    written = tree.get("type")
    known = _ANY_FIELD
    if isinstance(written, Scalar):
        if written.text not in (*NAMES, "any"):
            reader.unknown("T020", written, written.text, NAMES)
        known = FIELDS_OF.get(written.text, _CALL if written.text in CALLS else _ANY_FIELD)
    elif written is not None:
        reader.wrong(written, f"{name}.type", TEXT)
    _known(tree, known, reader)
    node, kind = tree.get("node"), tree.get("kind")
    if isinstance(node, Scalar) and node.text != "any":
        reader.node(node, node.text)
    if isinstance(kind, Scalar):
        reader.chosen(kind, f"{name}.kind", (*CALLS, "any"))


def _known(tree: Map, known: tuple[str, ...], reader: Reader) -> None:
    """Keys of a command; `request.url` is a path into one."""
    for key, place in tree.keys.items():
        if key.split(".")[0] not in known:
            reader.unknown("T001", place, key, known)
