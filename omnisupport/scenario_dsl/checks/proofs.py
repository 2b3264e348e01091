"""What can be said of every run of a scenario, whatever customers and other systems do.

A run is followed through the finite product of its nodes with what matters behind them: whether the customer's last
message was answered, whether a consent was asked for, and whether the channel's window may have closed. Every run is
one of these ways; not every way is a run, because values are not looked at, and of calls within calls only the last two
are remembered. So what holds on all ways holds for all runs, and a way on which something fails is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from omnisupport.domain.capabilities import capabilities
from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.certainty import is_told
from omnisupport.scenario_dsl.checks.consent import exits_after_consent, triggers_ask
from omnisupport.scenario_dsl.checks.elapsed import after, callers, elapsed, starts_with_customer
from omnisupport.scenario_dsl.checks.rules.e521 import is_prepared
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.message import pause_of
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.words import Both

Name = Literal["ends", "answers", "consent", "window"]

TEXTS: dict[Name, Both] = {
    "ends": Both(
        "из каждого ожидания диалог может прийти к концу или к людям",
        "from every wait a run can come to an end or to people",
    ),
    "answers": Both(
        "ни одно сообщение клиента не остаётся без ответа",
        "no message of a customer is left without an answer",
    ),
    "consent": Both(
        "до согласия клиенту не пишут",
        "nobody is written to before consent",
    ),
    "window": Both(
        "ни одно сообщение не уходит после закрытия окна канала",
        "no message goes out after the channel's window has closed",
    ),
}
CODES: dict[Name, str] = {"ends": "E104", "answers": "E106", "consent": "E150", "window": "E521"}
"""The check that looks at the same: what it has found already is not said twice."""
_HOUR_S = 3_600
_CALLS = 2
"""Calls that a state remembers, so that a flow comes back to where it was called from; with more there are too many."""
_DIGRESSION = ""
"""The caller of a flow that an interrupt runs: it comes back to the wait, and that goes on as if nothing had been."""
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One statement about all runs. `path` is a way on which it fails; `bound` the most events until an end.

    `states` is how many states of the product were looked at.
    """

    name: Name
    holds: bool
    states: int
    path: tuple[str, ...] = ()
    bound: int | None = None

    @property
    def text(self) -> Both:
        """The statement in words."""
        return TEXTS[self.name]

    def to_dict(self) -> dict[str, Any]:
        """The guarantee as JSON values."""
        text = {"ru": self.text.ru, "en": self.text.en}
        found = {"name": self.name, "holds": self.holds, "text": text, "states": self.states}
        return {**found, "bound": self.bound, "path": list(self.path)}


class _State(NamedTuple):
    """A node as it is entered."""

    node: str
    answered: bool
    agreed: bool
    late: bool
    calls: tuple[str, ...] = ()
    """The nodes that called the flow that it is in, the last one at the end; older ones are forgotten."""


def prove(document: Analysis) -> list[Guarantee]:
    """All guarantees; nothing is proved of a document with broken ways or unread nodes."""
    if document.has_broken_edges or document.has_unread_nodes:
        return []
    product = _Product(document)
    found = [product.ends(), product.answers()]
    if document.header.kind == "outbound":
        found.append(product.consent())
    if product.windows:
        found.append(product.window())
    return found


def check_guarantees(document: Analysis, guarantees: Sequence[Guarantee]) -> list[Finding]:
    """E104, E106, E150 or E521 at the end of each way on which a guarantee fails."""
    report = Report(document.report.file)
    for each in guarantees:
        if each.holds or not each.path:
            continue
        last, shown = document.nodes[each.path[-1]], each.path[-_SHOWN:]
        way = " -> ".join(shown if len(shown) == len(each.path) else ("…", *shown))
        report.add(f"{CODES[each.name]}.way", last.tree, node=last.id, id=last.id, path=way)
    return report.findings()


class _Product:
    """The states that runs can be in, each with the state before it on a shortest way."""

    def __init__(self, document: Analysis) -> None:
        self.document = document
        hours = ((channel, capabilities(channel).window_hours) for channel in document.header.channels)
        self.windows = {channel: found * _HOUR_S for channel, found in hours if found is not None}
        self._closes = min(self.windows.values(), default=0)
        self._since = {node: since for node, (since, _) in elapsed(document).items()} if self.windows else {}
        self._callers = callers(document)
        self._agreed = {node.id: exits_after_consent(node) for node in document.nodes.values()}
        self.before: dict[_State, _State | None] = {}
        self.following: dict[_State, list[_State]] = {}
        self._explore()

    def ends(self) -> Guarantee:
        """Every wait point can reach an end or people; `bound` is the most events that the shortest way needs."""
        distance = self._distances()
        waits = [state for state in self.before if self._may_wait(state)]
        stuck = next((state for state in waits if state not in distance), None)
        path = self._way(stuck) if stuck is not None else ()
        bound = max((distance[state] for state in waits if state in distance), default=0)
        return Guarantee("ends", stuck is None, len(self.before), path, None if stuck is not None else bound)

    def answers(self) -> Guarantee:
        """No run is over while the last message was not answered."""
        return self._never("answers", self._leaves_unanswered)

    def consent(self) -> Guarantee:
        """No message goes out before consent."""
        return self._never("consent", lambda state: not state.agreed and self._node(state).type.sends)

    def window(self) -> Guarantee:
        """No message without a template goes out when the window may be closed."""
        return self._never("window", self._is_refused)

    def _leaves_unanswered(self, state: _State) -> bool:
        node = self._node(state)
        over = node.type.ends and node.type.name != "return"
        return over and not state.answered and node.values.get("release", "bot") == "bot"

    def _is_refused(self, state: _State) -> bool:
        node = self._node(state)
        if not (state.late and node.type.sends and "to" not in node.values):
            return False
        return any(not is_prepared(node, channel) for channel in self.windows)

    def _never(self, name: Name, fails: object) -> Guarantee:
        assert callable(fails)
        bad = next((state for state in self.before if fails(state)), None)
        return Guarantee(name, bad is None, len(self.before), self._way(bad) if bad is not None else ())

    def _node(self, state: _State) -> Node:
        return self.document.nodes[state.node]

    def _way(self, state: _State | None) -> tuple[str, ...]:
        way: list[str] = []
        while state is not None:
            way.append(state.node)
            state = self.before[state]
        return tuple(way[::-1])

    def _explore(self) -> None:
        work = list(dict.fromkeys(self._entries()))
        self.before = dict.fromkeys(work)
        for state in work:
            following = list(dict.fromkeys(self._steps(state)))
            self.following[state] = following
            for target in following:
                if target not in self.before:
                    self.before[target] = state
                    work.append(target)

    def _entries(self) -> Iterator[_State]:
        document = self.document
        heard, agreed = starts_with_customer(document), triggers_ask(document)
        start = document.start.resolved if document.start is not None else None
        if start in document.nodes:
            # A scenario that somebody else starts owes no answer.
            owes = heard and bool(document.triggers)
            yield _State(str(start), not owes, agreed or heard, self._is_late(str(start)))
        for interrupt in document.interrupts:
            targets = [interrupt.edge.resolved] if interrupt.edge is not None else []
            for target in [*targets, *document.called(interrupt.uses)]:
                if target in document.nodes:
                    # A digression comes back to the question, which is asked again.
                    calls = (_DIGRESSION,) if interrupt.flow is not None else ()
                    yield _State(str(target), interrupt.flow is not None, True, False, calls)

    def _is_late(self, node: str, since: int | None = None) -> bool:
        passed = self._since.get(node, 0) if since is None else since
        found = self.document.nodes[node]
        writes_after = pause_of(found.values) if found.type.name == "message" else 0
        return bool(self.windows) and passed + writes_after >= self._closes

    def _steps(self, state: _State) -> Iterator[_State]:
        node = self._node(state)
        entered = self.document.called(node.uses)
        for target in entered:
            yield state._replace(node=target, calls=(*state.calls, node.id)[-_CALLS:])
        # What was late stays so until the customer writes, whatever the other ways here are.
        since = max(self._since.get(node.id, 0), self._closes) if state.late else 0
        for edge, (following, passed) in zip(node.edges, after(node, since), strict=True):
            if following in self.document.nodes and (not entered or _passes_by(node, edge.exit)):
                yield self._behind(state, node, edge.exit, str(following), passed)
        if node.type.name == "return" and node.flow is not None:
            exit = node.values.get("exit", "next")
            for caller in self._back_to(node.flow, state.calls):
                for edge in caller.edges:
                    if edge.resolved in self.document.nodes and edge.exit == exit:
                        yield state._replace(node=str(edge.resolved), calls=state.calls[:-1])

    def _back_to(self, flow: str, calls: tuple[str, ...]) -> Iterable[Node]:
        """Where a flow may come back to: its caller, or any, when that was forgotten."""
        if not calls:
            return self._callers.get(flow, ())
        return () if calls[-1] == _DIGRESSION else (self.document.nodes[calls[-1]],)

    def _behind(self, state: _State, node: Node, exit: str, target: str, passed: int) -> _State:
        wrote = exit in ("message", "free_text")
        told = is_told(node, exit) or self._scenario_speaks(node)
        answered = not wrote and (state.answered or told)
        heard = wrote or (isinstance(node.type, AnsweringNode) and exit not in ("timeout", "error"))
        agreed = state.agreed or heard or exit in self._agreed.get(node.id, ())
        late = not heard and self._is_late(
            target, max(passed, self._since.get(target, 0) if state.late else 0)
        )
        return _State(target, answered, agreed, late, state.calls)

    def _scenario_speaks(self, node: Node) -> bool:
        """Whether what it calls is another scenario, and one that says something."""
        names = [use.name for use in node.uses.flows]
        found = [self.document.callable.get(name) for name in names if "@" in name]
        return bool(found) and all(each is None or each.speaks for each in found) and len(found) == len(names)

    def _distances(self) -> dict[_State, int]:
        """The fewest events from each state to an end or to people; a wait or a call takes one."""
        before: dict[_State, list[_State]] = {state: [] for state in self.before}
        for state, following in self.following.items():
            for target in following:
                before[target].append(state)
        buckets: list[list[_State]] = [[state for state in self.before if self._is_goal(state)]]
        found: dict[_State, int] = {}
        events = 0
        while events < len(buckets):
            for state in buckets[events]:
                if state in found:
                    continue
                found[state] = events
                for earlier in before[state]:
                    cost = events + self._events(earlier)
                    while len(buckets) <= cost:
                        buckets.append([])
                    if earlier not in found:
                        buckets[cost].append(earlier)
            events += 1
        return found

    def _is_goal(self, state: _State) -> bool:
        node = self._node(state)
        return node.type.name == "handoff" or (node.type.ends and not self.following[state])

    def _events(self, state: _State) -> int:
        return int(self._may_wait(state) or self._node(state).type.effect)

    def _may_wait(self, state: _State) -> bool:
        node = self._node(state)
        return node.type.may_wait(node.values)


def _passes_by(node: Node, exit: str) -> bool:
    """Whether a node that calls a flow may be left by this exit without the flow having come back."""
    return exit in ("error", "empty") or (exit == "next" and "when" in node.values)
