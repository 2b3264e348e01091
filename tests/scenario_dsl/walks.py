"""Random customers, operators and hosts for the tests of `step`: the simulator's walks, event by event."""

from __future__ import annotations

import hashlib

from omnisupport.scenario_dsl import IR, load_template
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.sim.walk import Walker
from tests.scenario_dsl.support import Chat, example, replay

SCENARIOS = ("greeting", "order_status", "lead_capture", "default_answer", "handoff")
TEMPLATES = ("default_answer", "handoff")

_walkers: dict[str, Walker] = {}


def ir_of(name: str) -> IR:
    """A demo scenario or a system scenario."""
    return load_template(name) if name in TEMPLATES else example(name)


def walk(ir: IR, seed: int) -> Chat:
    """A conversation of at most forty events, the same for the same seed."""
    walker = _walkers.setdefault(ir["hash"], Walker(ir))
    walker.player.log = []
    walker.walk(seed)
    chat = Chat(ir)
    for event in walker.player.log:
        chat.context = event.context
        chat.take(event)
    return chat


def digest(walks: int = 20) -> str:
    """One hash over the states and commands of many walks: the same in every process."""
    result = hashlib.sha256()
    for name in SCENARIOS:
        ir = ir_of(name)
        result.update(ir["hash"].encode())
        for seed in range(walks):
            result.update(canonical(replay(ir, walk(ir, seed).log)).encode())
    return result.hexdigest()


if __name__ == "__main__":
    print(digest())
