"""What invariants see of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.ir import State

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.sim.host import Host
    from omnisupport.scenario_dsl.sim.world import World

LAST = 50
"""So many of the last messages, notes and calls are seen."""


def view(state: State, world: World) -> dict[str, Any]:
    """The names of a run and its world, without the lists of what has happened."""
    ended, waiting = state.get("ended"), state.get("waiting")
    return {
        "vars": state["vars"],
        "run": {
            "id": state["run"],
            "ended": ended is not None,
            "outcome": ended["outcome"] if ended else None,
            "node": state.get("node"),
            "steps": state.get("steps", 0),
            "trigger": state.get("trigger"),
            "waits": waiting["kind"] if waiting else None,
            "handed": world.held,
            "path": [],
        },
        "sent": [],
        "notes": [],
        "calls": [],
        "event": state.get("event") or {},
        "channel": world.channel,
        "customer": world.customer,
        "conversation": world.conversation,
        "tenant": world.tenant,
        "calendar": state.get("calendar") or {},
        "locale": world.locale,
        "now": world.now,
    }


def invariant_env(host: Host) -> dict[str, Any]:
    """Everything that an invariant may name."""
    assert host.state is not None
    trace = host.trace
    env = view(host.state, host.world)
    env["run"]["path"] = trace.path[-LAST:]
    env["sent"] = [{"text": sent.text, "buttons": list(sent.options)} for sent in trace.sent[-LAST:]]
    env["notes"] = trace.notes[-LAST:]
    env["calls"] = [call.kind for call in trace.calls[-LAST:]]
    return env
