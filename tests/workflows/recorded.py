"""Recorded histories: where they lie, how they are read and written, and the key that seals them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from omnisupport import temporal

FOLDER = Path(__file__).parent / "histories"
KEYS = temporal.FixedKeyRing(bytes(range(32)))
"""No secret: it seals nothing but these files."""

PROCESS = re.compile(r"\d+@[\w.-]+")
"""Process id and host, as the engine's identities and sticky queues name a worker."""


def converter() -> DataConverter:
    """What opens the payloads of recorded histories."""
    return temporal.data_converter(KEYS)


def files() -> list[Path]:
    """Every recorded history; one run a file."""
    return sorted(FOLDER.glob("*.json"))


def read(file: Path) -> WorkflowHistory:
    """A history as it was recorded."""
    recorded = json.loads(file.read_text())
    return WorkflowHistory.from_json(recorded["workflow_id"], {"events": recorded["events"]})


def write(name: str, run: int, workflow_id: str, events: Sequence[HistoryEvent]) -> Path:
    """Write one run, one event a line, without the names of the machine that it was recorded on."""
    history = WorkflowHistory(workflow_id, list(events)).to_json_dict()["events"]
    lines = [json.dumps(_anonymous(event), ensure_ascii=False, sort_keys=True) for event in history]
    file = FOLDER / f"{name}.{run}.json"
    file.write_text(f'{{"workflow_id": "{workflow_id}", "events": [\n' + ",\n".join(lines) + "\n]}\n")
    return file


def _anonymous(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _anonymous(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_anonymous(item) for item in value]
    return PROCESS.sub("-", value) if isinstance(value, str) else value
