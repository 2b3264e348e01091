"""Find the comments of a document and what each of them belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from omnisupport.scenario_dsl.edits.source import BREAK, Source
from omnisupport.scenario_dsl.emit import Notes
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n\r\x85\u2028\u2029]*)")
_HASH = re.compile(r"(?:^|(?<=[\s,\[\]{}:]))#[^\n\r\x85\u2028\u2029]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment with its `#`. `is_alone` says that its line holds nothing else."""

    text: str
    offset: int
    line: int
    column: int
    is_alone: bool


@dataclass(frozen=True, slots=True)
class _Element:
    """A key or an item: whom comments belong to. `column` is that of the key or the dash."""

    owner: Tree
    start: int
    column: int
    line: int
    path: tuple[Map | Seq, ...]


def comments_of(source: Source) -> list[Comment]:
    """Every comment, in order; what looks like one inside a text is none."""
    found: list[Comment] = []
    position = 0
    for scalar in source.scalars():
        found += _between(source, position, source.start(scalar))
        position = source.offset(scalar.end_line, scalar.end_column)
        if source.is_block(scalar):
            start = source.start(scalar)
            header = _HEADER.match(source.text, start)
            if header:
                found.append(_comment(source, header[1], header.start(1)))
    return found + _between(source, position, len(source.text))


def _between(source: Source, start: int, end: int) -> list[Comment]:
    if "#" not in source.text[start:end]:
        return []
    return [_comment(source, match[0], match.start()) for match in _HASH.finditer(source.text, start, end)]


def _comment(source: Source, text: str, offset: int) -> Comment:
    line, column = source.place(offset)
    before = source.text[source.line_start(offset) : offset]
    return Comment(text.rstrip(), offset, line, column, not before.strip())


def notes_of(source: Source) -> Notes:
    """The comments and empty lines of a document by what they belong to."""
    return _Attacher(source).attach()


class _Attacher:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._notes = Notes()
        self._elements: list[_Element] = []
        self._of_scalar: dict[int, _Element] = {}
        self._collect(source.root, ())
        self._starts = [element.start for element in self._elements]
        self._scalars = list(source.scalars())
        self._ends = [source.end(scalar) for scalar in self._scalars]

    def attach(self) -> Notes:
        blank = _blank_lines(self._source.text)
        above: dict[int, list[Comment]] = {}
        for comment in comments_of(self._source):
            if not comment.is_alone and self._beside(comment):
                continue
            following = self._following(comment.offset)
            container = self._ended_container(comment, following)
            if container is not None:
                below = self._notes.below.setdefault(id(container), [])
                if below and comment.line - 1 in blank and comment.is_alone:
                    below.append("")
                below.append(comment.text)
            else:
                assert following is not None
                above.setdefault(id(following.owner), []).append(comment)
        for number, element in enumerate(self._elements):
            lines = _with_blanks(above.get(id(element.owner), []), element.line, blank)
            if number == 0:
                self._notes.top = lines[1:] if lines[:1] == [""] else lines
            elif any(lines) or lines:
                # The first key of an item shares the item's line, and its place above.
                self._notes.before.setdefault(id(element.owner), lines)
        return self._notes

    def _collect(self, tree: Tree, path: tuple[Map | Seq, ...]) -> None:
        if isinstance(tree, Scalar):
            return
        if isinstance(tree, Map):
            for key, value in zip(tree.keys.values(), tree.values.values(), strict=True):
                element = _Element(key, self._source.start(key), key.column, key.line, (*path, tree))
                self._add(element, key, value)
        elif isinstance(tree, Seq):
            for item in tree.items:
                start = self._source.start(item)
                # The dash may stand lines above what it begins.
                line = item.line if tree.flow else self._source.place(self._source.dash(tree, item))[0]
                column = item.column if tree.flow else tree.column
                element = _Element(item, start, column, line, (*path, tree))
                self._add(element, item, item)

    def _add(self, element: _Element, *trees: Tree) -> None:
        self._elements.append(element)
        for tree in trees:
            self._of_scalar[id(tree)] = element
        self._collect(trees[-1], element.path)

    def _following(self, offset: int) -> _Element | None:
        index = bisect_right(self._starts, offset)
        return self._elements[index] if index < len(self._elements) else None

    def _beside(self, comment: Comment) -> bool:
        """Give a comment to what its line says before it; False when the line says nothing but brackets."""
        index = bisect_right(self._ends, comment.offset) - 1
        while index >= 0 and self._source.start(self._scalars[index]) > comment.offset:
            index -= 1
        header = index + 1
        if header < len(self._scalars) and self._source.start(self._scalars[header]) < comment.offset:
            index = header  # the comment stands in the first line of a block of lines
        elif index < 0 or self._source.place(self._ends[index])[0] != comment.line:
            return False
        scalar = self._scalars[index]
        element = self._of_scalar[id(scalar)]
        for container in reversed(element.path):
            # Behind a closing bracket it speaks of the whole thing in brackets.
            if container.flow and self._source.end(container) <= comment.offset:
                element = self._of_scalar.get(id(container), element)
        self._notes.beside.setdefault(id(element.owner), []).append(comment.text)
        return True

    def _ended_container(self, comment: Comment, following: _Element | None) -> Map | Seq | None:
        """The container at whose end a comment stands, or None when it stands above what follows."""
        index = bisect_right(self._starts, comment.offset) - 1
        before = self._elements[index] if index >= 0 else None
        inside = self._brackets_around(comment.offset, before)
        if inside is not None:
            return None if following is not None and inside in following.path else inside
        if before is None:
            return None if following is not None else self._source.root
        if not comment.is_alone and before is not None:
            closed = [item for item in before.path if item.flow]
            if closed:
                return closed[0]
            return None if following is not None else self._source.root
        if following is not None and comment.column <= following.column:
            return None
        open_ones = [item for item in before.path if not item.flow and _column(item) <= comment.column]
        chosen = open_ones[-1] if open_ones else None
        if following is None:
            return chosen or self._source.root
        return None if chosen is None or chosen in following.path else chosen

    def _brackets_around(self, offset: int, before: _Element | None) -> Map | Seq | None:
        """The innermost brackets with entries that a place stands in."""
        if before is None:
            return None
        for container in reversed(before.path):
            if container.flow and self._source.start(container) < offset < self._source.end(container):
                return container
        return None


def _column(container: Map | Seq) -> int:
    return container.column


def _blank_lines(text: str) -> set[int]:
    lines = BREAK.split(text)
    return {number for number, line in enumerate(lines, 1) if not line.strip()}


def _with_blanks(comments: list[Comment], line: int, blank: set[int]) -> list[str]:
    """The comments above a line, with "" where empty lines stand between or before them."""
    result: list[str] = []
    for comment in comments:
        if comment.is_alone and comment.line - 1 in blank and (not result or result[-1] != ""):
            result.append("")
        result.append(comment.text)
    if line - 1 in blank and (not result or result[-1] != ""):
        result.append("")
    return result
