"""Take out the fallbacks that an import wrote to be on the safe side and that the checks find needless (W219).

Importers translate each comparison by itself, so they guard every value against null. Whether it can be null
there is known when the whole scenario stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from omnisupport.scenario_dsl.checks import check_document
from omnisupport.scenario_dsl.emit import emit_document
from omnisupport.scenario_dsl.graph import reachable
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree

_NEEDLESS = "W219"
_COLUMN = re.compile(r"\(col ([0-9]+) of the expression\)")
_FALLBACK = re.compile(r"\.orValue\((?:'(?:[^'\\]|\\.)*'|[0-9]+(?:\.[0-9]+)?|\[\]|true|false)\)")
# Above this the checks refuse the document anyway.
_MOST_NODES = 500

_Slot = tuple[dict[str, Any] | list[Any], Any]


def tidied(document: dict[str, Any]) -> str:
    """The document's text without needless fallbacks; `document` is changed."""
    text = emit_document(document)
    if len(document["nodes"]) > _MOST_NODES:
        return text
    loaded = load_document(text).document
    if loaded is None:
        return text
    findings, analysis = check_document(loaded), analyse(loaded)
    if analysis.has_unread_nodes or analysis.has_broken_edges:
        return text
    # Where nobody comes, everything counts as set: that must not decide what is needless.
    starts = [edge.resolved for _, edge in analysis.flow_roots if edge.resolved is not None]
    reached = reachable(analysis.graph(), [*analysis.entries(), *starts])
    columns: dict[tuple[int, int], set[int]] = {}
    for finding in findings:
        found = _COLUMN.search(finding.message["en"])
        if finding.code == _NEEDLESS and found and finding.node in reached:
            columns.setdefault((finding.line, finding.column), set()).add(int(found[1]))
    if not columns:
        return text
    for place, (holder, key) in _scalars(loaded.root, document):
        if place in columns:
            holder[key] = _without(holder[key], columns[place])
    return emit_document(document)


def _scalars(tree: Tree, value: Any) -> Iterator[tuple[tuple[int, int], _Slot]]:
    """The places of the texts inside a tree, each with where it is kept in the data."""
    work: list[tuple[Tree, Any]] = [(tree, value)]
    while work:
        part, data = work.pop()
        below: list[tuple[Tree, Any]] = []
        if isinstance(part, Map):
            below = [(inner, key) for key, inner in part.items()]
        elif isinstance(part, Seq):
            below = [(inner, number) for number, inner in enumerate(part.items)]
        for inner, key in below:
            if not isinstance(inner, Scalar):
                work.append((inner, data[key]))
            elif isinstance(data[key], str):
                yield (inner.line, inner.column), (data, key)


def _without(text: str, columns: set[int]) -> str:
    """The expression without the fallbacks whose name begins at one of the columns."""
    shift = 1 if text.startswith("=") else 0

    def kept(match: re.Match[str]) -> str:
        # Columns count from 1 and name the function, which stands behind the point.
        return "" if match.start() + 2 - shift in columns else match[0]

    return _FALLBACK.sub(kept, text)
