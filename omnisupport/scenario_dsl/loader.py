"""Read a scenario document from YAML or JSON into a tree that knows its places.

YAML is read from the parser's events and resolved by the 1.2 core schema: PyYAML's own constructors
turn `no` into False, `1_000` into 1000 and let the last of two equal keys win (measured, see the
design page 2.1). Anchors, aliases and tags are refused, so a small file cannot unfold into a large one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
# 50 for each of 500 nodes, which have 20 to 40; to be refused within 100 ms on a slow machine, too.
MAX_VALUES = 25_000
# Keys of one map, and items of one list.
MAX_ITEMS = 1_000
MAX_TEXT = 65_536
LANGUAGE = "scenario/v1"

# YAML forbids control characters but tab, LF, CR; a lone surrogate is no text at all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SURROGATE_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class LoadResult:
    """A document, or None with the findings that say why it cannot be read."""

    document: Document | None
    findings: list[Finding]


class _Refused(Exception):
    """Reading stopped; the report has the reason."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text in which the places of `root` are offsets; None with the findings when it is no map of YAML."""

    text: str
    root: Map | None
    findings: list[Finding]


def load_document(text: str | bytes, *, file: str = "scenario.yaml", language: str = LANGUAGE) -> LoadResult:
    """Read one document; `file` is only the name that findings carry. Never raises.

    `language` is what the document must say under `omni`: test files have another one than scenarios.
    """
    report = Report(file)
    root = _read(text, report, language)[1]
    if root is not None:
        _check_language(root, report, language)
    findings = report.findings()
    if findings or root is None:
        return LoadResult(None, findings)
    return LoadResult(Document(file, root), [])


def read_text(text: str | bytes, *, file: str = "scenario.yaml") -> Read:
    """Read any map of YAML or JSON by the loader's rules, for those who change texts. Never raises."""
    report = Report(file)
    read, root = _read(text, report)
    findings = report.findings()
    return Read(read, None if findings else root, findings)


def _read(text: str | bytes, report: Report, language: str = LANGUAGE) -> tuple[str, Map | None]:
    """The text as the parser saw it, and its tree; None after a fault was noted."""
    root: Tree | None = None
    seen = ""
    try:
        seen = _decoded(text, report)
        root = _Builder(report).build(seen)
        if not isinstance(root, Map):
            report.add("E001.map", root, language=language)
    except _Refused:
        pass
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark or error.context_mark)
        if "nesting depth" in (error.problem or ""):  # the parser's own limit is above ours
            report.add("E009.depth", place, limit=MAX_DEPTH)
            return seen, None
        report.add("E001", place, problem=error.problem or error.context or "")
    except yaml.YAMLError as error:
        report.add("E001", None, problem=str(error).splitlines()[0])
    return seen, root if isinstance(root, Map) else None


def _decoded(text: str | bytes, report: Report) -> str:
    encoded = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(encoded) > MAX_BYTES:
        report.add("E009.size", None, size=len(encoded), limit=MAX_BYTES)
        raise _Refused
    text = _as_text(text, report).removeprefix("\ufeff")
    bad = _FORBIDDEN.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - (text.rfind("\n", 0, bad.start()) + 1) + 1
        report.add("E002.character", Tree(line, column), number=f"U+{ord(bad.group()):04X}")
        raise _Refused
    # libyaml refuses JSON's escaped surrogate pairs, which is how json.dumps writes an emoji.
    return _SURROGATE_PAIR.sub(_joined_pair, text) if "\\ud" in text or "\\uD" in text else text


def _as_text(text: str | bytes, report: Report) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        report.add("E002", Tree(text.count(b"\n", 0, error.start) + 1, 1))
        raise _Refused from error


def _joined_pair(match: re.Match[str]) -> str:
    high, low = int(match[1], 16), int(match[2], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _place(mark: Any) -> Tree | None:
    return Tree(mark.line + 1, mark.column + 1) if mark is not None else None


def _check_language(root: Map, report: Report, wanted: str) -> None:
    language = root.get("omni")
    if language is None:
        report.add("E006.missing", root, language=wanted)
    elif not isinstance(language, Scalar) or language.text != wanted:
        written = language.text if isinstance(language, Scalar) else ""
        report.add("E006", language, written=written, language=wanted)


class _Builder:
    """Builds the tree from parser events without recursion, so depth cannot overflow the stack."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._left = MAX_VALUES
        self._open: list[Map | Seq] = []
        self._key: list[Scalar | None] = []
        self._root: Tree | None = None

    def build(self, text: str) -> Tree | None:
        loader = yaml.CSafeLoader(text)
        documents = 0
        try:
            while type(event := loader.get_event()) is not StreamEndEvent:
                kind = type(event)
                if kind is ScalarEvent:
                    self._scalar(event)
                elif kind is MappingStartEvent or kind is SequenceStartEvent:
                    self._begin(event, Map if kind is MappingStartEvent else Seq)
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    self._end(event)
                elif kind is AliasEvent:
                    self._refuse("E004.alias", event)
                elif kind is DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        self._refuse("E001.documents", event)
        finally:
            loader.dispose()
        return self._root

    def _scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse("E004.tag" if event.anchor is None else "E004.alias", event)
        mark, end = event.start_mark, event.end_mark
        # `implicit[0]` says that the word was written plain, without quotes or a block mark.
        if len(event.value) > MAX_TEXT:
            self._refuse("E009.text", event, size=len(event.value), limit=MAX_TEXT)
        quoted = not event.implicit[0]
        self._place(Scalar(event.value, quoted, mark.line + 1, mark.column + 1, end.line + 1, end.column + 1))

    def _begin(self, event: Any, kind: type[Map] | type[Seq]) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse("E004.tag" if event.anchor is None else "E004.alias", event)
        if len(self._open) >= MAX_DEPTH:
            self._refuse("E009.depth", event, limit=MAX_DEPTH)
        tree = kind(event.start_mark.line + 1, event.start_mark.column + 1, bool(event.flow_style))
        self._place(tree)
        self._open.append(tree)
        self._key.append(None)

    def _end(self, event: Any) -> None:
        tree = self._open.pop()
        self._key.pop()
        if tree.flow:
            # Without brackets the parser's mark is that of the next thing, lines further down.
            tree.end_line, tree.end_column = event.end_mark.line + 1, event.end_mark.column + 1

    def _place(self, tree: Tree) -> None:
        self._left -= 1
        if self._left < 0:
            self._report.add("E009.values", tree, limit=MAX_VALUES)
            raise _Refused
        if not self._open:
            self._root = tree
            return
        parent = self._open[-1]
        if isinstance(parent, Seq):
            if len(parent.items) >= MAX_ITEMS:
                self._report.add("E009.items", tree, limit=MAX_ITEMS)
                raise _Refused
            parent.items.append(tree)
            return
        key = self._key[-1]
        if key is not None:
            parent.keys[key.text] = key
            parent.values[key.text] = tree
            self._key[-1] = None
        elif not isinstance(tree, Scalar):
            self._report.add("E001.key", tree)
            raise _Refused
        elif tree.text == "<<" and not tree.quoted:
            self._report.add("E004.merge", tree)
            raise _Refused
        elif len(parent.values) >= MAX_ITEMS:
            self._report.add("E009.keys", tree, limit=MAX_ITEMS)
            raise _Refused
        elif tree.text in parent.values:
            self._report.add("E003", tree, name=tree.text, line=parent.keys[tree.text].line)
            raise _Refused
        else:
            self._key[-1] = tree

    def _refuse(self, key: str, event: Any, **words: Any) -> None:
        self._report.add(key, _place(event.start_mark), **words)
        raise _Refused
