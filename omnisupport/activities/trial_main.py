"""The process in which a scenario is tried: one request on stdin, lines of JSON on stdout. Started by `trials.py`.

A trial is minutes of pure Python: in the worker's own process it would hold up every conversation.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import time
from typing import Any

from omnisupport.errors import OmniError
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.sim.trial import run_trial

TOLD_EVERY_S = 0.25
MOST_MEMORY = 2 * 2**30
"""Bytes of address space: a document that asks for more is refused, and the machine lives."""
NICE = 5
"""Conversations go first."""


class _Teller:
    """Says how far the trial is, not more often than somebody can read."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY_S or done >= total:
            self._told = now
            write({"done": done, "total": total})


def write(line: dict[str, Any]) -> None:
    """One line; who reads it may have gone, and then nothing is wanted any more."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the request, run it, write what it came to."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    request = json.load(sys.stdin)
    if request.pop("background", False):
        os.nice(NICE)
    # Seconds of the processor, and not of the clock: a busy machine is not the scenario's fault.
    spent = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(spent.ru_utime + spent.ru_stime + request.pop("cpu_s"))
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    try:
        write({"report": run_trial(request, _Teller())})
    except ScenarioInvalid as invalid:
        write({"invalid": [finding.to_dict() for finding in invalid.findings]})
    except OmniError as wrong:
        write({"failed": wrong.code, "detail": wrong.detail, "status": wrong.status})
    except MemoryError:
        detail = "The trial needs more memory than there is for one."
        write({"failed": "trial_too_large", "detail": detail, "status": 409})


if __name__ == "__main__":
    main()
