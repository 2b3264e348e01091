"""Waits for time, events, other runs and people."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import Become, Domain, End, Handoff, Human
from tests.scenario_dsl.support import HOUR, NOW, Chat, codes, document, scenario

MINUTE = 60_000

HOURS = """\
  first:
    type: wait
    until_business_hours: support
    next: bye
    exits: {message: special, error: failed}
"""


def test_a_wait_for_business_hours_is_over_within_them() -> None:
    chat = Chat(scenario(HOURS)).start()
    assert (chat.call.kind, chat.call.request) == ("business_hours", {"calendar": "support"})
    assert chat.result("open", {"next_open": None}).outcome == "done"


def test_a_wait_for_business_hours_lasts_till_they_begin() -> None:
    chat = Chat(scenario(HOURS)).start().result("closed", {"next_open": NOW + HOUR})
    assert [timer["at"] for timer in chat.state["timers"]] == [NOW + HOUR]
    assert chat.state["calendar"]["support"]["next_open"] == NOW + HOUR
    assert chat.wait_for("due").outcome == "done"


@pytest.mark.parametrize(("exit", "value"), [("closed", {"next_open": None}), ("error", None)])
def test_a_calendar_that_never_opens_takes_the_error_exit(exit: str, value: Any) -> None:
    assert Chat(scenario(HOURS)).start().result(exit, value).outcome == "error"


def due(jitter: str, run: int = 1, talk: str = "v1") -> int:
    nodes = f"  first: {{type: wait, for: 2m{jitter}, next: bye, exits: {{message: special}}}}\n"
    chat = Chat(scenario(nodes), run=run, conversation={"id": talk, "tags": []}).start()
    return int(chat.state["timers"][0]["at"]) - NOW


def test_jitter_spreads_runs_and_is_the_same_for_each() -> None:
    assert due("") == 2 * MINUTE
    shares = {due(", jitter: 10m", talk=f"v{number}") for number in range(20)}
    assert len(shares) == 20
    assert all(2 * MINUTE <= share < 12 * MINUTE for share in shares)
    assert due(", jitter: 10m") == due(", jitter: 10m")
    assert due(", jitter: 10m") != due(", jitter: 10m", run=2)


def test_a_wait_that_ends_in_quiet_hours_ends_after_them() -> None:
    head = 'quiet_hours: {from: "21:00", to: "09:00"}\n'
    nodes = "  first: {type: wait, for: 12h, next: bye, exits: {message: special}}\n"
    chat = Chat(scenario(nodes, head=head)).start()
    # 23:00 in Moscow becomes 09:00 of the next day.
    assert chat.state["timers"][0]["at"] == NOW + 22 * HOUR


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("", "E112"),
        ("for: 1m, until_business_hours: a", "E111"),
        ("for: 1m, until: now", "E111"),
        ("for: 1m, jitter: soon", "E008"),
        ("for: 1m, on_message: exit", "E123"),
    ],
)
def test_a_wait_is_checked(fields: str, code: str) -> None:
    comma = ", " if fields else ""
    nodes = f"  first: {{type: wait{comma}{fields}, next: bye}}\n"
    assert code in codes(document(nodes))


PAY = """\
  first:
    type: wait_event
    event: payment.succeeded
    match: "event.order == vars.order_no"
    save_to: vars.payment
    timeout: 30m
    reminders: [{after: 10m, text: Ждём оплату}]
    next: shown
    exits: {timeout: gone, message: special, error: failed}
  shown: {type: note, text: "{{ vars.payment.sum }}", next: bye}
"""
ORDER = """\
  order_no: {type: string, default: A-1}
  payment: {type: object, fields: {order: string, sum: int}}
"""


def paying(nodes: str = PAY) -> Chat:
    return Chat(scenario(nodes, variables=ORDER)).start()


def happened(chat: Chat, name: str, **data: Any) -> Chat:
    return chat.take(Domain(chat.context, name, data))


def test_an_event_of_the_run_itself_is_kept_until_it_waits_for_it() -> None:
    ask = "  first: {type: ask, text: Имя?, input: {kind: text}, timeout: 1h, next: pay, "
    ask += "exits: {timeout: gone, invalid: gone}}\n"
    chat = paying(ask + PAY.replace("  first:", "  pay:", 1))
    for order in ("B-2", "A-1"):  # the first is not what the node waits for
        chat.take(Domain(chat.context, "payment.succeeded", {"order": order, "sum": 9}, kept=True))
    assert chat.outcome is None
    chat.say("Анна")
    assert (chat.outcome, chat.state["vars"]["payment"]) == ("done", {"order": "A-1", "sum": 9})
    assert [each["data"]["order"] for each in chat.state["early"]] == ["B-2"]


def test_what_is_kept_stays_small_and_what_is_too_large_is_not() -> None:
    chat = paying(PAY.replace("payment.succeeded", "payment.other", 1))
    before = chat.state
    chat.take(Domain(chat.context, "payment.succeeded", {"x": "я" * 9_000}, kept=True))
    assert chat.state is before
    for number in range(9):
        chat.take(Domain(chat.context, "payment.succeeded", {"n": number, "x": "я" * 1_000}, kept=True))
    assert [each["data"]["n"] for each in chat.state["early"]] == [6, 7, 8]


def test_an_event_may_be_named_and_read_as_triggers_do() -> None:
    nodes = PAY.replace("event: payment", "event: custom.payment").replace("event.order", "event.data.order")
    assert happened(paying(nodes), "payment.succeeded", order="B-2", sum=5).outcome is None
    assert happened(paying(nodes), "payment.succeeded", order="A-1", sum=5).outcome == "done"


def test_the_awaited_event_goes_on_with_its_data() -> None:
    chat = happened(paying(), "payment.succeeded", order="A-1", sum=500)
    assert (chat.outcome, chat.state["vars"]["payment"]) == ("done", {"order": "A-1", "sum": 500})
    assert chat.state["event"]["data"] == {"order": "A-1", "sum": 500}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("payment.succeeded", {"order": "A-2", "sum": 500}),
        ("payment.succeeded", {}),
        ("payment.succeeded", {"order": 5}),
        ("payment.failed", {"order": "A-1"}),
    ],
)
def test_another_event_changes_nothing(name: str, data: dict[str, Any]) -> None:
    chat = paying()
    before = chat.state
    happened(chat, name, **data)
    assert (chat.state, chat.commands) == (before, [])


def test_an_event_whose_data_do_not_fit_takes_the_error_exit() -> None:
    assert happened(paying(), "payment.succeeded", order="A-1").outcome == "error"
    assert happened(paying(), "payment.succeeded", order="A-1", sum=1, x="х" * 9_000).outcome == "error"


def test_while_an_event_is_awaited_the_customer_is_reminded_and_heard() -> None:
    chat = paying().wait_for("reminder0")
    assert chat.said == ["Ждём оплату"]
    assert chat.wait_for("timeout").outcome == "timeout"
    assert paying().say("Я передумал платить картой").outcome == "special"
    assert paying().say("позовите оператора").commands == [Human()]


def test_a_message_may_be_kept_until_the_event() -> None:
    nodes = PAY.replace("timeout: 30m", "timeout: 30m\n    on_message: queue").replace(
        "message: special, ", ""
    )
    chat = paying(nodes).say("оплатил")
    assert (chat.commands, chat.outcome) == ([], None)
    assert happened(chat, "payment.succeeded", order="A-1", sum=1).commands[-1] == End("done", [1], [])


def test_events_are_heard_only_by_a_wait() -> None:
    chat = Chat(scenario("  first: {type: wait, for: 1h, next: bye, exits: {message: bye}}\n")).start()
    assert happened(chat, "payment.succeeded").commands == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("    timeout: 30m\n", ""), "E112"),
        (("timeout: gone, ", ""), "E131"),
        (("message: special, ", ""), "E134"),
        (("payment.succeeded", "Payment"), "E007"),
        (("event.order == vars.order_no", "event.order"), None),
        (("event.order == vars.order_no", "vars.order_no"), "E213"),
        (("after: 10m", "after: 40m"), "E135"),
    ],
)
def test_a_wait_for_an_event_is_checked(change: tuple[str, str], code: str | None) -> None:
    found = codes(document(PAY.replace(*change), variables=ORDER))
    assert (code in found) if code else found == []


START = """\
  first:
    type: start_scenario
    scenario: survey
    inputs: {order: "=vars.order", lang: ru}
    %s
    next: shown
    exits: {rejected: special, timeout: gone, error: failed}
  shown: {type: note, text: "{{ vars.score }}", next: bye}
"""
SCORE = "  order: {type: string, default: A-1}\n  score: {type: int, default: 0}\n"
CHILD = (
    "mode: child\n    wait: true\n    timeout: 1h\n    outputs: {vars.score: score}\n    on_message: queue"
)


def test_another_scenario_replaces_this_one() -> None:
    nodes = "  first: {type: start_scenario, scenario: survey, inputs: {order: '{{ vars.order }}'}}\n"
    chat = Chat(scenario(nodes, variables=SCORE)).start("привет")
    assert chat.commands == [Become("survey", {"order": "A-1"})]
    assert (chat.outcome, chat.state["unanswered"]) == ("replaced", [])
    assert chat.say("ещё").commands == []


def test_the_scenario_that_replaces_hears_what_waits() -> None:
    nodes = """\
  first: {type: business_hours, exits: {open: second, closed: second}}
  second: {type: start_scenario, scenario: survey}
"""
    chat = Chat(scenario(nodes)).start("привет").say("вы где?")
    assert chat.result("open", {}).commands == [Become("survey", {}, [2])]


@pytest.mark.parametrize(
    ("exit", "value", "outcome"),
    [("ok", {"run_id": "r1"}, "done"), ("rejected", {"reason": "busy"}, "special"), ("error", None, "error")],
)
def test_a_run_is_started_beside(exit: str, value: Any, outcome: str) -> None:
    nodes = (START % "mode: detached").replace("timeout: gone, ", "")
    chat = Chat(scenario(nodes, variables=SCORE)).start()
    assert (chat.call.kind, chat.call.request) == (
        "start_run",
        {"scenario": "survey", "inputs": {"order": "A-1", "lang": "ru"}, "mode": "detached"},
    )
    assert chat.result(exit, value).outcome == outcome


def test_a_child_is_waited_for_and_gives_its_outputs() -> None:
    chat = Chat(scenario(START % CHILD, variables=SCORE)).start().result("ok", {"run_id": "r1"})
    assert happened(chat, "run.ended", run_id="r2", outputs={"score": 1}).outcome is None
    happened(chat, "run.ended", run_id="r1", outputs={"score": 5})
    assert (chat.outcome, chat.state["vars"]["score"]) == ("done", 5)


def test_a_child_that_takes_too_long_or_gives_nonsense() -> None:
    def waiting() -> Chat:
        return Chat(scenario(START % CHILD, variables=SCORE)).start().result("ok", {"run_id": "r1"})

    assert waiting().wait_for("timeout").outcome == "timeout"
    assert happened(waiting(), "run.ended", run_id="r1", outputs={"score": "пять"}).outcome == "error"
    assert happened(waiting(), "run.ended", run_id="r1").outcome == "error"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("mode: detached\n    wait: true\n    timeout: 1h", "E111"),
        ("mode: child\n    wait: true", "E130"),
        ("mode: child\n    outputs: {vars.score: score}", "E112"),
        ("mode: sideways", "E007"),
    ],
)
def test_starting_a_scenario_is_checked(fields: str, code: str) -> None:
    assert code in codes(document(START % fields, variables=SCORE))


HANDOFF = """\
  first:
    type: handoff
    target: {department: sales, skills: [b2b], operator: "=vars.manager", strategy: last_operator}
    summary: %s
    form: {Заказ: "=vars.order", Пусто: "=vars.nothing"}
    position_messages: true
    queue_timeout: 5m
    wait_for: closed
    exits: {closed: bye, queue_timeout: gone, no_operators: special, rejected: saved}
"""
PEOPLE = """\
  manager: {type: string, default: olga}
  order: {type: string, default: A-1}
  nothing: {type: string, nullable: true}
"""


def test_a_handoff_asks_first_whether_somebody_is_there() -> None:
    chat = Chat(scenario(HANDOFF % "none", variables=PEOPLE)).start()
    assert chat.call.kind == "operators_available"
    assert chat.result("unavailable", {"count": 0}).outcome == "special"


@pytest.mark.parametrize("exit", ["available", "error"])
def test_a_handoff_names_whom_and_what(exit: str) -> None:
    chat = Chat(scenario(HANDOFF % "none", variables=PEOPLE)).start().result(exit, {"count": 1})
    wanted = Handoff("sales", None, "Заказ: A-1", ["b2b"], "closed", "olga", "last_operator")
    handed, asked = chat.commands
    assert (handed, asked.kind) == (wanted, "queue_position")


def test_what_the_author_shows_comes_with_what_is_gathered() -> None:
    chat = Chat(scenario(HANDOFF % "auto", variables=PEOPLE)).start().result("available")
    [handoff] = chat.of(Handoff)
    assert handoff.summary.startswith("Сценарий «Проверка»")
    assert handoff.summary.endswith("\nЗаказ: A-1")


def test_a_handoff_that_nobody_took_and_that_came_back_is_rejected() -> None:
    def queued() -> Chat:
        chat = Chat(scenario(HANDOFF % "none", variables=PEOPLE)).start().result("available")
        return chat.result("ok", {"position": 2})

    assert queued().operator("handed_back").outcome == "saved"
    assert queued().operator("accepted").operator("handed_back").outcome == "done"
    assert queued().operator("closed").outcome == "done"
    assert queued().wait_for("queue").outcome == "timeout"


QUEUE = """\
  first:
    type: handoff
    target: {department: sales}
    summary: none
    queue_timeout: 4h
    position_messages: true
    wait_for: %s
    exits: {%s: bye, queue_timeout: gone}
"""
SECOND = "Вы 2-й в очереди, перед вами ещё 1 человек. Оператор ответит вам здесь."
NEXT = "Вы следующий в очереди: оператор ответит вам здесь, как только освободится."


def queued(wait_for: str = "closed") -> Chat:
    return Chat(scenario(QUEUE % (wait_for, wait_for))).start()


def place(chat: Chat, number: int) -> list[str]:
    return chat.wait_for("place").result("ok", {"position": number}).said


def test_the_place_in_the_queue_is_told_at_once_and_again_when_it_is_better() -> None:
    chat = queued()
    assert chat.call.request == {"department": "sales", "again": False}
    assert chat.result("ok", {"position": 2}).said == [SECOND]
    assert place(chat, 2) == []
    assert place(chat, 3) == []
    assert place(chat, 1) == [NEXT]
    assert place(chat, 1) == []
    assert (chat.node, chat.state["waiting"]["kind"]) == ("first", "handoff")


def test_the_queue_is_looked_at_ever_more_seldom() -> None:
    chat = queued().result("ok", {"position": 2})
    looked = []
    for _ in range(8):
        before = chat.context.now
        chat.wait_for("place")
        assert chat.call.request == {"department": None, "again": True}
        looked.append((chat.context.now - before) // MINUTE)
        chat.result("ok", {"position": 2})
    assert looked == [1, 2, 4, 8, 16, 30, 30, 30]
    assert chat.wait_for("queue").outcome == "timeout"


@pytest.mark.parametrize(
    ("exit", "value"), [("error", None), ("ok", None), ("ok", {"position": 0}), ("ok", {"position": "2"})]
)
def test_a_place_that_nobody_knows_is_not_told(exit: str, value: Any) -> None:
    chat = queued().result(exit, value)
    assert (chat.said, chat.state["waiting"]["kind"]) == ([], "handoff")
    assert place(chat, 2) == [SECOND]


def test_who_is_not_in_the_queue_any_more_is_not_looked_for() -> None:
    chat = queued().result("ok", {"position": 2}).wait_for("place").result("gone")
    assert [timer["id"].rsplit(".")[-1] for timer in chat.state["timers"]] == ["queue"]
    assert chat.operator("closed").outcome == "done"


@pytest.mark.parametrize(
    ("wait_for", "action", "outcome"),
    [("closed", "accepted", None), ("accepted", "accepted", "done"), ("closed", "closed", "done")],
)
@pytest.mark.parametrize("looking", [False, True])
def test_whoever_takes_it_ends_the_looks(
    wait_for: str, action: str, outcome: str | None, looking: bool
) -> None:
    chat = queued(wait_for).result("ok", {"position": 2})
    if looking:
        chat.wait_for("place")
    assert chat.operator(action).outcome == outcome
    assert (chat.said, chat.state["timers"]) == ([], [])


def test_messages_in_the_queue_are_for_people() -> None:
    chat = queued()
    before = chat.state
    assert chat.say("меню").state is before
    chat.result("ok", {"position": 1})
    assert (chat.said, chat.say("ещё вопрос").commands, chat.state["queue"]) == ([NEXT], [], [])


@pytest.mark.parametrize(
    ("place", "russian", "english"),
    [
        (3, "Вы 3-й в очереди, перед вами ещё 2 человека", "You are number 3 in the queue, with 2 people"),
        (6, "Вы 6-й в очереди, перед вами ещё 5 человек", "You are number 6 in the queue, with 5 people"),
        (
            22,
            "Вы 22-й в очереди, перед вами ещё 21 человек",
            "You are number 22 in the queue, with 21 people",
        ),
        (2, "Вы 2-й в очереди, перед вами ещё 1 человек", "You are number 2 in the queue, with 1 person"),
        (1, "Вы следующий в очереди", "You are next in the queue"),
    ],
)
def test_the_place_is_told_in_the_customers_language(place: int, russian: str, english: str) -> None:
    ir = scenario(QUEUE % ("closed", "closed"))
    for locale, said in (("ru", russian), ("en", english)):
        chat = Chat(ir, locale=locale).start().result("ok", {"position": place})
        assert chat.said[0].startswith(said)


def test_ten_messages_before_it_are_no_error() -> None:
    many = "".join(
        f"  {'first' if number == 0 else f'm{number}'}: {{type: message, text: a, next: m{number + 1}}}\n"
        for number in range(10)
    )
    nodes = many + (QUEUE % ("closed", "closed")).replace("  first:", "  m10:")
    chat = Chat(scenario(nodes)).start().result("ok", {"position": 1})
    assert (chat.said, chat.state["waiting"]["kind"]) == ([], "handoff")


@pytest.mark.parametrize(
    ("head", "wait_for"), [("kind: background\n", "closed"), ("", "none")], ids=["background", "goes on"]
)
def test_a_place_that_nobody_would_hear_is_refused(head: str, wait_for: str) -> None:
    exit = (
        "next: bye" if wait_for == "none" else "queue_timeout: 5m, exits: {closed: bye, queue_timeout: bye}"
    )
    fields = f"summary: none, wait_for: {wait_for}, position_messages: true, {exit}"
    text = document(f"  first: {{type: handoff, {fields}}}\n", head=head)
    assert "E111" in codes(text)
    assert "E111" not in codes(text.replace("position_messages: true, ", ""))


def test_without_the_exit_nobody_is_asked() -> None:
    fields = "summary: none, queue_timeout: 5m, exits: {closed: bye, queue_timeout: gone}"
    nodes = f"  first: {{type: handoff, {fields}}}\n"
    assert Chat(scenario(nodes)).start().commands == [Handoff(wait_for="closed")]


INTENTS = """\
resources:
  intents:
    price: {description: Сколько стоит, examples: {ru: [сколько стоит, почём], en: [how much]}}
interrupts:
  - {id: word, when: {keywords: [цена]}, run: {node: saved}}
  - {id: price, when: {intent: price, min_confidence: 0.7}, run: {node: special}}
  - {id: other, when: {intent: other}, run: {node: wrong}}
"""
ASK = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    timeout: 1h
    save_to: vars.name
    next: bye
    exits: {timeout: gone, invalid: failed}
  saved: {type: end, outcome: saved}
  special: {type: end, outcome: special}
  wrong: {type: end, outcome: invalid}
"""
MENU = (
    ASK.replace("type: ask", "type: menu")
    .replace("    input: {kind: text}\n", "    options: [{id: a, label: Чай, next: bye}]\n")
    .replace("    save_to: vars.name\n    next: bye\n", "")
)


def intent_chat(nodes: str = ASK) -> Chat:
    variables = "  name: {type: string}\n" if nodes == ASK else ""
    return Chat(scenario(nodes, variables=variables, head=INTENTS)).start()


def test_an_interrupt_by_intent_asks_the_host_when_nothing_else_took_the_message() -> None:
    chat = intent_chat().say("Почём доставка?")
    assert (chat.call.kind, chat.call.request) == (
        "classify",
        {
            "text": "Почём доставка?",
            "labels": {
                "price": {
                    "description": "Сколько стоит",
                    "examples": ["сколько стоит", "почём", "how much"],
                },
                "other": {"description": None, "examples": []},
            },
            "min_confidence": 0.6,
            "locale": "ru",
        },
    )
    assert chat.result("label", {"label": "price", "confidence": 0.9}).outcome == "special"


@pytest.mark.parametrize(
    ("exit", "value"),
    [
        ("unsure", {"label": "price", "confidence": 0.3}),
        ("label", {"label": "price", "confidence": 0.65}),
        ("label", {"label": "unknown", "confidence": 1.0}),
        ("label", None),
        ("error", None),
        ("timeout", None),
    ],
)
def test_a_message_without_an_awaited_intent_is_the_answer(exit: str, value: Any) -> None:
    chat = intent_chat().say("Анна").result(exit, value)
    assert (chat.outcome, chat.state["vars"]["name"]) == ("done", "Анна")


def test_words_and_options_come_before_intents() -> None:
    assert intent_chat().say("какая цена?").outcome == "saved"
    assert intent_chat(MENU).say("чай").outcome == "done"


def test_a_strict_answer_that_is_not_understood_is_asked_for_again_after_the_host() -> None:
    chat = intent_chat(MENU).say("не знаю").result("unsure")
    assert (chat.buttons, chat.outcome) == (["Чай"], None)
    assert [timer["id"].rsplit(".", 1)[-1] for timer in chat.state["timers"]] == ["timeout"]
    assert chat.say("1").outcome == "done"


def test_what_is_typed_while_the_host_thinks_does_not_replace_the_answer() -> None:
    chat = intent_chat().say("Анна").say("и Пётр")
    assert chat.commands == []
    chat.result("unsure")
    assert (chat.outcome, chat.state["vars"]["name"]) == ("done", "Анна")


def test_a_node_that_may_not_be_interrupted_asks_no_host() -> None:
    nodes = ASK.replace("    timeout: 1h\n", "    timeout: 1h\n    interruptible: false\n")
    chat = Chat(scenario(nodes, variables="  name: {type: string}\n", head=INTENTS)).start()
    assert chat.say("Анна").outcome == "done"
    only = ASK.replace("    timeout: 1h\n", "    timeout: 1h\n    interruptible: [other]\n")
    chat = Chat(scenario(only, variables="  name: {type: string}\n", head=INTENTS)).start().say("Анна")
    assert list(chat.call.request["labels"]) == ["other"]


def test_a_wait_keeps_its_time_while_the_host_thinks() -> None:
    nodes = ASK[ASK.index("  saved") :] + "  first: {type: wait, for: 1h, on_message: queue, next: bye}\n"
    chat = Chat(scenario(nodes, head=INTENTS)).start()
    timers = chat.state["timers"]
    chat.say("привет").result("unsure")
    assert (chat.state["timers"], chat.state["waiting"]["kind"], len(chat.state["queue"])) == (
        timers,
        "timer",
        1,
    )
    assert chat.say("почём?").result("label", {"label": "price", "confidence": 1}).outcome == "special"


def test_a_digression_by_intent_comes_back_to_the_question() -> None:
    head = """\
interrupts:
  - {id: price, when: {intent: price}, run: {flow: pricing}, mode: digress, resume: reprompt}
flows:
  pricing:
    start: answer
    nodes:
      answer: {type: message, text: От 300 рублей., next: back}
      back: {type: return}
"""
    nodes = ASK[: ASK.index("  saved")]
    chat = Chat(scenario(nodes, variables="  name: {type: string}\n", head=head)).start().say("почём?")
    assert chat.result("label", {"label": "price", "confidence": 0.9}).said == ["От 300 рублей.", "Имя?"]
    assert chat.say("Анна").result("unsure").outcome == "done"


def test_business_hours_of_another_moment() -> None:
    nodes = """\
  first: {type: business_hours, calendar: support, at: "now + duration('1h')", exits: {open: bye, closed: bye}}
"""
    assert Chat(scenario(nodes)).start().call.request == {"calendar": "support", "at": NOW + HOUR}
