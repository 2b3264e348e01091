"""Single changes of a text: a value, a key, an item. Each gives the edits, and the rest stays as it was written."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.edits.source import Path, Source
from omnisupport.scenario_dsl.emit import write_inline, write_item, write_value
from omnisupport.scenario_dsl.order import ordered_keys
from omnisupport.scenario_dsl.scalars import double_quoted, is_printable, json_text, write_text
from omnisupport.scenario_dsl.text_edit import TextEdit
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

_COMMENT = re.compile(r"[ \t]+#[^\n\r\x85\u2028\u2029]*")
_INDENTED_COMMENT = re.compile(r"^[ \t]+#", re.MULTILINE)
_SPACES = re.compile(r"[ \t]*")


def replace_value(source: Source, path: Path, value: Any) -> list[TextEdit]:
    """Put another value at a path."""
    tree, parent = source.at(path), source.at(path[:-1])
    is_inside = isinstance(parent, Map | Seq) and parent.flow
    if is_inside:
        return [_edit(source, source.start(tree), source.end(tree), inline(source, value))]
    if isinstance(value, str) and "\n" not in value and source.has_style(tree):
        assert isinstance(tree, Scalar)
        return [rewrite_scalar(source, tree, value)]
    if isinstance(parent, Seq):
        return _replace_item(source, parent, tree, path, value)
    assert isinstance(parent, Map)
    return _replace_behind_key(source, parent, path, value)


def rewrite_scalar(source: Source, tree: Scalar, text: str) -> TextEdit:
    """Another text in the place of a scalar, in the same kind of quotes where that is possible."""
    start, end = source.start(tree), source.end(tree)
    return _edit(source, start, end, _in_style(source.text[start:end], text))


def _in_style(written: str, text: str) -> str:
    """A text quoted as the one that was written here before."""
    if written.startswith('"'):
        return double_quoted(text)
    if written.startswith("'") and is_printable(text):
        return "'" + text.replace("'", "''") + "'"
    # As inside brackets: elsewhere that is at most a pair of quotes too many.
    return write_text(text, flow=True)


def set_key(source: Source, path: Path, key: str, value: Any) -> list[TextEdit]:
    """Give the map at a path a value under a key: replaced, or put in where the order of fields has it."""
    tree = source.at(path)
    assert isinstance(tree, Map)
    if key in tree.values:
        return replace_value(source, (*path, key), value)
    if not tree.values:
        return _fill(source, path, {key: value})
    before = _key_before(tree, path, key)
    if tree.flow:
        return _put_into_brackets(source, tree, before, f"{_key(source, key)}: {inline(source, value)}")
    indent = " " * (next(iter(tree.keys.values())).column - 1)
    first, *others = _value_lines(source, value, indent, (*_place(source, path), key))
    lines = [f"{_key(source, key)}: {first}".rstrip(), *others]
    return _put_lines(source, tree, before, indent, lines)


def delete_key(source: Source, path: Path, key: str) -> list[TextEdit]:
    """Take a key with its value out of the map at a path; a comment right above goes with it.

    The last key leaves an empty map.
    """
    tree = source.at(path)
    assert isinstance(tree, Map) and key in tree.values
    if len(tree.values) == 1:
        return _fill(source, path, {})
    keys = list(tree.values)
    index = keys.index(key)
    spans = [(source.start(tree.keys[name]), source.end(tree.values[name])) for name in keys]
    # The head of the file speaks of the whole.
    return _take_out(source, tree, spans, index, keeps_above=not path and index == 0)


def insert_item(source: Source, path: Path, index: int, value: Any) -> list[TextEdit]:
    """Put an item into the list at a path, before the one that has the index now."""
    tree = source.at(path)
    assert isinstance(tree, Seq)
    if not tree.items:
        return _fill(source, path, [value])
    index = min(max(index, 0), len(tree.items))
    before = tree.items[index - 1] if index else None
    if tree.flow:
        return _put_into_brackets(source, tree, before, inline(source, value))
    indent = " " * (tree.column - 1)
    return _put_lines(source, tree, before, indent, _item_lines(source, value, indent, path))


def append_item(source: Source, path: Path, value: Any) -> list[TextEdit]:
    """Put an item at the end of the list at a path."""
    tree = source.at(path)
    assert isinstance(tree, Seq)
    return insert_item(source, path, len(tree.items), value)


def delete_item(source: Source, path: Path, index: int) -> list[TextEdit]:
    """Take an item out of the list at a path; the last one leaves an empty list."""
    tree = source.at(path)
    assert isinstance(tree, Seq)
    if len(tree.items) == 1:
        return _fill(source, path, [])
    spans = [(source.start(item), source.end(item)) for item in tree.items]
    if not tree.flow:
        spans = [(source.dash(tree, item), source.end(item)) for item in tree.items]
    return _take_out(source, tree, spans, index)


def rename_key(source: Source, path: Path, key: str, name: str) -> list[TextEdit]:
    """Give a key of the map at a path another name."""
    tree = source.at(path)
    assert isinstance(tree, Map)
    return [rewrite_scalar(source, tree.keys[key], name)]


def inline(source: Source, value: Any) -> str:
    """A value as it stands inside brackets of this document."""
    return _json(value) if source.is_json else write_inline(value)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json_text(str(key))}: {_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json_text(value) if isinstance(value, str) else write_inline(value)


def _key(source: Source, key: str) -> str:
    return json_text(key) if source.is_json else write_text(key, flow=True)


def _place(source: Source, path: Path) -> tuple[str, ...]:
    """A path as the emitter names it."""
    return tuple("-" if isinstance(step, int) else step for step in path)


def _edit(source: Source, start: int, end: int, text: str) -> TextEdit:
    return TextEdit(*source.place(start), *source.place(end), text)


def _value_lines(source: Source, value: Any, indent: str, place: tuple[str, ...]) -> list[str]:
    return write_value(value, indent, place, blocks=_may_block(source))


def _may_block(source: Source) -> bool:
    """Whether no comment can become a line of a text above it: those without indentation end it."""
    return _INDENTED_COMMENT.search(source.text) is None


def _item_lines(source: Source, value: Any, indent: str, path: Path) -> list[str]:
    first, *others = write_item(value, indent, (*_place(source, path), "-"), blocks=_may_block(source))
    return [first.removeprefix(indent), *others]


def _replace_behind_key(source: Source, parent: Map, path: Path, value: Any) -> list[TextEdit]:
    key, tree = parent.keys[str(path[-1])], parent.values[str(path[-1])]
    indent = " " * (key.column - 1)
    lines = _value_lines(source, value, indent, _place(source, path))
    colon = source.text.index(":", source.end(key))
    return _replace_lines(source, colon + 1, tree, lines)


def _replace_item(source: Source, parent: Seq, tree: Tree, path: Path, value: Any) -> list[TextEdit]:
    dash = source.dash(parent, tree)
    indent = " " * (source.place(dash)[1] - 1)
    first, *others = _item_lines(source, value, indent, path[:-1])
    return _replace_lines(source, dash + 1, tree, [first.removeprefix("-").lstrip(), *others])


def _replace_lines(source: Source, start: int, tree: Tree, lines: list[str]) -> list[TextEdit]:
    """Put lines behind a colon or a dash. A comment at the end of the line stays at the end of the first."""
    end = max(source.end(tree), start)
    first, *others = lines
    text = f" {first}" if first else ""
    beside = _COMMENT.match(source.text, start)
    if beside is not None and source.start(tree) >= beside.end():
        text += beside[0]
    if not others:
        return [_edit(source, start, end, text)]
    after = _COMMENT.match(source.text, end)
    if after is not None and source.place(end)[0] == source.place(start)[0]:
        end, text = after.end(), text + after[0]
    return [_edit(source, start, end, source.newline.join([text, *others]))]


def _fill(source: Source, path: Path, value: Any) -> list[TextEdit]:
    """Put the whole value in place of an empty container, or an empty container in place of a whole one."""
    if path:
        return replace_value(source, path, value)
    raise ValueError("a document keeps at least one field")


def _key_before(tree: Map, path: Path, key: str) -> Scalar | None:
    """The key behind which a new one goes: the order of fields says it, else the end."""
    wanted = Map(1, 1)
    for name in (*tree.values, key):
        wanted.keys[name], wanted.values[name] = (
            tree.keys.get(name) or Scalar(name, True, 1, 1),
            (tree.values.get(name) or Scalar("", True, 1, 1)),
        )
    place = tuple("-" if isinstance(step, int) else step for step in path)
    order = ordered_keys(wanted, place)
    index = order.index(key)
    return tree.keys[order[index - 1]] if index else None


def _put_into_brackets(source: Source, tree: Map | Seq, before: Tree | None, text: str) -> list[TextEdit]:
    """Put an entry behind the one that begins with `before`, or before the first."""
    first = next(iter(tree.keys.values())) if isinstance(tree, Map) else tree.items[0]
    # Where every entry has a line of its own, so has the new one.
    has_lines = first.line != tree.line
    gap = source.newline + " " * (first.column - 1) if has_lines else " "
    if before is None:
        at = source.start(first)
        return [_edit(source, at, at, f"{text},{gap}")]
    owner = tree.values[before.text] if isinstance(tree, Map) and isinstance(before, Scalar) else before
    at = source.end(owner)
    return [_edit(source, at, at, f",{gap}{text}")]


def _put_lines(
    source: Source, tree: Map | Seq, before: Tree | None, indent: str, lines: list[str]
) -> list[TextEdit]:
    """Put lines behind an entry, or before the first of its container."""
    newline = source.newline
    if before is None:
        at = source.start(tree)
        line_start = source.line_start(at)
        if source.text[line_start:at].strip():
            return [_edit(source, at, at, newline.join(lines) + newline + indent)]
        at = line_start if tree is source.root else _with_comments_above(source, line_start)
        return [_edit(source, at, at, indent + newline.join(lines) + newline)]
    owner = tree.values[before.text] if isinstance(tree, Map) and isinstance(before, Scalar) else before
    end = source.end(owner)
    # A block of lines may end with its line break.
    ends_line = end > 0 and end == source.line_start(end) and end > source.start(owner)
    if ends_line:
        return [_edit(source, end, end, indent + newline.join(lines) + newline)]
    at = source.line_end(end)
    return [_edit(source, at, at, newline + indent + newline.join(lines))]


def _take_out(
    source: Source, tree: Map | Seq, spans: list[tuple[int, int]], index: int, *, keeps_above: bool = False
) -> list[TextEdit]:
    """Take one of several entries out."""
    start, end = spans[index]
    if tree.flow:
        if index + 1 < len(spans):
            return [_edit(source, start, spans[index + 1][0], "")]
        return [_edit(source, spans[index - 1][1], end, "")]
    line_start = source.line_start(start)
    if source.text[line_start:start].strip():
        # It shares its line with a dash: the next entry comes up to it.
        return [_edit(source, start, spans[index + 1][0], "")]
    above = line_start if keeps_above else _with_comments_above(source, line_start)
    below = source.line_end(end) if source.line_start(end) != end or end == start else end
    if below < len(source.text) and source.line_start(below) != below:
        below += len(source.newline) if source.text.startswith(source.newline, below) else 1
    elif below == len(source.text) and above > 0 and source.line_start(below) != below:
        above -= len(source.newline)
    return [_edit(source, above, below, "")]


def _with_comments_above(source: Source, line_start: int) -> int:
    """The beginning of the comments right above a line."""
    column = len(_SPACES.match(source.text, line_start)[0])  # type: ignore[index]
    while line_start > 0:
        previous = source.line_start(line_start - 1)
        line = source.text[previous:line_start]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) != column:
            break
        line_start = previous
    return line_start
