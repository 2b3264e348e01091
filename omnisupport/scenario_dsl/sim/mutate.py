"""Mutation testing: would the tests of a scenario notice a fault? Many small ones are made, one at a time."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.ir import IR, hash_ir
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.sim.coverage import lines_of
from omnisupport.scenario_dsl.sim.runner import Setting, run_case, run_cases
from omnisupport.scenario_dsl.sim.testfile import Case, TestFile
from omnisupport.scenario_dsl.sim.watch import Watched, Way, ways_of
from omnisupport.scenario_dsl.words import Both

Path = tuple[Any, ...]

KINDS: Mapping[str, Both] = {
    "exit": Both("выход ведёт в другой узел", "an exit leads to another node"),
    "comparison": Both("сравнение перевёрнуто", "a comparison is turned round"),
    "constant": Both("число изменено", "a number is changed"),
    "texts": Both("тексты поменялись местами", "two texts changed places"),
    "shorter": Both("срок короче", "a time is shorter"),
    "longer": Both("срок длиннее", "a time is longer"),
    "assignment": Both("присваивание убрано", "an assignment is dropped"),
    "retries": Both("число попыток изменено", "the number of tries is changed"),
    "effect": Both("действие убрано", "an action is dropped"),
}
_OPPOSITE = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "&&": "||", "||": "&&",
}  # fmt: skip
_TIMES = ("timeout", "queue_timeout", "for", "cooldown")
_TEXTS = ("text",)
_EFFECTS = ("note", "tag", "notify", "emit", "update_conversation", "update_customer", "assign")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault that was put in; `field` is where, `detail` what."""

    kind: str
    node: str
    field: str
    detail: str
    line: int | None = None

    def text(self, locale: str) -> str:
        """`line: node.field: what was changed`."""
        place = f"{self.line}: " if self.line else ""
        return f"{place}{self.node}.{self.field}: {KINDS[self.kind].pick(locale)} ({self.detail})"

    def to_dict(self) -> dict[str, Any]:
        """The mutant as JSON values."""
        said = KINDS[self.kind]
        return {
            "kind": self.kind,
            "node": self.node,
            "field": self.field,
            "line": self.line,
            "detail": self.detail,
            "message": {"ru": said.ru, "en": said.en},
        }


@dataclass(slots=True)
class MutationReport:
    """How many faults the tests noticed, and those that they did not. `baseline` says whether they pass at all."""

    baseline: bool
    total: int = 0
    killed: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    survivors: list[Mutant] = field(default_factory=list)
    unreached: list[Mutant] = field(default_factory=list)

    @property
    def score(self) -> float | None:
        """The share of faults that were noticed, in percent; None when there was none to make."""
        return 100 * self.killed / self.total if self.total else None

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values; `unreached` survived because no test gets there."""
        return {
            "baseline": self.baseline,
            "score": None if self.score is None else round(self.score, 1),
            "total": self.total,
            "killed": self.killed,
            "by_kind": dict(sorted(self.by_kind.items())),
            "survivors": [mutant.to_dict() for mutant in self.survivors],
            "unreached": [mutant.to_dict() for mutant in self.unreached],
        }

    def text(self, locale: str = "en") -> str:
        """Lines for people."""
        if not self.baseline:
            return Both(
                "Тесты не проходят и без ошибок в сценарии: сначала исправьте их.",
                "The tests fail without any fault put in: mend them first.",
            ).pick(locale)
        head = Both(
            "Замечено {killed} из {total} ошибок ({score:.0f}%)",
            "{killed} of {total} faults noticed ({score:.0f}%)",
        )
        lines = [head.pick(locale).format(killed=self.killed, total=self.total, score=self.score or 0)]
        survived = Both("не замечено", "not noticed").pick(locale)
        unreached = Both("тесты туда не доходят", "no test gets there").pick(locale)
        lines += [f"  {survived}: {mutant.text(locale)}" for mutant in self.survivors]
        lines += [f"  {unreached}: {mutant.text(locale)}" for mutant in self.unreached]
        return "\n".join(lines)


def run_mutants(
    ir: IR,
    testfile: TestFile,
    *,
    document: Document | None = None,
    setting: Setting | None = None,
    most: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MutationReport:
    """Put in one fault after the other and run the cases that pass its node, until one of them fails.

    `most` takes that many of the faults, spread over the whole scenario.
    """
    setting = setting or Setting()
    first = run_cases(ir, testfile, setting=setting)
    report = MutationReport(baseline=all(case.passed for case in first.cases))
    if not report.baseline:
        return report
    passing: dict[str, list[Case]] = {}
    for case, result in zip(testfile.cases, first.cases, strict=True):
        for node in result.nodes:
            passing.setdefault(node, []).append(case)
    mutants = list(mutants_of(ir, lines_of(document)))
    if most is not None and len(mutants) > most:
        mutants = [mutants[index * len(mutants) // most] for index in range(most)]
    for number, (mutant, mutated) in enumerate(mutants):
        report.total += 1
        cases = passing.get(mutant.node, [])
        if not cases:
            report.unreached.append(mutant)
        elif _is_noticed(Watched(mutated()), testfile, cases, setting):
            report.killed += 1
            report.by_kind[mutant.kind] += 1
        else:
            report.survivors.append(mutant)
        if progress is not None:
            progress(number + 1, len(mutants))
    return report


def _is_noticed(ir: Watched, testfile: TestFile, cases: list[Case], setting: Setting) -> bool:
    return any(not run_case(ir, testfile, case, setting).passed for case in cases)


Made = tuple[Mutant, Callable[[], IR]]


def mutants_of(ir: IR, lines: Mapping[tuple[str, str], int] | None = None) -> Iterator[Made]:
    """Every fault of a scenario with the way to make it, in the order of its nodes."""
    known = lines or {}
    ways: dict[str, list[Way]] = {}
    for way in ways_of(Watched(ir)):
        ways.setdefault(way.source, []).append(way)
    for node_id, node in ir["nodes"].items():
        for kind, name, detail, change in _changes(ir, node_id, node, ways.get(node_id, [])):
            written = name.removeprefix("content[0].")  # the `text` of a message is its only content
            line = (
                known.get((node_id, written))
                or known.get((node_id, name.split(".")[0]))
                or known.get((node_id, ""))
            )
            yield Mutant(kind, node_id, name, detail, line), _maker(ir, node_id, change)


Change = Callable[[dict[str, Any]], None]
Found = tuple[str, str, str, Change]


def _maker(ir: IR, node_id: str, change: Change) -> Callable[[], IR]:
    def make() -> IR:
        node = copy.deepcopy(ir["nodes"][node_id])
        change(node)
        mutated = {**ir, "nodes": {**ir["nodes"], node_id: node}}
        mutated["hash"] = hash_ir(mutated)
        return mutated

    return make


def _changes(ir: IR, node_id: str, node: dict[str, Any], ways: Sequence[Way]) -> Iterator[Found]:
    yield from _exits(ir, node_id, ways)
    yield from _expressions(node)
    yield from _texts(ir, node_id, node)
    yield from _times(node)
    yield from _assignments(node)
    most = node.get("retry", {}).get("max") if isinstance(node.get("retry"), dict) else None
    if type(most) is int:
        yield "retries", "retry.max", f"{most} → {most + 1}", lambda item: item["retry"].update(max=most + 1)
    actions = node.get("do")
    for index, action in enumerate(actions if isinstance(actions, list) else ()):
        said = str(next(iter(action), index)) if isinstance(action, dict) else str(index)
        yield "effect", f"do[{index}]", said, _remove_at("do", index)
    if node["type"] in _EFFECTS and "next" in node["exits"]:
        yield "effect", "type", f"{node['type']} → set", _drop_effect


def _drop_effect(node: dict[str, Any]) -> None:
    exits = node["exits"]
    node.clear()
    node.update({"type": "set", "version": 1, "assign": [], "exits": exits})


def _exits(ir: IR, node_id: str, ways: Sequence[Way]) -> Iterator[Found]:
    """Each way leads elsewhere: to where another way of the node leads, else to the first other node of its flow."""
    siblings = list(dict.fromkeys(way.target for way in ways))
    prefix = node_id.rpartition("/")[0]
    others = [name for name in ir["nodes"] if name.rpartition("/")[0] == prefix and name != node_id]
    for way in ways:
        target = next((name for name in (*siblings, *others) if name != way.target), None)
        if target is not None:
            yield "exit", way.field, f"{way.target} → {target}", _reroute(way, target)


def _reroute(way: Way, target: str) -> Change:
    def change(node: dict[str, Any]) -> None:
        _replace_way(node, way.field, target)

    return change


def _replace_way(node: dict[str, Any], name: str, target: str) -> None:
    """Set the target of `next`, `exits.x`, `options[2].next`, `cases.new`, `else`."""
    exit = name.removeprefix("exits.")
    if exit in node["exits"] and (name == "next" or name.startswith("exits.")):
        node["exits"][exit] = target
        return
    holder: Any = node
    parts = [part for part in name.replace("[", ".[").split(".") if part]
    for part in parts[:-1]:
        holder = holder[int(part[1:-1])] if part.startswith("[") else holder[part]
    if isinstance(holder, list):
        for pair in holder:
            if str(pair[0]).lower() == parts[-1].lower():
                pair[1] = target
        return
    holder[parts[-1]] = target


def _expressions(node: dict[str, Any]) -> Iterator[Found]:
    """Comparisons, logic and numbers of every expression of the node."""
    for path, value in _places(node, ()):
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            continue
        name = _said(path)
        if value[0] in _OPPOSITE and len(value) >= 3 and isinstance(value[1], list):
            other = _OPPOSITE[value[0]]
            yield "comparison", name, f"{value[0]} → {other}", _set_at((*path, 0), other)
        elif value[0] == "lit" and len(value) == 2 and type(value[1]) is int:
            yield "constant", name, f"{value[1]} → {value[1] + 1}", _set_at((*path, 1), value[1] + 1)


def _places(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("exits", "label"):
                yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*path, index))


def _said(path: Path) -> str:
    """The field that a place belongs to: `cases[0].when`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            if name.rsplit(".", 1)[-1] in ("when", "value", "if_not", "skip_if", "each", "until", "question"):
                break
            name += f"[{part}]"
        elif part in ("=", "{{", "e"):
            break
        else:
            name += f".{part}" if name else str(part)
    return name


def _set_at(path: Path, value: Any) -> Change:
    def change(node: dict[str, Any]) -> None:
        holder: Any = node
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = value

    return change


def _texts(ir: IR, node_id: str, node: dict[str, Any]) -> Iterator[Found]:
    """What the node says is what the next node says that can say it: one without holes of its own."""
    for path, value in _places(node, ()):
        if not path or path[-1] not in _TEXTS or not isinstance(value, dict) or "content" in value:
            continue
        other = _other_text(ir, node_id, value)
        if other is not None:
            yield "texts", _said(path), f"↔ {other[0]}", _set_at(path, other[1])


def _other_text(ir: IR, node_id: str, text: dict[str, Any]) -> tuple[str, Any] | None:
    names = list(ir["nodes"])
    begins = names.index(node_id)
    for name in [*names[begins + 1 :], *names[:begins]]:
        for path, value in _places(ir["nodes"][name], ()):
            if path and path[-1] in _TEXTS and isinstance(value, dict) and value.keys() == text.keys():
                is_plain = all(_is_plain(segments) for segments in value.values())
                if is_plain and value != text:
                    return name, value
    return None


def _is_plain(segments: Any) -> bool:
    return isinstance(segments, str) or (
        isinstance(segments, list) and all(isinstance(part, str) for part in segments)
    )


def _times(node: dict[str, Any]) -> Iterator[Found]:
    """Every time that is waited for, halved and doubled."""
    places: list[Path] = [(name,) for name in _TIMES if type(node.get(name)) is int]
    reminders = node.get("reminders")
    places += [
        ("reminders", index, "after")
        for index, _ in enumerate(reminders if isinstance(reminders, list) else ())
    ]
    for path in places:
        holder: Any = node
        for part in path:
            holder = holder[part]
        seconds: int = holder
        name = _said(path)
        yield "shorter", name, f"{seconds}s → {max(seconds // 2, 1)}s", _set_at(path, max(seconds // 2, 1))
        yield "longer", name, f"{seconds}s → {seconds * 2}s", _set_at(path, seconds * 2)


def _assignments(node: dict[str, Any]) -> Iterator[Found]:
    pairs = node.get("assign")
    for index, pair in enumerate(pairs if isinstance(pairs, list) else ()):
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], list):
            name = ".".join(map(str, pair[0]))
            yield "assignment", f"assign.vars.{name}", f"vars.{name}", _remove_at("assign", index)


def _remove_at(name: str, index: int) -> Change:
    def change(node: dict[str, Any]) -> None:
        del node[name][index]

    return change
