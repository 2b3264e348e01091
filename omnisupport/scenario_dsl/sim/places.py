"""Read a test file field by field: what is expected where, and a finding for what stands there instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from omnisupport.scenario_dsl.calendar import parse_duration, parse_moment
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.report import Report, did_you_mean
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree, plain
from omnisupport.scenario_dsl.words import Both

FIELDS = Both("поля", "fields")
LIST = Both("список", "a list")
TEXT = Both("текст", "a text")
WHOLE = Both("целое число", "a whole number")
PERCENT = Both("число от 0 до 100", "a number from 0 to 100")


class Reader:
    """Reads parts of one test file; with the scenario's IR, names are checked as well."""

    def __init__(self, report: Report, ir: IR | None) -> None:
        self.report = report
        self.ir = ir

    def wrong(self, tree: Tree, name: str, wanted: Both) -> None:
        """Note that something else is wanted here."""
        self.report.add("T003", tree, field=name, name=name, wanted=wanted)

    def fields(self, tree: Tree | None, known: Iterable[str], name: str) -> Map | None:
        """The fields of a map, unknown ones noted; None when it is no map (noted) or is missing."""
        if tree is None:
            return None
        if not isinstance(tree, Map):
            self.wrong(tree, name, FIELDS)
            return None
        names = tuple(known)
        for key, place in tree.keys.items():
            if key not in names:
                self.unknown("T001", place, key, names)
        return tree

    def unknown(self, key: str, at: Tree, name: str, known: Iterable[str], **words: object) -> None:
        """Note a name that does not exist, with the one that was probably meant."""
        names = tuple(known)
        said: dict[str, Any] = {"name": name, "known": ", ".join(names), **words}
        self.report.add(key, at, similar=did_you_mean(name, names), **said)

    def items(self, tree: Tree | None, name: str) -> Iterator[tuple[int, Tree]]:
        """The items of a list, counted from 0."""
        if tree is None:
            return
        if not isinstance(tree, Seq):
            self.wrong(tree, name, LIST)
            return
        yield from enumerate(tree.items)

    def pairs(self, tree: Tree | None, name: str) -> Iterator[tuple[str, Scalar, Tree]]:
        """Keys of a map with their places and values."""
        if tree is None:
            return
        if not isinstance(tree, Map):
            self.wrong(tree, name, FIELDS)
            return
        for key, value in tree.items():
            yield key, tree.keys[key], value

    def text(self, tree: Tree | None, name: str) -> str | None:
        """A text as written, numbers and dates too."""
        if tree is None:
            return None
        if not isinstance(tree, Scalar):
            self.wrong(tree, name, TEXT)
            return None
        return tree.text

    def texts(self, tree: Tree | None, name: str) -> tuple[str, ...]:
        """A text, or a list of them."""
        if isinstance(tree, Scalar):
            return (tree.text,)
        found = (self.text(item, f"{name}[{index}]") for index, item in self.items(tree, name))
        return tuple(text for text in found if text is not None)

    def whole(self, tree: Tree | None, name: str) -> int | None:
        """A whole number that is not negative."""
        if tree is None:
            return None
        value = tree.value if isinstance(tree, Scalar) else None
        if type(value) is not int or value < 0:
            self.wrong(tree, name, WHOLE)
            return None
        return value

    def percent(self, tree: Tree | None, name: str) -> float | None:
        """A share in percent."""
        if tree is None:
            return None
        value = tree.value if isinstance(tree, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
            self.wrong(tree, name, PERCENT)
            return None
        return float(value)

    def chosen(self, tree: Tree | None, name: str, known: Iterable[str]) -> str | None:
        """One of several words."""
        text = self.text(tree, name)
        names = tuple(known)
        if text is None or tree is None or text in names:
            return text
        similar = did_you_mean(text, names)
        self.report.add("T003.value", tree, similar=similar, name=name, value=text, known=", ".join(names))
        return None

    def duration(self, tree: Tree | None, name: str) -> int | None:
        """Milliseconds of `5m`."""
        if tree is None:
            return None
        seconds = parse_duration(tree.text) if isinstance(tree, Scalar) else None
        if seconds is None:
            self.report.add("T004", tree, field=name, written=getattr(tree, "text", ""))
            return None
        return seconds * 1_000

    def moment(self, tree: Tree | None, name: str) -> int | None:
        """Epoch milliseconds of an ISO 8601 moment with an offset."""
        if tree is None:
            return None
        moment = parse_moment(tree.text) if isinstance(tree, Scalar) else None
        if moment is None:
            self.report.add("T005", tree, field=name, written=getattr(tree, "text", ""))
        return moment

    def object(self, tree: Tree | None, name: str) -> dict[str, Any]:
        """A map of plain values."""
        if tree is None:
            return {}
        if not isinstance(tree, Map):
            self.wrong(tree, name, FIELDS)
            return {}
        found: dict[str, Any] = plain(tree)
        return found

    def node(self, at: Tree, node_id: str) -> bool:
        """Whether the scenario has this node; if not, that is noted."""
        if self.ir is None or node_id in self.ir["nodes"]:
            return True
        self.report.add("T006", at, similar=did_you_mean(node_id, self.ir["nodes"]), name=node_id)
        return False

    def variable(self, at: Tree, path: str) -> bool:
        """Whether the scenario has the variable of this path; if not, that is noted."""
        if self.ir is None:
            return True
        known = variables_of(self.ir)
        name = path.split(".")[0]
        if name in known:
            return True
        self.report.add("T009", at, similar=did_you_mean(name, known), name=name)
        return False


def variables_of(ir: IR) -> list[str]:
    """The names of every variable of a scenario, its flows' among them."""
    names = set(ir["variables"])
    for flow in (ir.get("flows") or {}).values():
        names.update(flow.get("variables") or {}, flow.get("inputs") or (), flow.get("outputs") or ())
    return sorted(names)
