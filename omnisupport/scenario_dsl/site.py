"""The place that is being read: whom findings name, and where uses are collected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omnisupport.scenario_dsl.analysis import Header
    from omnisupport.scenario_dsl.report import Report
    from omnisupport.scenario_dsl.text_edit import TextEdit
    from omnisupport.scenario_dsl.tree import Tree

MISSING: Any = object()


class Site:
    """One node (or the document's head, `node` None) while its fields are read.

    `flow` is the flow that it stands in, `home` the name that the whole document has in one that calls it.
    """

    def __init__(
        self, report: Report, header: Header, node: str | None = None, flow: str | None = None
    ) -> None:
        self.report = report
        self.header = header
        self.node = node
        self.flow = flow
        self.home = header.flow
        self.uses = Uses()

    def add(
        self,
        key: str,
        at: Tree,
        field: str | None = None,
        similar: str | None = None,
        edit: list[TextEdit] | None = None,
        /,
        **words: object,
    ) -> None:
        """Note a fault of this place."""
        self.report.add(key, at, node=self.node, field=field, similar=similar, edit=edit, **words)

    def unknown(
        self, key: str, at: Tree, field: str, name: str, candidates: Iterable[str], /, **words: object
    ) -> None:
        """Note a name that does not exist, with the one that was probably meant."""
        similar = None if self.report.is_full else did_you_mean(name, candidates)
        self.add(key, at, field, similar, name=name, **words)
