"""What a conversation's run remembers between turns; all of it can be read from Postgres again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import orjson
from temporalio import workflow

from omnisupport.domain.calls import CallResult
from omnisupport.domain.conversation import (
    Begin,
    Happened,
    Instruct,
    Move,
    Moved,
    Operation,
    OperationResult,
    Ring,
)
from omnisupport.scenario_dsl import Call
from omnisupport.workflows import options
from omnisupport.workflows.turn import Draft


@dataclass
class Waiting:
    """An operator's update that the main loop has not acted on yet."""

    kind: str
    operation: Operation
    result: OperationResult | None = None
    reread: bool = False
    """Whether the row was read again before this is refused."""


@dataclass
class Moving:
    """A move to another version that the main loop has not acted on yet."""

    move: Move
    result: Moved | None = None
    told: bool = False
    """Whether the caller knows that it waits for the next wait."""


@dataclass
class Outside:
    """A call that has left the process: its handle, and the turn that waits for it, if uncommitted.

    `passed` is the last message during the call that was found to wait for its answer.
    """

    call: Call
    handle: workflow.ActivityHandle[CallResult]
    draft: Draft | None
    passed: int = 0


@dataclass
class Memory:
    """What the run remembers; all of it can be read from Postgres again."""

    rings: dict[int, Ring] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    done: dict[str, OperationResult] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    """JSON of each turn: as objects they would be a fifth of a long conversation's memory."""
    outside: Outside | None = None
    behind: bool = False
    turns: int = 0
    begins: list[Begin] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    instructed: list[Instruct] = field(default_factory=list)
    moves: list[Moving] = field(default_factory=list)
    heard_of: list[str] = field(default_factory=list)
    """Ids of signals of this run: a repeat is not heard twice."""
    owes: bool = False
    """Whether an effect waits to be carried out."""
    told_unattended: bool = False

    def hear(self, ring: Ring) -> None:
        """Keep a ring; behind many others without its text, which is read from Postgres then."""
        crowded = len(self.rings) >= options.RINGS_WITH_TEXT
        self.rings[ring.seq] = replace(ring, text=None, content=None) if crowded else ring

    def is_new(self, signal_id: str) -> bool:
        """Whether a signal with this id is heard for the first time."""
        if signal_id in self.heard_of:
            return False
        self.heard_of = [*self.heard_of, signal_id][-options.SIGNALS_REMEMBERED :]
        return True

    def carried(self) -> list[Ring]:
        """What goes along to the next run, at most 32 KiB; what does not is read from Postgres there."""
        kept: list[Ring] = []
        left = options.CARRIED_BYTES
        for ring in sorted(self.rings.values(), key=lambda ring: ring.seq):
            left -= options.RING_BYTES + len(orjson.dumps((ring.text, ring.content)))
            if left < 0:
                break
            kept.append(ring)
        return kept
