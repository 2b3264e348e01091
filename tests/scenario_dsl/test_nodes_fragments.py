"""The fragments of the specification for nodes, as they stand there."""

from __future__ import annotations

import pytest

from tests.scenario_dsl.support import codes, document

ENDS = """\
  bill: {type: end, outcome: bill}
  ship: {type: end, outcome: ship}
  menu: {type: end, outcome: menu, release: redeliver}
  thanks: {type: message, text: Спасибо!, next: menu}
  remind_pay: {type: message, text: Ждём оплату., next: menu}
  calc: {type: message, text: Считаем., next: menu}
  ask_weight: {type: message, text: Какой вес?, next: menu}
  hours: {type: end, outcome: hours, release: queue}
"""
FRAGMENTS = {
    "ai_classify": """{type: ai_classify, input: "event.text", labels: {billing: "счёт, оплата, возврат", \
delivery: "доставка, курьер"}, min_confidence: 0.7, timeout: 8s, \
exits: {billing: bill, delivery: ship, unsure: menu, error: menu}}""",
    "ai_extract": """{type: ai_extract, input: "event.text", fields: {city: {type: string}, \
weight: {type: number, nullable: true}}, save_to: vars.parcel, next: calc, \
exits: {incomplete: ask_weight, error: menu}}""",
    "wait_event": """{type: wait_event, event: payment.succeeded, match: "event.order == vars.order_no", \
timeout: 30m, next: thanks, exits: {timeout: remind_pay, message: menu}}""",
    "ai_reply": """{type: ai_reply, assistant: sales_bot, tools: [shop.get_order], max_turns: 6, \
budget: {tokens: 8000}, timeout: 30m, exits: {done: menu, needs_human: hours, limit: hours, error: hours}}""",
}
VARIABLES = """\
  order_no: {type: string, default: A-1}
  parcel: {type: object, fields: {city: {type: string}, weight: {type: number, nullable: true}}}
"""


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_of_the_specification_has_no_error(name: str) -> None:
    fragment = FRAGMENTS[name]
    used = [line for line in ENDS.splitlines(keepends=True) if f": {line.split(':')[0].strip()}" in fragment]
    menu = next(line for line in ENDS.splitlines(keepends=True) if line.startswith("  menu:"))
    nodes = f"  first: {fragment}\n" + "".join(dict.fromkeys([*used, menu]))
    assert [code for code in codes(document(nodes, variables=VARIABLES)) if code.startswith("E")] == []
