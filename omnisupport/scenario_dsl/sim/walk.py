"""Random walks: customers, operators and services that a scenario may meet, by the thousand.

A walk is made from its seed alone, so a fault that was found is found again. What it met is shrunk to the
fewest moves and written as a test case.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from omnisupport.scenario_dsl.ir import IR, canonical
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.runtime.step import new_state, step
from omnisupport.scenario_dsl.sim.coverage import Coverage, coverage_for
from omnisupport.scenario_dsl.sim.material import LONG, Material, Outcome, inputs_of
from omnisupport.scenario_dsl.sim.moves import CUSTOMERS, RESOLVED, Move, Player
from omnisupport.scenario_dsl.sim.oracles import Violation
from omnisupport.scenario_dsl.sim.shrink import shrink
from omnisupport.scenario_dsl.sim.testfile import TestFile
from omnisupport.scenario_dsl.sim.transcript import to_testfile
from omnisupport.scenario_dsl.sim.watch import Watched, Way
from omnisupport.scenario_dsl.words import Both

EVENTS = 40
"""The longest walk."""
FINDINGS = 10
"""So many different faults are shrunk and shown; the others are counted."""
WATCHED = ("nodes", "exits", "options", "timeouts", "errors")
"""What of a scenario's coverage walks are watched for."""
_MOST_UNREACHED = 20
_UNREACHED = Both("Ни одна прогулка не дошла: {nodes}", "No walk has come to: {nodes}")
_FLUSH, _COLLECT = 250, 5_000
_STARTS = 300
"""Ways to begin, at least one for each trigger, channel and language; walks that begin alike share first steps."""
_WEIGH_EVERY, _REPEAT_EVERY = 16, 64
_EVENT_TRIGGERS = ("event", "schedule", "api", "webhook", "inactivity", "business_hours")
_CONTENTS: tuple[Move, ...] = (
    (
        "content",
        {"attach": {"name": "photo.jpg", "kind": "image", "mime": "image/jpeg", "size": 2048}},
        {
            "attachments": [
                {
                    "id": "file-1",
                    "name": "photo.jpg",
                    "mime": "image/jpeg",
                    "size": 2048,
                    "kind": "image",
                    "url": "https://files.example/photo.jpg",
                    "scan": "not_checked",
                }
            ]
        },
    ),
    (
        "content",
        {"contact": {"name": "Анна", "phone": "+79161234567", "own": True}},
        {"contact": {"name": "Анна", "phone": "+79161234567", "own": True}},
    ),
    (
        "content",
        {"location": {"lat": 55.75, "lon": 37.61}},
        {"location": {"lat": 55.75, "lon": 37.61, "address": None}},
    ),
)
_TIMER: Move = ("timer",)
_HELLO: Move = ("text", "Здравствуйте")
_LONG: Move = ("text", LONG)
_OPERATORS: tuple[Move, ...] = (("operator", "accepted"), ("operator", "closed"), ("operator", "handed_back"))
_NOISE: tuple[Move, ...] = (("noise", "result"), ("noise", "timer"))
_SHARED_DEPTH, _SHARED_MOST = 6, 12_000


@dataclass(slots=True)
class _Branch:
    """Where a walk stands after its first moves, and where it went from there; moves are told by identity."""

    depth: int
    move: Move | None
    snapshot: tuple[Any, ...]
    path: list[str]
    after: dict[int, _Branch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WalkFinding:
    """One fault, with the shortest way to it."""

    violation: Violation
    seed: int
    count: int
    moves: tuple[Move, ...]
    yaml: str

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON values; `test` is a test file that shows the fault."""
        return {
            "kind": self.violation.kind,
            "node": self.violation.node,
            "message": {"ru": self.violation.message("ru"), "en": self.violation.message("en")},
            "seed": self.seed,
            "count": self.count,
            "moves": len(self.moves),
            "test": self.yaml,
        }


@dataclass(slots=True)
class WalkReport:
    """What many walks found."""

    walks: int = 0
    events: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[WalkFinding] = field(default_factory=list)
    coverage: Coverage | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "passed": self.passed,
            "walks": self.walks,
            "events": self.events,
            "outcomes": dict(sorted(self.outcomes.items())),
            "findings": [finding.to_dict() for finding in self.findings],
            "coverage": self.coverage.to_dict(WATCHED) if self.coverage is not None else None,
        }

    def text(self, locale: str = "en") -> str:
        """Lines for people: what was found, and the test case that shows it."""
        head = Both(
            "Прогулок: {walks}, событий: {events}. Исходы: {outcomes}.",
            "{walks} walks, {events} events. Outcomes: {outcomes}.",
        )
        counted = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        lines = [head.pick(locale).format(walks=self.walks, events=self.events, outcomes=counted)]
        if self.passed:
            lines.append(Both("Ошибок не найдено.", "No faults were found.").pick(locale))
        seen = Both("в {count} прогулках, первая с зерном {seed}", "in {count} walks, first of seed {seed}")
        for finding in self.findings:
            where = seen.pick(locale).format(count=finding.count, seed=finding.seed)
            lines += [f"✗ {finding.violation.message(locale)} ({where})", "", finding.yaml]
        missed = [] if self.coverage is None else self.coverage.missed(["nodes"])
        lines += unreached([(item.name, item.line) for item in missed], locale)
        return "\n".join(lines)


def unreached(nodes: Sequence[tuple[str, int | None]], locale: str) -> list[str]:
    """The line for people about nodes (id, line) to which no walk has come; none where there are none."""
    named = [f"{id} ({line})" if line else id for id, line in nodes[:_MOST_UNREACHED]]
    more = [f"+{len(nodes) - _MOST_UNREACHED}"] if len(nodes) > _MOST_UNREACHED else []
    return [_UNREACHED.pick(locale).format(nodes=", ".join(named + more))] if nodes else []


class Walker:
    """Makes walks of one scenario; a walk is the same for the same seed."""

    def __init__(self, ir: IR, testfile: TestFile | None = None, *, now: int | None = None) -> None:
        self.ir = ir if isinstance(ir, Watched) else Watched(ir)
        self.testfile = testfile
        given = testfile.defaults if testfile is not None else None
        options: dict[str, Any] = {}
        if moments := _moments(testfile, now):
            options["moments"] = moments
        if testfile is not None:
            options["invariants"] = testfile.invariants
            options["no_secret_in"] = testfile.no_secret_in
            options["customers"] = (*CUSTOMERS, *_known_customers(testfile))
        fixed = given.inputs if given is not None else {}
        options["inputs"] = [{**each, **fixed} for each in inputs_of(self.ir)]
        happened = _happened(testfile)
        self.player = Player(self.ir, **options)
        self.material = Material(self.ir, _stub_results(testfile), happened)
        self._random = Random(0)  # noqa: S311 - a walk, no secret
        self._presses: dict[str, Move] = {}
        self._root = _Branch(0, None, (), [])
        self._kept = 0
        self._starts = _starts(self.ir, self.material, happened, self.player)
        self._choosers: Mapping[str, Callable[[dict[str, Any]], Move]] = {
            "input": self._answer,
            "call": self._result,
            "handoff": self._people,
            "timer": self._time,
        }

    def walk(self, seed: int) -> list[Move]:
        """One walk; the player stands at its end."""
        random, player = self._random, self.player
        random.seed(seed)
        player.begin()
        move: Move = self._starts[int(random.random() * len(self._starts))]
        moves = [move]
        # Walks begin alike. `step` is pure, so what has been walked before is not walked again.
        branch: _Branch | None = self._root if player.log is None else None
        branch = self._follow(branch, move)
        events = 1
        while events < EVENTS:
            state = player.state
            if state["ended"] is not None or player.violation is not None:
                break
            move = self._next(state)
            if branch is not None:
                branch = self._follow(branch, move)
                moves.append(move)
            elif player.play(move):
                moves.append(move)
            events += 1
        if player.violation is None and seed % _WEIGH_EVERY == 0:
            player.weigh()
        return moves

    def _follow(self, branch: _Branch | None, move: Move) -> _Branch | None:
        """Play a move, or stand where it led before."""
        player, path = self.player, self.ir.program.path
        if branch is None:
            player.play(move)
            return None
        known = branch.after.get(id(move))
        if known is not None:
            player.restore(known.snapshot)
            path += known.path
            return known
        begins = len(path)
        player.play(move)
        if branch.depth >= _SHARED_DEPTH or self._kept >= _SHARED_MOST:
            return None
        self._kept += 1
        known = _Branch(branch.depth + 1, move, player.snapshot(), path[begins:])
        branch.after[id(move)] = known
        return known

    def _next(self, state: dict[str, Any]) -> Move:
        waiting = state["waiting"]
        if waiting is None:
            return _TIMER
        chooser = self._choosers.get(waiting["kind"])
        return chooser(waiting) if chooser is not None else self._other(waiting)

    def _answer(self, waiting: dict[str, Any]) -> Move:
        random, player = self._random.random, self.player
        chance = random()
        if chance < 0.45 and player.options:
            return self._press(player.options[int(random() * len(player.options))])
        if chance < 0.72:
            return self._one(self.material.valid(waiting["node"], waiting.get("field")))
        if chance < 0.80:
            return self._one(self.material.invalid(waiting["node"], waiting.get("field")))
        if chance < 0.89:
            return _TIMER
        return self._one(self.material.interrupting) if chance < 0.94 else self._strange()

    def _one(self, moves: Sequence[Move]) -> Move:
        return moves[int(self._random.random() * len(moves))]

    def _press(self, option: str) -> Move:
        move = self._presses.get(option)
        if move is None:
            move = self._presses[option] = ("press", option)
        return move

    def _strange(self) -> Move:
        random, player = self._random.random, self.player
        chance = random()
        if chance < 0.25 and player.wires:
            shown = list(player.wires)  # an old button, or the same one once more
            return self._press(shown[int(random() * len(shown))])
        if chance < 0.75:
            return self._one(self.material.strange)
        if chance < 0.79:
            return _LONG
        if chance < 0.90:
            return self._one(_CONTENTS)
        return self._one(_OPERATORS) if chance < 0.95 else self._one(_NOISE)

    def _result(self, waiting: dict[str, Any]) -> Move:
        random = self._random.random
        if random() < 0.93:
            return self._one(self.material.results(waiting["node"], waiting["call"]["kind"]))
        return self._strange() if random() < 0.6 else self._one(self.material.interrupting)

    def _people(self, waiting: dict[str, Any]) -> Move:
        chance = self._random.random()
        if chance < 0.8:
            return _OPERATORS[0 if chance < 0.3 else 1 if chance < 0.7 else 2]
        return _TIMER if self.player.state["timers"] else _HELLO

    def _time(self, waiting: dict[str, Any]) -> Move:
        chance = self._random.random()
        if chance < 0.65:
            return _TIMER
        if chance < 0.80:
            return _HELLO
        return self._other(waiting) if chance < 0.9 else self._strange()

    def _other(self, waiting: dict[str, Any]) -> Move:
        """Waits for something that happens: it does, something else does, or time passes."""
        chance = self._random.random()
        if chance < 0.5:
            return self._one(self.material.events)
        if chance < 0.75:
            return _TIMER
        return _HELLO if chance < 0.9 else self._strange()


def run_walks(
    ir: IR,
    *,
    walks: int = 1_000,
    seed: int = 1,
    testfile: TestFile | None = None,
    document: Document | None = None,
    now: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    coverage: Coverage | None = None,
) -> WalkReport:
    """Walk, and shrink what is found. The same arguments give the same report; `coverage` of other walks grows."""
    walker = Walker(ir, testfile, now=now)
    report = WalkReport(coverage=coverage or coverage_for(walker.ir, document))
    found: dict[tuple[str, str | None, str], list[Any]] = {}
    was_collecting = gc.isenabled()
    gc.disable()  # short-lived trees without circles: collecting them costs a third of the time
    try:
        for number in range(walks):
            _walk_once(walker, seed + number, report, found)
            if (number + 1) % _COLLECT == 0:
                gc.collect(0)
            if (number + 1) % _FLUSH == 0 or number + 1 == walks:
                _count_ways(walker.ir, report)
                if progress is not None:
                    progress(number + 1, walks)
    finally:
        if was_collecting:
            gc.enable()
    for first, violation, moves, count in list(found.values())[:FINDINGS]:
        report.findings.append(_finding(walker, first, violation, moves, count))
    return report


def walk_with_tests(
    ir: IR,
    testfiles: Sequence[TestFile],
    *,
    walks: int = 1_000,
    seed: int = 1,
    document: Document | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WalkReport:
    """Walks shared among the test files: each brings its stand-ins, events and invariants. Without one, plain walks."""
    whole = WalkReport()
    files: Sequence[TestFile | None] = testfiles or [None]
    share = -(-walks // len(files))
    for number, testfile in enumerate(files):
        before = number * share
        report = run_walks(
            ir,
            walks=share,
            seed=seed + before,
            testfile=testfile,
            document=document,
            progress=None if progress is None else partial(_progress, progress, before, walks),
            coverage=whole.coverage,
        )
        whole.walks += report.walks
        whole.events += report.events
        whole.outcomes += report.outcomes
        whole.findings += report.findings
        whole.coverage = report.coverage
    return whole


def _progress(progress: Callable[[int, int], None], before: int, total: int, count: int, _: int) -> None:
    progress(min(before + count, total), total)


def _walk_once(
    walker: Walker, seed: int, report: WalkReport, found: dict[tuple[str, str | None, str], list[Any]]
) -> None:
    player = walker.player
    player.log = [] if seed % _REPEAT_EVERY == 0 else None
    moves = walker.walk(seed)
    violation = player.violation or _unsteady(player)
    report.walks += 1
    report.events += len(moves)
    ended = player.state["ended"]
    report.outcomes[ended["outcome"] if ended is not None else "…"] += 1
    if violation is not None:
        entry = found.setdefault(violation.key, [seed, violation, moves, 0])
        entry[3] += 1


def _unsteady(player: Player) -> Violation | None:
    """Whether the same log gives other bytes the second time; looked at now and then."""
    if not player.log:
        return None
    state = new_state(player.ir, run=1, inputs=player.inputs)
    for event in player.log:
        state, _ = step(player.ir, state, event)
    return (
        None if canonical(state) == canonical(player.state) else Violation("unsteady", str(state.get("node")))
    )


def _count_ways(ir: Watched, report: WalkReport) -> None:
    """Add what was watched since the last time; ways are counted by identity, which costs least."""
    path, coverage = ir.program.path, report.coverage
    assert coverage is not None
    objects = {id(way): way for way in path}
    for identity, count in Counter(map(id, path)).items():
        way = objects[identity]
        coverage.nodes[way.target if isinstance(way, Way) else way] += count
        if isinstance(way, Way):
            coverage.ways[way.key] += count
    path.clear()


def _finding(walker: Walker, seed: int, violation: Violation, moves: list[Move], count: int) -> WalkFinding:
    shortest = shrink(walker.player, moves, violation)
    yaml = to_testfile(walker.player, shortest, violation, seed, walker.testfile)
    walker.ir.program.path.clear()
    return WalkFinding(violation, seed, count, tuple(shortest), yaml)


def _stub_results(testfile: TestFile | None) -> dict[str, tuple[Outcome, ...]]:
    """What the test file answers calls with is said in walks as well."""
    if testfile is None:
        return {}
    found: dict[str, tuple[Outcome, ...]] = {}
    for node, rules in testfile.stubs.items():
        outcomes: list[Outcome] = []
        for rule in rules:
            if rule.reply is not None:
                status = int(rule.reply.get("status", 200))
                value = {"status": status, "json": rule.reply.get("json")}
                outcomes.append(("ok" if status < 300 else "http_error", value))
            elif rule.outcome is not None:
                outcomes.append((rule.outcome, rule.value))
        found[node] = tuple(outcomes)
    return found


def _known_customers(testfile: TestFile) -> list[dict[str, Any]]:
    """As many as there are strangers, with the consents and fields that customers have in the cases."""
    given = [case.given.customer for case in testfile.cases if case.given.customer]
    found = [*{canonical(customer): customer for customer in given}.values()]
    return [
        {"id": f"known-{number + 1}", **found[number % len(found)]}
        for number in range(len(CUSTOMERS) if found else 0)
    ]


def _moments(testfile: TestFile | None, now: int | None) -> list[int]:
    """When the cases begin, each moment once and the usual one first; none where nothing is said of it."""
    if now is not None:
        return [now]
    if testfile is None:
        return []
    given = [testfile.defaults.now, *(case.given.now for case in testfile.cases)]
    return [*dict.fromkeys(moment for moment in given if moment is not None)]


def _happened(testfile: TestFile | None) -> list[tuple[str, dict[str, Any]]]:
    """Names and data of the events of the cases, each once."""
    steps = [step for case in testfile.cases for step in case.steps] if testfile is not None else []
    found = {
        canonical(step.value): step.value for step in steps if step.kind == "event" and step.value["data"]
    }
    return [(each["name"], each["data"]) for each in found.values()]


def _starts(
    ir: IR, material: Material, happened: Sequence[tuple[str, dict[str, Any]]], player: Player
) -> Sequence[Move]:
    """Every trigger on every channel, in every language, at some hour; events with all that they bring in the cases."""
    channels = ir.get("channels") or ["widget"]
    locales = [*ir["locale"]["supported"], *ir["locale"]["supported"], "de"]
    texts: list[tuple[str | None, str | None, dict[str, Any] | None]] = []
    for trigger in ir["triggers"]:
        texts += [(trigger["id"], text, None) for text in _said(ir, trigger)]
        texts += [(trigger["id"], None, data) for name, data in happened if name == trigger.get("event")]
        if trigger.get("event") == RESOLVED:
            texts = [told for told in texts if told[0] != trigger["id"] or told[2]]
            texts += [(trigger["id"], None, {"resolved_by": who}) for who in _who_resolves(trigger)]
    if not texts:
        texts = [(None, "Здравствуйте" if ir["kind"] == "dialog" else None, None)]
    extras = [
        text
        for node_id, node in ir["nodes"].items()
        if node["type"] == "ask" and node.get("extract")
        for _, text in material.valid(node_id)[:3]
    ]
    texts += [
        (trigger, f"{text} {extra}", None) for trigger, text, _ in texts[:4] if text for extra in extras
    ]
    places = [
        (trigger, text, channel, locale, data)
        for index, (trigger, text, data) in enumerate(texts)
        for channel in channels
        for locale in (locales[index % len(locales)], locales[(index + 1) % len(locales)])
    ]
    customers, moments = len(player.customers), len(player.moments)
    hours = Random(moments)  # noqa: S311 - an hour, no secret
    starts: list[Move] = []
    for index in range(min(len(places) * customers * moments, max(len(places), _STARTS))):
        rounds, place = divmod(index, len(places))
        *told, data = places[place]
        starts.append(("start", *told, (index + rounds) % customers, data, int(hours.random() * moments)))
    return starts


def _who_resolves(trigger: dict[str, Any]) -> tuple[str, ...]:
    """Who ends the conversations that a trigger takes; one with a condition is for those whom operators had."""
    return ("operator",) if trigger.get("when") else ("operator", "bot")


def _said(ir: IR, trigger: dict[str, Any]) -> list[str | None]:
    if trigger["type"] == "intent":
        examples = (ir.get("intents") or {}).get(trigger["intent"], {}).get("examples")
        return list(examples[:3]) if isinstance(examples, list) and examples else ["Здравствуйте"]
    if trigger["type"] == "keyword" and trigger.get("match") != "regex":
        return [str(word) for word in trigger["any"][:6]]
    return [None] if trigger["type"] in _EVENT_TRIGGERS else ["Здравствуйте"]
