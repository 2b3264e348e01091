"""Write a walk as a test file that shows the same fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from omnisupport.scenario_dsl.sim.emit import to_yaml
from omnisupport.scenario_dsl.sim.host import is_before_message
from omnisupport.scenario_dsl.sim.moves import OPERATOR, Move, Player
from omnisupport.scenario_dsl.sim.oracles import Violation
from omnisupport.scenario_dsl.sim.testfile import LANGUAGE, TestFile

_LONGEST_NAME = 120
_NEVER: dict[str, Any] = {"outcome": "error", "delay": "36500d"}
"""The answer of a call that had none while the walk went on."""
_AT_ONCE = {"advance": "0s"}
"""The next step comes before the pause of a message is over."""


def to_testfile(
    player: Player, moves: Sequence[Move], violation: Violation, seed: int, testfile: TestFile | None
) -> str:
    """A test file of one case; it plays the moves once more to learn what answered which node."""
    case = to_case(player, moves, f"{violation.message('en')} (seed {seed})"[:_LONGEST_NAME])
    document: dict[str, Any] = {"omni": LANGUAGE, "scenario": player.ir["id"], "cases": [case]}
    rules: list[Any] = [invariant.text for invariant in player.invariants]
    if testfile is not None and testfile.no_secret_in:
        rules.append({"no_secret_in": list(testfile.no_secret_in)})
    if rules:
        document["invariants"] = rules
    return to_yaml(document)


def to_case(player: Player, moves: Sequence[Move], name: str) -> dict[str, Any]:
    """The case as JSON values: the world, what answers calls, the steps."""
    player.log = None
    player.begin()
    stubs: dict[str, list[dict[str, Any]]] = {}
    steps: list[Any] = []
    for move in moves:
        asked, before = _asked(player), player.world.now
        is_early = _is_early(player)
        if not player.play(move):
            continue
        if move[0] != "result":
            said = _steps(player, move, before)
            if said and is_early and "advance" not in (*steps[-1], *said[0]):
                steps.append(_AT_ONCE)
            steps += said
        if asked is not None and asked != _asked(player):
            # The customer led away, or the answer came.
            rule = _rule(move) if move[0] == "result" else _NEVER
            stubs.setdefault(asked[0], []).append(_for(asked[2], rule))
    asked = _asked(player)
    if asked is not None:
        stubs.setdefault(asked[0], []).append(_for(asked[2], _NEVER))
    given = _given(player, moves[0])
    case: dict[str, Any] = {"name": name, "given": given}
    if stubs:
        case["stubs"] = {node: rules[0] if len(rules) == 1 else rules for node, rules in stubs.items()}
    return {**case, "steps": steps}


def _is_early(player: Player) -> bool:
    """Whether a message is still to be said, whose pause would pass by itself."""
    waiting = player.state["waiting"]
    return waiting is not None and is_before_message(player.ir, waiting)


def _asked(player: Player) -> tuple[str, str, str] | None:
    """Node, id and kind of the call that is out."""
    waiting = player.state["waiting"]
    if waiting is None or waiting["kind"] != "call":
        return None
    return str(waiting["node"]), str(waiting["call"]["id"]), str(waiting["call"]["kind"])


def _for(kind: str, rule: dict[str, Any]) -> dict[str, Any]:
    """The rule as it is written for a call of this kind."""
    if kind != "queue_position":
        return rule
    said = {name: item for name, item in rule.items() if name != "value"}
    return {**said, "position": (rule.get("value") or {}).get("position", 1)}


def _given(player: Player, start: Move) -> dict[str, Any]:
    now = datetime.fromtimestamp(player.moments[start[7]] / 1_000, UTC).isoformat()
    given: dict[str, Any] = {"now": now, "channel": start[3], "locale": start[4]}
    given["customer"] = player.customers[start[5]]
    if start[1] is not None:
        given["trigger"] = start[1]
    if start[6] is not None and start[6].get("resolved_by") == "operator":
        given["conversation"] = {"status": "resolved", "assignee": OPERATOR}
    return given | ({"inputs": player.inputs} if player.inputs else {})


def _rule(move: Move) -> dict[str, Any]:
    rule: dict[str, Any] = {"outcome": move[1]}
    if move[2] is not None:
        rule["value"] = move[2]
    return rule


def _steps(player: Player, move: Move, before: int) -> list[Any]:
    kind = move[0]
    if kind == "start":
        if move[2] is not None:
            return [{"user": move[2]}]
        trigger: dict[str, Any] = next((item for item in player.ir["triggers"] if item["id"] == move[1]), {})
        if "event" not in trigger:
            return []
        return [{"event": {"name": trigger["event"], "data": move[6]} if move[6] else trigger["event"]}]
    if kind == "text":
        return [{"user": move[1]}]
    if kind == "press":
        return [{"user": {"button": move[1]}}]
    if kind == "content":
        return [move[1]]
    if kind == "timer":
        return [{"advance": f"{-(-(player.world.now - before) // 1_000)}s"}]
    if kind == "operator":
        return [{"operator": move[1]}]
    if kind == "domain":
        return [{"event": {"name": move[1], "data": move[2]}}]
    return []
