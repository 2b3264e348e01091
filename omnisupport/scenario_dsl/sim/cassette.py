"""Recorded answers of models, knowledge bases and services, so that tests never depend on them.

An answer is found by the content of its question: node, prompt, model and inputs. A changed prompt is
another question: its old answer is not given any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from omnisupport.scenario_dsl.commands import Call
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.sim.emit import to_yaml
from omnisupport.scenario_dsl.tree import plain

LANGUAGE = "scenario-cassette/v1"
Mode = Literal["stub", "replay", "record", "live"]
MODES: tuple[Mode, ...] = ("stub", "replay", "record", "live")
Live = Callable[[Call], tuple[str, Any]]
_PROMPT = ("prompt", "instructions", "labels", "fields", "tools", "assistant", "persona")
_KEY_LENGTH = 24


class CassetteMiss(Exception):
    """In mode `replay`, a question that was never recorded."""

    def __init__(self, call: Call) -> None:
        super().__init__(f"node '{call.node}' asks {call.kind} what the cassette does not know")
        self.call = call


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer; `request` is kept for people who review the file."""

    node: str
    kind: str
    model: str
    prompt: str
    inputs: str
    request: dict[str, Any]
    exit: str
    value: Any


def content_key(call: Call, model: str = "") -> tuple[str, str, str]:
    """The key of a question, with the hashes of its prompt and of its inputs."""
    prompt = _digest({name: call.request[name] for name in _PROMPT if name in call.request})
    inputs = _digest({name: value for name, value in call.request.items() if name not in _PROMPT})
    key = _digest([call.node, call.kind, model, prompt, inputs])
    return key, prompt, inputs


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode("utf-8", "replace")).hexdigest()[:_KEY_LENGTH]


@dataclass(slots=True)
class Cassette:
    """Answers by content key.

    `stub` never looks here; `replay` gives what is recorded and fails on anything else; `record` asks
    `live` for what is missing and keeps it; `live` always asks and keeps nothing.
    """

    mode: Mode = "replay"
    model: str = ""
    entries: dict[str, Recorded] = field(default_factory=dict)
    live: Live | None = None
    is_changed: bool = False

    def play(self, call: Call) -> tuple[str, Any] | None:
        """Exit and value; None in mode `stub`.

        Raises:
            CassetteMiss: nothing is recorded and nobody may be asked.
        """
        if self.mode == "stub":
            return None
        if self.mode == "live":
            return self._ask(call)
        key, prompt, inputs = content_key(call, self.model)
        known = self.entries.get(key)
        if known is not None:
            return known.exit, known.value
        if self.mode == "replay":
            raise CassetteMiss(call)
        exit, value = self._ask(call)
        self.entries[key] = Recorded(
            call.node, call.kind, self.model, prompt, inputs, call.request, exit, value
        )
        self.is_changed = True
        return exit, value

    def _ask(self, call: Call) -> tuple[str, Any]:
        if self.live is None:
            raise CassetteMiss(call)
        return self.live(call)

    def to_yaml(self) -> str:
        """The cassette as a file that people can review."""
        answers = [
            {
                "key": key,
                "node": entry.node,
                "kind": entry.kind,
                "prompt": entry.prompt,
                "inputs": entry.inputs,
                "request": entry.request,
                "exit": entry.exit,
                "value": entry.value,
            }
            for key, entry in sorted(self.entries.items(), key=lambda pair: (pair[1].node, pair[0]))
        ]
        return to_yaml({"omni": LANGUAGE, "model": self.model, "answers": answers})


def read_cassette(
    text: str | bytes, *, file: str = "cassette.yaml", mode: Mode = "replay", live: Live | None = None
) -> tuple[Cassette | None, list[Finding]]:
    """A cassette from its file, or None with the findings that say why it cannot be read."""
    loaded = load_document(text, file=file, language=LANGUAGE)
    if loaded.document is None:
        return None, loaded.findings
    values = plain(loaded.document.root)
    cassette = Cassette(mode=mode, model=str(values.get("model") or ""), live=live)
    for item in values.get("answers") or ():
        if not isinstance(item, dict) or not isinstance(item.get("key"), str):
            continue
        request = item.get("request")
        cassette.entries[item["key"]] = Recorded(
            node=str(item.get("node")),
            kind=str(item.get("kind")),
            model=cassette.model,
            prompt=str(item.get("prompt")),
            inputs=str(item.get("inputs")),
            request=request if isinstance(request, dict) else {},
            exit=str(item.get("exit")),
            value=item.get("value"),
        )
    return cassette, []
