"""Nodes that do something at once: actions, assign, updates, notify, emit, split."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import Assign, Emit, End, Note, Notify, Tag, Update
from tests.scenario_dsl.support import NOW, Chat, codes, context, document, scenario

ACTIONS = """\
  first:
    type: actions
    do:
      - set: {vars.a: 5}
      - note: "a = {{ vars.a }}"
      - tag: {add: [vip]}
      - update_customer: {set: {name: Анна}}
      - update_conversation: {set: {priority: high}}
      - notify: {target: {department: sales}, text: Новый лид}
      - emit: {event: lead.created, data: {a: "=vars.a"}}
      - assign: {target: {department: sales}}
      - set: {vars.b: "=vars.a + 100"}
      - unset: [vars.a]
    next: shown
    exits: {error: failed_note}
  shown: {type: note, text: "{{ vars.a }} {{ vars.b }}", next: bye}
  failed_note:
    type: note
    text: "{{ vars.a }} {{ vars.b }} {{ customer.name | default('-') }}{{ conversation.tags | join }}"
    next: failed
"""
VARIABLES = "  a: {type: int, default: 1}\n  b: {type: int, default: 2, max: %s}\n"


def test_actions_happen_in_order_and_see_each_other() -> None:
    chat = Chat(scenario(ACTIONS, variables=VARIABLES % 500)).start()
    assert chat.commands == [
        Note("a = 5"),
        Tag(["vip"]),
        Update("customer", {"name": "Анна"}),
        Update("conversation", {"priority": "high"}),
        Notify({"department": "sales"}, "Новый лид"),
        Emit("lead.created", {"a": 5}),
        Assign({"department": "sales"}),
        Note("1 105"),
        End("done"),
    ]


def test_of_actions_none_has_happened_when_one_fails() -> None:
    chat = Chat(scenario(ACTIONS, variables=VARIABLES % 50)).start()
    assert [command for command in chat.commands if isinstance(command, Tag | Update | Emit | Assign)] == []
    assert chat.of(Note) == [Note("1 2 -")]
    assert (chat.outcome, chat.state["vars"]) == ("error", {"a": 1, "b": 2})


def test_what_a_failed_box_puts_back_is_not_written_to() -> None:
    nodes = """\
  first: {type: set, assign: {vars.a: 5, vars.b: "=vars.b + 100"}, next: bye, exits: {error: second}}
  second:
    type: ask
    text: Имя?
    prefill: customer.name
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: bye
    exits: {timeout: gone}
"""
    variables = VARIABLES % 50 + "  name: {type: string}\n"
    chat = Chat(scenario(nodes, variables=variables), customer={"id": "u1", "name": "Анна"})
    before = chat.state
    chat.start()
    assert (before["vars"], chat.state["vars"]["name"]) == ({"a": 1, "b": 2}, "Анна")


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("tag: {}", "E112"),
        ("tag: {add: [a], remov: [b]}", "E111"),
        ("tags: {add: [a]}", "E111"),
        ("{tag: {add: [a]}, note: b}", "E007"),
        ("set: {vars.unknown: 1}", "E301"),
        ("emit: {event: Order Paid}", "E007"),
        ("notify: {target: {department: a, role: b}, text: c}", "E111"),
        ("notify: {target: {}, text: c}", "E112"),
        ("assign: {target: {}}", "E112"),
        ("update_conversation: {set: {status: resolved}}", "E007"),
        ("update_conversation: {set: {}}", "E112"),
        ("update_customer: {merge_by: phone}", "E112"),
        ("update_customer: {set: {phone: '=vars.a'}}", "E302"),
        ("update_customer: {consent: {grant: [ads], revoke: [ads]}}", "E111"),
    ],
)
def test_an_action_is_checked_as_its_node_is(action: str, code: str) -> None:
    nodes = f"  first:\n    type: actions\n    do:\n      - {action}\n    next: bye\n"
    variables = "  a: {type: int, default: 1}\n"
    assert code in codes(document(nodes, variables=variables))


def test_an_action_is_the_node_of_its_name() -> None:
    fields = "set: {subject: '{{ vars.a }}', snooze_until: '=now + duration(\"1h\")', attributes: {sum: '=vars.a'}}"
    as_node = f"  first: {{type: update_conversation, {fields}, next: bye}}\n"
    as_action = f"  first: {{type: actions, do: [{{update_conversation: {{{fields}}}}}], next: bye}}\n"
    variables = "  a: {type: int, default: 1}\n"
    wanted = Update(
        "conversation", {"subject": "1", "snooze_until": NOW + 3_600_000, "attributes": {"sum": 1}}
    )
    for nodes in (as_node, as_action):
        assert Chat(scenario(nodes, variables=variables)).start().commands == [wanted, End("done")]


def test_update_customer_sets_typed_fields_consents_and_merges() -> None:
    nodes = """\
  first:
    type: update_customer
    set: {name: "{{ vars.name }}", email: "=vars.email", phone: null, fields: {city: Тверь}}
    consent: {grant: [news], revoke: [ads]}
    merge_by: email
    next: bye
"""
    variables = "  name: {type: string, default: Анна}\n  email: {type: email, default: a@example.com}\n"
    values = {
        "name": "Анна",
        "email": "a@example.com",
        "phone": None,
        "fields": {"city": "Тверь"},
        "consents": {"news": True, "ads": False},
        "merge_by": "email",
    }
    assert Chat(scenario(nodes, variables=variables)).start().commands[0] == Update("customer", values)


def test_a_value_of_another_type_that_came_from_outside_takes_the_error_exit() -> None:
    nodes = """\
  first:
    type: update_customer
    set: {name: "=vars.answer"}
    next: bye
    exits: {error: failed}
"""
    chat = Chat(scenario(nodes, variables="  answer: {type: any, default: 5}\n")).start()
    assert (chat.outcome, chat.of(Update)) == ("error", [])


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("{department: sales}", {"department": "sales"}),
        ("{role: supervisor}", {"role": "supervisor"}),
        ("{operator: '{{ tenant.name }}'}", {"operator": "Чайная лавка"}),
    ],
)
def test_notify_tells_a_department_a_role_or_an_operator(target: str, wanted: dict[str, str]) -> None:
    nodes = f"  first: {{type: notify, target: {target}, via: [email, push], text: Срочно, next: bye}}\n"
    chat = Chat(scenario(nodes)).start()
    assert chat.commands == [Notify(wanted, "Срочно", ["email", "push"]), End("done")]


def test_a_note_mentions_operators() -> None:
    nodes = "  first: {type: note, text: Посмотри, mention: [olga@example.com], next: bye}\n"
    assert Chat(scenario(nodes)).start().commands[0] == Note("Посмотри", ["olga@example.com"])


def test_emit_refuses_data_that_nobody_could_carry() -> None:
    nodes = """\
  first: {type: emit, event: order.paid, data: {text: "=event.text"}, next: bye, exits: {error: failed}}
"""
    assert Chat(scenario(nodes)).start("х" * 8_000).outcome == "error"
    assert Chat(scenario(nodes)).start("чай").commands[0] == Emit("order.paid", {"text": "чай"})


ASSIGN = """\
  first:
    type: assign
    target: {department: sales, skills: [b2b], operator: "=vars.manager", strategy: least_busy}
    next: bye
%s"""

MANAGER = "  manager: {type: string, default: olga}\n"


def test_assign_asks_nobody_when_it_would_make_no_difference() -> None:
    chat = Chat(scenario(ASSIGN % "", variables=MANAGER)).start()
    target = {"department": "sales", "operator": "olga", "skills": ["b2b"], "strategy": "least_busy"}
    assert chat.commands == [Assign(target), End("done")]


@pytest.mark.parametrize(
    ("exit", "outcome", "assigned"),
    [("available", "done", 1), ("unavailable", "special", 0), ("error", "done", 1), ("timeout", "done", 1)],
)
def test_assign_leaves_by_no_operators_where_it_is_connected(exit: str, outcome: str, assigned: int) -> None:
    chat = Chat(scenario(ASSIGN % "    exits: {no_operators: special}\n", variables=MANAGER)).start()
    assert (chat.call.kind, chat.call.request) == (
        "operators_available",
        {"department": "sales", "skills": ["b2b"], "min": 1, "max_queue": None, "operator": "olga"},
    )
    chat.result(exit, {"count": 0, "queue": 3})
    assert (chat.outcome, len(chat.of(Assign))) == (outcome, assigned)


OPERATORS = """\
  first:
    type: operators_available
    target: {department: support, skills: [orders]}
    min: 2
    max_queue: 5
    save_to: vars.count
    exits: {available: shown, unavailable: shown, error: failed}
  shown: {type: note, text: "{{ vars.count }}", next: bye}
"""


@pytest.mark.parametrize(
    ("exit", "value", "note"),
    [
        ("available", {"count": 3, "queue": 0}, "3"),
        ("unavailable", {"count": 0}, "0"),
        ("available", None, "0"),
    ],
)
def test_operators_available_keeps_the_count(exit: str, value: Any, note: str) -> None:
    chat = Chat(scenario(OPERATORS, variables="  count: {type: int}\n")).start()
    wanted = {"department": "support", "skills": ["orders"], "min": 2, "max_queue": 5}
    assert chat.call.request == wanted
    assert chat.result(exit, value).of(Note) == [Note(note)]


def test_operators_available_fails_when_nobody_can_say() -> None:
    chat = Chat(scenario(OPERATORS, variables="  count: {type: int}\n")).start().result("timeout")
    assert chat.outcome == "error"


SPLIT = """\
  first:
    type: split
    sticky: {sticky}
    experiment: price
    branches:
      - {{id: soft, weight: {soft}, next: bye}}
      - {{id: discount, weight: {discount}, next: special}}
"""


def taken(
    sticky: str, customer: Any, run: int = 1, soft: int = 50, discount: int = 50, talk: str = "v1"
) -> str:
    ir = scenario(SPLIT.format(sticky=sticky, soft=soft, discount=discount))
    around = context(customer={"id": customer}, conversation={"id": talk})
    chat = Chat(ir, run=run, customer=around.customer, conversation=around.conversation).start()
    [emitted] = chat.of(Emit)
    assert emitted.event == "experiment.exposed"
    assert emitted.data["experiment"] == "price"
    assert {"soft": "done", "discount": "special"}[emitted.data["branch"]] == chat.outcome
    return str(emitted.data["branch"])


def test_a_split_leads_a_customer_the_same_way_in_every_conversation_and_run() -> None:
    for customer in ("u1", "u2", "u3"):
        assert len({taken("customer", customer, run=run, talk=f"v{run}") for run in range(1, 20)}) == 1


def test_a_split_sticky_to_the_run_varies_within_a_conversation() -> None:
    assert {taken("run", "u1", run=run) for run in range(1, 20)} == {"soft", "discount"}
    assert len({taken("conversation", "u1", run=run) for run in range(1, 20)}) == 1


def test_a_split_follows_its_weights() -> None:
    found = [taken("customer", f"u{number}", soft=80, discount=20) for number in range(400)]
    assert 290 <= found.count("soft") <= 350
    assert {taken("customer", f"u{number}", soft=0, discount=1) for number in range(20)} == {"discount"}


def test_a_split_without_a_known_customer_goes_by_the_conversation() -> None:
    assert len({taken("customer", None, run=run) for run in range(1, 20)}) == 1


@pytest.mark.parametrize(
    ("branches", "code"),
    [
        ("[{id: a, weight: 1, next: bye}]", "E112"),
        ("[{id: a, weight: 1, next: bye}, {id: a, weight: 1, next: bye}]", "E126"),
        ("[{id: a, weight: 0, next: bye}, {id: b, weight: 0, next: bye}]", "E007"),
        ("[{id: a, weight: 1, next: bye}, {id: b, weight: 1, next: nowhere}]", "E120"),
        ("[{id: a, weight: 1, next: bye}, {id: b, next: bye}]", "E112"),
    ],
)
def test_a_split_is_checked(branches: str, code: str) -> None:
    assert code in codes(document(f"  first: {{type: split, branches: {branches}}}\n"))


def test_a_type_version_that_does_not_exist_is_refused() -> None:
    nodes = "  first: {type: note, type_version: %s, text: a, next: bye}\n"
    assert codes(document(nodes % 1)) == []
    assert codes(document(nodes % 2)) == ["E007"]
