"""Random conversations with every kind of question: answered, bounded, the same each time."""

from __future__ import annotations

import json

import pytest

from omnisupport.scenario_dsl import IR, step
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.registry import input_kinds
from tests.scenario_dsl.support import replay, scenario
from tests.scenario_dsl.walks import walk

MORE = {
    "choice": ", options: [{id: a, label: Да}, {id: b, label: Анна}]",
    "choices": ", options: [{id: a, label: Чай}, {id: b, label: Анна}]",
    "regex": ", pattern: '^[A-Z]{2}-[0-9]{6}$', normalize: [upper]",
    "code": ", length: 4, to: {channel: sms, address: '1'}",
    "text": ", debounce: 3s",
    "email": ", check_mx: true",
    "date": ", min: now",
    "file": ", max: 3, debounce: 2s",
}
KINDS = sorted(input_kinds())
WALKS = 8


def _asking(kind: str) -> IR:
    nodes = f"""\
  first:
    type: ask
    text: Вопрос?
    input: {{kind: {kind}{MORE.get(kind, "")}}}
    save_to: vars.answer
    confirm: true
    skippable: true
    stale_button: reanswer
    extract: {{from_first_message: true}}
    timeout: 1h
    reminders: [{{after: 5m, text: Вы здесь?}}]
    next: second
    exits: {{invalid: second, timeout: gone, skip: second, error: failed}}
  second:
    type: form
    fields:
      - {{id: value, input: {{kind: {kind}{MORE.get(kind, "")}}}, skippable: true}}
      - {{id: count, input: {{kind: int}}, confirm: true}}
    review: true
    stale_button: goto
    timeout: 1h
    next: bye
    exits: {{cancel: bye, invalid: wrong, timeout: gone, error: failed}}
"""
    declared = "".join(f"  {name}: {{type: any, nullable: true}}\n" for name in ("answer", "value"))
    return scenario(nodes, variables=declared + "  count: {type: int}\n")


@pytest.mark.parametrize("kind", KINDS)
def test_walks_over_every_kind(kind: str) -> None:
    ir = _asking(kind)
    for seed in range(WALKS):
        chat = walk(ir, seed)
        whole = replay(ir, chat.log)
        assert canonical(whole) == canonical(replay(ir, chat.log))
        for state, commands in whole:
            assert len(canonical(state).encode()) <= 32 * 1024
            assert not any(command["type"] == "failed" for command in commands), (kind, seed, commands)
            waits = state["waiting"] is not None and state["waiting"]["kind"] == "input"
            assert not waits or state["timers"], (kind, seed)
        point = len(chat.log) // 2
        state = json.loads(canonical(whole[point][0]))
        for index, event in enumerate(chat.log[point + 1 :], point + 1):
            state, commands = step(ir, state, event)
            assert canonical([state, [command.to_dict() for command in commands]]) == canonical(whole[index])
