"""Every other node, by each of its exits."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import Close, Emit, End, Handoff, Human, Note, Send, Tag
from tests.scenario_dsl.support import NOW, Chat, scenario

MINUTE = 60_000


def test_a_message_is_one_send_and_goes_on() -> None:
    nodes = """\
  first:
    type: message
    content:
      - text: "{{ tenant.name }}"
        buttons: [{id: site, label: Сайт, url: "https://example.com/{{ tenant.slug }}"}]
      - text: Вторая часть
    next: bye
"""
    chat = Chat(scenario(nodes)).start()
    link = {"id": "site", "label": "Сайт", "url": "https://example.com/demo"}
    assert chat.commands == [
        Send(
            [
                {"text": "Чайная лавка", "buttons": [link], "sources": []},
                {"text": "Вторая часть", "buttons": [], "sources": []},
            ]
        ),
        End("done"),
    ]


CONDITION = """\
  first:
    type: condition
    cases:
      - {when: "event.text.size() > 5", next: special}
      - {when: "int(event.text) > 2", next: saved}
    else: bye
    exits: {error: failed}
"""


@pytest.mark.parametrize(
    ("text", "outcome"), [("длинный", "special"), ("3", "saved"), ("1", "done"), ("чай", "error")]
)
def test_a_condition_takes_the_first_true_case(text: str, outcome: str) -> None:
    assert Chat(scenario(CONDITION)).start(text).outcome == outcome


@pytest.mark.parametrize(("text", "outcome"), [("да", "saved"), ("нет", "special"), ("хм", "done")])
def test_a_switch_takes_the_case_of_its_value(text: str, outcome: str) -> None:
    nodes = """\
  first:
    type: switch
    value: event.text
    cases: {да: saved, нет: special}
    exits: {default: bye}
"""
    assert Chat(scenario(nodes)).start(text).outcome == outcome


@pytest.mark.parametrize(
    ("type_", "value", "cases", "outcome"),
    [
        ("int", "10", "{10: saved, 2: special}", "saved"),
        ("bool", "true", "{true: saved, false: special}", "saved"),
        ("enum, values: [a, b]", "b", "{a: saved, b: special}", "special"),
    ],
)
def test_a_switch_knows_the_type_of_its_constants(type_: str, value: str, cases: str, outcome: str) -> None:
    default = "default: bye" if type_ == "int" else ""
    nodes = f"  first:\n    type: switch\n    value: vars.x\n    cases: {cases}\n    exits: {{{default}}}\n"
    ir = scenario(nodes, variables=f"  x: {{type: {type_}, default: {value}}}\n")
    assert Chat(ir).start().outcome == outcome


def test_set_evaluates_all_before_it_writes_any() -> None:
    nodes = """\
  first:
    type: set
    assign: {vars.a: "=vars.b", vars.b: "=vars.a", vars.note: "{{ vars.a }} и {{ vars.b }}", vars.list: [1, "=vars.a"]}
    next: shown
  shown: {type: note, text: "{{ vars.a }} {{ vars.b }} {{ vars.note }} {{ vars.list | join }}", next: bye}
"""
    variables = (
        "  a: {type: int, default: 1}\n  b: {type: int, default: 2}\n"
        "  note: {type: string}\n  list: {type: list, of: int}\n"
    )
    chat = Chat(scenario(nodes, variables=variables)).start()
    assert chat.state["vars"] == {"a": 2, "b": 1, "note": "1 и 2", "list": [1, 1]}


def test_set_changes_nothing_when_one_value_does_not_fit() -> None:
    nodes = """\
  first:
    type: set
    assign: {vars.a: 5, vars.b: "=vars.a + 100"}
    next: bye
    exits: {error: shown}
  shown: {type: note, text: "{{ vars.a }} {{ vars.b }}", next: failed}
"""
    variables = "  a: {type: int, default: 1}\n  b: {type: int, default: 2, max: 50}\n"
    chat = Chat(scenario(nodes, variables=variables)).start()
    assert (chat.outcome, chat.of(Note)) == ("error", [Note("1 2")])


def test_set_writes_one_field_of_an_object_and_unsets() -> None:
    nodes = """\
  first:
    type: set
    assign: {vars.order.status: done}
    unset: [vars.count, vars.name]
    next: shown
  shown: {type: note, text: "{{ vars.order.status }} {{ vars.count }} {{ vars.name | default('-') }}", next: bye}
"""
    variables = (
        "  order: {type: object, fields: {status: string, id: int}, default: {status: new, id: 7}}\n"
        "  count: {type: int, default: 3}\n  name: {type: string}\n"
    )
    chat = Chat(scenario(nodes, variables=variables), inputs={"count": 9, "name": "Анна"}).start()
    assert chat.state["vars"] == {"order": {"status": "done", "id": 7}, "count": 3}
    assert chat.of(Note) == [Note("done 3 -")]


WAIT = """\
  first:
    type: wait
    for: 24h
    next: bye
    exits: {message: saved}
"""


def test_a_wait_ends_at_its_time() -> None:
    chat = Chat(scenario(WAIT)).start()
    assert chat.state["timers"] == [{"id": "1.1.0.due", "at": NOW + 24 * 60 * MINUTE}]
    assert chat.wait_for("due").outcome == "done"


def test_a_message_breaks_a_wait() -> None:
    assert Chat(scenario(WAIT)).start().say("Ещё вопрос").outcome == "saved"


def test_a_wait_until_a_moment() -> None:
    nodes = WAIT.replace("for: 24h", "until: now + duration('2h')")
    chat = Chat(scenario(nodes)).start()
    assert chat.state["timers"][0]["at"] == NOW + 120 * MINUTE
    assert Chat(scenario(WAIT.replace("for: 24h", "until: now - duration('2h')"))).start().outcome == "done"


def test_a_message_during_a_queueing_wait_is_the_answer_to_the_next_question() -> None:
    nodes = """\
  first: {type: wait, for: 5m, on_message: queue, next: ask}
  ask:
    type: ask
    text: Ваш вопрос?
    input: {kind: text}
    save_to: vars.question
    timeout: 1h
    next: shown
    exits: {timeout: gone, invalid: wrong}
  shown: {type: note, text: "{{ vars.question }}", next: bye}
"""
    chat = Chat(scenario(nodes, variables="  question: {type: string}\n")).start().say("Когда привезут?")
    assert (chat.commands, chat.outcome) == ([], None)
    chat.wait_for("due")
    assert (chat.of(Note), chat.outcome) == ([Note("Когда привезут?")], "done")


HOURS = """\
  first:
    type: business_hours
    calendar: support
    save_to: vars.opens
    exits: {open: saved, closed: shown, error: failed}
  shown:
    type: note
    text: "{{ calendar.support.next_open | datetime | default('-') }} {{ vars.opens | default('-') }}"
    next: bye
"""


def hours() -> Chat:
    return Chat(scenario(HOURS, variables="  opens: {type: datetime, nullable: true}\n")).start()


def test_opening_hours_are_asked_of_the_host() -> None:
    chat = hours()
    assert (chat.call.kind, chat.call.request) == ("business_hours", {"calendar": "support"})
    assert chat.result("open", {"next_open": None, "timezone": "Europe/Moscow"}).outcome == "saved"


def test_closed_hours_tell_when_they_open() -> None:
    chat = hours().result("closed", {"next_open": NOW + 60 * MINUTE, "timezone": "Europe/Moscow"})
    assert chat.of(Note) == [Note("2 марта 2026, 12:00 2 марта 2026, 12:00")]


def test_a_calendar_that_never_opens_is_no_error() -> None:
    assert hours().result("closed", {"next_open": None}).of(Note) == [Note("- -")]


@pytest.mark.parametrize(("exit", "value"), [("error", None), ("timeout", None), ("unheard of", 5)])
def test_a_calendar_that_does_not_answer_is_an_error(exit: str, value: Any) -> None:
    assert hours().result(exit, value).outcome == "error"


def test_without_a_calendar_the_default_one_is_asked_for() -> None:
    chat = Chat(scenario("  first: {type: business_hours, exits: {open: saved, closed: bye}}\n")).start()
    assert chat.call.request == {"calendar": None}
    assert chat.result("open", {"next_open": None, "timezone": "Europe/Moscow"}).outcome == "saved"


def test_a_calendar_may_be_named_by_a_variable() -> None:
    nodes = "  first:\n    type: business_hours\n    calendar: '=vars.name'\n    exits: {open: saved, closed: bye}\n"
    ir = scenario(nodes, variables="  name: {type: string, default: support}\n")
    assert Chat(ir, inputs={"name": "sales"}).start().call.request == {"calendar": "sales"}


def test_a_calendar_may_have_another_name_in_the_document() -> None:
    nodes = HOURS.replace("calendar: support", "calendar: help").replace("calendar.support", "calendar.help")
    head = "resources: {calendars: {help: {ref: cal/support}}}\n"
    ir = scenario(nodes, variables="  opens: {type: datetime, nullable: true}\n", head=head)
    chat = Chat(ir).start()
    assert chat.call.request == {"calendar": "support"}
    chat.result("closed", {"next_open": NOW})
    assert chat.of(Note)[0].text.startswith("2 марта 2026, 11:00")


HANDOFF = """\
  first:
    type: handoff
    target: {department: sales, skills: [b2b]}
    priority: high
    summary: "Клиент: {{ event.text }}"
    wait_for: WAIT
    queue_timeout: 10m
    exits: {WAIT: resolved, queue_timeout: gone}
  resolved: {type: note, text: "{{ event.resolution | default('-') }}", next: bye}
"""


def handoff(wait_for: str) -> Chat:
    return Chat(scenario(HANDOFF.replace("WAIT", wait_for))).start("Хочу опт")


def test_a_handoff_gives_the_conversation_to_people() -> None:
    chat = handoff("closed")
    assert chat.commands == [Handoff("sales", "high", "Клиент: Хочу опт", ["b2b"], "closed")]
    assert chat.state["waiting"]["kind"] == "handoff"
    assert chat.state["timers"] == [{"id": "1.1.0.queue", "at": NOW + 10 * MINUTE}]


def test_a_handoff_goes_on_when_people_are_done() -> None:
    chat = handoff("closed").operator("accepted")
    assert (chat.commands, chat.state["timers"]) == ([], [])
    chat.operator("closed", summary="Договорились о скидке")
    assert (chat.of(Note), chat.outcome) == ([Note("Договорились о скидке")], "done")


def test_handing_back_goes_on_with_what_was_agreed() -> None:
    assert handoff("closed").operator("handed_back", summary="Ждёт счёт").of(Note) == [Note("Ждёт счёт")]


def test_a_handoff_may_go_on_when_somebody_accepts() -> None:
    assert handoff("accepted").operator("accepted").outcome == "done"


def test_a_handoff_that_nobody_takes_times_out() -> None:
    assert handoff("closed").wait_for("queue").outcome == "timeout"
    assert handoff("accepted").wait_for("queue").outcome == "timeout"


def test_a_handoff_that_does_not_wait_goes_on_at_once() -> None:
    nodes = "  first:\n    type: handoff\n    wait_for: none\n    summary: none\n    next: bye\n"
    assert Chat(scenario(nodes)).start().commands == [Handoff(), End("done")]


def test_while_people_hold_the_conversation_the_bot_is_silent() -> None:
    chat = handoff("closed")
    before = chat.state
    assert (chat.say("Алло?").commands, chat.state) == ([], before)


def test_the_summary_tells_what_the_run_knows() -> None:
    nodes = "  first:\n    type: handoff\n    label: Передаёт\n    wait_for: none\n    next: bye\n"
    ir = scenario(nodes, variables="  name: {type: string}\n  count: {type: int, default: 2}\n")
    chat = Chat(ir, inputs={"name": "Анна"}).start("Помогите")
    assert chat.of(Handoff)[0].summary == (
        "Сценарий «Проверка», шаг «Передаёт».\ncount: 2\nname: Анна\nПоследнее сообщение: Помогите"
    )


KB = """\
  first:
    type: kb_answer
    knowledge: [help]
    question: event.text
    min_score: 0.6
    timeout: 20s
    exits: {answered: saved, no_answer: special, timeout: gone, error: failed}
"""
SOURCE = {"title": "Доставка", "url": "https://example.com/d", "document_id": "d1", "quote": "От 300 ₽"}


def kb() -> Chat:
    return Chat(scenario(KB)).start("Сколько стоит доставка?")


def test_knowledge_is_asked_of_the_host() -> None:
    call = kb().call
    request = {"knowledge": ["help"], "question": "Сколько стоит доставка?", "min_score": 0.6, "cite": True}
    assert (call.kind, call.request, call.timeout_ms, call.node) == ("kb_answer", request, 20_000, "first")


def test_an_answer_is_sent_with_its_sources() -> None:
    chat = kb().result("answered", {"text": "От 300 рублей.", "sources": [SOURCE], "confidence": 0.9})
    assert chat.commands == [
        Send([{"text": "От 300 рублей.", "buttons": [], "sources": [SOURCE]}]),
        End("saved"),
    ]


def test_an_answer_may_be_sent_without_sources() -> None:
    chat = Chat(scenario(KB.replace("min_score: 0.6", "cite: false"))).start("?")
    assert (
        chat.result("answered", {"text": "Да.", "sources": [SOURCE]})
        .commands[0]
        .to_dict()["parts"][0]["sources"]
        == []
    )


@pytest.mark.parametrize(
    ("exit", "value", "outcome"),
    [
        ("no_answer", None, "special"),
        ("timeout", None, "timeout"),
        ("error", None, "error"),
        ("answered", None, "error"),
        ("answered", {"text": "  "}, "error"),
    ],
)
def test_knowledge_without_an_answer(exit: str, value: Any, outcome: str) -> None:
    assert kb().result(exit, value).outcome == outcome


def test_an_empty_question_is_not_asked() -> None:
    assert Chat(scenario(KB)).start("  ").outcome == "special"


def test_tag_note_and_close_are_commands() -> None:
    nodes = """\
  first: {type: tag, add: [vip], remove: [new], next: noted}
  noted: {type: note, text: "Пишет: {{ event.text }}", next: closed}
  closed: {type: close, resolution: solved, reason: спасибо, silent: true, next: bye}
"""
    assert Chat(scenario(nodes)).start("чай").commands == [
        Tag(["vip"], ["new"]),
        Note("Пишет: чай"),
        Close("solved", "спасибо", True),
        End("done"),
    ]


def test_an_end_may_release_to_people() -> None:
    chat = Chat(scenario("  first: {type: end, outcome: x, release: queue}\n")).start()
    assert (chat.commands, chat.outcome) == ([Human()], "x")
    unnamed = Chat(scenario("  first: {type: end, release: queue}\n")).start()
    assert (unnamed.commands, unnamed.outcome) == ([Human()], "human")


def test_an_end_may_give_the_message_back_to_routing() -> None:
    nodes = (
        WAIT.replace("message: saved", "message: again")
        + "  again: {type: end, outcome: new, release: redeliver}\n"
    )
    chat = Chat(scenario(nodes)).start().say("Другой вопрос")
    assert chat.commands == [End("new", [1])]


def test_a_node_is_skipped_when_its_condition_is_false() -> None:
    nodes = "  first: {type: message, when: \"locale == 'en'\", text: Hello, next: bye}\n"
    assert Chat(scenario(nodes)).start().said == []
    assert Chat(scenario(nodes), locale="en").start().said == ["Hello"]


def test_the_timeline_reads_labels() -> None:
    nodes = "  first: {type: business_hours, label: Смотрит часы, calendar: s, exits: {open: bye, closed: saved}}\n"
    chat = Chat(scenario(nodes)).start()
    assert (chat.state["node_label"], chat.call.label) == ("Смотрит часы", "Смотрит часы")
    assert chat.result("open").state["node_label"] == "bye"


def test_a_goal_is_told_once_a_run() -> None:
    nodes = """\
  first: {type: message, text: Раз, analytics: {goal: greeted}, next: again}
  again: {type: message, text: Два, analytics: {goal: greeted}, next: skipped}
  skipped: {type: message, text: Нет, when: "1 > 2", analytics: {goal: never}, next: bye}
"""
    chat = Chat(scenario(nodes)).start("чай")
    assert chat.of(Emit) == [
        Emit("goal.reached", {"goal": "greeted", "node": "first", "scenario": chat.ir["id"]})
    ]
