"""Test files of scenarios, `omni: scenario-test/v1`: read with places and findings (T0xx)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from omnisupport.domain.calendar import Calendar
from omnisupport.scenario_dsl.channels import CHANNELS
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.sim.hours import make_calendar, parse_hours
from omnisupport.scenario_dsl.sim.invariants import Invariant, read_invariants
from omnisupport.scenario_dsl.sim.places import Reader
from omnisupport.scenario_dsl.sim.sentences import ENTRIES
from omnisupport.scenario_dsl.sim.steps import Step, read_steps
from omnisupport.scenario_dsl.sim.stubs import ERRORS, Rule
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree, plain

LANGUAGE = "scenario-test/v1"
DEFAULT_NOW = 1_772_438_400_000
"""Where a test does not say: Monday, 2 March 2026, 11:00 in Moscow."""
ZONE = "Europe/Moscow"

TOP_LEVEL = ("omni", "scenario", "defaults", "stubs", "calendars", "cases", "invariants", "coverage")
GIVEN = (
    "now", "channel", "locale", "customer", "conversation", "tenant", "vars", "inputs", "version", "trigger",
)  # fmt: skip
_CASE = ("name", "given", "stubs", "steps")
_RULE = (
    "when", "reply", "outcome", "value", "error", "times", "delay", "record", "text", "sources", "label",
    "confidence", "fields", "next_open", "position",
)  # fmt: skip
_REPLY = ("status", "json")
_CALENDAR = ("open", "timezone", "holidays")
COVERAGE = (
    "nodes",
    "exits",
    "options",
    "conditions",
    "interrupts",
    "timeouts",
    "errors",
    "locales",
    "channels",
)
# Types of nodes that ask the host nothing.
_SILENT = ("message", "menu", "condition", "switch", "set", "end", "note", "tag", "close", "wait", "split")


@dataclass(frozen=True, slots=True)
class Given:
    """The world in which a case begins; None is what the file's defaults, or the product, say."""

    now: int | None = None
    channel: str | None = None
    locale: str | None = None
    customer: dict[str, Any] = field(default_factory=dict)
    conversation: dict[str, Any] = field(default_factory=dict)
    tenant: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    trigger: str | None = None

    def over(self, base: Given) -> Given:
        """This, with what it leaves out taken from `base`."""
        return Given(
            now=base.now if self.now is None else self.now,
            channel=self.channel or base.channel,
            locale=self.locale or base.locale,
            customer={**base.customer, **self.customer},
            conversation={**base.conversation, **self.conversation},
            tenant={**base.tenant, **self.tenant},
            inputs={**base.inputs, **self.inputs},
            version=base.version if self.version is None else self.version,
            trigger=self.trigger or base.trigger,
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation with what is expected of it; `given` and `stubs` hold the file's defaults already."""

    name: str
    given: Given
    stubs: Mapping[str, tuple[Rule, ...]]
    steps: tuple[Step, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TestFile:
    """A whole test file. `no_secret_in` lists where secrets must not show: sent, note, llm."""

    __test__ = False  # pytest takes it for a test otherwise

    file: str
    scenario: str
    cases: tuple[Case, ...]
    stubs: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    no_secret_in: tuple[str, ...] = ()
    coverage: Mapping[str, float] = field(default_factory=dict)
    defaults: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class TestFileResult:
    """A test file, or None with the findings that say why it cannot be run."""

    __test__ = False

    testfile: TestFile | None
    findings: list[Finding]


def read_testfile(text: str | bytes, *, file: str = "tests.yaml", ir: IR | None = None) -> TestFileResult:
    """Read a test file; with the IR of its scenario, nodes and variables that it names are checked too.

    Never raises. `file` is only the name that findings carry.
    """
    loaded = load_document(text, file=file, language=LANGUAGE)
    if loaded.document is None:
        return TestFileResult(None, loaded.findings)
    report = Report(file, ENTRIES)
    found = _File(Reader(report, ir)).read(loaded.document.root)
    findings = report.findings()
    if any(finding.is_error for finding in findings):
        return TestFileResult(None, findings)
    return TestFileResult(replace(found, file=file), findings)


class _File:
    """Reads the parts of one file."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def read(self, root: Map) -> TestFile:
        reader, ir = self.reader, self.reader.ir
        reader.fields(root, TOP_LEVEL, "")
        scenario = reader.text(root.get("scenario"), "scenario")
        if scenario is None:
            reader.report.add("T002", root, name="scenario")
        elif ir is not None and scenario != ir["id"]:
            reader.report.add("T016", root.values["scenario"], name=scenario, id=ir["id"])
        defaults = self.given(root.get("defaults"), "defaults")
        stubs = self.stubs(root.get("stubs"), "stubs")
        invariants, secrets = read_invariants(root.get("invariants"), reader)
        return TestFile(
            file="",
            scenario=scenario or "",
            cases=self.cases(root, defaults, stubs),
            stubs=stubs,
            calendars=self.calendars(root.get("calendars")),
            invariants=invariants,
            no_secret_in=secrets,
            coverage=self.coverage(root.get("coverage")),
            defaults=defaults,
        )

    def given(self, tree: Tree | None, name: str) -> Given:
        reader = self.reader
        found = reader.fields(tree, GIVEN, name)
        if found is None:
            return Given()
        get = found.get
        for field_name in ("vars", "inputs"):
            for key, place, _ in reader.pairs(get(field_name), f"{name}.{field_name}"):
                reader.variable(place, key)
        trigger = reader.text(get("trigger"), f"{name}.trigger")
        if trigger is not None and reader.ir is not None:
            known = [item["id"] for item in reader.ir["triggers"]]
            if trigger not in known:
                reader.unknown("T018", found.values["trigger"], trigger, known)
        return Given(
            now=reader.moment(get("now"), f"{name}.now"),
            channel=reader.chosen(get("channel"), f"{name}.channel", CHANNELS),
            locale=reader.text(get("locale"), f"{name}.locale"),
            customer=reader.object(get("customer"), f"{name}.customer"),
            conversation=reader.object(get("conversation"), f"{name}.conversation"),
            tenant=reader.object(get("tenant"), f"{name}.tenant"),
            inputs={
                **reader.object(get("vars"), f"{name}.vars"),
                **reader.object(get("inputs"), f"{name}.inputs"),
            },
            version=reader.whole(get("version"), f"{name}.version"),
            trigger=trigger,
        )

    def cases(self, root: Map, defaults: Given, stubs: Mapping[str, tuple[Rule, ...]]) -> tuple[Case, ...]:
        reader = self.reader
        cases: list[Case] = []
        lines: dict[str, int] = {}
        for index, tree in reader.items(root.get("cases"), "cases"):
            name = f"cases[{index}]"
            found = reader.fields(tree, _CASE, name)
            if found is None:
                continue
            called = reader.text(found.get("name"), f"{name}.name") or f"#{index + 1}"
            if called in lines:
                reader.report.add("T010", found.values["name"], name=called, line=lines[called])
            lines[called] = found.line
            if found.get("steps") is None:
                reader.report.add("T002", found, name="steps")
            given = self.given(found.get("given"), f"{name}.given").over(defaults)
            own = self.stubs(found.get("stubs"), f"{name}.stubs")
            steps = tuple(read_steps(found.get("steps"), f"{name}.steps", reader))
            cases.append(Case(called, given, {**stubs, **own}, steps, found.line, found.column))
        if not cases:
            reader.report.add("T015", root.get("cases") or root)
        return tuple(cases)

    def stubs(self, tree: Tree | None, name: str) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for node_id, place, value in self.reader.pairs(tree, name):
            if self.reader.node(place, node_id):
                self._check_asks(place, node_id)
            items = value.items if isinstance(value, Seq) else [value]
            rules = (self.rule(item, node_id, f"{name}.{node_id}") for item in items)
            found[node_id] = tuple(rule for rule in rules if rule is not None)
        return found

    def _check_asks(self, place: Scalar, node_id: str) -> None:
        ir = self.reader.ir
        kind = ir["nodes"][node_id]["type"] if ir is not None else None
        if kind in _SILENT:
            self.reader.report.add("T011", place, name=node_id, type=kind)

    def rule(self, tree: Tree, node_id: str, name: str) -> Rule | None:
        reader = self.reader
        found = reader.fields(tree, _RULE, name)
        if found is None:
            return None
        get = found.get
        reply = reader.fields(get("reply"), _REPLY, f"{name}.reply")
        error = reader.text(get("error"), f"{name}.error")
        if error is not None and error not in ERRORS:
            reader.chosen(get("error"), f"{name}.error", ERRORS)
        outcome, value = reader.text(get("outcome"), f"{name}.outcome"), None
        if get("value") is not None:
            value = plain(found.values["value"])
        outcome, value = _short_forms(found, outcome, value)
        reader.whole(get("position"), f"{name}.position")
        if reply is not None:
            reader.whole(reply.get("status"), f"{name}.reply.status")
        if reply is None and error is None and outcome is None and get("record") is None:
            reader.report.add("T012", found, name=node_id)
        return Rule(
            when=plain(found.values["when"]) if get("when") is not None else None,
            reply=plain(reply) if reply is not None else None,
            outcome=outcome,
            value=value,
            error=error,
            times=reader.whole(get("times"), f"{name}.times"),
            delay=reader.duration(get("delay"), f"{name}.delay") or 0,
            record=reader.text(get("record"), f"{name}.record"),
            is_place=get("position") is not None,
        )

    def calendars(self, tree: Tree | None) -> dict[str, Calendar]:
        reader = self.reader
        calendars: dict[str, Calendar] = {}
        for key, _, value in reader.pairs(tree, "calendars"):
            name = f"calendars.{key}"
            found = reader.fields(value, _CALENDAR, name)
            if found is None:
                continue
            opens = found.get("open")
            if opens is None:
                reader.report.add("T002", found, name="open")
                continue
            hours = parse_hours(reader.text(opens, f"{name}.open") or "")
            if hours is None:
                reader.report.add("T014", opens, written=getattr(opens, "text", ""))
                continue
            zone = reader.text(found.get("timezone"), f"{name}.timezone") or self._zone()
            holidays = reader.texts(found.get("holidays"), f"{name}.holidays")
            calendars[key] = make_calendar(hours, zone, holidays)
        return calendars

    def _zone(self) -> str:
        return (self.reader.ir or {}).get("timezone") or ZONE

    def coverage(self, tree: Tree | None) -> dict[str, float]:
        found = self.reader.fields(tree, COVERAGE, "coverage")
        if found is None:
            return {}
        read = {key: self.reader.percent(value, f"coverage.{key}") for key, value in found.items()}
        return {key: value for key, value in read.items() if value is not None}


def _short_forms(found: Map, outcome: str | None, value: Any) -> tuple[str | None, Any]:
    """`{text: …}`, `{label: …}`, `{fields: …}`, `{position: …}`, `{outcome: closed, next_open: …}` in full."""
    given = {key: plain(tree) for key, tree in found.items()}
    if "text" in given:
        text = {"text": str(given["text"])}
        if outcome is None and "sources" not in given and "confidence" not in given:
            outcome = "answered"
        whole = {**text, "sources": given.get("sources", []), "confidence": given.get("confidence", 1.0)}
        return outcome or "answered", whole
    if "label" in given:
        return outcome or "label", {"label": given["label"], "confidence": given.get("confidence", 1.0)}
    if "fields" in given:
        return outcome or "ok", given["fields"]
    if "next_open" in given:
        return outcome or "closed", {"next_open": given["next_open"]}
    if "position" in given:
        return outcome or "ok", {"position": given["position"]}
    if value is not None and outcome is None:
        return "ok", value
    return outcome, value
