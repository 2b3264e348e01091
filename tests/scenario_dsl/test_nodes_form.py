"""`form`: fields in their order, what is known already, corrections, review, and every exit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnisupport.scenario_dsl import IR, Inbound, Message, Result, Timer, new_state, step
from omnisupport.scenario_dsl.ir import canonical
from tests.scenario_dsl.support import Chat, codes, document, replay, scenario

VARIABLES = """\
  day: {type: date}
  time: {type: time}
  phone: {type: phone}
  note: {type: string, nullable: true}
"""
FIELDS = """\
      - {id: day, input: {kind: date, min: now}}
      - {id: time, label: Время визита, text: Во сколько?, input: {kind: time, min: "09:00"}}
      - {id: phone, input: {kind: phone}}
"""


def form(
    fields: str = FIELDS,
    *,
    more: str = "    review: true\n",
    variables: str = VARIABLES,
    exits: str = "",
    head: str = "",
) -> IR:
    nodes = f"""\
  first:
    type: form
    fields:
{fields}{more}    timeout: 1h
    next: told
    exits: {{cancel: special, invalid: wrong, timeout: gone{exits}}}
  told:
    type: note
    text: "{{{{ vars.day | default('-') }}}} {{{{ vars.time | default('-') }}}} {{{{ vars.phone | default('-') }}}}"
    next: saved
"""
    return scenario(nodes, variables=variables, head=head)


def filled(ir: IR | None = None, **changes: Any) -> Chat:
    """A form whose three fields are answered."""
    chat = Chat(ir or form(), **changes).start().say("завтра").say("15:30").say("8 916 123-45-67")
    return chat.result("ok", "+79161234567")


def values(chat: Chat) -> tuple[Any, ...]:
    return tuple(chat.state["vars"].get(name) for name in ("day", "time", "phone"))


DONE = ("2026-03-03", "15:30", "+79161234567")


def test_fields_are_asked_one_after_another_in_words_of_their_own_or_the_products() -> None:
    chat = Chat(form(more="")).start()
    assert chat.said == ["Укажите дату."]
    assert chat.say("завтра").said == ["Во сколько?"]
    assert chat.say("15:30").said == ["Укажите телефон."]
    chat.say("8 916 123-45-67").result("ok", "+79161234567")
    assert (values(chat), chat.outcome) == (DONE, "saved")


def test_the_form_of_the_specification_compiles() -> None:
    nodes = (
        '  book: {type: form, review: true, fields: [{id: date, input: {kind: date, min: "now"}}, '
        "{id: time, input: {kind: time}}, {id: phone, input: {kind: phone}}], next: confirm, timeout: 1h, "
        "exits: {cancel: bye, invalid: human, timeout: bye}}\n"
        '  confirm: {type: message, text: "Ждём {{ vars.date | date }} в {{ vars.time }}.", next: bye}\n'
        "  human: {type: end, outcome: human}\n"
    )
    variables = "  date: {type: date}\n  time: {type: time}\n  phone: {type: phone}\n"
    assert scenario(nodes, variables=variables, start="book")["nodes"]["book"]["type"] == "form"


def test_a_wrong_answer_is_asked_again_and_then_leaves_by_invalid() -> None:
    chat = Chat(form()).start().say("завтра")
    assert chat.say("8:00").said == ["Это слишком рано. Назовите дату или время позже."]
    assert chat.say("что?").said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]
    assert chat.say("что?").outcome == "invalid"


def test_the_forms_retry_is_that_of_fields_without_one() -> None:
    more = "    retry: {max: 1, text: Ещё разок.}\n"
    chat = Chat(form(more=more)).start()
    assert chat.say("?").said == ["Ещё разок."]
    assert chat.say("?").outcome == "invalid"


def test_silence_leaves_by_timeout() -> None:
    assert Chat(form()).start().say("завтра").wait_for("timeout").outcome == "timeout"


def test_cancel_leaves_by_its_exit_or_ends_the_run() -> None:
    assert Chat(form()).start().say("завтра").say("отмена").outcome == "special"
    nodes = form(exits="").copy()
    nodes["nodes"]["first"]["exits"] = {"next": "told", "invalid": "wrong", "timeout": "gone"}
    nodes["hash"] += "x"
    assert Chat(nodes).start().say("отмена").outcome == "cancelled"


# What is known


def test_filled_fields_are_not_asked_for() -> None:
    chat = Chat(form(more=""), inputs={"day": "2026-03-03", "phone": "+79161234567"}).start()
    assert chat.said == ["Во сколько?"]
    assert (values(chat.say("15:30")), chat.outcome) == (DONE, "saved")


def test_a_form_that_is_all_filled_goes_on_at_once() -> None:
    given = {"day": "2026-03-03", "time": "15:30", "phone": "+79161234567"}
    assert Chat(form(more=""), inputs=given).start().outcome == "saved"
    assert Chat(form(), inputs=given).start().said[0].startswith("Проверьте, всё ли верно:")


def test_a_default_is_nobodys_answer() -> None:
    variables = "  count: {type: int, default: 1}\n"
    nodes = """\
  first:
    type: form
    fields: [{id: count, input: {kind: int}}]
    timeout: 1h
    next: bye
    exits: {invalid: wrong, timeout: gone}
"""
    assert Chat(scenario(nodes, variables=variables)).start().said == ["Введите число."]
    assert Chat(scenario(nodes, variables=variables), inputs={"count": 5}).start().outcome == "done"


def test_missing_first_asks_the_empty_fields_and_reads_the_others_back() -> None:
    chat = Chat(form(more="    order: missing_first\n"), inputs={"day": "2026-03-03"}).start()
    assert chat.said == ["Во сколько?"]
    chat.say("15:30").say("8 916 123-45-67").result("ok", "+79161234567")
    assert chat.said == ["Верно: 3 марта 2026?"]
    assert chat.say("нет").said == ["Укажите дату."]
    assert chat.say("5 марта").outcome == "saved"
    assert values(chat)[0] == "2026-03-05"


def test_fields_may_be_prefilled_and_found_in_the_first_message() -> None:
    fields = """\
      - {id: day, input: {kind: date}, extract: {from_first_message: true}}
      - {id: phone, input: {kind: phone}, prefill: customer.phone}
      - {id: time, input: {kind: time}}
"""
    chat = Chat(form(fields, more=""), customer={"phone": "+79161234567"}).start("запишите на пятницу")
    assert chat.said == ["Укажите время."]
    assert values(chat.say("12:00")) == ("2026-03-06", "12:00", "+79161234567")


def test_the_host_may_find_a_field_in_the_first_message() -> None:
    fields = """\
      - {id: day, input: {kind: date}}
      - {id: phone, input: {kind: phone}, extract: {from_first_message: true}}
      - {id: time, input: {kind: time}}
"""
    text = "мой номер +7 916 123-45-67"
    chat = Chat(form(fields, more="")).start(text).say("завтра").result("ok", "+79161234567")
    assert chat.said == ["Укажите время."]
    chat = Chat(form(fields, more="")).start(text).say("завтра").result("invalid")
    assert chat.said == ["Укажите телефон."]


# Leaving out


OPTIONAL = """\
      - {id: day, input: {kind: date}}
      - {id: note, text: Пожелания?, input: {kind: text}, skippable: true, when: "locale == 'ru'"}
"""


def test_a_field_may_be_skipped_or_not_apply() -> None:
    ir = form(OPTIONAL, more="")
    chat = Chat(ir).start().say("завтра")
    assert (chat.said, chat.buttons) == (["Пожелания?"], ["Пропустить"])
    assert chat.say("пропустить").outcome == "saved"
    assert Chat(ir, locale="en").start().say("tomorrow").outcome == "saved"


def test_what_may_be_skipped_is_not_known_to_be_set_behind_the_form() -> None:
    nodes = f"""\
  first:
    type: form
    fields:
{OPTIONAL}    timeout: 1h
    next: told
    exits: {{invalid: wrong, timeout: gone}}
  told: {{type: note, text: "{{{{ vars.day }}}} {{{{ vars.note }}}}", next: saved}}
"""
    assert codes(document(nodes, variables=VARIABLES)).count("E312") == 1


# Corrections


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("поменять дату", "Укажите дату."),
        ("Изменить дату, пожалуйста", "Укажите дату."),
        ("хочу исправить время визита", "Во сколько?"),
        ("change the date", "Укажите дату."),
        ("please change time", "Во сколько?"),
        ("исправь телефон", "Укажите телефон."),
    ],
)
def test_a_correction_goes_back_to_its_field(said: str, asked: str) -> None:
    chat = Chat(form()).start().say("завтра").say("15:30").say(said)
    assert chat.said == [asked]


def test_after_a_correction_the_form_goes_on_where_it_was() -> None:
    chat = Chat(form()).start().say("завтра").say("15:30").say("поменять дату")
    assert chat.say("5 марта").said == ["Укажите телефон."]
    assert values(chat)[:2] == ("2026-03-05", "15:30")


def test_a_correction_of_nothing_is_an_answer_like_any_other() -> None:
    fields = "      - {id: note, text: Что сделать?, input: {kind: text}}\n"
    assert Chat(form(fields, more="")).start().say("поменять масло").outcome == "saved"


def test_corrections_may_be_off() -> None:
    chat = Chat(form(more="    allow_correction: false\n")).start().say("завтра").say("поменять дату")
    assert chat.said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]


def test_back_is_the_field_before_and_before_the_first_the_question_before_the_form() -> None:
    chat = Chat(form()).start().say("завтра").say("назад")
    assert chat.said == ["Укажите дату."]
    assert chat.say("назад").said == ["Это первый вопрос, назад вернуться некуда.", "Укажите дату."]


def test_i_was_wrong_goes_to_the_field_before() -> None:
    assert Chat(form()).start().say("завтра").say("я ошибся").said == ["Укажите дату."]


# Review


def test_a_review_shows_every_answer_with_buttons_to_change_them() -> None:
    chat = filled()
    assert chat.said == [
        "Проверьте, всё ли верно:\nДата: 3 марта 2026\nВремя визита: 15:30\nТелефон: +79161234567"
    ]
    assert chat.buttons == ["Всё верно", "Изменить: Дата", "Изменить: Время визита", "Изменить: Телефон"]


@pytest.mark.parametrize("said", ["да", "Всё верно", "верно", "1", "yes"])
def test_a_review_is_confirmed_in_words(said: str) -> None:
    assert filled().say(said).outcome == "saved"


def test_a_review_is_confirmed_by_its_button() -> None:
    assert filled().press("right").outcome == "saved"


@pytest.mark.parametrize("said", ["2", "дата", "дату", "Изменить: Дата", "поменять дату"])
def test_a_field_is_changed_from_the_review(said: str) -> None:
    chat = filled().say(said)
    assert chat.said == ["Укажите дату."]
    chat.say("5 марта")
    assert "Дата: 5 марта 2026" in chat.said[0]
    assert chat.press("right").outcome == "saved"


def test_a_field_is_changed_by_its_button() -> None:
    assert filled().press("edit.time").said == ["Во сколько?"]
    assert filled().press("edit.nothing").said[0] == "Эта кнопка устарела."


def test_other_words_at_the_review_are_asked_about_again() -> None:
    chat = filled()
    for _ in range(3):
        assert chat.say("ну не знаю").said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]
    assert chat.say("ну не знаю").outcome == "invalid"


def test_an_empty_field_is_shown_as_such_and_the_words_may_be_the_authors() -> None:
    more = "    review: {text: Сверьте.}\n"
    chat = Chat(form(OPTIONAL, more=more)).start().say("завтра").press("skip")
    assert chat.said == ["Сверьте.\nДата: 3 марта 2026\nОтвет: —"]


def test_who_comes_back_to_a_form_sees_it_filled_in() -> None:
    nodes = f"""\
  first:
    type: form
    fields:
{FIELDS}    review: true
    timeout: 1h
    next: second
    exits: {{invalid: wrong, timeout: gone}}
  second:
    type: menu
    text: Дальше?
    options: [{{id: again, label: Ещё раз форму, next: first}}, {{id: no, label: Хватит так, next: bye}}]
    timeout: 1h
    exits: {{invalid: wrong, timeout: gone}}
"""
    ir = scenario(nodes, variables=VARIABLES)
    assert filled(ir).press("right").press("again").said[0].startswith("Проверьте")
    assert filled(ir).press("right").say("назад").said[0].startswith("Проверьте")


def test_without_a_review_a_form_that_comes_again_is_asked_anew() -> None:
    nodes = f"""\
  first:
    type: form
    fields:
{FIELDS}    timeout: 1h
    next: second
    exits: {{invalid: wrong, timeout: gone}}
  second:
    type: menu
    text: Дальше?
    options: [{{id: again, label: Ещё раз форму, next: first}}, {{id: no, label: Хватит так, next: bye}}]
    timeout: 1h
    exits: {{invalid: wrong, timeout: gone}}
"""
    ir = scenario(nodes, variables=VARIABLES)
    assert filled(ir).press("again").said == ["Укажите дату."]
    assert filled(ir).say("назад").said == ["Укажите телефон."]


# Together with all else


def test_a_form_has_codes_choices_and_doubts() -> None:
    fields = """\
      - {id: email, input: {kind: email}}
      - {id: sure, input: {kind: code, length: 4, to: {channel: email, address: "=vars.email.orValue('')"}}}
      - {id: likes, input: {kind: choices, options: [{id: a, label: Чай}, {id: b, label: Кофе}]}}
"""
    variables = "  email: {type: email}\n  sure: {type: bool}\n  likes: {type: list, of: string}\n"
    nodes = f"""\
  first:
    type: form
    fields:
{fields}    review: true
    timeout: 1h
    next: bye
    exits: {{invalid: wrong, timeout: gone, error: failed}}
"""
    chat = Chat(scenario(nodes, variables=variables)).start().say("anna@gmial.com").say("да")
    assert chat.call.request["to"] == {"channel": "email", "address": "anna@gmail.com"}
    chat.result("ok", {"code_id": "c1"}).say("1234").result("ok")
    chat.press("a").press("b").press("done")
    assert chat.said == [
        "Проверьте, всё ли верно:\nE-mail: anna@gmail.com\nКод: подтверждён\nВыбор: Чай, Кофе"
    ]
    assert chat.say("да").outcome == "done"


def test_rules_know_the_type_of_each_fields_value() -> None:
    fields = """\
      - {id: day, input: {kind: date}, validate: [{if_not: "value > '2026-03-04'", text: Позже.}]}
      - {id: note, input: {kind: int}, validate: [{if_not: "value.size() > 2", text: Нет.}]}
"""
    found = codes(document_of(fields))
    assert "E213" in found
    assert "E302" in found  # an int for a string


def document_of(fields: str) -> str:
    nodes = f"""\
  first:
    type: form
    fields:
{fields}    timeout: 1h
    next: bye
    exits: {{invalid: wrong, timeout: gone}}
"""
    return document(nodes, variables=VARIABLES)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("      - {id: nobody, input: {kind: int}}\n", "E301"),
        ("      - {id: day, input: {kind: date}}\n      - {id: day, input: {kind: date}}\n", "E126"),
        ("      - {input: {kind: date}}\n", "E112"),
        ("      - {id: day}\n", "E112"),
        ("      - {id: day, input: {kind: dat}}\n", "E007"),
        ("      - {id: day, input: {kind: int}}\n", "E302"),
    ],
)
def test_faults_of_forms_are_found(fields: str, code: str) -> None:
    assert code in codes(document_of(fields))


def test_a_form_works_inside_a_flow() -> None:
    flow = f"""\
flows:
  booking:
    start: ask
    variables:
{VARIABLES.replace("  ", "      ")}    outputs: {{when: {{type: date}}}}
    nodes:
      ask:
        type: form
        fields:
{FIELDS.replace("      - ", "          - ")}        review: true
        timeout: 1h
        next: back
        exits: {{invalid: back, timeout: back}}
      back: {{type: return}}
"""
    nodes = "  first: {type: call, flow: booking, next: bye}\n"
    text = document(nodes) + flow.replace("    outputs: {when: {type: date}}\n", "")
    from tests.scenario_dsl.support import compiled

    chat = filled(compiled(text))
    assert chat.press("right").outcome == "done"


def test_a_form_goes_on_the_same_from_its_state_at_any_point() -> None:
    ir = form()
    chat = filled(ir).say("поменять время").say("16:00").say("да")
    whole = replay(ir, chat.log)
    for point in range(len(chat.log)):
        state = json.loads(canonical(whole[point][0]))
        for index, event in enumerate(chat.log[point + 1 :], point + 1):
            state, commands = step(ir, state, event)
            assert canonical([state, [command.to_dict() for command in commands]]) == canonical(whole[index])


def test_strange_events_leave_a_form_as_it_is() -> None:
    chat = Chat(form()).start().say("завтра")
    before = canonical(chat.state)
    chat.take(Timer(chat.context, "1.1.0.timeout")).take(Result(chat.context, "1.c9", "ok", 1))
    assert canonical(chat.state) == before
    assert new_state(form(), run=1)["waiting"] is None
    assert chat.take(Message(chat.context, Inbound(50, "", "1.2.edit.day"))).said[0] == "Эта кнопка устарела."
