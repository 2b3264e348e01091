"""`ask` and `menu`: every exit, every kind of answer."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import IR, Call, End
from tests.scenario_dsl.support import NOW, Chat, compiled, document, scenario


def asking(kind: str, *, variable: str = "string", more: str = "", exits: str = "", head: str = "") -> IR:
    """One question of this kind, whose answer goes to `vars.answer`."""
    nodes = f"""\
  first:
    type: ask
    text: Вопрос?
    input: {kind}
    save_to: vars.answer
{more}    timeout: 1h
    next: told
    exits: {{invalid: wrong, timeout: gone{exits}}}
  told:
    type: note
    text: "{{{{ vars.answer }}}}"
    next: saved
"""
    return scenario(nodes, variables=f"  answer: {{type: {variable}}}\n", head=head)


def answer(chat: Chat) -> Any:
    return chat.state["vars"].get("answer")


@pytest.mark.parametrize(
    ("kind", "variable", "typed", "stored"),
    [
        ("{kind: text}", "string", "  просто текст ", "просто текст"),
        ("{kind: text}", "string", "\u200b чай\u200b", "чай"),
        ("{kind: text, pattern: '^[а-я]+$'}", "string", "чай", "чай"),
        ("{kind: int, min: 1}", "int", "12", 12),
        ("{kind: int}", "int", "1 500", 1500),
        ("{kind: int}", "int", "−3", -3),
        ("{kind: int}", "number", "7", 7.0),
        ("{kind: email}", "email", "Anna@Example.COM", "Anna@example.com"),
        ("{kind: email}", "email", "mailto:a.b+c@sub.example.org", "a.b+c@sub.example.org"),
        ("{kind: email}", "email", "анна@почта.рф", "анна@почта.рф"),
        ("{kind: email}", "email", "моя почта x@Y.ru, пишите", "x@y.ru"),
        ("{kind: email}", "email", "x@y.ru.", "x@y.ru"),
        ("{kind: email}", "email", "Анна <anna@example.com>", "anna@example.com"),
        (
            "{kind: regex, pattern: '^[A-ZА-Я]{2}-[0-9]{6}$', normalize: [trim, upper]}",
            "string",
            "ab-123456",
            "AB-123456",
        ),
        (
            "{kind: regex, pattern: '^[A-Z]{2}[0-9]{6}$', normalize: [upper, latin]}",
            "string",
            "ав123456",
            "AB123456",
        ),
        (
            "{kind: regex, pattern: '^[0-9]{10}$', normalize: [digits]}",
            "string",
            "12-34 567 890",
            "1234567890",
        ),
    ],
)
def test_an_answer_is_parsed_and_stored(kind: str, variable: str, typed: str, stored: object) -> None:
    chat = Chat(asking(kind, variable=variable)).start().say(typed)
    assert chat.outcome == "saved"
    assert (answer(chat), type(answer(chat))) == (stored, type(stored))


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("{kind: text, min_length: 3}", "да"),
        ("{kind: text, max_length: 3}", "долго"),
        ("{kind: text, pattern: '^[а-я]+$'}", "tea"),
        ("{kind: text}", "   "),
        ("{kind: text}", "\u200b\u200b"),
        ("{kind: int}", "двенадцать"),
        ("{kind: int, min: 1, max: 9}", "10"),
        ("{kind: int}", "1.5"),
        ("{kind: int}", "9" * 30),
        ("{kind: email}", "anna@example"),
        ("{kind: email}", "anna example.com"),
        ("{kind: email}", "a@b@example.com"),
        ("{kind: email}", "a@example.com или b@example.com"),
        ("{kind: email}", "a" * 300 + "@example.com"),
        ("{kind: phone}", "нет телефона"),
        ("{kind: phone}", "12345"),
        ("{kind: phone}", "89161234567 или 89161234568 вечером"),
        ("{kind: phone}", "заказ 123456 оплачен"),
        ("{kind: regex, pattern: '^[A-Z]+$'}", "abc"),
    ],
)
def test_a_wrong_answer_is_asked_again_and_then_leaves_by_invalid(kind: str, typed: str) -> None:
    variable = {"int": "int", "email": "email", "phone": "phone"}.get(kind.split()[1].strip(",}"), "string")
    chat = (
        Chat(asking(kind, variable=variable, more="    retry: {max: 1, text: Иначе.}\n")).start().say(typed)
    )
    assert (chat.said, chat.outcome) == (["Иначе."], None)
    assert chat.say(typed).outcome == "invalid"
    assert answer(chat) is None


def test_without_retry_the_product_asks_again_by_itself_twice() -> None:
    chat = Chat(asking("{kind: int}", variable="int")).start()
    for _ in range(2):
        assert chat.say("?").said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]
    assert chat.say("?").outcome == "invalid"


def test_retries_may_escalate() -> None:
    more = "    retry: {max: 3, text: Ещё раз., escalate: [Число., 'Число, например 5.']}\n"
    chat = Chat(asking("{kind: int}", variable="int", more=more)).start()
    assert [chat.say("?").said for _ in range(3)] == [["Число."], ["Число, например 5."], ["Ещё раз."]]


def test_the_variables_own_constraints_count_too() -> None:
    ir = asking(
        "{kind: text}", variable="string, min_length: 2", more="    retry: {max: 2, text: Две буквы.}\n"
    )
    assert Chat(ir).start().say("Я").said == ["Две буквы."]


def test_rules_of_validate_have_a_text_each() -> None:
    more = (
        "    validate:\n"
        "      - {if_not: 'value > 0', text: Больше нуля.}\n"
        "      - {if_not: 'value % 2 == 0', text: Только чётные.}\n"
    )
    chat = Chat(asking("{kind: int}", variable="int", more=more)).start()
    assert chat.say("-2").said == ["Больше нуля."]
    assert chat.say("3").said == ["Только чётные."]
    assert chat.say("4").outcome == "saved"


def test_silence_leaves_by_timeout_at_its_time() -> None:
    chat = Chat(asking("{kind: text}")).start()
    assert chat.state["timers"] == [{"id": "1.1.0.timeout", "at": NOW + 3_600_000}]
    assert chat.wait_for("timeout").outcome == "timeout"


def test_a_reminder_is_said_once_and_an_answer_cancels_the_next() -> None:
    more = "    reminders: [{after: 5m, text: Вы здесь?}, {after: 10m, text: Ещё жду.}]\n"
    chat = Chat(asking("{kind: int}", variable="int", more=more)).start()
    assert chat.wait_for("reminder0").said == ["Вы здесь?"]
    assert [timer["id"] for timer in chat.state["timers"]] == ["1.1.0.reminder1", "1.1.0.timeout"]
    chat.say("?")
    assert [timer["id"] for timer in chat.state["timers"]] == ["1.1.1.timeout"]


def test_a_reminder_waits_for_the_end_of_quiet_hours() -> None:
    head = "timezone: Europe/Moscow\nquiet_hours: {from: '11:00', to: '14:30'}\n"
    ir = asking("{kind: text}", more="    reminders: [{after: 5m, text: Вы здесь?}]\n", head=head)
    reminder = next(timer for timer in Chat(ir).start().state["timers"] if "reminder" in timer["id"])
    assert reminder["at"] == NOW + int(3.5 * 3_600_000)


def test_quiet_hours_may_span_midnight() -> None:
    head = "timezone: Europe/Moscow\nquiet_hours: {from: '21:00', to: '09:00'}\n"
    ir = asking("{kind: text}", more="    reminders: [{after: 20m, text: Вы здесь?}]\n", head=head)
    late = NOW + 12 * 3_600_000
    chat = Chat(ir, now=late).start()
    reminder = next(timer for timer in chat.state["timers"] if "reminder" in timer["id"])
    assert reminder["at"] == late + 10 * 3_600_000


def test_a_question_may_be_skipped_by_button_or_word() -> None:
    ir = asking(
        "{kind: int}",
        variable="int, nullable: true, default: 5",
        more="    skippable: true\n",
        exits=", skip: skipped",
    )
    chat = Chat(ir).start()
    assert chat.buttons == ["Пропустить"]
    assert chat.press("skip").outcome == "skipped"
    assert Chat(ir).start().say("пропустить").outcome == "skipped"


def test_skipping_stores_the_default_or_forgets_the_answer() -> None:
    more = "    skippable: {label: Не скажу}\n    default: 1\n"
    ir = asking("{kind: int}", variable="int", more=more, exits=", skip: told")
    chat = Chat(ir).start().say("Не скажу")
    assert (answer(chat), chat.outcome) == (1, "saved")


def test_a_known_answer_is_not_asked_for() -> None:
    ir = asking("{kind: text}", more="    prefill: customer.name\n")
    assert answer(Chat(ir, customer={"name": "Анна"}).start()) == "Анна"
    assert Chat(ir, customer={"name": None}).start().said == ["Вопрос?"]


def test_a_known_answer_that_does_not_fit_is_asked_for() -> None:
    ir = asking("{kind: text}", variable="string, min_length: 2", more="    prefill: customer.name\n")
    assert Chat(ir, customer={"name": "Я"}).start().said == ["Вопрос?"]


def test_a_question_may_be_left_out() -> None:
    ir = asking("{kind: text}", more="    skip_if: \"locale == 'ru'\"\n", exits=", skip: skipped")
    assert Chat(ir).start().outcome == "skipped"
    assert Chat(ir, locale="en").start().outcome is None


ORDER = "{kind: regex, pattern: '^[A-ZА-Я]{2}-[0-9]{6}$', normalize: [trim, upper]}"


@pytest.mark.parametrize(
    ("kind", "variable", "text", "stored"),
    [
        (ORDER, "string", "где мой заказ ab-123456?", "AB-123456"),
        (ORDER, "string", "«АВ-123456» не пришёл", "АВ-123456"),
        (ORDER, "string", "где мой заказ?", None),
        ("{kind: email}", "email", "Пишите на anna@example.com, пожалуйста", "anna@example.com"),
        ("{kind: int}", "int", "Нужно 12 чашек", 12),
    ],
)
def test_the_first_message_may_hold_the_answer(kind: str, variable: str, text: str, stored: object) -> None:
    chat = Chat(asking(kind, variable=variable, more="    extract: {from_first_message: true}\n")).start(text)
    assert answer(chat) == stored
    assert chat.outcome == ("saved" if stored is not None else None)


def test_the_first_message_is_looked_at_once() -> None:
    nodes = """\
  first:
    type: ask
    text: Номер?
    input: {kind: regex, pattern: '^[A-Z]{2}-[0-9]{6}$'}
    extract: {from_first_message: true}
    save_to: vars.answer
    timeout: 1h
    next: told
    exits: {invalid: bye, timeout: bye}
  told:
    type: message
    text: "Нет {{ vars.answer }}."
    next: first
"""
    ir = scenario(
        nodes.replace("next: first", "next: more")
        + """\
  more:
    type: menu
    text: Ещё?
    options: [{id: again, label: Да, next: first}, {id: no, label: Нет, next: bye}]
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
""",
        variables="  answer: {type: string}\n",
    )
    chat = Chat(ir).start("AB-123456")
    assert chat.said == ["Нет AB-123456.", "Ещё?"]
    assert chat.press("again").said == ["Номер?"]


def test_a_phone_is_parsed_by_the_host() -> None:
    chat = Chat(asking("{kind: phone, region: RU}", variable="phone")).start().say("8 (916) 123-45-67")
    call = chat.call
    assert (call.kind, call.request) == (
        "parse",
        {"kind": "phone", "text": "8 (916) 123-45-67", "region": "RU"},
    )
    assert chat.state["timers"] == []
    assert chat.result("ok", "+79161234567").outcome == "saved"
    assert answer(chat) == "+79161234567"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("тел. 8 916 123-45-67", "8 916 123-45-67"),
        ("мой номер 89161234567, звоните после 18", "89161234567"),
        ("tel:+79161234567", "+79161234567"),
        ("８９１６１２３４５６７", "89161234567"),
        ("8\u00a0916\u00a0123-45-67", "8 916 123-45-67"),
    ],
)
def test_a_phone_is_found_as_people_write_it(typed: str, number: str) -> None:
    chat = Chat(asking("{kind: phone}", variable="phone")).start().say(typed)
    assert chat.call.request["text"] == number


def test_a_phone_that_the_host_refuses_is_asked_again() -> None:
    chat = Chat(asking("{kind: phone}", variable="phone", more="    retry: {max: 1, text: Номер.}\n")).start()
    chat.say("8 916 000-00-00").result("invalid")
    assert chat.said == ["Номер."]
    assert [timer["id"] for timer in chat.state["timers"]] == ["1.1.1.timeout"]
    assert chat.say("8 916 000-00-00").result("invalid").outcome == "invalid"


def test_a_phone_in_the_first_message_is_parsed_by_the_host_too() -> None:
    ir = asking("{kind: phone}", variable="phone", more="    extract: {from_first_message: true}\n")
    chat = Chat(ir).start("перезвоните на +7 916 123-45-67, пожалуйста")
    assert chat.call.request["text"] == "+7 916 123-45-67"
    assert chat.result("ok", "+79161234567").outcome == "saved"
    assert Chat(ir).start("перезвоните на +7 916 123-45-67").result("invalid").said == ["Вопрос?"]


CHOICE = "{kind: choice, options: [{id: s, label: Маленький, synonyms: [мелкий]}, {id: l, label: Большой}]}"


@pytest.mark.parametrize("typed", ["Большой", "большой!", "2", "2."])
def test_a_choice_is_made_by_label_or_number(typed: str) -> None:
    chat = Chat(asking(CHOICE, variable="enum, values: [s, l]")).start()
    assert chat.buttons == ["Маленький", "Большой"]
    assert answer(chat.say(typed)) == "l"


def test_a_choice_is_made_by_button_or_synonym() -> None:
    ir = asking(CHOICE, variable="enum, values: [s, l]")
    assert answer(Chat(ir).start().press("s")) == "s"
    assert answer(Chat(ir).start().say("мелкий")) == "s"
    assert Chat(ir).start().say("средний").outcome is None


MENU = """\
  first:
    type: menu
    text: {ru: Что делаем?, en: What shall we do?}
    options:
      - {id: pay, label: {ru: Оплатить, en: Pay}, synonyms: [счёт], next: paid}
      - {id: vip, label: {ru: Особое, en: Special}, when: "'vip' in conversation.tags.orValue([])", next: special}
      - {id: stop, label: {ru: Хватит так, en: Enough}, next: stopped}
    save_to: vars.choice
    free_text: asked
    retry: {max: 1}
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
  paid: {type: end, outcome: paid}
  special: {type: end, outcome: special}
  stopped: {type: end, outcome: stopped}
  asked:
    type: note
    text: "{{ event.text }} / {{ vars.choice | default('-') }}"
    next: bye
"""
CHOICES = "  choice: {type: enum, values: [pay, vip, stop], nullable: true}\n"
BOTH = "locale: {default: ru, supported: [ru, en]}\n"


def menu(nodes: str = MENU) -> IR:
    text = document(nodes, variables=CHOICES)
    return compiled(text.replace("locale: {default: ru, supported: [ru]}\n", BOTH))


@pytest.mark.parametrize("typed", ["Оплатить", "оплатить?", "ОПЛАТИТЬ", "счет", "1", "№ 1", "Pay"])
def test_a_menu_understands_labels_synonyms_and_numbers(typed: str) -> None:
    chat = Chat(menu()).start().say(typed)
    assert (chat.outcome, chat.state["vars"]["choice"]) == ("paid", "pay")


def test_a_menu_shows_its_options_in_the_customers_language() -> None:
    assert Chat(menu()).start().buttons == ["Оплатить", "Хватит так"]
    assert Chat(menu(), locale="en").start().buttons == ["Pay", "Enough"]


def test_an_option_is_shown_and_taken_only_when_its_condition_holds() -> None:
    vip = {"tags": ["vip"]}
    assert Chat(menu(), conversation=vip).start().press("vip").outcome == "special"
    chat = Chat(menu()).start().press("vip")
    assert chat.said[0] == "Эта кнопка устарела."


def test_a_number_counts_the_options_that_are_shown() -> None:
    assert Chat(menu()).start().say("2").outcome == "stopped"
    assert Chat(menu(), conversation={"tags": ["vip"]}).start().say("2").outcome == "special"


def test_other_words_go_to_free_text() -> None:
    chat = Chat(menu()).start().say("А сколько стоит?")
    assert (chat.commands[0].to_dict()["text"], chat.outcome) == ("А сколько стоит? / -", "done")


def test_without_free_text_a_menu_asks_again_with_its_buttons() -> None:
    nodes = MENU.replace("    free_text: asked\n", "")
    chat = Chat(menu(nodes[: nodes.index("  asked:")])).start().say("Что?")
    assert chat.said == ["Выберите вариант кнопкой или напишите его номер."]
    assert chat.buttons == ["Оплатить", "Хватит так"]
    assert chat.press("pay").outcome == "paid"


def test_a_menu_times_out() -> None:
    assert Chat(menu()).start().wait_for("timeout").outcome == "timeout"


def test_a_menu_that_shows_nothing_is_an_error_of_the_node() -> None:
    nodes = """\
  first:
    type: menu
    text: Что?
    options: [{id: a, label: Да, when: "locale == 'en'", next: bye}]
    timeout: 1h
    exits: {invalid: bye, timeout: bye, error: wrong}
"""
    assert Chat(scenario(nodes)).start().outcome == "invalid"


def test_the_first_prompt_of_the_greeting_has_buttons_of_run_zero() -> None:
    chat = Chat(menu(), run=0).start()
    sent = chat.commands[0].to_dict()["parts"][0]["buttons"]
    assert [button["id"] for button in sent] == ["0.1.pay", "0.1.stop"]


def test_a_silent_start_says_nothing_and_takes_the_greetings_button() -> None:
    chat = Chat(menu(), run=0).start(silent=True)
    assert chat.commands == []
    assert chat.press_raw("0.1.pay").outcome == "paid"


def test_ending_by_a_menu_is_one_command() -> None:
    chat = Chat(menu()).start().press("pay")
    assert chat.commands == [End("paid")]
    assert chat.of(Call) == []
