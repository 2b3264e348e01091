"""Runs move to another version where they wait, by themselves, by the document's word, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import IR, compile_document
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.migrate import Refused, migrate
from omnisupport.scenario_dsl.planning import Migration, plan_migration
from tests.scenario_dsl.support import NOW, Chat, codes, context, document, replay
from tests.scenario_dsl.test_flows import ASK_NAME, CALLS, DIGRESS, NAMES, PRICING, QUESTION, flows, loaded
from tests.scenario_dsl.walks import SCENARIOS, ir_of, walk

ASKS = """\
  first:
    type: ask
    text: Телефон?
    input: {kind: text}
    save_to: vars.tel
    timeout: 2h
    reminders: [{after: 30m, text: Вы здесь?}]
    next: second
    exits: {timeout: gone, invalid: wrong}
  second:
    type: menu
    text: "Верно, {{ vars.tel }}?"
    options: [{id: "yes", label: Да, next: told}, {id: "no", label: Нет, next: first}]
    timeout: 1h
    exits: {timeout: gone, invalid: wrong}
  told: {type: message, text: "{{ vars.tel }}", next: bye}
"""
TEL = "  tel: {type: string}\n"


def moved(chat: Chat, text: str) -> Any:
    """The chat under a new version of its document, or why not."""
    new, plan = planned(chat.ir, text)
    found = migrate(chat.state, chat.ir, new, plan.plan, chat.context)
    if isinstance(found, Refused):
        return found
    chat.ir, (chat.state, chat.commands) = new, found
    return chat


def planned(old: IR, text: str, version: int = 1) -> tuple[IR, Migration]:
    found = loaded(text)
    new = compile_document(found)
    return new, plan_migration(old, new, found, version)


def asking(text: str | None = None) -> Chat:
    return Chat(compile_document(loaded(text or document(ASKS, variables=TEL)))).start()


def with_moves(moves: str, nodes: str = ASKS, variables: str = TEL) -> str:
    return document(nodes, variables=variables, head=f"migrations:\n  - {moves}\n")


def test_a_run_goes_on_with_new_words_and_its_old_answers() -> None:
    chat = asking().say("555")
    chat = moved(chat, document(ASKS.replace('"{{ vars.tel }}"', '"Ваш: {{ vars.tel }}"'), variables=TEL))
    assert chat.press("yes").said == ["Ваш: 555"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_move_to_the_same_meaning_changes_nothing_but_the_counters_of_a_turn(name: str) -> None:
    ir = ir_of(name)
    tried = 0
    states = [state for seed in range(10) for state, _ in replay(ir, walk(ir, seed).log)]
    for state in states:
        found = migrate(state, ir, ir, {}, context())
        if isinstance(found, Refused):
            assert found.reason in ("ended", "calling")
            continue
        tried += 1
        assert canonical({**found[0], "turn": None}) == canonical({**state, "turn": None})
    assert tried


def test_a_node_with_a_new_name_is_named_by_the_document() -> None:
    renamed = ASKS.replace("first", "phone")
    assert moved(asking(), document(renamed, variables=TEL, start="phone")) == Refused("node_gone", "first")
    text = with_moves("{from: 1, nodes: {first: phone}}", renamed).replace("start: first", "start: phone")
    assert moved(asking(), text).say("555").node == "second"


def test_a_run_may_be_sent_to_another_node() -> None:
    nodes = ASKS.replace("    next: second\n", "    next: told\n")
    nodes = nodes[: nodes.index("  second:")] + nodes[nodes.index("  told:") :]
    chat = asking().say("555")
    assert moved(chat, document(nodes, variables=TEL)) == Refused("node_gone", "second")
    assert moved(chat, with_moves("{from: 1, nodes: {second: {goto: told}}}", nodes)).said == ["555"]


def test_the_entry_with_the_highest_version_below_counts() -> None:
    old, text = asking().ir, document(ASKS, variables=TEL)
    head = "migrations: [{from: 1, timers: keep}, {from: 3, timers: recompute}, {from: 9, drop: [x]}]\n"
    for version, timers in ((1, "keep"), (2, "keep"), (3, "recompute"), (8, "recompute")):
        plan = planned(old, text.replace("start:", f"{head}start:", 1), version)[1].plan
        assert (plan["timers"], plan["drop"]) == (timers, [])


def test_a_node_of_another_type_is_refused() -> None:
    nodes = """\
  first: {type: message, text: Привет, next: second}
  second:
    type: ask
    text: Имя?
    input: {kind: text}
    save_to: vars.tel
    timeout: 1h
    next: bye
    exits: {timeout: gone, invalid: wrong}
"""
    text = document(nodes, variables=TEL)
    assert moved(asking(), text) == Refused("node_changed", "first")
    assert moved(asking().say("555"), text) == Refused("node_changed", "second")


def test_variables_are_carried_changed_and_dropped_by_the_documents_word() -> None:
    renamed = ASKS.replace("vars.tel", "vars.phone")
    variables = "  phone: {type: string}\n  team: {type: int, default: 1}\n"
    chat = asking().say("555")
    assert moved(chat, document(renamed, variables=variables)) == Refused("variable_gone", "tel")
    chat = moved(chat, with_moves('{from: 1, vars: {phone: "=vars.tel", team: 2}}', renamed, variables))
    assert chat.state["vars"] == {"phone": "555", "team": 2}
    assert chat.press("yes").said == ["555"]


def test_a_value_that_does_not_fit_the_new_type_is_refused() -> None:
    nodes = ASKS.replace("input: {kind: text}", "input: {kind: int}")
    text = document(nodes, variables="  tel: {type: int}\n")
    assert moved(asking().say("много"), text) == Refused("variable_changed", "tel")
    assert isinstance(moved(asking(), text), Chat)


def test_a_run_without_a_value_that_the_new_version_relies_on_is_refused() -> None:
    nodes = """\
  zero: {type: set, assign: {vars.who: Анна}, next: first}
""" + ASKS.replace('"{{ vars.tel }}"', '"{{ vars.tel }} {{ vars.who }}"')
    text = document(nodes, variables=TEL + "  who: {type: string}\n", start="zero")
    assert moved(asking(), text) == Refused("variable_unset", "who")
    unread = text.replace(" {{ vars.who }}", "")
    assert isinstance(moved(asking(), unread), Chat)


def test_timers_stand_or_are_counted_anew() -> None:
    longer = ASKS.replace("timeout: 2h", "timeout: 5h").replace("after: 30m", "after: 40m")
    hours = lambda chat: [(timer["at"] - chat.context.now) / 3_600_000 for timer in chat.state["timers"]]  # noqa: E731
    assert hours(moved(asking(), document(longer, variables=TEL))) == [0.5, 2]
    assert hours(moved(asking(), with_moves("{from: 1, timers: recompute}", longer))) == [40 / 60, 5]
    no_reminder = longer.replace("    reminders: [{after: 40m, text: Вы здесь?}]\n", "")
    assert hours(moved(asking(), document(no_reminder, variables=TEL))) == [2]


def test_a_run_inside_a_flow_moves_with_its_frames() -> None:
    text = document(CALLS, variables=NAMES, head=flows(ASK_NAME))
    chat = moved(asking(text), text.replace("Имя?", "Как вас зовут?"))
    assert chat.say("Анна").said == ["Госпожа Анна"]
    other = document(
        CALLS.replace("naming", "other"), variables=NAMES, head=flows(ASK_NAME.replace("naming", "other", 1))
    )
    assert moved(asking(text), other) == Refused("flow_gone", "naming")


def test_a_run_on_a_digression_moves_and_comes_back() -> None:
    text = document(
        QUESTION,
        variables="  who: {type: string}\n",
        head=DIGRESS.replace("RESUME", "reprompt") + flows(PRICING),
    )
    chat = moved(asking(text).say("цена"), text.replace("100 рублей", "200 рублей"))
    assert chat.press("yes").said == ["200 рублей", "Имя?"]
    assert chat.say("Анна").said == ["Анна"]


def test_what_has_ended_or_waits_for_an_answer_stays() -> None:
    chat = asking().say("555").press("yes")
    assert moved(chat, document(ASKS, variables=TEL)) == Refused("ended")


def test_the_plan_says_what_moves_and_writes_what_is_missing() -> None:
    old = compile_document(loaded(document(ASKS, variables=TEL)))
    nodes = ASKS.replace("second", "other").replace("vars.tel", "vars.phone")
    _, plan = planned(old, document(nodes, variables="  phone: {type: string}\n"), 3)
    assert {item.node: (item.way, item.reason) for item in plan.verdicts} == {
        "first": ("automatic", None),
        "second": ("refused", "node_gone"),
    }
    assert (
        plan.skeleton(3) == "migrations:\n  - from: 3\n    nodes:\n      second: {goto: ?}\n    drop: [tel]\n"
    )
    _, same = planned(old, document(ASKS, variables=TEL))
    assert same.skeleton(1) == ""


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        ("{from: 1, nodes: {old: frist}}", "E120"),
        ("{from: 1, vars: {nobody: 1}}", "E301"),
        ('{from: 1, vars: {tel: "=var.tel"}}', "E210"),
        ("{from: 1, nodse: {}}", "E111"),
        ("{nodes: {old: first}}", "E112"),
    ],
)
def test_a_fault_in_migrations_is_found(moves: str, code: str) -> None:
    assert codes(with_moves(moves)) == [code]


LATE = "  first: {type: message, text: Старое, delay: 10s, next: bye}\n"


def test_a_run_in_the_pause_before_a_message_says_the_new_words() -> None:
    chat = asking(document(LATE))
    text = document(LATE.replace("Старое", "Новое").replace(", delay: 10s", ""))
    assert [(each.node, each.way) for each in planned(chat.ir, text)[1].verdicts] == [("first", "automatic")]
    assert moved(chat, text).wait_for("due").said == ["Новое"]


@pytest.mark.parametrize(("pause", "seconds"), [("delay: 30s", 30), ("typing: true", 2), ("delay: 10s", 10)])
def test_a_pause_before_a_message_is_recomputed_where_the_document_says_so(pause: str, seconds: int) -> None:
    text = document(LATE.replace("delay: 10s", pause), head="migrations:\n  - {from: 1, timers: recompute}\n")
    chat = moved(asking(document(LATE)), text)
    assert [timer["at"] - NOW for timer in chat.state["timers"]] == [seconds * 1_000]


def test_a_message_without_a_pause_is_no_place_to_wait() -> None:
    old = compile_document(loaded(document(LATE.replace(", delay: 10s", ""))))
    assert planned(old, document(LATE))[1].verdicts == []
