"""Errors and limits: whatever happens, the customer hears something and a person may learn of it."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl import (
    IR,
    Context,
    Emit,
    End,
    Failed,
    Handoff,
    Inbound,
    Message,
    Note,
    Send,
    Start,
    new_state,
    step,
)
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.turn import part
from tests.scenario_dsl.support import Chat, compiled, context, document, scenario

BROKEN = """\
  first:
    type: message
    text: "{{ 10 / int(event.text) }}"
    next: bye
EXITS"""
APOLOGY = "Извините, у нас что-то пошло не так. Зову оператора, он ответит вам здесь."


def broken(*, exits: str = "", head: str = "", more: str = "") -> IR:
    return scenario(BROKEN.replace("EXITS", exits) + more, head=head)


def test_an_error_with_no_path_ends_in_apology_note_and_person() -> None:
    chat = Chat(broken()).start("0")
    assert [type(command) for command in chat.commands] == [Send, Note, Emit, Handoff, Failed, End]
    assert chat.said == [APOLOGY]
    assert chat.of(Failed)[0].code == "expr.value"
    assert chat.of(Note)[0].text == (
        "Сценарий «Проверка» остановился с ошибкой на шаге «first»: expr.value (division by zero)."
    )
    assert chat.outcome == "failed"


def test_the_nodes_own_error_exit_comes_first() -> None:
    ir = broken(exits="    exits: {error: failed}\n", head="on_error: {next: special}\n")
    assert Chat(ir).start("0").commands == [Send([part("Не вышло.")]), End("error")]


def test_on_error_of_a_node_is_a_short_form() -> None:
    assert Chat(broken(exits="    on_error: failed\n")).start("0").outcome == "error"


def test_an_error_exit_that_says_nothing_is_no_way_out() -> None:
    """The note names the error and its step, not the end that followed."""
    chat = Chat(broken(exits="    exits: {error: saved}\n")).start("0")
    assert (chat.said, chat.outcome) == ([APOLOGY], "failed")
    assert chat.of(Handoff)
    assert "«first»: expr.value (division by zero)" in chat.of(Note)[0].text


def test_an_error_after_an_answer_is_no_silence_either() -> None:
    nodes = """\
  first:
    type: ask
    text: Число?
    input: {kind: int}
    timeout: 1h
    next: store
    exits: {invalid: wrong, timeout: store}
  store: {type: http, connection: shop, request: {path: /x}, next: bye, exits: {error: saved}}
"""
    chat = Chat(scenario(nodes)).start().say("5").result("error")
    assert (chat.said, chat.outcome) == ([APOLOGY], "failed")
    # Nobody waits for a word when the question had run out of time.
    chat = Chat(scenario(nodes)).start().wait_for("timeout").result("error")
    assert (chat.said, chat.outcome) == ([], "saved")
    assert "http.connection" in chat.of(Note)[0].text


def test_an_error_after_the_answer_was_given_is_for_operators_only() -> None:
    nodes = """\
  first: {type: message, text: Записали., next: store}
  store: {type: http, connection: shop, request: {path: /x}, next: bye, exits: {error: saved}}
"""
    chat = Chat(scenario(nodes)).start("Запишите").result("error")
    assert [type(command) for command in chat.commands] == [Note, End]


def test_then_comes_the_scenarios_error_path() -> None:
    more = "  sorry: {type: message, text: Что-то не так., next: special}\n"
    chat = Chat(broken(head="on_error: {next: sorry}\n", more=more)).start("0")
    assert (chat.said, chat.outcome) == (["Что-то не так."], "special")
    assert "on_error" in chat.of(Note)[0].text


def test_an_error_inside_the_error_path_goes_one_level_up() -> None:
    more = "  sorry: {type: message, text: '{{ 1 / int(event.text) }}', next: failed}\n"
    chat = Chat(broken(head="on_error: {next: sorry}\n", more=more)).start("0")
    assert (chat.said, chat.outcome) == ([APOLOGY], "failed")


def test_an_error_path_that_says_nothing_is_no_way_out() -> None:
    chat = Chat(broken(head="on_error: {next: special}\n")).start("0")
    assert (chat.said, chat.outcome) == ([APOLOGY], "failed")
    assert chat.of(Handoff)


def test_after_the_customers_next_word_the_error_path_is_open_again() -> None:
    nodes = """\
  first:
    type: ask
    text: Число?
    input: {kind: text}
    timeout: 1h
    next: divide
    exits: {invalid: wrong, timeout: gone}
  divide: {type: message, text: "{{ 10 / int(event.text) }}", next: bye}
  sorry: {type: message, text: Не вышло., next: more}
  more:
    type: menu
    text: Ещё раз?
    options: [{id: again, label: Да, next: first}, {id: enough, label: Нет, next: bye}]
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
"""
    chat = Chat(scenario(nodes, head="on_error: {next: sorry}\n")).start().say("0").press("again").say("0")
    assert chat.said == ["Не вышло.", "Ещё раз?"]


def test_a_missing_exit_is_an_error_not_a_dead_end() -> None:
    nodes = """\
  first:
    type: ask
    text: Число?
    input: {kind: int}
    retry: {max: 0}
    timeout: 1h
    next: bye
    exits: {timeout: gone}
  sorry: {type: message, text: Позову человека., next: special}
"""
    chat = Chat(scenario(nodes, head="on_error: {next: sorry}\n")).start().say("?")
    assert (chat.said, chat.outcome) == (["Позову человека."], "special")


def test_an_apology_is_said_in_the_customers_language_even_on_a_silent_start() -> None:
    chat = Chat(broken(), locale="en").start("0", silent=True)
    assert chat.said[0].startswith("Sorry")


def loop(nodes: str, variables: str = "  n: {type: int, default: 0}\n") -> IR:
    """A circle that the checks refuse, compiled all the same: limits hold without them."""
    ir = compiled(document(nodes.replace("next: first", "next: bye"), variables=variables))
    ir["nodes"]["last"]["exits"]["next"] = "first"
    return {**ir, "hash": ir["hash"] + "-looped"}


def test_a_circle_stops_at_a_person() -> None:
    ir = loop(
        "  first: {type: set, assign: {vars.n: '=vars.n + 1'}, next: last}\n"
        "  last: {type: note, text: '{{ vars.n }}', next: first}\n"
    )
    chat = Chat(ir).start()
    assert chat.of(Failed)[0].code == "limit.steps"
    assert chat.said == [APOLOGY]
    assert len(chat.of(Note)) <= limits.VISITS_PER_TURN + 1


def test_a_flood_of_messages_stops_at_ten() -> None:
    ir = loop(
        "  first: {type: message, text: Раз, next: last}\n  last: {type: message, text: Два, next: first}\n",
        "",
    )
    chat = Chat(ir).start()
    assert len(chat.of(Send)) == limits.MESSAGES_PER_TURN + 1
    assert chat.of(Failed)[0].code == "limit.messages"


def test_a_circle_over_calls_stops_too() -> None:
    ir = loop(
        "  first: {type: http, connection: shop, request: {path: /x}, next: last, exits: {error: last}}\n"
        "  last: {type: note, text: Ещё раз, next: first}\n",
        "",
    )
    chat = Chat(ir).start()
    for _ in range(100):
        if chat.outcome is None:
            chat.result("error")
    assert chat.of(Failed)[0].code == "limit.steps"


def test_limits_do_not_go_through_the_scenarios_error_path() -> None:
    ir = loop(
        "  first: {type: message, text: Раз, next: last}\n  last: {type: message, text: Два, next: first}\n",
        "",
    )
    ir = {**ir, "on_error": "first", "hash": "looped with on_error"}
    assert Chat(ir).start().outcome == "failed"


def test_a_run_ends_after_ten_thousand_steps() -> None:
    nodes = """\
  first:
    type: menu
    text: Ещё?
    options: [{id: a, label: Да, next: first}, {id: b, label: Нет, next: bye}]
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
"""
    chat = Chat(scenario(nodes)).start()
    chat.state = {**chat.state, "steps": limits.STEPS_PER_RUN}
    assert chat.press("a").of(Failed)[0].code == "limit.steps"


BIG = """\
  first:
    type: ask
    text: Пишите.
    input: {kind: text}
    save_to: vars.text
    timeout: 1h
    next: grow
    exits: {invalid: wrong, timeout: gone}
  grow:
    type: set
    assign: {vars.list: "=[vars.text, vars.text, vars.text, vars.text, vars.text, vars.text]"}
    next: shown
    exits: {error: failed}
  shown: {type: note, text: "{{ vars.list.size() }}", next: bye}
"""


def test_a_state_cannot_outgrow_what_may_be_carried_over() -> None:
    variables = "  text: {type: string}\n  list: {type: list, of: string}\n"
    assert Chat(scenario(BIG, variables=variables)).start().say("я" * 6_000).outcome == "error"
    assert Chat(scenario(BIG, variables=variables)).start().say("я" * 100).outcome == "done"


def test_a_long_message_is_used_whole_and_kept_short() -> None:
    nodes = """\
  first:
    type: ask
    text: Пишите.
    input: {kind: text}
    timeout: 1h
    next: shown
    exits: {invalid: wrong, timeout: gone}
  shown: {type: note, text: "{{ event.text.size() }}", next: more}
  more:
    type: menu
    text: Ещё?
    options: [{id: a, label: Нет, next: bye}]
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
"""
    chat = Chat(scenario(nodes)).start().say("я" * 8_000)
    assert chat.of(Note) == [Note("8000")]
    assert len(canonical(chat.state).encode()) < 8_192


@pytest.mark.parametrize("garbage", [None, 5, "x", [], {}, {"ended": None}, {"ended": None, "turn": 5}])
def test_a_state_that_is_none_ends_with_an_apology(garbage: object) -> None:
    ir = broken()
    state, commands = step(ir, garbage, Start(context()))  # type: ignore[arg-type]
    assert [type(command) for command in commands] == [Send, Note, Emit, Handoff, Failed, End]
    assert state["ended"] == {"outcome": "failed"}


@pytest.mark.parametrize("event", [None, 5, "Start", {"type": "message"}, object()])
def test_an_event_that_is_none_changes_nothing(event: object) -> None:
    ir = broken()
    state = new_state(ir, run=1)
    assert step(ir, state, event) == (state, [])  # type: ignore[arg-type]


def test_a_message_without_content_ends_with_an_apology() -> None:
    chat = Chat(scenario("  first: {type: wait, for: 1h, next: bye, exits: {message: saved}}\n")).start()
    chat.take(Message(chat.context, None))  # type: ignore[arg-type]
    assert (chat.said, chat.outcome) == ([APOLOGY], "failed")


def test_a_scenario_that_is_none_ends_with_an_apology() -> None:
    state = new_state(broken(), run=1)
    after, commands = step({}, state, Start(context()))
    assert isinstance(commands[0], Send)
    assert after["ended"] == {"outcome": "failed"}


def test_a_state_of_another_scenario_ends_with_an_apology() -> None:
    chat = Chat(scenario("  first: {type: wait, for: 1h, next: bye, exits: {message: saved}}\n")).start()
    chat.state = {**chat.state, "waiting": {**chat.state["waiting"], "node": "elsewhere"}}
    assert chat.say("Эй").said == [APOLOGY]


def test_after_the_end_nothing_happens() -> None:
    chat = Chat(scenario("  first: {type: message, text: Пока, next: bye}\n")).start()
    before = chat.state
    assert chat.say("Эй").commands == []
    assert chat.state is before


def test_inputs_that_do_not_fit_are_left_out() -> None:
    ir = scenario(
        "  first: {type: note, text: '{{ vars.n }}', next: bye}\n", variables="  n: {type: int, default: 1}\n"
    )
    assert new_state(ir, run=1, inputs={"n": "x", "other": 5})["vars"] == {"n": 1}


def test_a_context_without_details_is_enough() -> None:
    ir = scenario("  first: {type: message, text: \"{{ customer.name | default('друг') }}\", next: bye}\n")
    _, commands = step(ir, new_state(ir, run=1), Start(Context(now=0, locale="ru")))
    assert commands[0].to_dict()["parts"][0]["text"] == "друг"


SILENT = """\
  first: {type: note, text: Пишет., when: "event.text == 'молчи'", next: marked}
  marked: {type: tag, add: [vip], next: last}
  last: {type: end, release: RELEASE}
"""


def test_a_message_that_got_no_word_has_no_answer() -> None:
    """It is not routed anew: the same trigger would take it, and write the same note twice."""
    chat = Chat(scenario(SILENT.replace("RELEASE", "bot"))).start("Сколько стоит доставка?")
    assert chat.of(End) == [End("completed", [], [1])]


def test_a_message_is_given_back_to_routing_once() -> None:
    ir = scenario(SILENT.replace("RELEASE", "redeliver"))
    assert Chat(ir).start("Сколько стоит доставка?").of(End) == [End("completed", [1], [])]
    again = Chat(ir).take(Start(context(), "any", Inbound(1, "Сколько стоит доставка?", again=True)))
    assert again.of(End) == [End("completed", [], [1])]


def test_it_is_given_back_too_when_it_waited_for_a_call_and_for_time() -> None:
    nodes = """\
  first: {type: business_hours, calendar: s, exits: {open: later, closed: later}}
  later: {type: wait, for: 1h, next: again, exits: {message: again}}
  again: {type: end, release: redeliver}
"""
    chat = Chat(scenario(nodes)).start("Есть кто?").result("open").wait_for("due")
    assert chat.of(End)[0].redeliver == [1]


@pytest.mark.parametrize(
    "node",
    [
        "{type: message, text: Да., next: bye}",
        "{type: handoff, wait_for: none, next: bye}",
        "{type: close, silent: true, next: bye}",
    ],
)
def test_a_word_a_handoff_or_a_resolution_is_an_answer(node: str) -> None:
    assert Chat(scenario(f"  first: {node}\n")).start("Вы тут?").of(End) == [End("done")]


def test_an_answer_to_a_question_may_end_a_run_without_a_word() -> None:
    """Else «Нет, спасибо» would be asked of the knowledge base."""
    nodes = """\
  first:
    type: menu
    text: Ещё вопросы?
    options: [{id: no, label: Нет, next: bye}]
    free_text: bye
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
"""
    ir = scenario(nodes)
    assert Chat(ir).start("Чай").press("no").commands == [End("done")]
    assert Chat(ir).start("Чай").say("нет").commands == [End("done")]
    assert Chat(ir).start("Чай").say("а доставка?").commands == [End("done", [], [2])]


def test_what_is_said_on_a_silent_start_answers_nothing() -> None:
    ir = scenario("  first: {type: message, text: Здравствуйте, next: bye}\n")
    assert Chat(ir).start("Вы тут?", silent=True).commands == [End("done", [], [1])]


BUBBLES = """\
  first:
    type: message
    content:
      - text: "{{ event.text }}"
      - text: "{{ event.text }}MORE"
    next: bye
"""


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b\u00a0"])
def test_a_text_that_comes_out_empty_is_no_bubble(nothing: str) -> None:
    assert Chat(scenario(BUBBLES.replace("MORE", "!"))).start(nothing).said == [f"{nothing}!"]


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b\u00a0"])
def test_a_message_of_nothing_is_an_error(nothing: str) -> None:
    chat = Chat(scenario(BUBBLES.replace("MORE", ""))).start(nothing)
    assert (chat.said, chat.of(Failed)[0].code) == ([APOLOGY], "expr.value")


def test_a_question_of_nothing_is_an_error() -> None:
    nodes = """\
  first:
    type: menu
    text: "{{ event.text }}"
    options: [{id: a, label: Да, next: bye}]
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
"""
    assert Chat(scenario(nodes)).start("").of(Failed)[0].code == "expr.value"
    assert Chat(scenario(nodes)).start("Да?").said == ["Да?"]


def test_a_failed_run_is_told_of_by_an_event() -> None:
    chat = Chat(broken()).start("0")
    failed = Emit("scenario.failed", {"scenario": "under_test", "code": "expr.value", "node": "first"})
    assert chat.of(Emit) == [failed]


def test_a_run_that_such_an_event_began_tells_of_nothing() -> None:
    head = "triggers: [{id: told, type: event, event: scenario.failed}, {id: any, type: message}]\n"
    assert Chat(broken(head=head)).start("0", trigger="told").of(Emit) == []
    assert len(Chat(broken(head=head)).start("0", trigger="any").of(Emit)) == 1
