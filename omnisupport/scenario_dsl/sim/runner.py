"""Run the cases of a test file against a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from omnisupport.scenario_dsl.commands import Call, Failed
from omnisupport.scenario_dsl.events import Message
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.sim.cassette import Cassette, CassetteMiss
from omnisupport.scenario_dsl.sim.coverage import NAMES, Coverage, coverage_for
from omnisupport.scenario_dsl.sim.expect import Since, differences
from omnisupport.scenario_dsl.sim.host import Happening, Host
from omnisupport.scenario_dsl.sim.oracles import (
    Violation,
    failures,
    is_silent,
    oversize,
    secret_names,
    shown_secrets,
    waits_forever,
)
from omnisupport.scenario_dsl.sim.standins import LookUp, StandIns
from omnisupport.scenario_dsl.sim.steps import Step
from omnisupport.scenario_dsl.sim.stubs import Answer, Stubs
from omnisupport.scenario_dsl.sim.testfile import DEFAULT_NOW, Case, TestFile
from omnisupport.scenario_dsl.sim.view import invariant_env
from omnisupport.scenario_dsl.sim.watch import Watched
from omnisupport.scenario_dsl.sim.world import first_world
from omnisupport.scenario_dsl.words import Both

Progress = Callable[[int, int], None]
"""Told after every case or walk: how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that was not as it should be, with its place in the test file."""

    said: Both
    line: int
    column: int
    kind: str

    def text(self, file: str, locale: str) -> str:
        """`file:line:col: what`, in ru or en."""
        return f"{file}:{self.line}:{self.column}: {self.said.pick(locale)}"

    def to_dict(self) -> dict[str, Any]:
        """The failure as JSON values."""
        message = {"ru": self.said.ru, "en": self.said.en}
        return {"kind": self.kind, "message": message, "line": self.line, "column": self.column}


@dataclass(slots=True)
class CaseResult:
    """How one case went."""

    name: str
    line: int
    failures: list[Failure] = field(default_factory=list)
    transcript: list[dict[str, Any]] = field(default_factory=list)
    outcome: str | None = None
    nodes: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {
            "name": self.name,
            "line": self.line,
            "passed": self.passed,
            "failures": [failure.to_dict() for failure in self.failures],
            "outcome": self.outcome,
            "transcript": self.transcript,
        }


@dataclass(slots=True)
class TestReport:
    """How a whole test file went, with its coverage. `short` are the thresholds that were not reached."""

    __test__ = False

    file: str
    scenario: str
    cases: list[CaseResult]
    coverage: Coverage
    short: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every case passed and the coverage is as wanted."""
        return all(case.passed for case in self.cases) and not self.short

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "file": self.file,
            "scenario": self.scenario,
            "passed": self.passed,
            "cases": [case.to_dict() for case in self.cases],
            "coverage": self.coverage.to_dict(),
            "short": [{"kind": kind, "wanted": want, "found": found} for kind, want, found in self.short],
        }

    def text(self, locale: str = "en") -> str:
        """Lines for people: every case, what failed and where, the coverage."""
        lines = []
        for case in self.cases:
            lines.append(f"{'✓' if case.passed else '✗'} {case.name}")
            lines += [f"    {failure.text(self.file, locale)}" for failure in case.failures]
        passed = sum(case.passed for case in self.cases)
        lines.append(
            Both("Прошло {passed} из {all}.", "{passed} of {all} passed.")
            .pick(locale)
            .format(passed=passed, all=len(self.cases))
        )
        lines.append(self.coverage.text(locale))
        for kind, want, found in self.short:
            said = Both(
                "мало покрыто: {kind} {found:.0f}% из {want:g}%",
                "too little covered: {kind} {found:.0f}% of {want:g}%",
            )
            lines.append(said.pick(locale).format(kind=NAMES[kind].pick(locale), found=found, want=want))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the caller brings: parsers of data files, cassettes by name, versions by number."""

    look_up: LookUp | None = None
    cassettes: Mapping[str, Cassette] = field(default_factory=dict)
    versions: Mapping[int, IR] = field(default_factory=dict)


def run_cases(
    ir: IR,
    testfile: TestFile,
    *,
    document: Document | None = None,
    setting: Setting | None = None,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> TestReport:
    """Run every case, or those of the names `only`; each in a world of its own."""
    watched = ir if isinstance(ir, Watched) else Watched(ir)
    coverage = coverage_for(watched, document)
    cases = [case for case in testfile.cases if only is None or case.name in only]
    results = []
    for index, case in enumerate(cases):
        results.append(run_case(watched, testfile, case, setting or Setting(), coverage))
        if progress is not None:
            progress(index + 1, len(cases))
    short = []
    for kind, wanted in testfile.coverage.items() if only is None else ():
        found = coverage.percent(kind)
        if found is not None and found < wanted:
            short.append((kind, wanted, found))
    return TestReport(testfile.file, testfile.scenario, results, coverage, short)


def run_case(
    ir: Watched, testfile: TestFile, case: Case, setting: Setting, coverage: Coverage | None = None
) -> CaseResult:
    """Run one case; what it covers is added to `coverage`."""
    version = case.given.version
    if version is not None and setting.versions:
        if version not in setting.versions:
            said = Both(f"нет версии {version}", f"there is no version {version}")
            return CaseResult(case.name, case.line, [Failure(said, case.line, case.column, "version")])
        ir, coverage = Watched(setting.versions[version]), None
    return _CaseRun(ir, testfile, case, setting, coverage).run()


_BY_HAND = ("advance", "at_time")
_BY_MESSAGE = {"message", "keyword", "intent", "referral", "button"}


class _CaseRun:
    """One case under way."""

    def __init__(
        self, ir: Watched, testfile: TestFile, case: Case, setting: Setting, coverage: Coverage | None
    ) -> None:
        self.testfile = testfile
        self.case = case
        self.coverage = coverage
        self.setting = setting
        self.result = CaseResult(case.name, case.line)
        self.stubs = Stubs(case.stubs)
        self.stand_ins = StandIns(testfile.calendars, setting.look_up)
        self.secrets = secret_names(ir) if testfile.no_secret_in else []
        given = case.given
        world = first_world(
            ir,
            now=DEFAULT_NOW if given.now is None else given.now,
            channel=given.channel,
            locale=given.locale,
            customer=given.customer,
            conversation=given.conversation,
            tenant=given.tenant,
        )
        self.host = Host(
            ir, world, self.answer, inputs=given.inputs, trigger=given.trigger, watcher=self.watch
        )
        self.since = Since(asked_at=world.now)
        self.step: Step | None = None
        self.may_fail = any(
            step.kind == "expect"
            and (step.value.get("failed") or "failed" in (step.value.get("ended"), step.value.get("outcome")))
            for step in case.steps
        )
        self.told: set[tuple[str, str | None, str]] = set()

    def run(self) -> CaseResult:
        steps = self.case.steps
        if self._begins_by_itself():
            self.host.start()
            self._let_delays_pass(None, steps[0] if steps else None)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            self.step = step
            _STEPS[step.kind](self, step.value)
            self._let_delays_pass(step, following)
            self._check_calls()
        result, host = self.result, self.host
        result.transcript = host.trace.lines
        ended = (host.state or {}).get("ended")
        result.outcome = ended["outcome"] if ended else None
        result.nodes = frozenset(host.trace.path)
        return result

    def _begins_by_itself(self) -> bool:
        """Whether neither a message nor an event of the test begins the run, but a schedule or the API does."""
        steps, ir = self.case.steps, self.host.ir
        if steps and steps[0].kind == "event":
            return False
        kinds = {item["id"]: item["type"] for item in ir["triggers"]}
        wanted = self.case.given.trigger
        if wanted is not None:
            return kinds.get(wanted) not in _BY_MESSAGE
        return bool(ir["kind"] in ("background", "outbound")) and not set(kinds.values()) & _BY_MESSAGE

    def _let_delays_pass(self, step: Step | None, following: Step | None) -> None:
        """Nobody writes down two seconds: they pass, unless the test moves the clock itself around here."""
        if all(each is None or each.kind not in _BY_HAND for each in (step, following)):
            self.host.let_delays_pass()

    # Answering

    def answer(self, call: Call, now: int) -> Answer | None:
        """A stub of the case, a cassette, else a stand-in."""
        if not self.stubs.knows(call):
            return self.stand_ins.answer(call, now)
        rules = self.case.stubs[call.node]
        if rules and rules[0].record is not None:
            return self._recorded(call, rules[0].record)
        return self.stubs.answer(call)

    def _recorded(self, call: Call, name: str) -> Answer | None:
        cassette = self.setting.cassettes.get(name)
        try:
            found = cassette.play(call) if cassette is not None else None
        except CassetteMiss:
            found = None
        if found is None:
            said = Both(
                f"в кассете '{name}' нет ответа для '{call.node}'",
                f"cassette '{name}' has no answer for '{call.node}'",
            )
            self.fail(said, "miss")
            return Answer("error")
        return Answer(found[0], found[1])

    def _check_calls(self) -> None:
        unanswered, self.host.trace.unanswered_calls = self.host.trace.unanswered_calls, []
        for call in unanswered:
            self.fail(
                Both(
                    f"узел '{call.node}' спрашивает {call.kind}, а ответа в stubs нет",
                    f"node '{call.node}' asks for {call.kind}, and stubs has no answer",
                ),
                "unanswered",
            )

    # Watching

    def watch(self, happening: Happening) -> None:
        """Coverage and oracles, after every event."""
        if self.coverage is not None:
            self.coverage.note(happening)
        for violation in self._violations(happening):
            if violation.key not in self.told:
                self.told.add(violation.key)
                self.fail(Both(violation.message("ru"), violation.message("en")), violation.kind)

    def _violations(self, happening: Happening) -> list[Violation]:
        after, commands = happening.after, happening.commands
        found = [] if self.may_fail else list(failures(commands, after))
        if not self.may_fail:
            found += [
                Violation("failed", f"{command.code}: {command.detail}", after.get("node"))
                for command in commands
                if isinstance(command, Failed) and not found
            ]
        if isinstance(happening.event, Message) and is_silent(happening.before, after, commands):
            found.append(Violation("silence", str(happening.before["waiting"]["node"])))
        forever = waits_forever(after)
        if forever is not None:
            found.append(Violation("endless_wait", forever))
        size = oversize(after)
        if size is not None:
            found.append(Violation("state_size", str(size)))
        found += shown_secrets(self.secrets, self.testfile.no_secret_in, after["vars"], commands)
        if self.testfile.invariants:
            env = invariant_env(self.host)
            for invariant in self.testfile.invariants:
                fault = invariant.fault(env)
                if fault is not None:
                    found.append(Violation("invariant", f"{invariant.text} → {fault}"))
        return found

    def fail(self, said: Both, kind: str) -> None:
        """Note a failure at the step that is under way."""
        place = self.step or self.case
        self.result.failures.append(Failure(said, place.line, place.column, kind))

    # Steps

    def user(self, value: dict[str, Any]) -> None:
        """The customer writes, presses or sends something."""
        host = self.host
        self.since = replace(self.since, asked_at=host.world.now)
        if value.get("locale"):
            host.world.locale = value["locale"]
        if value.get("button") is not None:
            if not host.press(value["button"], text=value.get("text")):
                name = value["button"]
                self.fail(Both(f"кнопки '{name}' не было", f"there was no button '{name}'"), "button")
            return
        host.intent = value.get("intent")
        before = len(host.trace.untaken)
        host.customer(value.get("text") or "", content=value.get("content"))
        if len(host.trace.untaken) > before and not self._is_followed_by_expect():
            text = host.trace.untaken[-1]
            self.fail(Both(f"ни один триггер не взял '{text}'", f"no trigger takes '{text}'"), "trigger")

    def _is_followed_by_expect(self) -> bool:
        """Whether the test says itself what should follow: then its expectation tells more."""
        steps = self.case.steps
        index = next((place for place, step in enumerate(steps) if step is self.step), len(steps))
        return index + 1 < len(steps) and steps[index + 1].kind == "expect"

    def event(self, value: dict[str, Any]) -> None:
        """Something happens outside."""
        self.host.domain(value["name"], value["data"])

    def operator(self, value: dict[str, Any]) -> None:
        """A human acts."""
        data = {key: item for key, item in value.items() if key != "action"}
        self.host.operator(value["action"], data)

    def advance(self, value: int) -> None:
        """Time passes."""
        self.host.advance_to(self.host.world.now + value)

    def at_time(self, value: int) -> None:
        """Time passes up to a moment."""
        if value < self.host.world.now:
            self.fail(Both("этот момент уже прошёл", "this moment has passed already"), "time")
            return
        self.host.advance_to(value)

    def restart_worker(self, value: None) -> None:
        """The worker dies and comes back."""
        fault = self.host.restart_worker()
        if fault is not None:
            self.fail(Both("повтор журнала дал другое состояние", fault), "unsteady")

    def deliver_twice(self, value: None) -> None:
        """The channel repeats itself."""
        if not self.host.again():
            self.fail(Both("повторять нечего", "there is nothing to deliver again"), "deliver_twice")

    def out_of_order(self, value: list[dict[str, Any]]) -> None:
        """Messages arrive the other way round than they were written."""
        for message in reversed(value):
            self.user(message)

    def expect(self, value: dict[str, Any]) -> None:
        """Compare, and begin to look anew."""
        host = self.host
        for difference in differences(value, host, self.since):
            said = difference.said
            self.fail(Both(f"{difference.field}: {said.ru}", f"{difference.field}: {said.en}"), "expect")
        trace = host.trace
        self.since = Since(len(trace.sent), len(trace.path), len(trace.commands), host.world.now)


_STEPS: dict[str, Callable[[_CaseRun, Any], None]] = {
    "user": _CaseRun.user,
    "event": _CaseRun.event,
    "operator": _CaseRun.operator,
    "advance": _CaseRun.advance,
    "at_time": _CaseRun.at_time,
    "restart_worker": _CaseRun.restart_worker,
    "deliver_twice": _CaseRun.deliver_twice,
    "out_of_order": _CaseRun.out_of_order,
    "expect": _CaseRun.expect,
}
