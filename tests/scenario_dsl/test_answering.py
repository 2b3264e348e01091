"""The input pipeline: its stages in their order, interrupts, stale buttons, and messages at odd moments."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl import IR, End, Handoff, Human, Note, Start
from tests.scenario_dsl.support import Chat, scenario

HEAD = """\
interrupts:
  - {id: price, when: {keywords: [цена, прайс]}, run: {node: priced}}
  - {id: code, when: {keywords: ['^#[0-9]+$'], match: regex}, run: {node: coded}}
"""
ENDS = """\
  priced: {type: end, outcome: priced}
  coded: {type: end, outcome: coded}
"""


def asking(kind: str = "{kind: text}", *, more: str = "", head: str = HEAD, ends: str = ENDS) -> IR:
    nodes = f"""\
  first:
    type: ask
    text: Вопрос?
    input: {kind}
{more}    timeout: 1h
    next: second
    exits: {{invalid: wrong, timeout: gone}}
  second:
    type: menu
    text: Что дальше?
    options:
      - {{id: cost, label: Цена, next: special}}
      - {{id: done, label: Готово, next: bye}}
    timeout: 1h
    exits: {{invalid: wrong, timeout: gone}}
"""
    return scenario(nodes + ends, head=head)


# Stage 2: built-in patterns


def test_a_wish_for_a_person_is_never_an_answer() -> None:
    chat = Chat(asking()).start().say("Позовите оператора")
    assert (chat.commands, chat.outcome) == ([Human()], "human")


def test_the_scenarios_own_interrupt_takes_a_wish_for_a_person() -> None:
    head = HEAD + "  - {id: human, when: {pattern: human}, run: {node: special}}\n"
    assert Chat(asking(head=head)).start().say("оператор").outcome == "special"


def test_cancel_says_so_and_ends() -> None:
    chat = Chat(asking()).start().say("Отмена")
    assert (chat.said, chat.outcome) == (["Хорошо, отменил."], "cancelled")


def test_restart_begins_again_with_new_buttons() -> None:
    chat = Chat(asking("{kind: text}")).start().say("чай")
    old = f"1.{chat.state['prompt']}.done"
    assert chat.say("Начать сначала").said == ["Вопрос?"]
    assert chat.press_raw(old).said == ["Эта кнопка устарела.", "Вопрос?"]


def test_back_asks_the_question_before() -> None:
    chat = Chat(asking()).start().say("чай").say("назад")
    assert (chat.node, chat.said) == ("first", ["Вопрос?"])


def test_back_at_the_first_question_says_so() -> None:
    chat = Chat(asking()).start().say("назад")
    assert chat.said == ["Это первый вопрос, назад вернуться некуда.", "Вопрос?"]


def test_back_asks_even_what_was_known() -> None:
    nodes = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    prefill: customer.name
    save_to: vars.name
    timeout: 1h
    next: second
    exits: {invalid: wrong, timeout: gone}
  second:
    type: ask
    text: "{{ vars.name }}, ещё?"
    input: {kind: text}
    timeout: 1h
    next: third
    exits: {invalid: wrong, timeout: gone}
  third:
    type: ask
    text: Последнее?
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: wrong, timeout: gone}
"""
    chat = Chat(scenario(nodes, variables="  name: {type: string}\n"), customer={"name": "Анна"}).start()
    assert chat.said == ["Анна, ещё?"]
    assert chat.say("да").say("назад").said == ["Анна, ещё?"]


# Stages 3 to 7


def test_a_label_comes_before_an_interrupt_with_the_same_word() -> None:
    chat = Chat(asking()).start().say("чай")
    assert chat.say("Цена").outcome == "special"


def test_an_interrupt_comes_before_free_text() -> None:
    assert Chat(asking()).start().say("какая у вас цена?").outcome == "priced"


def test_a_strict_answer_comes_before_an_interrupt() -> None:
    kind = "{kind: regex, pattern: '^#[0-9]+$'}"
    assert Chat(asking(kind)).start().say("#12").node == "second"
    assert Chat(asking(kind)).start().say("прайс").outcome == "priced"


def test_interrupts_are_asked_in_their_order() -> None:
    head = HEAD.replace("['^#[0-9]+$']", "['прайс']")
    assert Chat(asking(head=head)).start().say("прайс").outcome == "priced"


def test_otherwise_takes_what_nothing_else_took() -> None:
    head = HEAD + "  - {id: rest, when: {otherwise: true}, run: {node: special}}\n"
    chat = Chat(asking("{kind: int}", head=head)).start()
    assert chat.say("не число").outcome == "special"
    assert Chat(asking("{kind: int}", head=head)).start().say("12").node == "second"
    assert Chat(asking("{kind: text}", head=head)).start().say("слова").node == "second"


def test_a_question_may_refuse_interrupts() -> None:
    chat = Chat(asking(more="    interruptible: false\n")).start()
    assert chat.say("цена").node == "second"
    assert Chat(asking(more="    interruptible: false\n")).start().say("отмена").node == "second"
    assert Chat(asking(more="    interruptible: false\n")).start().say("оператор").outcome == "human"


def test_a_question_may_name_the_interrupts_it_allows() -> None:
    ir = asking(more="    interruptible: [code]\n")
    assert Chat(ir).start().say("цена").node == "second"
    assert Chat(ir).start().say("#12").outcome == "coded"


def test_an_interrupt_also_takes_what_the_host_could_not_parse() -> None:
    chat = Chat(asking("{kind: phone}")).start().say("89160000000")
    assert chat.result("invalid").said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]


# Buttons


@pytest.mark.parametrize(
    "button",
    ["1.1.done", "0.2.done", "2.2.done", "1.2.nothing", "1.2.", "1.2", "done", "", "1.2.done.x", "💥"],
)
def test_a_button_of_another_prompt_is_old(button: str) -> None:
    chat = Chat(asking()).start().say("чай").press_raw(button)
    assert chat.said == ["Эта кнопка устарела.", "Что дальше?"]
    assert chat.buttons == ["Цена", "Готово"]
    assert chat.press("done").outcome == "done"


def test_an_old_button_is_told_in_the_customers_language() -> None:
    chat = Chat(asking(), locale="en").start().press_raw("0.0.x")
    assert chat.said[0] == "This button is no longer active."


def test_buttons_stay_valid_while_the_same_question_is_asked_again() -> None:
    chat = Chat(asking()).start().say("чай")
    button = f"1.{chat.state['prompt']}.done"
    assert chat.say("не понимаю").press_raw(button).outcome == "done"


def test_an_old_button_is_no_attempt() -> None:
    chat = Chat(asking("{kind: int}", more="    retry: {max: 1}\n")).start()
    for _ in range(5):
        chat.press_raw("0.0.x")
    assert chat.state["waiting"]["attempt"] == 0


# Messages while something else is awaited

CALLING = """\
  first: {type: kb_answer, question: event.text, exits: {answered: second, no_answer: bye, error: failed}}
  second:
    type: menu
    text: Ещё?
    options: [{id: no, label: Нет, next: bye}]
    free_text: first
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
"""


def test_a_message_during_a_call_is_taken_after_it() -> None:
    chat = Chat(scenario(CALLING)).start("Первый вопрос").say("И второй")
    assert (chat.commands, len(chat.state["queue"])) == ([], 1)
    chat.result("answered", {"text": "Ответ."})
    assert chat.said == ["Ответ.", "Ещё?"]
    assert chat.call.request["question"] == "И второй"
    assert chat.state["queue"] == []


def test_a_person_can_be_called_during_a_call() -> None:
    chat = Chat(scenario(CALLING)).start("Вопрос").say("позовите человека")
    assert chat.outcome == "human"


def test_an_interrupt_works_during_a_call() -> None:
    ir = scenario(CALLING + ENDS, head=HEAD)
    chat = Chat(ir).start("Вопрос")
    old = chat.state["waiting"]["call"]["id"]
    assert chat.say("прайс").outcome == "priced"
    assert old == "1.c1"


def test_what_nobody_answered_goes_back_to_routing() -> None:
    chat = Chat(scenario(CALLING)).start("Вопрос").say("Ещё вопрос").say("И ещё")
    assert chat.result("no_answer").commands == [End("done", [2, 3], [1])]


def test_a_flood_during_a_call_is_bounded() -> None:
    chat = Chat(scenario(CALLING)).start("Вопрос")
    for _ in range(50):
        chat.say("аааа" * 2_000)
    assert len(chat.state["queue"]) == 3
    assert all(len(item["text"]) <= 300 for item in chat.state["queue"])


def test_a_double_click_that_led_to_a_call_is_one_click() -> None:
    nodes = """\
  menu:
    type: menu
    text: Что?
    options: [{id: a, label: Ответ, next: ask}]
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
  ask: {type: kb_answer, question: "'доставка'", exits: {answered: menu, no_answer: bye, error: failed}}
"""
    chat = Chat(scenario(nodes, start="menu")).start().press_raw("1.1.a").press_raw("1.1.a")
    assert chat.commands == []
    assert chat.result("answered", {"text": "Да."}).said == ["Да.", "Что?"]


def test_handing_back_asks_the_question_again() -> None:
    chat = Chat(asking()).start().say("чай").operator("handed_back", summary="Поговорили")
    assert (chat.said, chat.buttons) == (["Что дальше?"], ["Цена", "Готово"])
    assert chat.operator("accepted").commands == []


def test_a_restart_forgets_the_answers_but_keeps_the_inputs() -> None:
    nodes = """\
  first:
    type: ask
    text: "{{ vars.greeting }}, {{ vars.name | default('кто вы') }}?"
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: second
    exits: {invalid: wrong, timeout: gone}
  second:
    type: ask
    text: Дальше?
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: wrong, timeout: gone}
"""
    variables = "  name: {type: string}\n  greeting: {type: string, default: Привет}\n"
    chat = Chat(scenario(nodes, variables=variables), inputs={"greeting": "Здравствуйте"}).start().say("Анна")
    assert chat.say("заново").said == ["Здравствуйте, кто вы?"]


def test_a_restart_has_the_event_that_began_the_run() -> None:
    nodes = """\
  first:
    type: ask
    text: "Заказ {{ has(event.data) ? string(event.data.order) : 'потерян' }}. Что не так?"
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: wrong, timeout: gone}
"""
    head = "triggers: [{id: paid, type: event, event: custom.order.paid}]\n"
    chat = Chat(scenario(nodes, head=head))
    chat.take(Start(chat.context, "paid", None, False, {"name": "order.paid", "order": "A-7"}))
    assert chat.said == ["Заказ A-7. Что не так?"]
    assert chat.say("заново").said == ["Заказ A-7. Что не так?"]


def test_the_context_of_each_event_is_read_anew() -> None:
    chat = Chat(asking()).start()
    chat.context = type(chat.context)(now=chat.context.now, locale="en", channel={"type": "widget"})
    assert chat.say("отмена").said == ["All right, cancelled."]


def test_cancelling_from_outside_says_nothing() -> None:
    assert Chat(asking()).start().cancel().commands == [End("cancelled")]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u202e", "😀", "a" * 8_000, "\ud800", "-", "٣"])
def test_strange_texts_are_answered(text: str) -> None:
    chat = Chat(asking("{kind: int}")).start().say(text)
    assert chat.said or chat.of(Handoff) or chat.of(Human) or chat.of(Note)
