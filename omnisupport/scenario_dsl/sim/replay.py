"""Replay recorded conversations on another version of a scenario, and say what would have been different.

There is no host: nothing can be sent, asked or written. Results come from the recording where the node and
its request are the same, else from stubs, and then the conversation is marked: its end is a guess.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from omnisupport.scenario_dsl.commands import Call
from omnisupport.scenario_dsl.events import (
    Context,
    Event,
    Inbound,
    Message,
    Result,
    Start,
    Timer,
)
from omnisupport.scenario_dsl.ir import IR, State, canonical
from omnisupport.scenario_dsl.runtime.step import new_state, step
from omnisupport.scenario_dsl.sim.host import option_of
from omnisupport.scenario_dsl.sim.masking import mask
from omnisupport.scenario_dsl.sim.recording import Recording, event_from_json, record, sent_of
from omnisupport.scenario_dsl.sim.stubs import Rule, Stubs
from omnisupport.scenario_dsl.sim.watch import Watched, Way
from omnisupport.scenario_dsl.words import Both

SAME, TEXT, PATH, OUTCOME, STUCK, MISSED = "same", "text", "path", "outcome", "stuck", "missed"
KINDS = (SAME, TEXT, PATH, OUTCOME, STUCK, MISSED)
NAMES: Mapping[str, Both] = {
    SAME: Both("так же", "the same"),
    TEXT: Both("другой текст", "other text"),
    PATH: Both("другой путь", "other path"),
    OUTCOME: Both("другой исход", "other outcome"),
    STUCK: Both("застряли", "stuck"),
    MISSED: Both("нет записанного ответа", "no recorded answer"),
}
SAMPLES = 5
_MOST_TIMERS = 200
_LATE = 5_000
"""A timer of the new version that was due this long before a recorded event (ms) has fired before it."""
_ANSWERED_WITHIN = 150_000
"""No call takes longer (ms): a recorded answer that came later belongs to a question asked later."""
_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """How one conversation went on the new version, compared with what was recorded."""

    kind: str
    conversation: str
    run: int
    outcomes: tuple[str | None, str | None]
    texts: tuple[tuple[str | None, str | None], ...] = ()
    fork: tuple[str | None, str | None] | None = None
    misses: tuple[str, ...] = ()
    at: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The difference as JSON values; texts are masked already."""
        return {
            "kind": self.kind,
            "conversation": self.conversation,
            "run": self.run,
            "outcome": {"before": self.outcomes[0], "after": self.outcomes[1]},
            "texts": [{"before": before, "after": after} for before, after in self.texts],
            "fork": None if self.fork is None else {"before": self.fork[0], "after": self.fork[1]},
            "misses": list(self.misses),
            "at": self.at,
        }


@dataclass(slots=True)
class ReplayReport:
    """What many conversations came to; `samples` has a few of each kind."""

    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    misses: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Difference]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many conversations were replayed."""
        return sum(self.counts.values())

    def add(self, difference: Difference) -> None:
        """Count one conversation, and keep it as a sample while there are few of its kind."""
        self.counts[difference.kind] += 1
        self.misses.update(difference.misses)
        if difference.outcomes[0] != difference.outcomes[1]:
            self.outcomes[difference.outcomes] += 1
        kept = self.samples.setdefault(difference.kind, [])
        is_new = all(known.outcomes != difference.outcomes for known in kept)
        if difference.kind != SAME and (len(kept) < SAMPLES or (is_new and len(kept) < 2 * SAMPLES)):
            kept.append(difference)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        moved = sorted(self.outcomes.items(), key=lambda item: (-item[1], str(item[0])))
        return {
            "total": self.total,
            "counts": {kind: self.counts[kind] for kind in KINDS},
            "outcomes": [
                {"before": before, "after": after, "count": count} for (before, after), count in moved
            ],
            "misses": dict(sorted(self.misses.items())),
            "samples": {kind: [item.to_dict() for item in self.samples.get(kind, ())] for kind in KINDS[1:]},
        }

    def text(self, locale: str = "en") -> str:
        """Lines for people."""
        counted = [f"{NAMES[kind].pick(locale)} {self.counts[kind]}" for kind in KINDS if self.counts[kind]]
        head = Both("Разговоров: {total}", "{total} conversations").pick(locale).format(total=self.total)
        lines = [f"{head}: {', '.join(counted)}"]
        for (before, after), count in self.outcomes.most_common(10):
            lines.append(f"  {count} × {before or '…'} → {after or '…'}")
        for kind in KINDS[1:]:
            for item in self.samples.get(kind, ())[:SAMPLES]:
                lines.append(f"  {NAMES[kind].pick(locale)}: {item.conversation}#{item.run}{_detail(item)}")
        return "\n".join(lines)


def _detail(item: Difference) -> str:
    if item.misses:
        return f": {', '.join(item.misses)}"
    if item.kind == TEXT and item.texts:
        return f": «{item.texts[0][0]}» → «{item.texts[0][1]}»"
    if item.fork is not None:
        return f": {item.fork[0] or '…'} → {item.fork[1] or '…'}"
    return f": {item.at}" if item.at else ""


def replay_recordings(
    ir: IR,
    recordings: Sequence[Recording],
    *,
    versions: Iterable[IR] = (),
    stubs: Mapping[str, tuple[Rule, ...]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ReplayReport:
    """Replay every recording on `ir`. `versions` are those they were recorded with: from them the old path is told."""
    new = ir if isinstance(ir, Watched) else Watched(ir)
    old = {version["hash"]: Watched(version) for version in versions}
    report = ReplayReport()
    for number, recording in enumerate(recordings):
        report.add(replay_one(new, recording, old.get(recording.ir_hash), stubs or {}))
        if progress is not None and ((number + 1) % 50 == 0 or number + 1 == len(recordings)):
            progress(number + 1, len(recordings))
    return report


def replay_one(
    ir: Watched,
    recording: Recording,
    old: Watched | None = None,
    stubs: Mapping[str, tuple[Rule, ...]] | None = None,
) -> Difference:
    """Replay one conversation and compare."""
    events = [event_from_json(values) for values in recording.events]
    path, dropped = recording.path, recording.dropped
    if old is not None and (path is None or dropped is None):
        told = record(
            old, events, conversation=recording.conversation, run=recording.run, inputs=recording.inputs
        )
        path, dropped = path or told.path, dropped or told.dropped
    replayed = _Replay(ir, recording, events, Stubs(stubs or {}), dropped or [])
    replayed.run()
    return _compare(recording, path, replayed, _names(events))


def _entered(ir: Watched) -> list[str]:
    path = ir.program.path
    nodes = [way.target if isinstance(way, Way) else way for way in path]
    path.clear()
    return nodes


class _Replay:
    """One conversation on the new version."""

    def __init__(
        self,
        ir: Watched,
        recording: Recording,
        events: Sequence[Event],
        stubs: Stubs,
        dropped: Sequence[dict[str, Any]],
    ) -> None:
        self.ir = ir
        self.events = events
        self.stubs = stubs
        self.state: State = new_state(ir, run=recording.run, inputs=recording.inputs)
        self.sent: list[dict[str, Any]] = []
        self.path: list[str] = []
        self.misses: list[str] = []
        self.unheard: str | None = None
        self._answers = _answers(recording.events)
        self._dropped = {
            (canonical([node, item["kind"], item["request"]]), item.get("call_id"))
            for item in dropped
            for node in (item["node"], None)
        }
        self._dropped_keys = {key for key, _ in self._dropped}
        self._has_ended = recording.outcome is not None
        self._labels = _labels(recording)
        self._calls: deque[Call] = deque()
        self._awaited: dict[int, Call] = {}
        self._index = 0

    def run(self) -> None:
        """Feed what people did and what time did, and answer what the scenario asks."""
        self.ir.program.path.clear()
        for index, event in enumerate(self.events):
            self._index = index
            if isinstance(event, Result):
                call = self._awaited.pop(index, None)
                if call is not None:
                    self._give(call, event, event.context)
                continue
            moment = event.context.now
            if isinstance(event, Timer):
                self._fire(moment, event.context, at_that_moment=True)
                continue
            if not isinstance(event, Start):
                self._fire(moment - _LATE, event.context, at_that_moment=False)
            self._take(self._fitted(event))
        self._wait_on()
        self.path = _entered(self.ir)

    def _wait_on(self) -> None:
        """The old run was over; if nobody was to say anything any more, time goes on for the new one."""
        last = self.events[-1] if self.events else None
        for _ in range(_MOST_TIMERS if self._has_ended and last is not None else 0):
            waiting = self.state["waiting"]
            if waiting is None or not self.state["timers"]:
                return
            if not isinstance(last, Timer) and waiting["kind"] == "input":
                return  # it asks what the recording has no answer to
            assert last is not None
            due = min(timer["at"] for timer in self.state["timers"])
            self._fire(due, last.context, at_that_moment=False)

    def _fire(self, until: int, context: Context, *, at_that_moment: bool) -> None:
        for _ in range(_MOST_TIMERS):
            due = min(self.state["timers"], key=lambda timer: (timer["at"], timer["id"]), default=None)
            if due is None or due["at"] > until or self.state["ended"] is not None:
                return
            around = context if at_that_moment else replace(context, now=due["at"])
            self._take(Timer(around, due["id"]))

    def _fitted(self, event: Event) -> Event:
        if not isinstance(event, Message) or event.message.button is None:
            return event
        return replace(event, message=self._button(event.message))

    def _button(self, inbound: Inbound) -> Inbound:
        """The button of the new version that says what the pressed one said; else the old id, which is stale."""
        wire = str(inbound.button)
        label, option = self._labels.get(wire), option_of(wire)
        best: str | None = None
        for sent in reversed(self.sent):
            for button in sent["buttons"]:
                if button["id"] == wire and label in (None, button["label"]):
                    return inbound
                if best is None and (option_of(button["id"]) == option or button["label"] == label):
                    best = button["id"]
        return inbound if best is None else replace(inbound, button=best)

    def _take(self, event: Event) -> None:
        context = event.context
        before = self.state
        self._step(event)
        if isinstance(event, Message) and self.state is before and before["ended"] is not None:
            self.unheard = self.unheard or str(before.get("node"))
        self._ask(context)

    def _ask(self, context: Context) -> None:
        """Answer what the scenario asks: where the recording did, when it came soon after; else at once."""
        while self._calls:
            call = self._calls.popleft()
            # A node that was renamed asks the same as before.
            keys = [canonical([node, call.kind, call.request]) for node in (call.node, None)]
            if any((key, call.id) in self._dropped for key in keys):
                continue  # it was not answered then either
            place = self._place(keys)
            if place is None and not self._dropped_keys.isdisjoint(keys):
                continue
            if place is None:
                self.misses.append(call.node)
                answer = self.stubs.answer(call) if self.stubs.knows(call) else None
                exit, value = ("error", None) if answer is None else (answer.exit, answer.value)
                self._step(Result(context, call.id, exit, value))
                continue
            result = self.events[place]
            later = result.context.now - context.now
            if place > self._index and later <= _ANSWERED_WITHIN:
                self._awaited[place] = call
            else:
                self._give(call, result, context if later < 0 else replace(context, now=result.context.now))

    def _give(self, call: Call, result: Event, context: Context) -> None:
        assert isinstance(result, Result)
        self._step(Result(context, call.id, result.exit, result.value))
        self._ask(context)

    def _step(self, event: Event) -> None:
        self.state, commands = step(self.ir, self.state, event)
        self.sent += sent_of(commands)
        self._calls += [command for command in commands if isinstance(command, Call)]

    def _place(self, keys: Sequence[str]) -> int | None:
        """Where the recording has the answer to this question: the next one of them, the last one again."""
        known = next((found for key in keys if (found := self._answers.get(key))), None)
        if not known:
            return None
        return known.popleft() if len(known) > 1 else known[0]


def _answers(events: Sequence[dict[str, Any]]) -> dict[str, deque[int]]:
    """The places of recorded results by question, of its node and of any, in the order in which they came."""
    found: dict[str, deque[int]] = {}
    for index, values in enumerate(events):
        if values["event"] == "result" and "node" in values:
            for node in (values["node"], None):
                key = canonical([node, values["kind"], values["request"]])
                found.setdefault(key, deque()).append(index)
    return found


def _labels(recording: Recording) -> dict[str, str]:
    """What the recorded buttons said, by their ids on the wire."""
    return {button["id"]: button["label"] for sent in recording.sent for button in sent.get("buttons", ())}


def _names(events: Sequence[Event]) -> list[str]:
    """Names of the people in a conversation, for masking."""
    found: dict[str, None] = {}
    for event in events:
        name = event.context.customer.get("name")
        for word in str(name).split() if isinstance(name, str) else ():
            found[word] = None
    return list(found)


def _compare(
    recording: Recording, path: list[str] | None, replayed: _Replay, names: Sequence[str]
) -> Difference:
    ended = replayed.state["ended"]
    outcomes = (recording.outcome, ended["outcome"] if ended is not None else None)
    before = [str(sent["text"]) for sent in recording.sent]
    after = [str(sent["text"]) for sent in replayed.sent]
    fork = _fork(path, replayed.path) if path is not None else None
    kind = _kind(outcomes, replayed, fork, before == after)
    texts: list[tuple[str | None, str | None]] = []
    if kind != SAME:
        texts = list(_changed(before, after))[:SAMPLES]
    return Difference(
        kind,
        recording.conversation,
        recording.run,
        outcomes,
        tuple((_masked(one, names), _masked(other, names)) for one, other in texts),
        fork,
        tuple(dict.fromkeys(replayed.misses)),
        str(replayed.state.get("node")) if kind == STUCK else None,
    )


def _kind(
    outcomes: tuple[str | None, str | None],
    replayed: _Replay,
    fork: tuple[str | None, str | None] | None,
    has_same_texts: bool,
) -> str:
    if replayed.misses:
        return MISSED
    if outcomes[0] is not None and outcomes[1] is None:
        return STUCK
    if outcomes[0] != outcomes[1]:
        return OUTCOME
    if fork is not None:
        return PATH
    if not has_same_texts:
        return TEXT
    return SAME


def _fork(before: Sequence[str], after: Sequence[str]) -> tuple[str | None, str | None] | None:
    """Where two paths part: the next node of each, or None when they are the same."""
    for one, other in zip(before, after, strict=False):
        if one != other:
            return one, other
    if len(before) == len(after):
        return None
    shared = min(len(before), len(after))
    return (
        before[shared] if shared < len(before) else None,
        after[shared] if shared < len(after) else None,
    )


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[str | None, str | None]]:
    for index in range(max(len(before), len(after))):
        one = before[index] if index < len(before) else None
        other = after[index] if index < len(after) else None
        if one != other:
            yield one, other


def _masked(text: str | None, names: Sequence[str]) -> str | None:
    return None if text is None else mask(text[:_LONGEST_TEXT], names)
